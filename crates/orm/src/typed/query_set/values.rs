//! `values` and [`ValuesList`]: columns instead of instances.

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::marker::PhantomData;

use rjango_core::{Error, Result, Site};

use crate::query::{Expression, Operand, Path, Query};
use crate::sql::paths::{resolve, value_type};
use crate::sql::{Columns, own_name};
use crate::typed::FieldsOf;
use crate::typed::conditions::operand::Operands;
use crate::typed::fields::column::Selection;
use crate::typed::query_set::pending::Boxed;
use crate::{Model, Models, Pending, QuerySet, Value, ValueType, execute};

type Read<T> = fn(&mut std::vec::IntoIter<Value>) -> Result<T>;

/// Columns of the rows of `M`: what `values_list` gives. `.await` or `.sync()` runs it; a list of one column may stand
/// in `in`.
#[must_use = "a query does nothing until it is awaited or `.sync()` is called"]
pub struct ValuesList<M, T> {
    rows: QuerySet<M>,
    columns: Vec<(Expression, ValueType)>,
    read: Read<T>,
    marker: PhantomData<fn() -> T>,
}

impl<M: Model, T: Send + 'static> ValuesList<M, T> {
    pub(in crate::typed) fn new<S: Selection<M, Output = T>>(rows: QuerySet<M>, selection: S) -> Self {
        let mut columns = Vec::new();
        selection.expressions(&mut columns);
        Self { rows, columns, read: S::read, marker: PhantomData }
    }

    /// The query, and its first column.
    pub(in crate::typed) fn into_query(self) -> (Query, Expression) {
        let column = self.columns.into_iter().next().map(|(column, _)| column);
        (self.rows.into_query(), column.unwrap_or(Expression::Column(Path(vec!["pk".into()]))))
    }

    /// The error for a value that does not fit the column's Rust type, with the column.
    #[cold]
    fn unfit(&self, error: Error, index: usize) -> Error {
        let label = M::entry().schema().label();
        match self.columns.get(index) {
            Some((Expression::Column(path), _)) => {
                let message = format!("`{}` of `{label}` cannot be read: {error}", path.0.join("__"));
                error.wrap(message)
            }
            _ => error,
        }
    }

    /// Equal rows once.
    pub fn distinct(mut self) -> Self {
        self.rows = self.rows.distinct();
        self
    }

    /// The first row.
    pub fn first(mut self) -> Pending<'static, Option<T>> {
        self.rows = self.rows.ordered().slice(..1);
        Pending::new(async move { Ok(self.await?.into_iter().next()) })
    }

    /// How many rows there are: as many as awaiting the list gives. With [`ValuesList::distinct`], how many different ones.
    pub fn count(self) -> Pending<'static, i64> {
        Pending::new(async move { execute::count_of(&self.rows.checked()?, &self.columns).await })
    }

    /// Whether there is any row.
    pub fn exists(mut self) -> Pending<'static, bool> {
        self.rows.query.limit = Some(self.rows.query.limit.map_or(1, |limit| limit.min(1)));
        Pending::new(async move { Ok(execute::count_of(&self.rows.checked()?, &self.columns).await? > 0) })
    }

    /// Runs the query and waits for it.
    ///
    /// # Errors
    /// As [`QuerySet::sync`].
    pub fn sync(self) -> Result<Vec<T>> {
        crate::block_on(self.into_future())
    }
}

impl<M: Model, T: Send + 'static> IntoFuture for ValuesList<M, T> {
    type Output = Result<Vec<T>>;
    type IntoFuture = Boxed<'static, Vec<T>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let rows = execute::fetch(&self.rows.clone().checked()?, Columns::Expressions(&self.columns)).await?;
            let read = |row: Vec<Value>| {
                let (mut values, width) = (row.into_iter(), self.columns.len());
                (self.read)(&mut values).map_err(|error| self.unfit(error, (width - values.len()).saturating_sub(1)))
            };
            rows.into_iter().map(read).collect()
        })
    }
}

impl<M: Model> QuerySet<M> {
    /// Fields of each row by their names, for templates and JSON: `.values(f!(name, category__name))` gives maps like
    /// `{"category__name": "Drinks", "name": "Tea"}`. Of every column of the model where no field is named, `f!()`; a
    /// relation's is then called `category_id`, as in Django. [`QuerySet::values_list`] keeps the Rust types.
    pub fn values<C: crate::typed::Columns<M>>(
        self,
        fields: impl FieldsOf<M, C>,
    ) -> Pending<'static, Vec<BTreeMap<String, Value>>> {
        let mut paths = Vec::new();
        fields(M::fields(Path::root())).paths(&mut paths);
        if paths.is_empty() {
            paths = M::entry().schema().concrete_fields().map(|field| Path::root().join(own_name(field))).collect();
        }
        Pending::new(async move {
            let query = self.checked()?;
            let mut columns = Vec::with_capacity(paths.len());
            {
                let site = Site::current()?;
                let models = site.require::<Models>()?;
                let meta = models.require(&query.model)?;
                for path in &paths {
                    let value_type = value_type(models, resolve(models, meta, &path.0)?.field);
                    columns.push((Expression::Column(path.clone()), value_type));
                }
            }
            let names: Vec<String> = paths.iter().map(|path| path.0.join("__")).collect();
            let rows = execute::fetch(&query, Columns::Expressions(&columns)).await?;
            Ok(rows.into_iter().map(|row| names.iter().cloned().zip(row).collect()).collect())
        })
    }
}

/// The first column's values.
#[diagnostic::do_not_recommend]
impl<R, M: Model, T: crate::ModelField> Operands<R, T::Operand> for ValuesList<M, T> {
    fn operands(self) -> Operand {
        let column = self.columns.into_iter().next().map(|(expression, _)| Box::new(expression));
        Operand::Query(Box::new(self.rows.into_query()), column)
    }
}
