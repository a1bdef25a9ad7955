//! Rust's values as templates'.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Map, Value};

macro_rules! from {
    ($($given:ty => |$value:ident| $made:expr;)*) => {
        $(impl From<$given> for Value {
            fn from($value: $given) -> Self {
                $made
            }
        })*
    };
}

from! {
    () => |_value| Self::None;
    bool => |value| Self::Bool(value);
    i8 => |value| Self::Int(value.into());
    i16 => |value| Self::Int(value.into());
    i32 => |value| Self::Int(value.into());
    i64 => |value| Self::Int(value);
    i128 => |value| Self::int(value);
    u8 => |value| Self::Int(value.into());
    u16 => |value| Self::Int(value.into());
    u32 => |value| Self::Int(value.into());
    u64 => |value| Self::int(value.into());
    usize => |value| Self::int(value as i128);
    f32 => |value| Self::Float(value.into());
    f64 => |value| Self::Float(value);
    Decimal => |value| Self::Decimal(value);
    &str => |value| Self::Text(value.into());
    String => |value| Self::Text(value.into());
    char => |value| Self::Text(value.to_string().into());
    Arc<str> => |value| Self::Text(value);
    NaiveDate => |value| Self::Date(value);
    NaiveTime => |value| Self::Time(value);
    NaiveDateTime => |value| Self::Naive(value);
    DateTime<Utc> => |value| Self::DateTime(value);
    TimeDelta => |value| Self::Duration(value);
    Uuid => |value| Self::Uuid(value);
    Map => |value| Self::Map(Arc::new(value));
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::list(items.into_iter().map(Into::into))
    }
}

impl<T: Into<Self>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::list(items.into_iter().map(Into::into))
    }
}

impl From<&serde_json::Value> for Value {
    fn from(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::None,
            serde_json::Value::Bool(flag) => Self::Bool(*flag),
            serde_json::Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(number), _) => Self::Int(number),
                (None, Some(number)) => Self::int(number.into()),
                (None, None) => Self::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            serde_json::Value::String(text) => text.as_str().into(),
            serde_json::Value::Array(items) => items.iter().map(Self::from).collect(),
            serde_json::Value::Object(pairs) => {
                Self::map(pairs.iter().map(|(key, value)| (key.as_str(), Self::from(value))))
            }
        }
    }
}
