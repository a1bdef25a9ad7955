//! From what a server says that a column holds to what the query knows it to be.
//!
//! A server names each column's type. Where it is another than expected, the value is converted if nothing is lost: the
//! sum of a `bigint` is a `numeric` for PostgreSQL, a boolean a `tinyint` for MySQL.

use chrono::{NaiveDate, TimeDelta};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use uuid::Uuid;

use crate::value::bounds::of_places;
use crate::value::{parse_date_time, parse_time, read_json, with_places};
use crate::{Value, ValueType};

/// The value as the type that is expected, or the value as it came.
#[allow(clippy::cast_possible_truncation)] // Whole numbers, and parts of a microsecond.
#[allow(clippy::cast_precision_loss)] // As the servers' own conversions.
pub(super) fn expected(value: Value, value_type: ValueType) -> Result<Value, Value> {
    let converted = match (value_type, &value) {
        (_, Value::Null)
        | (ValueType::Key, _)
        | (ValueType::Bool, Value::Bool(_))
        | (ValueType::Int, Value::Int(_))
        | (ValueType::Float, Value::Float(_))
        | (ValueType::Decimal(None), Value::Decimal(_))
        | (ValueType::Text, Value::Text(_))
        | (ValueType::Bytes, Value::Bytes(_))
        | (ValueType::Date, Value::Date(_))
        | (ValueType::Time, Value::Time(_))
        | (ValueType::DateTime, Value::DateTime(_))
        | (ValueType::Duration, Value::Duration(_))
        | (ValueType::Uuid, Value::Uuid(_))
        | (ValueType::Json, Value::Json(_)) => return Ok(value),
        (ValueType::Bool, Value::Int(number)) => Some(Value::Bool(*number != 0)),
        (ValueType::Int, Value::Bool(flag)) => Some(Value::Int(i64::from(*flag))),
        (ValueType::Int, Value::Decimal(number)) if number.is_integer() => number.to_i64().map(Value::Int),
        (ValueType::Int, Value::Float(number)) if number.fract() == 0.0 && number.abs() < 9e15 => {
            Some(Value::Int(*number as i64))
        }
        (ValueType::Int, Value::Text(text)) => text.parse().ok().map(Value::Int),
        (ValueType::Float, Value::Int(number)) => Some(Value::Float(*number as f64)),
        (ValueType::Float, Value::Decimal(number)) => number.to_f64().map(Value::Float),
        (ValueType::Decimal(places), number) => match places {
            Some(places) => decimal(number).and_then(|number| with_places(number, places)).map(Value::Decimal),
            None => decimal(number).map(Value::Decimal),
        },
        (ValueType::Text, Value::Int(_) | Value::Float(_) | Value::Decimal(_) | Value::Uuid(_)) => {
            Some(Value::Text(value.to_string()))
        }
        (ValueType::Text, Value::Bytes(bytes)) => String::from_utf8(bytes.clone()).ok().map(Value::Text),
        (ValueType::Text, Value::Json(json)) => Some(Value::Text(match json {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        })),
        (ValueType::Bytes, Value::Text(text)) => Some(Value::Bytes(text.as_bytes().to_vec())),
        (ValueType::Date, Value::DateTime(moment)) => Some(Value::Date(moment.date_naive())),
        (ValueType::Date, Value::Text(text)) => {
            NaiveDate::parse_from_str(text.get(..10).unwrap_or(text), "%Y-%m-%d").ok().map(Value::Date)
        }
        (ValueType::DateTime, Value::Date(date)) => {
            date.and_hms_opt(0, 0, 0).map(|midnight| Value::DateTime(midnight.and_utc()))
        }
        (ValueType::DateTime, Value::Text(text)) => parse_date_time(text).map(Value::DateTime),
        (ValueType::Time, Value::DateTime(moment)) => Some(Value::Time(moment.time())),
        (ValueType::Time, Value::Text(text)) => parse_time(text).map(Value::Time),
        (ValueType::Duration, Value::Int(micros)) => Some(Value::Duration(TimeDelta::microseconds(*micros))),
        (ValueType::Duration, Value::Decimal(micros)) => {
            micros.trunc().to_i64().map(|micros| Value::Duration(TimeDelta::microseconds(micros)))
        }
        (ValueType::Duration, Value::Float(micros)) => Some(Value::Duration(TimeDelta::microseconds(*micros as i64))),
        (ValueType::Uuid, Value::Text(text)) => Uuid::parse_str(text).ok().map(Value::Uuid),
        (ValueType::Uuid, Value::Bytes(bytes)) => Uuid::from_slice(bytes).ok().map(Value::Uuid),
        (ValueType::Json, Value::Text(text)) => read_json(text.as_bytes()).map(Value::Json),
        (ValueType::Json, Value::Bytes(bytes)) => read_json(bytes).map(Value::Json),
        _ => None,
    };
    converted.ok_or(value)
}

fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Decimal(number) => Some(*number),
        Value::Int(number) => Some(Decimal::from(*number)),
        Value::Float(number) => Decimal::from_f64(*number),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// The decimal that a server spells, as the type that is expected; or what was found instead. A column's own number is read
/// whole or not at all. What is computed, such as a mean, may have more digits than there is room for: it is rounded.
pub(super) fn spelt_decimal(text: &str, value_type: ValueType) -> Result<Value, String> {
    let read = match value_type {
        ValueType::Decimal(Some(places)) => of_places(text, places).map(Value::Decimal),
        ValueType::Decimal(None) => text.parse().ok().map(Value::Decimal),
        ValueType::Float => text.parse().ok().map(Value::Float),
        ValueType::Text => Some(Value::Text(text.to_owned())),
        other => Decimal::from_str_exact(text).ok().and_then(|number| expected(Value::Decimal(number), other).ok()),
    };
    read.ok_or_else(|| format!("the decimal `{text}`"))
}
