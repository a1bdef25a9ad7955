//! MySQL's binary protocol into values.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rjango_core::Result;
use rust_decimal::Decimal;
use sqlx::mysql::{MySqlRow, MySqlValueRef};
use sqlx::{Column as _, Decode, MySql, Row as _, TypeInfo as _, ValueRef as _};

use super::errors::database_error;
use crate::connection::natural::{expected, spelt_decimal};
use crate::connection::unreadable::unreadable;
use crate::value::bounds::shown;
use crate::{Value, ValueType};

/// The value of the row's column at a position.
pub(super) fn value(row: &MySqlRow, index: usize, value_type: ValueType) -> Result<Value> {
    let raw = row.try_get_raw(index).map_err(|error| database_error(error, None))?;
    if raw.is_null() {
        // The driver takes a zero date for NULL, which it is not.
        return match text(raw) {
            Some(zero) => Err(unreadable(row.column(index).name(), value_type, &format!("the value `{zero}`"))),
            None => Ok(Value::Null),
        };
    }
    let info = raw.type_info().into_owned();
    let value = match (info.name(), natural(raw.clone(), info.name(), value_type)) {
        ("DECIMAL", _) => match decode::<&str>(raw) {
            Some(text) => spelt_decimal(text, value_type),
            None => Err("a decimal that is not spelt in ASCII".to_owned()),
        },
        (_, Some(value)) => expected(value, value_type).map_err(|found| shown(&found)),
        // A date with a zero in it, a time beyond a day, a shape.
        (name, None) => Err(format!("a value of the type `{name}` that no field has")),
    };
    value.map_err(|found| unreadable(row.column(index).name(), value_type, &found))
}

/// The value as its own type; `None` where it is none that is known here.
fn natural(raw: MySqlValueRef<'_>, name: &str, value_type: ValueType) -> Option<Value> {
    Some(match name {
        "BOOLEAN" | "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "BIGINT" => Value::Int(decode(raw)?),
        "YEAR" | "TINYINT UNSIGNED" | "SMALLINT UNSIGNED" | "MEDIUMINT UNSIGNED" | "INT UNSIGNED"
        | "BIGINT UNSIGNED" => {
            let number: u64 = decode(raw)?;
            i64::try_from(number).map_or_else(|_| Value::Decimal(Decimal::from(number)), Value::Int)
        }
        "FLOAT" => Value::Float(decode::<f32>(raw)?.into()),
        "DOUBLE" => Value::Float(decode(raw)?),
        "DATE" => Value::Date(decode::<NaiveDate>(raw)?),
        "DATETIME" | "TIMESTAMP" => Value::DateTime(decode::<NaiveDateTime>(raw)?.and_utc()),
        "TIME" => Value::Time(decode::<NaiveTime>(raw)?),
        "NULL" => Value::Null,
        "BIT" => {
            let bytes: &[u8] = decode(raw)?;
            let number = bytes.iter().fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
            i64::try_from(number).map_or_else(|_| Value::Decimal(Decimal::from(number)), Value::Int)
        }
        // Its bytes are nobody's text.
        "GEOMETRY" if value_type != ValueType::Bytes => return None,
        _ => {
            let bytes: &[u8] = decode(raw)?;
            // A text whose collation is binary says that it is bytes.
            match std::str::from_utf8(bytes) {
                Ok(text) if value_type != ValueType::Bytes => Value::Text(text.to_owned()),
                _ => Value::Bytes(bytes.to_vec()),
            }
        }
    })
}

/// A date or time that does not exist, as the server spells it.
fn text(raw: MySqlValueRef<'_>) -> Option<String> {
    let info = raw.type_info().into_owned();
    let bytes = <&[u8] as Decode<MySql>>::decode(raw).ok();
    match (info.name(), bytes) {
        // The binary protocol leaves out what is zero.
        ("DATE" | "DATETIME" | "TIMESTAMP", Some([] | [0])) => Some("0000-00-00".to_owned()),
        _ => None,
    }
}

fn decode<'r, T: Decode<'r, MySql>>(raw: MySqlValueRef<'r>) -> Option<T> {
    T::decode(raw).ok()
}
