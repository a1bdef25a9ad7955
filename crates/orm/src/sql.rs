//! Queries into SQL: pure functions from a query and the models to a statement whose values are all parameters.

mod dialect;

pub use dialect::Dialect;
pub(crate) use dialect::dialect;
