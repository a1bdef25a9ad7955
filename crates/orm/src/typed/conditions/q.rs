//! [`Q`]: a condition on the rows of one model, as `q!` makes it.

use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, BitXor, Not};

use crate::Value;
use crate::query::{BinaryOperator, Condition, Expression, Lookup, Operand};
use crate::typed::ConditionOf;

/// A condition on the rows of `M`: Django's `Q`. It composes with `&`, `|`, `^` and `!`, and [`crate::QuerySet::filter_by`]
/// takes it.
pub struct Q<M> {
    condition: Condition,
    marker: PhantomData<fn() -> M>,
}

impl<M: crate::Model> Q<M> {
    /// A condition to keep: `Q::<Product>::of(q!(price__lt = 5))`.
    pub fn of(condition: impl ConditionOf<M>) -> Self {
        condition(M::fields(crate::query::Path::root()))
    }
}

impl<M> Q<M> {
    /// The condition that every row satisfies.
    pub fn all() -> Self {
        Self::from_condition(Condition::All(Vec::new()))
    }

    /// A condition that was built as data. Its names are looked up when the query runs.
    pub fn from_condition(condition: Condition) -> Self {
        Self { condition, marker: PhantomData }
    }

    /// The condition as data.
    pub fn into_condition(self) -> Condition {
        self.condition
    }

    pub(in crate::typed) fn lookup(left: Expression, lookup: Lookup, right: Operand) -> Self {
        Self::from_condition(Condition::Lookup { left, lookup, right })
    }
}

impl<M> Clone for Q<M> {
    fn clone(&self) -> Self {
        Self::from_condition(self.condition.clone())
    }
}

impl<M> std::fmt::Debug for Q<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.condition.fmt(f)
    }
}

impl<M> BitAnd for Q<M> {
    type Output = Self;

    fn bitand(self, right: Self) -> Self {
        let conditions = |condition| match condition {
            Condition::All(conditions) => conditions,
            one => vec![one],
        };
        let mut all = conditions(self.condition);
        all.extend(conditions(right.condition));
        Self::from_condition(Condition::All(all))
    }
}

impl<M> BitOr for Q<M> {
    type Output = Self;

    fn bitor(self, right: Self) -> Self {
        let conditions = |condition| match condition {
            Condition::Any(conditions) => conditions,
            one => vec![one],
        };
        let mut any = conditions(self.condition);
        any.extend(conditions(right.condition));
        Self::from_condition(Condition::Any(any))
    }
}

/// One of the two holds, and not both: Django's `Q(..) ^ Q(..)`. A condition that NULL leaves open counts as one that does not hold.
impl<M> BitXor for Q<M> {
    type Output = Self;

    fn bitxor(self, right: Self) -> Self {
        let number = |number| Box::new(Expression::Value(Value::Int(number)));
        let held = |condition| {
            Box::new(Expression::Case { branches: vec![(condition, *number(1))], otherwise: Some(number(0)) })
        };
        let sum = Expression::Binary(held(self.condition), BinaryOperator::Add, held(right.condition));
        Self::lookup(sum, Lookup::Exact, Operand::One(*number(1)))
    }
}

impl<M> Not for Q<M> {
    type Output = Self;

    fn not(self) -> Self {
        Self::from_condition(Condition::Not(Box::new(self.condition)))
    }
}
