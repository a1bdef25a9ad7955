//! What a project's own filters and tags get: values as the types of Rust.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use rjango_core::{Error, ErrorKind, Result};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Str, Value};

/// A type that can be made of a template's value.
#[diagnostic::on_unimplemented(
    message = "a template cannot give a `{Self}`",
    note = "take `&str`, `String`, `&Value`, `Value`, `bool`, a number, a date, a moment, a `Uuid`, a list of these, or an `Option` of one"
)]
pub trait FromValue: Sized {
    /// The value; nothing where it is of another kind.
    fn from_value(value: &Value) -> Option<Self>;

    /// What it is called in messages.
    const EXPECTED: &'static str;
}

/// The argument of this name.
///
/// # Errors
/// `Template` where the value is of another kind.
pub fn argument<T: FromValue>(name: &str, value: &Value) -> Result<T> {
    T::from_value(value).ok_or_else(|| {
        Error::new(ErrorKind::Template, format!("`{name}` must be {}, and it is {}", T::EXPECTED, value.repr()))
    })
}

macro_rules! given {
    ($($ty:ty, $expected:literal => |$value:ident| $made:expr;)*) => {
        $(impl FromValue for $ty {
            const EXPECTED: &'static str = $expected;

            fn from_value($value: &Value) -> Option<Self> {
                $made
            }
        })*
    };
}

given! {
    Value, "a value" => |value| Some(value.clone());
    bool, "a truth" => |value| Some(value.is_true());
    String, "a text" => |value| Some(value.text().into_owned());
    Str, "a text" => |value| Some(match value {
        Value::Text(text) | Value::Safe(text) => Arc::clone(text),
        other => other.text().into(),
    });
    char, "one character" => |value| {
        let text = value.text();
        let mut characters = text.chars();
        characters.next().filter(|_| characters.next().is_none())
    };
    i8, "a whole number" => |value| whole(value)?.try_into().ok();
    i16, "a whole number" => |value| whole(value)?.try_into().ok();
    i32, "a whole number" => |value| whole(value)?.try_into().ok();
    i64, "a whole number" => |value| whole(value)?.try_into().ok();
    i128, "a whole number" => |value| whole(value);
    u8, "a whole number that is not negative" => |value| whole(value)?.try_into().ok();
    u16, "a whole number that is not negative" => |value| whole(value)?.try_into().ok();
    u32, "a whole number that is not negative" => |value| whole(value)?.try_into().ok();
    u64, "a whole number that is not negative" => |value| whole(value)?.try_into().ok();
    usize, "a whole number that is not negative" => |value| whole(value)?.try_into().ok();
    f32, "a number" => |value| f64::from_value(value).map(|number| number as f32);
    f64, "a number" => |value| match value {
        Value::Float(number) => Some(*number),
        Value::Decimal(number) => number.to_string().parse().ok(),
        Value::Text(text) | Value::Safe(text) => text.trim().parse().ok(),
        other => other.as_int().map(|number| number as f64),
    };
    Decimal, "a number" => |value| match value {
        Value::Decimal(number) => Some(*number),
        Value::Float(number) => number.to_string().parse().ok(),
        Value::Text(text) | Value::Safe(text) => text.trim().parse().ok(),
        other => Decimal::try_from_i128_with_scale(other.as_int()?, 0).ok(),
    };
    NaiveDate, "a date" => |value| match value {
        Value::Date(date) => Some(*date),
        Value::Naive(moment) => Some(moment.date()),
        Value::Zoned(moment) => Some(moment.date_naive()),
        Value::Text(text) | Value::Safe(text) => text.trim().parse().ok(),
        _ => None,
    };
    NaiveTime, "a time" => |value| match value {
        Value::Time(time) => Some(*time),
        _ => None,
    };
    DateTime<Utc>, "a moment" => |value| match value {
        Value::DateTime(moment) => Some(*moment),
        Value::Zoned(moment) => Some(moment.to_utc()),
        _ => None,
    };
    TimeDelta, "a length of time" => |value| match value {
        Value::Duration(duration) => Some(*duration),
        _ => None,
    };
    Uuid, "a UUID" => |value| match value {
        Value::Uuid(uuid) => Some(*uuid),
        Value::Text(text) | Value::Safe(text) => text.trim().parse().ok(),
        _ => None,
    };
}

impl<T: FromValue> FromValue for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::None | Value::Undefined => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    const EXPECTED: &'static str = "a list";

    fn from_value(value: &Value) -> Option<Self> {
        value.items()?.map(|item| T::from_value(&item)).collect()
    }
}

/// A whole number, or the text of one.
fn whole(value: &Value) -> Option<i128> {
    match value {
        Value::Text(text) | Value::Safe(text) => text.trim().parse().ok(),
        Value::Float(number) if number.fract() == 0.0 && number.abs() < 1e38 => Some(*number as i128),
        Value::Decimal(number) if number.is_integer() => i128::try_from(*number).ok(),
        other => other.as_int(),
    }
}
