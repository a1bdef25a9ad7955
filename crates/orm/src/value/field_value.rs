//! The Rust types that a field can have, and their way to and from a [`Value`].

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use rjango_core::{Error, ErrorKind, Result};
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use uuid::Uuid;

use crate::{Value, ValueType};

/// A Rust type that a model's field can have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type that a model's field can have",
    note = "fields are integers, `f64`, `bool`, `String`, `Decimal`, `Date`, `Time`, `DateTime`, `Duration`, `Uuid`, \
            `Json`, `Vec<u8>`, IP addresses, enums with `#[derive(Choices)]`, relations, or an `Option` of these"
)]
pub trait FieldValue: Sized {
    /// How a column of this type is read.
    const TYPE: ValueType;

    /// The value as a parameter.
    fn to_value(&self) -> Value;

    /// The value from a row.
    ///
    /// # Errors
    /// `Validation` where the value is of another type or out of range.
    fn from_value(value: Value) -> Result<Self>;
}

/// The error for a value that is not of the type `expected` (a Rust type's name).
#[cold]
pub(crate) fn mismatch(expected: &str, found: &Value) -> Error {
    let message = match found {
        Value::Null => format!("expected a value of type `{expected}`, found NULL"),
        other => format!("expected a value of type `{expected}`, found {} `{other}`", other.kind_name()),
    };
    Error::new(ErrorKind::Validation, message)
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl FieldValue for $type {
            const TYPE: ValueType = ValueType::Int;

            fn to_value(&self) -> Value {
                Value::Int(i64::from(*self))
            }

            fn from_value(value: Value) -> Result<Self> {
                match value {
                    Value::Int(number) => Self::try_from(number).map_err(|_| out_of_range(stringify!($type), number)),
                    Value::Bool(flag) => Ok(Self::from(flag)),
                    other => Err(mismatch(stringify!($type), &other)),
                }
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, u8, u16, u32);

#[cold]
fn out_of_range(expected: &str, number: i64) -> Error {
    Error::new(ErrorKind::Validation, format!("the number {number} does not fit into `{expected}`"))
}

/// Up to `i64::MAX`, as every engine's largest signed integer. A larger number becomes a decimal: it compares as the number it
/// is, and no integer column keeps it.
impl FieldValue for u64 {
    const TYPE: ValueType = ValueType::Int;

    fn to_value(&self) -> Value {
        i64::try_from(*self).map_or_else(|_| Value::Decimal(Decimal::from(*self)), Value::Int)
    }

    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Int(number) => Self::try_from(number).map_err(|_| out_of_range("u64", number)),
            other => Err(mismatch("u64", &other)),
        }
    }
}

impl FieldValue for f64 {
    const TYPE: ValueType = ValueType::Float;

    fn to_value(&self) -> Value {
        Value::Float(*self)
    }

    #[allow(clippy::cast_precision_loss)] // Python's float does the same with a whole number.
    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Float(number) => Ok(number),
            Value::Int(number) => Ok(number as Self),
            other => Err(mismatch("f64", &other)),
        }
    }
}

impl FieldValue for f32 {
    const TYPE: ValueType = ValueType::Float;

    fn to_value(&self) -> Value {
        Value::Float(f64::from(*self))
    }

    #[allow(clippy::cast_possible_truncation)] // The field was declared with this precision.
    fn from_value(value: Value) -> Result<Self> {
        let number = f64::from_value(value)?;
        let near = number as Self;
        if number.is_finite() && !near.is_finite() {
            return Err(Error::new(ErrorKind::Validation, format!("the number {number:?} does not fit into `f32`")));
        }
        Ok(near)
    }
}

impl FieldValue for bool {
    const TYPE: ValueType = ValueType::Bool;

    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }

    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Bool(flag) => Ok(flag),
            Value::Int(number) => Ok(number != 0),
            other => Err(mismatch("bool", &other)),
        }
    }
}

impl FieldValue for Decimal {
    const TYPE: ValueType = ValueType::Decimal(None);

    fn to_value(&self) -> Value {
        Value::Decimal(*self)
    }

    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Decimal(number) => Ok(number),
            Value::Int(number) => Ok(Self::from(number)),
            Value::Float(number) => Self::from_f64(number).ok_or_else(|| mismatch("Decimal", &Value::Float(number))),
            other => Err(mismatch("Decimal", &other)),
        }
    }
}

macro_rules! plain {
    ($($type:ty, $variant:ident, $name:literal);* $(;)?) => {$(
        impl FieldValue for $type {
            const TYPE: ValueType = ValueType::$variant;

            fn to_value(&self) -> Value {
                Value::$variant(self.clone())
            }

            fn from_value(value: Value) -> Result<Self> {
                match value {
                    Value::$variant(inner) => Ok(inner),
                    other => Err(mismatch($name, &other)),
                }
            }
        }
    )*};
}

plain! {
    String, Text, "String";
    Vec<u8>, Bytes, "Vec<u8>";
    NaiveDate, Date, "Date";
    NaiveTime, Time, "Time";
    DateTime<Utc>, DateTime, "DateTime";
    TimeDelta, Duration, "Duration";
    Uuid, Uuid, "Uuid";
    serde_json::Value, Json, "Json";
}

macro_rules! addresses {
    ($($type:ty, $name:literal);* $(;)?) => {$(
        impl FieldValue for $type {
            const TYPE: ValueType = ValueType::Text;

            fn to_value(&self) -> Value {
                Value::Text(self.to_string())
            }

            fn from_value(value: Value) -> Result<Self> {
                match &value {
                    Value::Text(text) => text.parse().map_err(|_| mismatch($name, &value)),
                    other => Err(mismatch($name, other)),
                }
            }
        }
    )*};
}

addresses! {
    IpAddr, "IpAddr";
    Ipv4Addr, "Ipv4Addr";
    Ipv6Addr, "Ipv6Addr";
}

impl<T: FieldValue> FieldValue for Option<T> {
    const TYPE: ValueType = T::TYPE;

    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_value)
    }

    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Null => Ok(None),
            other => T::from_value(other).map(Some),
        }
    }
}

/// A value may stand where any field's type may: dynamic code passes it through.
impl FieldValue for Value {
    const TYPE: ValueType = ValueType::Text;

    fn to_value(&self) -> Value {
        self.clone()
    }

    fn from_value(value: Value) -> Result<Self> {
        Ok(value)
    }
}
