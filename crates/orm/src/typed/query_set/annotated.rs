//! [`Annotated`]: rows with something computed for each, which can be filtered and ordered by.

use std::future::IntoFuture;
use std::marker::PhantomData;
use std::ops::RangeBounds;

use rjango_core::Result;

use crate::query::{Annotation, Path};
use crate::sql::Columns as Read;
use crate::typed::FieldsOf;
use crate::typed::fields::column::Selection;
use crate::typed::fields::columns::{Columns, ToOne};
use crate::typed::query_set::only_one;
use crate::typed::query_set::order::Orderings;
use crate::typed::query_set::pending::Boxed;
use crate::typed::query_set::rows::Related;
use crate::typed::query_set::stream::RowsStream;
use crate::{Model, Pending, Q, QuerySet, execute};

/// The rows of `M`, each with what `S` computes: what `annotate` gives. `.await` or `.sync()` gives pairs.
///
/// The closures get the model's accessors and what is computed: `.filter(|_, products| products.gt(3))`. A filter that
/// comes after an aggregate does not narrow what it counts; one that comes before `annotate` does, as in Django.
#[must_use = "a query does nothing until it is awaited or `.sync()` is called"]
pub struct Annotated<M, S: Selection<M>> {
    rows: QuerySet<M>,
    named: S::Named,
    marker: PhantomData<fn() -> S>,
}

impl<M, S: Selection<M>> Clone for Annotated<M, S> {
    fn clone(&self) -> Self {
        Self { rows: self.rows.clone(), named: self.named.clone(), marker: PhantomData }
    }
}

impl<M, S: Selection<M>> std::fmt::Debug for Annotated<M, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Annotated").field(&self.rows).finish()
    }
}

impl<M: Model> QuerySet<M> {
    /// Makes expressions a part of the query, and gives the names by which it knows them.
    pub(in crate::typed) fn computed<S: Selection<M>>(&mut self, selection: S, selected: bool) -> S::Named {
        let mut expressions = Vec::new();
        selection.expressions(&mut expressions);
        self.query.sticky = false;
        let mut names = Vec::with_capacity(expressions.len());
        for (expression, value_type) in expressions {
            // No field has such a name: two underscores lead over relations.
            let name = format!("__annotation{}", self.query.annotations.len() + 1);
            names.push(Path::root().join(name.clone()));
            self.query.annotations.push(Annotation {
                name: name.into(),
                expression,
                value_type,
                after: self.query.filters.len(),
                selected,
            });
        }
        S::named(&mut names.into_iter())
    }
}

impl<M: Model, S: Selection<M>> Annotated<M, S> {
    pub(in crate::typed) fn new(mut rows: QuerySet<M>, selection: S) -> Self {
        let named = rows.computed(selection, true);
        Self { rows, named, marker: PhantomData }
    }

    fn map(mut self, change: impl FnOnce(QuerySet<M>) -> QuerySet<M>) -> Self {
        self.rows = change(self.rows);
        self
    }

    /// The rows that satisfy the condition: `.filter(|c, products| products.gt(3))`.
    pub fn filter(self, condition: impl FnOnce(M::Fields<M>, S::Named) -> Q<M>) -> Self {
        let condition = condition(M::fields(Path::root()), self.named.clone());
        self.map(|rows| rows.filter_by(condition))
    }

    /// The rows that do not satisfy the condition.
    pub fn exclude(self, condition: impl FnOnce(M::Fields<M>, S::Named) -> Q<M>) -> Self {
        self.filter(|fields, named| !condition(fields, named))
    }

    /// In this order: `.order_by(|c, products| (products.desc(), c.name().asc()))`.
    pub fn order_by<O: Orderings<M>>(self, terms: impl FnOnce(M::Fields<M>, S::Named) -> O) -> Self {
        let named = self.named.clone();
        self.map(|rows| rows.order_by(|fields| terms(fields, named)))
    }

    /// As [`QuerySet::reverse`].
    pub fn reverse(self) -> Self {
        self.map(QuerySet::reverse)
    }

    /// As [`QuerySet::distinct`].
    pub fn distinct(self) -> Self {
        self.map(QuerySet::distinct)
    }

    /// As [`QuerySet::slice`].
    pub fn slice(self, range: impl RangeBounds<u64>) -> Self {
        self.map(|rows| rows.slice(range))
    }

    /// As [`QuerySet::using`].
    pub fn using(self, alias: impl Into<String>) -> Self {
        self.map(|rows| rows.using(alias))
    }

    /// As [`QuerySet::select_related`].
    pub fn select_related<C: ToOne<M>>(self, relations: impl FieldsOf<M, C>) -> Self {
        self.map(|rows| rows.select_related(relations))
    }

    /// As [`QuerySet::prefetch_related`].
    pub fn prefetch_related<C: Columns<M>>(self, relations: impl FieldsOf<M, C>) -> Self {
        self.map(|rows| rows.prefetch_related(relations))
    }

    /// Something more for each row: `.annotate(|c, products| products * 2)` gives `Vec<(Category, (i64, i64))>`.
    pub fn annotate<T: Selection<M>>(mut self, with: impl FnOnce(M::Fields<M>, S::Named) -> T) -> Annotated<M, (S, T)> {
        let further = self.rows.computed(with(M::fields(Path::root()), self.named.clone()), true);
        Annotated { rows: self.rows, named: (self.named, further), marker: PhantomData }
    }

    /// Columns and computed values in the place of instances:
    /// `.values_list(|c, products| (c.name(), products))` gives `Vec<(String, i64)>`.
    pub fn values_list<T: Selection<M>>(
        self,
        columns: impl FnOnce(M::Fields<M>, S::Named) -> T,
    ) -> crate::typed::ValuesList<M, T::Output> {
        crate::typed::ValuesList::new(self.rows, columns(M::fields(Path::root()), self.named))
    }

    /// How many rows there are.
    pub fn count(self) -> Pending<'static, i64> {
        self.rows.count()
    }

    /// Whether there is any row.
    pub fn exists(self) -> Pending<'static, bool> {
        self.rows.exists()
    }

    /// The first row: in the query's order, the model's or that of primary keys.
    pub fn first(self) -> Pending<'static, Option<(M, S::Output)>> {
        let first = self.map(|rows| rows.ordered().slice(..1)).pairs();
        Pending::new(async move { Ok(first.await?.into_iter().next()) })
    }

    /// The last row: the first of the order turned round.
    pub fn last(self) -> Pending<'static, Option<(M, S::Output)>> {
        self.map(|rows| rows.ordered().reverse()).first()
    }

    /// The one row that satisfies the condition.
    ///
    /// # Errors
    /// As [`QuerySet::get`].
    pub fn get(self, condition: impl FnOnce(M::Fields<M>, S::Named) -> Q<M>) -> Pending<'static, (M, S::Output)> {
        self.filter(condition).one()
    }

    /// The one row of the query.
    ///
    /// # Errors
    /// As [`QuerySet::one`].
    pub fn one(self) -> Pending<'static, (M, S::Output)> {
        let rows = self.map(QuerySet::at_most_two).pairs();
        Pending::new(async move { only_one::<M, _>(rows.await?) })
    }

    /// The rows one by one, as the database gives them.
    pub fn stream(self) -> RowsStream<(M, S::Output)> {
        RowsStream::new(move || {
            let query = self.rows.checked()?;
            let related = Related::plan(&query)?;
            let read = move |row| {
                let (instance, mut values) = related.read(row)?;
                Ok((instance, S::read(&mut values)?))
            };
            Ok((execute::stream(&query, Read::Model), Box::new(read)))
        })
    }

    /// Runs the query and waits for every row.
    ///
    /// # Errors
    /// As [`QuerySet::sync`].
    pub fn sync(self) -> Result<Vec<(M, S::Output)>> {
        self.pairs().sync()
    }

    fn pairs(self) -> Pending<'static, Vec<(M, S::Output)>> {
        let rows = self.rows;
        Pending::new(async move { rows.read(|values| S::read(values)).await })
    }
}

impl<M: Model, S: Selection<M>> IntoFuture for Annotated<M, S> {
    type Output = Result<Vec<(M, S::Output)>>;
    type IntoFuture = Boxed<'static, Vec<(M, S::Output)>>;

    fn into_future(self) -> Self::IntoFuture {
        self.pairs().into_boxed()
    }
}
