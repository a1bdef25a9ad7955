//! Reading: what a query set gives when it runs.

use std::collections::HashMap;
use std::future::IntoFuture;
use std::hash::Hash;

use rjango_core::{Error, ErrorKind, Result};

use super::column::Selection;
use super::order::Orderings;
use super::pending::Boxed;
use super::prefetch::{one_of, prefetch};
use super::rows::Related;
use super::stream::InstanceStream;
use super::values::ValuesList;
use crate::query::Path;
use crate::sql::Columns;
use crate::{FieldValue, Model, Pending, Q, QuerySet, Value, execute};

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
            let (related, using) = (Related::plan(&query)?, query.using.clone());
            let rows = execute::fetch(&query, Columns::Model).await?;
            let mut instances = rows
                .into_iter()
                .map(|row| related.read(row).map(|(instance, _)| instance))
                .collect::<Result<Vec<M>>>()?;
            if !prefetched.is_empty() {
                prefetch(&mut instances, &prefetched, using.as_ref()).await?;
            }
            Ok(instances)
        })
    }

    /// The one row that satisfies the condition: `.get(q!(pk = 3))`.
    ///
    /// # Errors
    /// `DoesNotExist` where there is none, `MultipleObjectsReturned` where there are several.
    pub fn get(self, condition: impl FnOnce(M::Fields<M>) -> Q<M>) -> Pending<'static, M> {
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
        let limited = self.query.limit.is_some();
        // A second row is enough to know that there are several.
        let set = if limited { self } else { self.slice(..2) };
        let rows = set.rows();
        Pending::new(async move {
            let mut rows = rows.await?;
            let name = &M::entry().schema().name;
            match rows.len() {
                1 => Ok(rows.remove(0)),
                0 => Err(Error::new(ErrorKind::DoesNotExist, format!("`{name}` matching query does not exist"))),
                _ => Err(Error::new(
                    ErrorKind::MultipleObjectsReturned,
                    format!("expected one `{name}`, found more than one"),
                )
                .with_hint("narrow the query down, or take `.first()`")),
            }
        })
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
    pub fn earliest<O: Orderings<M>>(self, by: impl FnOnce(M::Fields<M>) -> O) -> Pending<'static, M> {
        self.order_by(by).slice(..1).one()
    }

    /// The row whose field is the largest: `.latest(f!(created))`.
    ///
    /// # Errors
    /// `DoesNotExist` where there is no row.
    pub fn latest<O: Orderings<M>>(self, by: impl FnOnce(M::Fields<M>) -> O) -> Pending<'static, M> {
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
        self.filter_by(Q::from_condition(one_of("pk", &[instance.pk_value()]))).exists()
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

    /// Columns and expressions instead of instances: `.values_list(f!(name, price))` gives `Vec<(String, Decimal)>`, a
    /// single column a plain `Vec`.
    pub fn values_list<S: Selection<M>>(self, columns: impl FnOnce(M::Fields<M>) -> S) -> ValuesList<M, S::Output> {
        ValuesList::new(self, columns(M::fields(Path::root())))
    }

    /// Aggregates over all rows: `.aggregate(|p| (p.price().max(), p.id().count()))`.
    pub fn aggregate<S: Selection<M>>(self, over: impl FnOnce(M::Fields<M>) -> S) -> Pending<'static, S::Output> {
        let mut columns = Vec::new();
        over(M::fields(Path::root())).expressions(&mut columns);
        Pending::new(async move {
            let values = execute::aggregate(&self.checked()?, &columns).await?;
            S::read(&mut values.into_iter())
        })
    }

    /// Each row with something computed for it: `.annotate(|c| c.products().count())` gives `Vec<(Category, i64)>`.
    pub fn annotate<S: Selection<M>>(
        self,
        with: impl FnOnce(M::Fields<M>) -> S,
    ) -> Pending<'static, Vec<(M, S::Output)>> {
        let mut columns = Vec::new();
        with(M::fields(Path::root())).expressions(&mut columns);
        Pending::new(async move {
            let mut query = self.checked()?;
            for (index, (expression, value_type)) in columns.into_iter().enumerate() {
                query.annotations.push((format!("annotation_{index}").into(), expression, value_type));
            }
            let related = Related::plan(&query)?;
            let rows = execute::fetch(&query, Columns::Model).await?;
            rows.into_iter()
                .map(|row| {
                    let (instance, mut values) = related.read(row)?;
                    Ok((instance, S::read(&mut values)?))
                })
                .collect()
        })
    }

    /// The rows one by one, as the database gives them: for more rows than memory holds.
    pub fn stream(self) -> InstanceStream<M> {
        InstanceStream::new(self)
    }
}

impl<M: Model> IntoFuture for QuerySet<M> {
    type Output = Result<Vec<M>>;
    type IntoFuture = Boxed<'static, Vec<M>>;

    fn into_future(self) -> Self::IntoFuture {
        self.rows().into_boxed()
    }
}
