//! PostgreSQL's binary formats into values.

use std::net::{Ipv4Addr, Ipv6Addr};

use chrono::{NaiveTime, TimeDelta};
use rjango_core::Result;
use sqlx::postgres::{PgRow, PgValueFormat, PgValueRef};
use sqlx::{Column as _, Row as _, ValueRef as _};
use uuid::Uuid;

use super::bind::{DAY, epoch};
use super::errors::database_error;
use super::types::*;
use crate::connection::natural::{expected, spelt_decimal};
use crate::connection::unreadable::unreadable;
use crate::value::bounds::shown;
use crate::value::read_json;
use crate::{Value, ValueType};

/// The value of the row's column at a position.
pub(super) fn value(row: &PgRow, index: usize, value_type: ValueType) -> Result<Value> {
    let raw = row.try_get_raw(index).map_err(|error| database_error(error, None))?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let info = row.column(index).type_info();
    let value = match numeric(&raw) {
        Some(text) => spelt_decimal(&text, value_type),
        None => match natural(raw.clone()) {
            Some(value) => expected(value, value_type).map_err(|found| shown(&found)),
            None => Err(match special(&raw) {
                Some(special) => format!("`{special}`"),
                None if matches!(oid(&raw), JSON | JSONB) => {
                    "a document with a number that 64 bits do not hold".to_owned()
                }
                None => format!("a value of the type `{info}`, which no field has"),
            }),
        },
    };
    value.map_err(|found| unreadable(row.column(index).name(), value_type, &found))
}

/// The digits of a `numeric`, all of them.
fn numeric(raw: &PgValueRef<'_>) -> Option<String> {
    if raw.format() == PgValueFormat::Text || oid(raw) != NUMERIC {
        return None;
    }
    let (header, groups) = raw.as_bytes().ok()?.split_first_chunk::<8>()?;
    let [_, _, weight @ .., sign, sign2, scale, scale2] = header;
    let weight = i32::from(i16::from_be_bytes(*weight));
    let scale = usize::from(u16::from_be_bytes([*scale, *scale2]));
    let negative = match u16::from_be_bytes([*sign, *sign2]) {
        0 => false,
        0x4000 => true,
        0xD000 => return Some("Infinity".to_owned()),
        0xF000 => return Some("-Infinity".to_owned()),
        _ => return Some("NaN".to_owned()),
    };
    // Four digits each, from the one of the weight downwards; those that are missing are zeros.
    let groups: Vec<u16> = groups.chunks_exact(2).map(|group| u16::from_be_bytes([group[0], group[1]])).collect();
    let group = |position: i32| usize::try_from(weight - position).ok().and_then(|at| groups.get(at)).unwrap_or(&0);
    let mut whole = String::new();
    for position in (0..=weight).rev() {
        whole.push_str(&format!("{:04}", group(position)));
    }
    let whole = whole.trim_start_matches('0');
    let mut fraction = String::new();
    let mut position = -1;
    while fraction.len() < scale {
        fraction.push_str(&format!("{:04}", group(position)));
        position -= 1;
    }
    fraction.truncate(scale);
    let mut text = String::from(if negative { "-" } else { "" });
    text.push_str(if whole.is_empty() { "0" } else { whole });
    if scale > 0 {
        text.push('.');
        text.push_str(&fraction);
    }
    Some(text)
}

/// The name of a value that only PostgreSQL has.
fn special(raw: &PgValueRef<'_>) -> Option<&'static str> {
    let bytes = raw.as_bytes().ok()?;
    let (most, least) = match oid(raw) {
        DATE => {
            let days = i32::from_be_bytes(bytes.try_into().ok()?);
            (days == i32::MAX, days == i32::MIN)
        }
        TIMESTAMP | TIMESTAMPTZ => {
            let micros = i64::from_be_bytes(bytes.try_into().ok()?);
            (micros == i64::MAX, micros == i64::MIN)
        }
        _ => return None,
    };
    if most { Some("infinity") } else { least.then_some("-infinity") }
}

fn oid(raw: &PgValueRef<'_>) -> u32 {
    raw.type_info().oid().map_or(UNSPECIFIED, |oid| oid.0)
}

/// The value as its own type; `None` where it is none that is known here.
fn natural(raw: PgValueRef<'_>) -> Option<Value> {
    if raw.format() == PgValueFormat::Text {
        return raw.as_str().ok().map(|text| Value::Text(text.to_owned()));
    }
    let oid = oid(&raw);
    let bytes = raw.as_bytes().ok()?;
    Some(match oid {
        BOOL => Value::Bool(bytes.first()? != &0),
        INT2 => Value::Int(i16::from_be_bytes(bytes.try_into().ok()?).into()),
        INT4 => Value::Int(i32::from_be_bytes(bytes.try_into().ok()?).into()),
        INT8 => Value::Int(i64::from_be_bytes(bytes.try_into().ok()?)),
        OID => Value::Int(u32::from_be_bytes(bytes.try_into().ok()?).into()),
        FLOAT4 => Value::Float(f32::from_be_bytes(bytes.try_into().ok()?).into()),
        FLOAT8 => Value::Float(f64::from_be_bytes(bytes.try_into().ok()?)),
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
            // The days of the shortest duration alone are too many.
            let micros = i128::from(days) * i128::from(DAY) + i128::from(i64::from_be_bytes(*micros));
            Value::Duration(TimeDelta::microseconds(i64::try_from(micros).ok()?))
        }
        UUID => Value::Uuid(Uuid::from_slice(bytes).ok()?),
        JSON => Value::Json(read_json(bytes)?),
        JSONB => Value::Json(read_json(bytes.get(1..)?)?),
        INET | CIDR => Value::Text(address(bytes)?),
        _ if is_text(&raw.type_info()) => Value::Text(std::str::from_utf8(bytes).ok()?.to_owned()),
        // Arrays, ranges, money, points: their bytes are nobody's text.
        _ => return None,
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
