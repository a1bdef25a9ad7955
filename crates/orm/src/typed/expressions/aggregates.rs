//! Aggregates over columns: `p.price().max()`.

use std::marker::PhantomData;

use chrono::TimeDelta;
use rjango_core::Result;
use rust_decimal::Decimal;

use crate::query::{AggregateFunction, Condition, Expression, Path};
use crate::typed::conditions::lookups::lookups;
use crate::typed::conditions::operand::Operand;
use crate::typed::conditions::q::Q;
use crate::typed::expressions::arithmetic::arithmetic;
use crate::typed::expressions::functions::functions;
use crate::typed::fields::column::{Expr, Selection};
use crate::typed::fields::null::Selected;
use crate::typed::query_set::order::Orderings;
use crate::{FieldValue as _, ModelField, Value};

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

/// A value computed over a group of rows: `p.price().max()`. It stands wherever an expression does.
pub struct Aggregate<R, T> {
    function: AggregateFunction,
    over: Expression,
    distinct: bool,
    filter: Option<Condition>,
    marker: PhantomData<fn() -> (R, T)>,
}

/// The aggregate over an expression.
pub(crate) fn aggregate<R, T>(function: AggregateFunction, over: Expression, distinct: bool) -> Aggregate<R, T> {
    Aggregate { function, over, distinct, filter: None, marker: PhantomData }
}

impl<R, T> Aggregate<R, T> {
    /// Over equal values once: Django's `Sum("price", distinct=True)`.
    #[must_use]
    pub fn distinct(mut self) -> Self {
        self.distinct = true;
        self
    }

    /// Only over the rows that satisfy the condition; called again, over those that satisfy both.
    #[must_use]
    pub fn filter(mut self, condition: Q<R>) -> Self {
        let condition = condition.into_condition();
        self.filter = Some(match self.filter {
            Some(before) => Condition::All(vec![before, condition]),
            None => condition,
        });
        self
    }

    pub(in crate::typed) fn into_expression(self) -> Expression {
        Expression::Aggregate {
            function: self.function,
            over: Some(Box::new(self.over)),
            distinct: self.distinct,
            filter: self.filter.map(Box::new),
        }
    }
}

impl<R, T> Clone for Aggregate<R, T> {
    fn clone(&self) -> Self {
        Self {
            function: self.function,
            over: self.over.clone(),
            distinct: self.distinct,
            filter: self.filter.clone(),
            marker: PhantomData,
        }
    }
}

impl<R, T> From<Aggregate<R, T>> for Expr<R, T> {
    fn from(aggregate: Aggregate<R, T>) -> Self {
        Self::new(aggregate.into_expression())
    }
}

lookups!(Aggregate);
arithmetic!(Aggregate);
functions!(Aggregate);

impl<R, T: ModelField> Selection<R> for Aggregate<R, T> {
    type Output = Selected<T>;
    type Named = Expr<R, T>;

    fn named(names: &mut dyn Iterator<Item = Path>) -> Self::Named {
        Expr::next(names)
    }

    fn expressions(self, out: &mut Vec<(Expression, crate::ValueType)>) {
        out.push((self.into_expression(), Selected::<T>::TYPE));
    }

    fn read(values: &mut std::vec::IntoIter<Value>) -> Result<Self::Output> {
        crate::typed::take(values)
    }
}

#[diagnostic::do_not_recommend]
impl<R, T: ModelField> Operand<R, T::Operand> for Aggregate<R, T> {
    type Null = T::Null;

    fn operand(self) -> Expression {
        self.into_expression()
    }
}

impl<R, T: ModelField> Orderings<R> for Aggregate<R, T> {
    fn orderings(self, out: &mut Vec<crate::query::Ordering>) {
        self.asc().orderings(out);
    }
}
