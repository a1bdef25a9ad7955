//! PostgreSQL's binary formats into values.

use std::net::{Ipv4Addr, Ipv6Addr};

use chrono::{NaiveTime, TimeDelta};
use rjango_core::Result;
use rust_decimal::Decimal;
use sqlx::postgres::{PgRow, PgValueFormat, PgValueRef};
use sqlx::{Decode, Postgres, Row as _, TypeInfo as _, ValueRef as _};
use uuid::Uuid;

use super::bind::{DAY, epoch};
use super::errors::database_error;
use super::types::*;
use crate::connection::Row;
use crate::connection::natural::{expected, unreadable};
use crate::{Value, ValueType};

/// The row's first columns, as many as there are types.
pub(super) fn row(row: &PgRow, types: &[ValueType]) -> Result<Row> {
    let mut values = Vec::with_capacity(types.len());
    for (index, value_type) in types.iter().enumerate() {
        let raw = row.try_get_raw(index).map_err(|error| database_error(error, None))?;
        if raw.is_null() {
            values.push(Value::Null);
            continue;
        }
        let name = raw.type_info().name().to_owned();
        let value = match natural(raw) {
            Some(value) => expected(value, *value_type).map_err(|found| format!("{} `{found}`", found.kind_name())),
            None => Err(format!("a value of the type `{name}`")),
        };
        values.push(value.map_err(|found| {
            let column = row.columns().get(index).map_or("?", |column| sqlx::Column::name(column));
            unreadable(column, *value_type, &found)
        })?);
    }
    Ok(values)
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
