//! What a column may be compared with and set to.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::query::{Expression, Operand as Right};
use crate::relations::RelationField;
use crate::typed::fields::column::{Column, Expr};
use crate::typed::fields::null::{NotNull, Nullability, Nullable};
use crate::typed::fields::place::Place;
use crate::typed::fields::relation::Relation;
use crate::{Auto, Auto32, FieldValue, ForeignKey, Model, ModelField, OneToOne, QuerySet, SmallAuto, Value};

// The compiler's list of all that implements it helps nobody: hence `do_not_recommend` below.

/// A value, column or expression that a column of type `T` of the model `R` can be compared with or set to.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` does not fit a field of type `{T}`",
    label = "expected something that fits `{T}`, found `{Self}`",
    note = "integer fields take integers, `Decimal` fields take `dec!(3.50)` and integers, text fields take `&str` and \
            `String`; a relation takes `&instance` or a primary key; `F(other_field)` takes a field of the same type",
    note = "a text is not a date: a `Date` field takes `Date::from_ymd_opt(2026, 1, 31)` or `\"2026-01-31\".parse::<Date>()?`, a \
            `DateTime` field `\"2026-01-31T12:00:00Z\".parse::<DateTime>()?`"
)]
pub trait Operand<R, T> {
    /// Whether it can be NULL.
    type Null: Nullability;

    /// The value or expression as data.
    fn operand(self) -> Expression;
}

macro_rules! values {
    ($($target:ty: $($value:ty),*;)*) => {
        $($(#[diagnostic::do_not_recommend]
        impl<R> Operand<R, $target> for $value {
            type Null = NotNull;

            fn operand(self) -> Expression {
                Expression::Value(self.to_value())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<R> Operand<R, $target> for &$value {
            type Null = NotNull;

            fn operand(self) -> Expression {
                Expression::Value(self.to_value())
            }
        })*)*
    };
}

/// Keys that the database numbers: one that it has not numbered yet is not NULL.
macro_rules! numbered {
    ($($value:ty),*) => {
        $(#[diagnostic::do_not_recommend]
        impl<R> Operand<R, i64> for $value {
            type Null = NotNull;

            fn operand(self) -> Expression {
                known(self.to_value(), || "the key of an unsaved instance".into())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<R> Operand<R, i64> for &$value {
            type Null = NotNull;

            fn operand(self) -> Expression {
                Operand::<R, i64>::operand(*self)
            }
        })*
    };
}

numbered!(Auto, Auto32, SmallAuto);

/// The key, unless there is none.
fn known(key: Value, what: impl FnOnce() -> Cow<'static, str>) -> Expression {
    if key.is_null() { Expression::Unsaved(what()) } else { Expression::Value(key) }
}

fn unsaved_instance<T: Model>() -> Cow<'static, str> {
    format!("the unsaved instance of `{}`", (T::entry().label)()).into()
}

values! {
    i64: i8, i16, i32, i64, u8, u16, u32, u64;
    f64: f32, f64, i32;
    Decimal: Decimal, i32, i64, u32, u64;
    bool: bool;
    String: String;
    NaiveDate: NaiveDate;
    NaiveTime: NaiveTime;
    DateTime<Utc>: DateTime<Utc>;
    TimeDelta: TimeDelta;
    Uuid: Uuid;
    serde_json::Value: serde_json::Value, bool, i32, i64, u32, f64, String;
    Vec<u8>: Vec<u8>;
    IpAddr: IpAddr, Ipv4Addr, Ipv6Addr;
}

#[diagnostic::do_not_recommend]
impl<R> Operand<R, String> for &str {
    type Null = NotNull;

    fn operand(self) -> Expression {
        Expression::Value(Value::Text(self.to_owned()))
    }
}

#[diagnostic::do_not_recommend]
impl<R> Operand<R, serde_json::Value> for &str {
    type Null = NotNull;

    fn operand(self) -> Expression {
        Expression::Value(Value::Text(self.to_owned()))
    }
}

#[diagnostic::do_not_recommend]
impl<R> Operand<R, String> for &&str {
    type Null = NotNull;

    fn operand(self) -> Expression {
        Expression::Value(Value::Text((*self).to_owned()))
    }
}

#[diagnostic::do_not_recommend]
impl<R> Operand<R, String> for Cow<'_, str> {
    type Null = NotNull;

    fn operand(self) -> Expression {
        Expression::Value(Value::Text(self.into_owned()))
    }
}

#[diagnostic::do_not_recommend]
impl<R> Operand<R, Vec<u8>> for &[u8] {
    type Null = NotNull;

    fn operand(self) -> Expression {
        Expression::Value(Value::Bytes(self.to_owned()))
    }
}

/// JSON's `null`, which is a value: Django's `JSONNull`. `set!(data = JSONNull)` writes it where `set!(data = None)` writes
/// NULL. A condition takes both for JSON's `null`: `q!(data = None)` is `q!(data = JSONNull)`, and whether there is a document
/// at all is `q!(data__isnull = true)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JSONNull;

impl From<JSONNull> for Value {
    fn from(_: JSONNull) -> Self {
        Self::Json(serde_json::Value::Null)
    }
}

#[diagnostic::do_not_recommend]
impl<R> Operand<R, serde_json::Value> for JSONNull {
    type Null = NotNull;

    fn operand(self) -> Expression {
        Expression::Value(self.into())
    }
}

/// `None` is NULL.
#[diagnostic::do_not_recommend]
impl<R, T, V: Operand<R, T>> Operand<R, T> for Option<V> {
    type Null = Nullable;

    fn operand(self) -> Expression {
        self.map_or(Expression::Value(Value::Null), V::operand)
    }
}

#[diagnostic::do_not_recommend]
impl<R, C: ModelField> Operand<R, C::Operand> for Column<R, C> {
    type Null = C::Null;

    fn operand(self) -> Expression {
        self.into_expression()
    }
}

#[diagnostic::do_not_recommend]
impl<R, C: ModelField> Operand<R, C::Operand> for Expr<R, C> {
    type Null = C::Null;

    fn operand(self) -> Expression {
        self.into_expression()
    }
}

/// The keys that a relation may be compared with, where the target's primary key is such a key.
macro_rules! keys {
    ($($value:ty),*) => {
        $(#[diagnostic::do_not_recommend]
        impl<'v, R, T: Model> Operand<R, ForeignKey<T>> for $value
        where
            $value: Operand<R, <T::Pk as ModelField>::Operand>,
        {
            type Null = NotNull;

            fn operand(self) -> Expression {
                Operand::<R, <T::Pk as ModelField>::Operand>::operand(self)
            }
        })*
    };
}

keys!(i16, i32, i64, u32, u64, Auto, Auto32, SmallAuto, String, Uuid, &'v str, &'v &'v str);
keys!(&'v i16, &'v i32, &'v i64, &'v u32, &'v u64, &'v Auto, &'v Auto32, &'v SmallAuto, &'v String, &'v Uuid);

/// A column or expression of keys, where the target's primary key is such a key.
macro_rules! columns_of_keys {
    ($($key:ty),*) => {
        columns_of_keys!(@ Column: $($key, Option<$key>),*);
        columns_of_keys!(@ Expr: $($key, Option<$key>),*);
    };
    (@ $type:ident: $($key:ty),*) => {
        $(#[diagnostic::do_not_recommend]
        impl<R, T: Model> Operand<R, ForeignKey<T>> for $type<R, $key>
        where
            T::Pk: ModelField<Operand = <$key as ModelField>::Operand>,
        {
            type Null = <$key as ModelField>::Null;

            fn operand(self) -> Expression {
                self.into_expression()
            }
        })*
    };
}

columns_of_keys!(i16, i32, i64, u32, u64, Auto, Auto32, SmallAuto, String, Uuid);

#[diagnostic::do_not_recommend]
impl<R, T: Model> Operand<R, ForeignKey<T>> for &T {
    type Null = NotNull;

    fn operand(self) -> Expression {
        known(self.pk_value(), unsaved_instance::<T>)
    }
}

macro_rules! relations {
    ($($value:ty),*) => {
        $(#[diagnostic::do_not_recommend]
        impl<R, T: Model> Operand<R, ForeignKey<T>> for $value {
            type Null = NotNull;

            fn operand(self) -> Expression {
                known(self.to_value(), || match self.loaded() {
                    Some(_) => unsaved_instance::<T>(),
                    None => format!("the unset reference to `{}`", (T::entry().label)()).into(),
                })
            }
        })*
    };
}

relations!(ForeignKey<T>, &ForeignKey<T>, OneToOne<T>, &OneToOne<T>);

#[diagnostic::do_not_recommend]
impl<P: Place, F: RelationField> Operand<P::Model, ForeignKey<F::Target>> for Relation<P, F> {
    type Null = Nullable;

    fn operand(self) -> Expression {
        Expression::Column(self.into_path())
    }
}

/// What `contains`, `startswith` and their kin take: a text, of a column of text.
#[diagnostic::on_unimplemented(
    message = "a field of type `{T}` has no text to look into with a `{Self}`",
    label = "`contains`, `startswith`, `iexact` and their kin compare a text field with a text"
)]
pub trait TextOperand<R, T> {
    /// The text as data.
    fn text_operand(self) -> Expression;
}

impl<R, V: Operand<R, String>> TextOperand<R, String> for V {
    fn text_operand(self) -> Expression {
        self.operand()
    }
}

/// What `contains` takes: a text, of a column of text, or a document, of a column of JSON.
#[diagnostic::on_unimplemented(
    message = "a field of type `{T}` has no text to look into with a `{Self}`",
    label = "`contains` compares a text field with a text, and a JSON field with a document"
)]
pub trait ContainedOperand<R, T> {
    /// The text or document as data.
    fn contained_operand(self) -> Expression;
}

impl<R, V: Operand<R, String>> ContainedOperand<R, String> for V {
    fn contained_operand(self) -> Expression {
        self.operand()
    }
}

impl<R, V: Operand<R, serde_json::Value>> ContainedOperand<R, serde_json::Value> for V {
    fn contained_operand(self) -> Expression {
        self.operand()
    }
}

/// The right side of `in`: a list of values, or another query.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is not a list of values that fit a field of type `{T}`",
    label = "expected a list, such as `[a, b]` or a `Vec`, of what fits `{T}`"
)]
pub trait Operands<R, T> {
    /// The list or query as data.
    fn operands(self) -> Right;
}

impl<R, T, I: IntoIterator> Operands<R, T> for I
where
    I::Item: Operand<R, T>,
{
    fn operands(self) -> Right {
        Right::Many(self.into_iter().map(Operand::operand).collect())
    }
}

/// The rows of another query, by their primary keys.
#[diagnostic::do_not_recommend]
impl<R, T: Model> Operands<R, ForeignKey<T>> for QuerySet<T> {
    fn operands(self) -> Right {
        Right::Query(Box::new(self.into_query()), None)
    }
}

/// The two ends of `range`, both included.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is not a range of what fits a field of type `{T}`",
    label = "expected two values, `(low, high)` or `low..=high`"
)]
pub trait Bounds<R, T> {
    /// The ends as data.
    fn bounds(self) -> [Expression; 2];
}

impl<R, T, L: Operand<R, T>, H: Operand<R, T>> Bounds<R, T> for (L, H) {
    fn bounds(self) -> [Expression; 2] {
        [self.0.operand(), self.1.operand()]
    }
}

impl<R, T, V: Operand<R, T>> Bounds<R, T> for RangeInclusive<V> {
    fn bounds(self) -> [Expression; 2] {
        let (low, high) = self.into_inner();
        [low.operand(), high.operand()]
    }
}
