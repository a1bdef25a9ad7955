//! [`ValuesList`]: columns instead of instances.

use std::future::IntoFuture;
use std::marker::PhantomData;

use rjango_core::Result;

use super::column::Selection;
use super::operand::Operands;
use super::pending::Boxed;
use crate::query::{Expression, Operand, Path, Query};
use crate::sql::Columns;
use crate::{Model, Pending, QuerySet, Value, ValueType, execute};

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
    pub(super) fn new<S: Selection<M, Output = T>>(rows: QuerySet<M>, selection: S) -> Self {
        let mut columns = Vec::new();
        selection.expressions(&mut columns);
        Self { rows, columns, read: S::read, marker: PhantomData }
    }

    /// The query, and its first column.
    pub(super) fn into_query(self) -> (Query, Expression) {
        let column = self.columns.into_iter().next().map(|(column, _)| column);
        (self.rows.into_query(), column.unwrap_or(Expression::Column(Path(vec!["pk".into()]))))
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
            let rows = execute::fetch(&self.rows.checked()?, Columns::Expressions(&self.columns)).await?;
            rows.into_iter().map(|row| (self.read)(&mut row.into_iter())).collect()
        })
    }
}

/// The first column's values.
impl<R, M: Model, T: crate::ModelField> Operands<R, T::Operand> for ValuesList<M, T> {
    fn operands(self) -> Operand {
        let column = self.columns.into_iter().next().map(|(expression, _)| Box::new(expression));
        Operand::Query(Box::new(self.rows.into_query()), column)
    }
}
