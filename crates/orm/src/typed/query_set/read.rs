//! Reading: what a query set gives when it runs.

use std::collections::HashMap;
use std::future::IntoFuture;
use std::hash::Hash;

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::FieldSchema;

use crate::query::Path;
use crate::relations::AnyModel;
use crate::sql::Columns;
use crate::typed::fields::column::{Column, Selection};
use crate::typed::instance::unique::unique_groups;
use crate::typed::query_set::annotated::Annotated;
use crate::typed::query_set::only_one;
use crate::typed::query_set::order::Orderings;
use crate::typed::query_set::pending::Boxed;
use crate::typed::query_set::prefetch::{one_of, prefetch};
use crate::typed::query_set::rows::Related;
use crate::typed::query_set::stream::RowsStream;
use crate::typed::query_set::values::ValuesList;
use crate::typed::{ConditionOf, FieldsOf};
use crate::{FieldValue, Model, ModelField, Pending, Q, QuerySet, Value, execute};

impl<M: Model> QuerySet<M> {
    /// Runs the query and waits for every row; the plain-code twin of `.await`.
    ///
    /// # Errors
    /// `Database` where the engine refuses, `Validation` where a row does not fit the struct.
    pub fn sync(self) -> Result<Vec<M>> {
        self.rows().sync()
    }

    fn rows(self) -> Pending<'static, Vec<M>> {
        Pending::new(async move {
            let prefetched = self.prefetch.clone();
            let query = self.checked()?;
            let related = Related::plan(&query)?;
            let rows = execute::fetch(&query, Columns::Model).await?;
            let read = |row| related.read(row).map(|(instance, _)| instance);
            let mut instances = rows.into_iter().map(read).collect::<Result<Vec<M>>>()?;
            if !prefetched.is_empty() {
                let mut all: Vec<&mut dyn AnyModel> =
                    instances.iter_mut().map(|row| row as &mut dyn AnyModel).collect();
                prefetch(&mut all, &prefetched, query.using.as_ref()).await?;
            }
            Ok(instances)
        })
    }

    /// Runs the query; each row with what stands behind the columns of the instance.
    pub(in crate::typed) async fn read<T>(
        self,
        rest: fn(&mut std::vec::IntoIter<Value>) -> Result<T>,
    ) -> Result<Vec<(M, T)>> {
        let prefetched = self.prefetch.clone();
        let query = self.checked()?;
        let related = Related::plan(&query)?;
        let mut pairs = Vec::new();
        for row in execute::fetch(&query, Columns::Model).await? {
            let (instance, mut values) = related.read(row)?;
            pairs.push((instance, rest(&mut values)?));
        }
        if !prefetched.is_empty() {
            let mut all: Vec<&mut dyn AnyModel> = pairs.iter_mut().map(|(row, _)| row as &mut dyn AnyModel).collect();
            prefetch(&mut all, &prefetched, query.using.as_ref()).await?;
        }
        Ok(pairs)
    }

    /// The one row that satisfies the condition: `.get(q!(pk = 3))`.
    ///
    /// # Errors
    /// `DoesNotExist` where there is none, `MultipleObjectsReturned` where there are several.
    pub fn get(self, condition: impl ConditionOf<M>) -> Pending<'static, M> {
        self.filter(condition).one()
    }

    /// The row of this primary key.
    pub(crate) fn get_pk(self, pk: Value) -> Pending<'static, M> {
        self.filter_by(Q::from_condition(one_of("pk", &[pk]))).one()
    }

    /// The one row of the query: Django's `get()` without conditions.
    ///
    /// # Errors
    /// As [`QuerySet::get`].
    pub fn one(self) -> Pending<'static, M> {
        let rows = self.at_most_two().rows();
        Pending::new(async move { only_one::<M, _>(rows.await?) })
    }

    /// A second row is enough to know that there are several.
    pub(in crate::typed) fn at_most_two(self) -> Self {
        if self.query.limit.is_some() { self } else { self.slice(..2) }
    }

    /// The first row: in the query's order, the model's or that of primary keys.
    pub fn first(self) -> Pending<'static, Option<M>> {
        let rows = self.ordered().slice(..1).rows();
        Pending::new(async move { Ok(rows.await?.into_iter().next()) })
    }

    /// The last row: the first of the order turned round.
    pub fn last(self) -> Pending<'static, Option<M>> {
        self.ordered().reverse().first()
    }

    /// The row whose field is the smallest: `.earliest(f!(created))`.
    ///
    /// # Errors
    /// `DoesNotExist` where there is no row.
    pub fn earliest<O: Orderings<M>>(self, by: impl FieldsOf<M, O>) -> Pending<'static, M> {
        self.order_by(by).slice(..1).one()
    }

    /// The row whose field is the largest: `.latest(f!(created))`.
    ///
    /// # Errors
    /// `DoesNotExist` where there is no row.
    pub fn latest<O: Orderings<M>>(self, by: impl FieldsOf<M, O>) -> Pending<'static, M> {
        self.order_by(by).reverse().slice(..1).one()
    }

    /// How many rows there are.
    pub fn count(self) -> Pending<'static, i64> {
        Pending::new(async move { execute::count(&self.checked()?).await })
    }

    /// How the database would go about the query, in the words of its `EXPLAIN`.
    pub fn explain(self) -> Pending<'static, String> {
        Pending::new(async move { execute::explain(&self.checked()?).await })
    }

    /// Whether there is any row.
    pub fn exists(self) -> Pending<'static, bool> {
        Pending::new(async move { execute::exists(&self.checked()?).await })
    }

    /// Whether this row is among them.
    pub fn contains(self, instance: &M) -> Pending<'static, bool> {
        let pk = instance.pk_value();
        if pk.is_null() {
            return Pending::ready(Err(crate::typed::unsaved()));
        }
        self.filter_by(Q::from_condition(one_of("pk", &[pk]))).exists()
    }

    /// The rows of these primary keys, by key.
    pub fn in_bulk<K: Into<M::Pk>>(self, keys: impl IntoIterator<Item = K>) -> Pending<'static, HashMap<M::Pk, M>>
    where
        M::Pk: Hash + Eq,
    {
        let keys: Vec<Value> = keys.into_iter().map(|key| key.into().to_value()).collect();
        let rows = self.filter_by(Q::from_condition(one_of("pk", &keys))).rows();
        Pending::new(async move {
            rows.await?.into_iter().map(|row| Ok((M::Pk::from_value(row.pk_value())?, row))).collect()
        })
    }

    /// The rows whose field has one of these values, by value, Django's `in_bulk(.., field_name=..)`:
    /// `.in_bulk_by(f!(label), ["hot", "new"])`.
    ///
    /// # Errors
    /// `Other` where the field is not unique, for then one value could have several rows.
    pub fn in_bulk_by<T, K: Into<T>>(
        self,
        field: impl FieldsOf<M, Column<M, T>>,
        keys: impl IntoIterator<Item = K>,
    ) -> Pending<'static, HashMap<T, M>>
    where
        T: ModelField + Hash + Eq,
    {
        let Path(names) = field(M::fields(Path::root())).path;
        let keys: Vec<Value> = keys.into_iter().map(|key| key.into().to_value()).collect();
        Pending::new(async move {
            let schema = M::entry().schema();
            let index = match names.as_slice() {
                [name] if name == "pk" => Some(M::entry().pk_index()),
                [name] => schema.fields.iter().position(|field| field.name == *name),
                _ => None,
            };
            let unique = |field: &FieldSchema| {
                field.primary_key || unique_groups(schema).iter().any(|group| *group == [field.name.clone()])
            };
            let Some((index, field)) = index.and_then(|index| Some((index, schema.fields.get(index)?))) else {
                return Err(Error::new(
                    ErrorKind::Other,
                    format!("`{}` is not a column of `{}`", names.join("__"), schema.label()),
                )
                .with_hint("name one of the model's own fields"));
            };
            if !unique(field) {
                return Err(Error::new(
                    ErrorKind::Other,
                    format!("`{}.{}` is not unique, so a value may have several rows", schema.label(), field.name),
                )
                .with_hint("make the field unique, or filter by `in`"));
            }
            let rows = self.filter_by(Q::from_condition(one_of(field.name.clone(), &keys))).await?;
            rows.into_iter()
                .map(|row| {
                    let mut slots = Vec::new();
                    row.slots(&mut slots);
                    let value = slots.get(index).map_or(Value::Null, |slot| slot.value());
                    Ok((T::from_value(value)?, row))
                })
                .collect()
        })
    }

    /// Columns and expressions instead of instances: `.values_list(f!(name, price))` gives `Vec<(String, Decimal)>`, a
    /// single column a plain `Vec`.
    pub fn values_list<S: Selection<M>>(self, columns: impl FieldsOf<M, S>) -> ValuesList<M, S::Output> {
        ValuesList::new(self, columns(M::fields(Path::root())))
    }

    /// Aggregates over all rows: `.aggregate(|p| (p.price().max(), p.id().count()))`.
    pub fn aggregate<S: Selection<M>>(self, over: impl FieldsOf<M, S>) -> Pending<'static, S::Output> {
        let mut columns = Vec::new();
        over(M::fields(Path::root())).expressions(&mut columns);
        Pending::new(async move {
            let values = execute::aggregate(&self.checked()?, &columns).await?;
            S::read(&mut values.into_iter())
        })
    }

    /// Each row with something computed for it: `.annotate(|c| c.products().count())` gives `Vec<(Category, i64)>`. What is
    /// computed can be filtered and ordered by: `.filter(|_, products| products.gt(3))`.
    pub fn annotate<S: Selection<M>>(self, with: impl FieldsOf<M, S>) -> Annotated<M, S> {
        Annotated::new(self, with(M::fields(Path::root())))
    }

    /// Computes something for filters and the order alone, and gives the rows without it:
    /// `.alias(|c| c.products().count(), |rows, products| rows.filter(|_| products.gt(3)))`. Where something is computed for
    /// one filter alone, `filter` does it by itself.
    pub fn alias<S: Selection<M>>(
        mut self,
        with: impl FieldsOf<M, S>,
        then: impl FnOnce(Self, S::Named) -> Self,
    ) -> Self {
        let named = self.computed(with(M::fields(Path::root())), false);
        then(self, named)
    }

    /// The rows one by one, as the database gives them: for more rows than memory holds.
    pub fn stream(self) -> RowsStream<M> {
        RowsStream::new(move || {
            let query = self.checked()?;
            let related = Related::plan(&query)?;
            let rows = execute::stream(&query, Columns::Model);
            Ok((rows, Box::new(move |row| related.read(row).map(|(instance, _)| instance))))
        })
    }
}

impl<M: Model> IntoFuture for QuerySet<M> {
    type Output = Result<Vec<M>>;
    type IntoFuture = Boxed<'static, Vec<M>>;

    fn into_future(self) -> Self::IntoFuture {
        self.rows().into_boxed()
    }
}
