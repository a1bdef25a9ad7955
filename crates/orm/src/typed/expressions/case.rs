//! [`Case`]: a value by condition, Django's `Case` and `When`.

use std::marker::PhantomData;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::query::{Condition, Expression};
use crate::typed::conditions::operand::Operand;
use crate::typed::conditions::q::Q;
use crate::typed::expressions::aggregates::Aggregate;
use crate::typed::fields::column::{Column, Expr};
use crate::typed::fields::null::With;
use crate::{FieldValue, ModelField};

/// What can stand as an expression of its own: a value, a column, an expression or an aggregate.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is not a value, column or expression of `{R}`",
    label = "expected a number, a text, a date or another plain value, or something of `{R}`"
)]
pub trait IntoExpr<R> {
    /// The type of its value.
    type Field: ModelField;

    /// The expression.
    fn into_expr(self) -> Expr<R, Self::Field>;
}

macro_rules! values {
    ($($value:ty as $field:ty),*) => {
        $(impl<R> IntoExpr<R> for $value {
            type Field = $field;

            fn into_expr(self) -> Expr<R, $field> {
                Expr::new(Expression::Value(self.to_value()))
            }
        })*
    };
}

values!(i32 as i64, i64 as i64, u32 as i64, f64 as f64, bool as bool, String as String, Decimal as Decimal);
values!(NaiveDate as NaiveDate, NaiveTime as NaiveTime, DateTime<Utc> as DateTime<Utc>, TimeDelta as TimeDelta);
values!(Uuid as Uuid);

impl<R> IntoExpr<R> for &str {
    type Field = String;

    fn into_expr(self) -> Expr<R, String> {
        Expr::new(Expression::Value(self.into()))
    }
}

macro_rules! expressions {
    ($($type:ident),*) => {
        $(impl<R, T: ModelField> IntoExpr<R> for $type<R, T> {
            type Field = T;

            fn into_expr(self) -> Expr<R, T> {
                Expr::new(self.into_expression())
            }
        })*
    };
}

expressions!(Column, Expr, Aggregate);

/// The value of the first condition that holds:
/// `Case::when(p.price().lt(5), "cheap").or_when(p.price().lt(20), "fair").otherwise("dear")`.
#[must_use = "a case is finished by `otherwise` or `or_null`"]
pub struct Case<R, T> {
    branches: Vec<(Condition, Expression)>,
    marker: PhantomData<fn() -> (R, T)>,
}

impl<R, T: ModelField> Case<R, T> {
    /// The first branch: a condition, and the value of rows that satisfy it.
    pub fn when<V: IntoExpr<R, Field = T>>(condition: Q<R>, value: V) -> Self {
        let branches = vec![(condition.into_condition(), value.into_expr().into_expression())];
        Self { branches, marker: PhantomData }
    }

    /// A further branch, for rows that satisfy none of the conditions before.
    pub fn or_when<V: Operand<R, T::Operand>>(mut self, condition: Q<R>, value: V) -> Case<R, With<T, V::Null>> {
        self.branches.push((condition.into_condition(), value.operand()));
        Case { branches: self.branches, marker: PhantomData }
    }

    /// The value of rows that satisfy none of the conditions.
    pub fn otherwise<V: Operand<R, T::Operand>>(self, value: V) -> Expr<R, With<T, V::Null>> {
        Expr::new(Expression::Case { branches: self.branches, otherwise: Some(Box::new(value.operand())) })
    }

    /// NULL for rows that satisfy none of the conditions.
    pub fn or_null(self) -> Expr<R, Option<T::Inner>> {
        Expr::new(Expression::Case { branches: self.branches, otherwise: None })
    }
}
