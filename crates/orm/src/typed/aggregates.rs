//! Aggregates over columns: `p.price().max()`.

use chrono::TimeDelta;
use rust_decimal::Decimal;

use super::column::Expr;
use crate::ModelField;
use crate::query::{AggregateFunction, Expression};

/// A type that adds up.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` has no sum and no mean",
    label = "`sum` and `avg` need a number"
)]
pub trait Number {
    /// The type of a sum.
    type Sum: ModelField;
    /// The type of a mean.
    type Mean: ModelField;
}

impl Number for i64 {
    type Sum = Self;
    type Mean = f64;
}

impl Number for f64 {
    type Sum = Self;
    type Mean = Self;
}

impl Number for Decimal {
    type Sum = Self;
    type Mean = Self;
}

impl Number for TimeDelta {
    type Sum = Self;
    type Mean = Self;
}

/// The aggregate as an expression.
pub(crate) fn aggregate<R, T>(function: AggregateFunction, over: Expression, distinct: bool) -> Expr<R, T> {
    Expr::new(Expression::Aggregate { function, over: Some(Box::new(over)), distinct, filter: None })
}
