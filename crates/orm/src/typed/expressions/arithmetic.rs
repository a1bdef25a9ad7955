//! `+`, `-`, `*`, `/` and `%` over columns and expressions: `F(price) + dec!(0.50)`, `F(price) * F(quantity)`,
//! `F(end) - F(start)`.
//!
//! [`Arithmetic`] is the table of what computes with what. [`Term`] is what may stand on the right side.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use crate::query::{BinaryOperator, Expression};
use crate::typed::conditions::operand::Operand;
use crate::typed::conditions::subquery::OuterRef;
use crate::typed::expressions::aggregates::Aggregate;
use crate::typed::fields::column::{Column, Expr};
use crate::typed::fields::null::{NotNull, Nullability, Nullable};
use crate::{Auto, Auto32, ModelField, SmallAuto};

/// `+`
pub enum Addition {}
/// `-`
pub enum Subtraction {}
/// `*`
pub enum Multiplication {}
/// `/`
pub enum Division {}
/// `%`
pub enum Remainder {}

/// What a database makes of a value of this type and one of the type `Right` by the operator `Op`.
///
/// Integers, floats and decimals compute with each other, but for floats with decimals, which lose digits: cast one of them. A
/// moment minus a moment is a duration, and a moment plus a duration is a moment.
#[diagnostic::on_unimplemented(
    message = "there is no `{Op}` of a `{Self}` and a `{Right}`",
    label = "a `{Self}` and a `{Right}` do not compute with each other here",
    note = "integers compute with integers, `f64` and `Decimal`; a `DateTime`, `Date` or `Time` with its own kind and with \
            durations. For texts there is `.concat(..)`; for a float beside a decimal `.cast::<Decimal>()` or `dec!(1.5)`"
)]
pub trait Arithmetic<Op, Right> {
    /// The type of the result.
    type Output: ModelField;
}

macro_rules! table {
    ($($left:ty: $($op:ident $right:ty = $output:ty),*;)*) => {
        $($(impl Arithmetic<$op, $right> for $left {
            type Output = $output;
        })*)*
    };
}

macro_rules! numbers {
    ($($left:ty, $right:ty = $output:ty;)*) => {
        table! {
            $($left: Addition $right = $output, Subtraction $right = $output, Multiplication $right = $output,
              Division $right = $output, Remainder $right = $output;)*
        }
    };
}

numbers! {
    i64, i64 = i64;
    i64, f64 = f64;
    f64, i64 = f64;
    f64, f64 = f64;
    Decimal, Decimal = Decimal;
    Decimal, i64 = Decimal;
    i64, Decimal = Decimal;
}

table! {
    DateTime<Utc>: Subtraction DateTime<Utc> = TimeDelta, Addition TimeDelta = DateTime<Utc>,
        Subtraction TimeDelta = DateTime<Utc>;
    NaiveDate: Subtraction NaiveDate = TimeDelta, Addition TimeDelta = DateTime<Utc>,
        Subtraction TimeDelta = DateTime<Utc>;
    NaiveTime: Subtraction NaiveTime = TimeDelta, Addition TimeDelta = NaiveTime, Subtraction TimeDelta = NaiveTime;
    TimeDelta: Addition TimeDelta = TimeDelta, Subtraction TimeDelta = TimeDelta, Addition DateTime<Utc> = DateTime<Utc>,
        Addition NaiveDate = DateTime<Utc>, Addition NaiveTime = NaiveTime, Multiplication i64 = TimeDelta,
        Division i64 = TimeDelta;
    i64: Multiplication TimeDelta = TimeDelta;
}

/// What may stand to the right of the operator `Op` behind a value that is compared as `Left`: a plain value, a column, an
/// expression or an aggregate of the model `R`.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot stand behind a field of type `{Left}` in arithmetic",
    label = "expected a number, a duration, a moment, or a field of one",
    note = "`F(price) + dec!(0.50)`, `F(price) * F(quantity)`, `F(end) - F(start)`"
)]
pub trait Term<R, Op, Left> {
    /// The type of the result.
    type Output: ModelField;

    /// Whether the right side can be NULL.
    type Null: Nullability;

    /// The right side as data.
    fn term(self) -> Expression;
}

macro_rules! values {
    ($($target:ty: $($value:ty),*;)*) => {
        $($(#[diagnostic::do_not_recommend]
        impl<R, Op, Left: Arithmetic<Op, $target>> Term<R, Op, Left> for $value {
            type Output = Left::Output;
            type Null = NotNull;

            fn term(self) -> Expression {
                Operand::<R, $target>::operand(self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<R, Op, Left: Arithmetic<Op, $target>> Term<R, Op, Left> for &$value {
            type Output = Left::Output;
            type Null = NotNull;

            fn term(self) -> Expression {
                Operand::<R, $target>::operand(self)
            }
        })*)*
    };
}

values! {
    i64: i8, i16, i32, i64, u8, u16, u32, u64, Auto, Auto32, SmallAuto;
    f64: f32, f64;
    Decimal: Decimal;
    NaiveDate: NaiveDate;
    NaiveTime: NaiveTime;
    DateTime<Utc>: DateTime<Utc>;
    TimeDelta: TimeDelta;
}

/// `None` is NULL.
#[diagnostic::do_not_recommend]
impl<R, Op, Left, V: Term<R, Op, Left>> Term<R, Op, Left> for Option<V> {
    type Output = V::Output;
    type Null = Nullable;

    fn term(self) -> Expression {
        self.map_or(Expression::Value(crate::Value::Null), V::term)
    }
}

macro_rules! expressions {
    ($($type:ident),*) => {
        $(#[diagnostic::do_not_recommend]
        impl<R, Op, Left: Arithmetic<Op, C::Operand>, C: ModelField> Term<R, Op, Left> for $type<R, C> {
            type Output = Left::Output;
            type Null = C::Null;

            fn term(self) -> Expression {
                self.into_expression()
            }
        })*
    };
}

expressions!(Column, Expr, Aggregate);

#[diagnostic::do_not_recommend]
impl<R, Op, Left: Arithmetic<Op, T>, T> Term<R, Op, Left> for OuterRef<T> {
    type Output = Left::Output;
    type Null = Nullable;

    fn term(self) -> Expression {
        Operand::<R, T>::operand(self)
    }
}

/// Writes the operators for `Column`, `Expr` or `Aggregate`.
macro_rules! arithmetic {
    ($type:ident) => {
        $crate::typed::expressions::arithmetic::operator!($type, Add, add, Addition, Add);
        $crate::typed::expressions::arithmetic::operator!($type, Sub, sub, Subtraction, Subtract);
        $crate::typed::expressions::arithmetic::operator!($type, Mul, mul, Multiplication, Multiply);
        $crate::typed::expressions::arithmetic::operator!($type, Div, div, Division, Divide);
        $crate::typed::expressions::arithmetic::operator!($type, Rem, rem, Remainder, Modulo);
    };
}

macro_rules! operator {
    ($type:ident, $trait:ident, $method:ident, $op:ident, $operator:ident) => {
        impl<R, T, V> std::ops::$trait<V> for $type<R, T>
        where
            T: $crate::ModelField,
            V: $crate::typed::Term<R, $crate::typed::expressions::arithmetic::$op, T::Operand>,
        {
            type Output = $crate::Expr<R, $crate::typed::With<$crate::typed::Like<T, V::Output>, V::Null>>;

            fn $method(self, right: V) -> Self::Output {
                $crate::Expr::new($crate::typed::expressions::arithmetic::binary(
                    self.into_expression(),
                    $crate::query::BinaryOperator::$operator,
                    right.term(),
                ))
            }
        }
    };
}

pub(in crate::typed) fn binary(left: Expression, operator: BinaryOperator, right: Expression) -> Expression {
    Expression::Binary(Box::new(left), operator, Box::new(right))
}

pub(in crate::typed) use {arithmetic, operator};
