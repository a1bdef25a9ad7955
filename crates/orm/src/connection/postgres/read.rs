//! PostgreSQL's binary formats into values.

use std::net::{Ipv4Addr, Ipv6Addr};

use chrono::{NaiveTime, TimeDelta};
use rjango_core::Result;
use rust_decimal::Decimal;
use sqlx::postgres::{PgRow, PgValueFormat, PgValueRef};
use sqlx::{Column as _, Decode, Postgres, Row as _, ValueRef as _};
use uuid::Uuid;

use super::bind::{DAY, epoch};
use super::errors::database_error;
use super::types::*;
use crate::connection::natural::{expected, unreadable};
use crate::{Value, ValueType};

/// The value of the row's column at a position.
pub(super) fn value(row: &PgRow, index: usize, value_type: ValueType) -> Result<Value> {
    let raw = row.try_get_raw(index).map_err(|error| database_error(error, None))?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let value = match natural(raw) {
        Some(value) => expected(value, value_type).map_err(|found| format!("{} `{found}`", found.kind_name())),
        None => Err(format!("a value of the type `{}`", row.column(index).type_info())),
    };
    value.map_err(|found| unreadable(row.column(index).name(), value_type, &found))
}

/// The value as its own type; `None` where it is none that is known here.
fn natural(raw: PgValueRef<'_>) -> Option<Value> {
    if raw.format() == PgValueFormat::Text {
        return raw.as_str().ok().map(|text| Value::Text(text.to_owned()));
    }
    let oid = raw.type_info().oid().map_or(UNSPECIFIED, |oid| oid.0);
    let bytes = raw.as_bytes().ok()?;
    Some(match oid {
        BOOL => Value::Bool(bytes.first()? != &0),
        INT2 => Value::Int(i16::from_be_bytes(bytes.try_into().ok()?).into()),
        INT4 => Value::Int(i32::from_be_bytes(bytes.try_into().ok()?).into()),
        INT8 => Value::Int(i64::from_be_bytes(bytes.try_into().ok()?)),
        OID => Value::Int(u32::from_be_bytes(bytes.try_into().ok()?).into()),
        FLOAT4 => Value::Float(f32::from_be_bytes(bytes.try_into().ok()?).into()),
        FLOAT8 => Value::Float(f64::from_be_bytes(bytes.try_into().ok()?)),
        NUMERIC => Value::Decimal(<Decimal as Decode<Postgres>>::decode(raw).ok()?),
        BYTEA => Value::Bytes(bytes.to_vec()),
        DATE => {
            let days = i32::from_be_bytes(bytes.try_into().ok()?);
            Value::Date(epoch().checked_add_signed(TimeDelta::try_days(days.into())?)?)
        }
        TIME => {
            let micros = i64::from_be_bytes(bytes.try_into().ok()?);
            let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
            let nanos = u32::try_from(micros * 1_000).ok()?;
            Value::Time(NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(seconds).ok()?, nanos)?)
        }
        TIMESTAMP | TIMESTAMPTZ => {
            let since = TimeDelta::microseconds(i64::from_be_bytes(bytes.try_into().ok()?));
            Value::DateTime(epoch().and_time(NaiveTime::MIN).checked_add_signed(since)?.and_utc())
        }
        INTERVAL => {
            let (micros, rest) = bytes.split_first_chunk::<8>()?;
            let (days, rest) = rest.split_first_chunk::<4>()?;
            let months = i64::from(i32::from_be_bytes(rest.try_into().ok()?));
            // A month has thirty days, as in PostgreSQL's own comparisons.
            let days = i64::from(i32::from_be_bytes(*days)) + months * 30;
            let micros = days.checked_mul(DAY)?.checked_add(i64::from_be_bytes(*micros))?;
            Value::Duration(TimeDelta::microseconds(micros))
        }
        UUID => Value::Uuid(Uuid::from_slice(bytes).ok()?),
        JSON => Value::Json(serde_json::from_slice(bytes).ok()?),
        JSONB => Value::Json(serde_json::from_slice(bytes.get(1..)?).ok()?),
        INET | CIDR => Value::Text(address(bytes)?),
        _ => Value::Text(std::str::from_utf8(bytes).ok()?.to_owned()),
    })
}

/// An address, with its network where it is one.
fn address(bytes: &[u8]) -> Option<String> {
    let [_, bits, _, _, address @ ..] = bytes else { return None };
    let text = match address.len() {
        4 => Ipv4Addr::from(<[u8; 4]>::try_from(address).ok()?).to_string(),
        _ => Ipv6Addr::from(<[u8; 16]>::try_from(address).ok()?).to_string(),
    };
    Some(if usize::from(*bits) == address.len() * 8 { text } else { format!("{text}/{bits}") })
}
