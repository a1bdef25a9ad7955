//! The few things that the typed face asks of the dynamic core.

use std::borrow::Cow;

use rjango_core::{Error, ErrorKind, Result};

use crate::query::{Assignment, Expression, Query};
use crate::{RowStream, Value, ValueType};

fn missing<T>() -> Result<T> {
    Err(Error::new(ErrorKind::Database, "the executor has not landed"))
}
/// The rows of a query.
pub(crate) async fn select(_query: Query) -> Result<Vec<Vec<Value>>> {
    missing()
}
pub(crate) fn stream(_query: Query) -> Result<RowStream> {
    missing()
}
pub(crate) async fn values(_query: Query, _columns: Vec<(Expression, ValueType)>) -> Result<Vec<Vec<Value>>> {
    missing()
}
pub(crate) async fn aggregate(_query: Query, _columns: Vec<(Expression, ValueType)>) -> Result<Vec<Value>> {
    missing()
}
pub(crate) async fn count(_query: Query) -> Result<u64> {
    missing()
}
pub(crate) async fn exists(_query: Query) -> Result<bool> {
    missing()
}
pub(crate) async fn update(_query: Query, _assignments: Vec<Assignment>) -> Result<u64> {
    missing()
}
pub(crate) async fn delete(_query: Query) -> Result<u64> {
    missing()
}
/// The primary keys of the new rows.
pub(crate) async fn insert(
    _model: impl Into<Cow<'static, str>>,
    _using: Option<Cow<'static, str>>,
    _rows: Vec<Vec<Assignment>>,
) -> Result<Vec<Value>> {
    missing()
}
