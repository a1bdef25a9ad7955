//! MySQL's binary protocol into values.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rjango_core::Result;
use rust_decimal::Decimal;
use sqlx::mysql::{MySqlRow, MySqlValueRef};
use sqlx::{Column as _, Decode, MySql, Row as _, TypeInfo as _, ValueRef as _};

use super::errors::database_error;
use crate::connection::natural::{expected, unreadable};
use crate::{Value, ValueType};

/// The value of the row's column at a position.
pub(super) fn value(row: &MySqlRow, index: usize, value_type: ValueType) -> Result<Value> {
    let raw = row.try_get_raw(index).map_err(|error| database_error(error, None))?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let info = raw.type_info().into_owned();
    let value = match natural(raw, info.name(), value_type) {
        Some(value) => expected(value, value_type).map_err(|found| format!("{} `{found}`", found.kind_name())),
        None => Err(format!("a value of the type `{}`", info.name())),
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
        "DECIMAL" => {
            let text: &str = decode(raw)?;
            // More digits than there is room for: an average, or a sum of very many.
            let number = text.parse::<Decimal>().or_else(|_| Decimal::from_str_exact(text.get(..29).unwrap_or(text)));
            Value::Decimal(number.ok()?)
        }
        "DATE" => Value::Date(decode::<NaiveDate>(raw)?),
        "DATETIME" | "TIMESTAMP" => Value::DateTime(decode::<NaiveDateTime>(raw)?.and_utc()),
        "TIME" => Value::Time(decode::<NaiveTime>(raw)?),
        "NULL" => Value::Null,
        "BIT" => {
            let bytes: &[u8] = decode(raw)?;
            Value::Int(bytes.iter().fold(0, |number, byte| number << 8 | i64::from(*byte)))
        }
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

fn decode<'r, T: Decode<'r, MySql>>(raw: MySqlValueRef<'r>) -> Option<T> {
    T::decode(raw).ok()
}
