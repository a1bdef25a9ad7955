//! SQLite's storage classes into values, by the type that the query knows its columns to have.

use chrono::{NaiveDate, TimeDelta};
use rjango_core::Result;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use sqlx::sqlite::{SqliteRow, SqliteValueRef};
use sqlx::{Decode, Row as _, Sqlite, TypeInfo, ValueRef};
use uuid::Uuid;

use crate::connection::unreadable::unreadable;
use crate::value::bounds::{of_double, of_places};
use crate::value::{parse_date_time, parse_time, plain_date, read_json, with_places};
use crate::{Value, ValueType};

/// The value of the row's column at a position.
pub(super) fn value(row: &SqliteRow, index: usize, value_type: ValueType) -> Result<Value> {
    let raw = row.try_get_raw(index).map_err(|error| super::errors::database_error(error, None))?;
    read(raw, value_type).map_err(|found| {
        let column = row.columns().get(index).map_or("?", |column| sqlx::Column::name(column));
        unreadable(column, value_type, &found)
    })
}

/// What a column holds, as SQLite stores it.
enum Stored<'r> {
    Int(i64),
    Float(f64),
    Text(&'r str),
    Blob(&'r [u8]),
}

fn stored(raw: SqliteValueRef<'_>) -> std::result::Result<Option<Stored<'_>>, String> {
    if raw.is_null() {
        return Ok(None);
    }
    let text = |error: sqlx::error::BoxDynError| error.to_string();
    let info = raw.type_info().into_owned();
    Ok(Some(match info.name() {
        "INTEGER" => Stored::Int(<i64 as Decode<Sqlite>>::decode(raw).map_err(text)?),
        "REAL" => Stored::Float(<f64 as Decode<Sqlite>>::decode(raw).map_err(text)?),
        "TEXT" => Stored::Text(<&str as Decode<Sqlite>>::decode(raw).map_err(text)?),
        _ => Stored::Blob(<&[u8] as Decode<Sqlite>>::decode(raw).map_err(text)?),
    }))
}

/// The value, or what was found instead.
fn read(raw: SqliteValueRef<'_>, value_type: ValueType) -> std::result::Result<Value, String> {
    let Some(stored) = stored(raw)? else {
        return Ok(Value::Null);
    };
    let value = match (value_type, &stored) {
        (ValueType::Int, Stored::Int(number)) => Some(Value::Int(*number)),
        (ValueType::Int, Stored::Text(text)) => text.parse().ok().map(Value::Int),
        #[allow(clippy::cast_possible_truncation)] // A whole number, as the condition says.
        (ValueType::Int, Stored::Float(number)) if number.fract() == 0.0 && number.abs() < 9e15 => {
            Some(Value::Int(*number as i64))
        }
        (ValueType::Text, Stored::Text(text)) => Some(Value::Text((*text).to_owned())),
        (ValueType::Text, Stored::Int(number)) => Some(Value::Text(number.to_string())),
        (ValueType::Text, Stored::Float(number)) => Some(Value::Text(format!("{number:?}"))),
        (ValueType::Bool, Stored::Int(number)) => Some(Value::Bool(*number != 0)),
        (ValueType::Float, Stored::Float(number)) => Some(Value::Float(*number)),
        #[allow(clippy::cast_precision_loss)] // As SQLite's own conversion.
        (ValueType::Float, Stored::Int(number)) => Some(Value::Float(*number as f64)),
        (ValueType::Decimal(places), _) => decimal(&stored, places).map(Value::Decimal),
        (ValueType::DateTime, Stored::Text(text)) => parse_date_time(text).map(Value::DateTime),
        (ValueType::Date, Stored::Text(text)) => {
            let text = text.get(..10).unwrap_or(text);
            let day = plain_date(text.as_bytes()).or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok());
            day.map(Value::Date)
        }
        (ValueType::Time, Stored::Text(text)) => parse_time(text).map(Value::Time),
        (ValueType::Duration, Stored::Int(micros)) => Some(Value::Duration(TimeDelta::microseconds(*micros))),
        #[allow(clippy::cast_possible_truncation)]
        // A mean of durations; less than a microsecond is lost.
        (ValueType::Duration, Stored::Float(micros)) => {
            Some(Value::Duration(TimeDelta::microseconds(micros.round_ties_even() as i64)))
        }
        (ValueType::Uuid, Stored::Text(text)) => Uuid::parse_str(text).ok().map(Value::Uuid),
        (ValueType::Json, Stored::Text(text)) => read_json(text.as_bytes()).map(Value::Json),
        (ValueType::Bytes, Stored::Blob(bytes)) => Some(Value::Bytes((*bytes).to_vec())),
        (ValueType::Key, Stored::Int(number)) => Some(Value::Int(*number)),
        (ValueType::Key, Stored::Text(text)) => Some(Value::Text((*text).to_owned())),
        (ValueType::Bytes, Stored::Text(text)) => Some(Value::Bytes(text.as_bytes().to_vec())),
        _ => None,
    };
    value.ok_or_else(|| match stored {
        Stored::Int(number) => format!("the integer {number}"),
        Stored::Float(number) => format!("the number {number:?}"),
        Stored::Text(text) => format!("the text {text:?}"),
        Stored::Blob(bytes) => format!("{} bytes", bytes.len()),
    })
}

/// SQLite keeps a decimal as an integer or a double. Django reads the double with 15 significant digits, which is
/// what a double always holds, and rounds it to the field's places. A number that has more digits is read as the nearest
/// of the field's places, so that saving it changes nothing.
fn decimal(stored: &Stored<'_>, places: Option<u32>) -> Option<Decimal> {
    let number = match stored {
        Stored::Int(number) => Decimal::from(*number),
        Stored::Float(number) => match places.and_then(|places| exact(*number, places)) {
            Some(exact) => return Some(exact),
            None => match places {
                Some(places) if is_long(*number, places) => return of_double(*number, places),
                _ => fifteen_digits(*number)?,
            },
        },
        Stored::Text(text) => return places.map_or_else(|| text.parse().ok(), |places| of_places(text, places)),
        Stored::Blob(_) => return None,
    };
    match places {
        Some(places) => with_places(number, places),
        None => Some(number),
    }
}

/// Whether fifteen digits do not reach the last of the places.
fn is_long(number: f64, places: u32) -> bool {
    i32::try_from(places).is_ok_and(|places| number.abs() * 10_f64.powi(places) >= 1e14)
}

/// The number of so many places that a double stands for, where it is one: what a column of these places holds.
fn exact(number: f64, places: u32) -> Option<Decimal> {
    let scaled = number * 10_f64.powi(i32::try_from(places).ok()?);
    let whole = scaled.round();
    // Below, a double has digits to spare, and what is not whole by less than a millionth is so by rounding alone.
    #[allow(clippy::cast_possible_truncation)] // Whole, and within the bounds of the condition.
    let mantissa = (scaled.abs() < 1e14 && (scaled - whole).abs() < 1e-6).then_some(whole as i64)?;
    Decimal::try_new(mantissa, places).ok()
}

/// `Decimal::from_f64` keeps a sixteenth digit, with what arithmetic left there: 299.70000000000005 of three times 99.90.
pub(super) fn fifteen_digits(number: f64) -> Option<Decimal> {
    Decimal::from_scientific(&format!("{number:.14e}")).ok().or_else(|| Decimal::from_f64(number))
}
