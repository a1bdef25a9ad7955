//! Values into PostgreSQL's binary formats, each as the type that the server gives the parameter.
//!
//! A value's own type is proposed when a statement is prepared; NULL and text propose none, so the server takes that of
//! the column beside them (`inet`, `uuid`, an enum). The prepared statement is kept under its text, and its parameters
//! keep their types: `NULL` first, then `5`, are both an `integer`. Where a later value does not fit (`1.5` after `1`),
//! the statement is prepared again under another text.

use std::fmt::Write;

use chrono::{NaiveDate, NaiveTime, TimeDelta, Timelike};
use rjango_core::{Error, ErrorKind, Result};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgConnection, PgStatement, PgTypeInfo};
use sqlx::query::Query;
use sqlx::{
    Arguments, AssertSqlSafe, Either, Encode, Executor as _, Postgres, SqlSafeStr as _, SqlStr, Statement as _,
};

use super::errors::database_error;
use super::types::*;
use crate::connection::errors::check;
use crate::connection::{Engine, Statement};
use crate::value::duration_micros;
use crate::{Value, ValueType};

/// The statement as sqlx runs it: prepared once a connection and cached.
///
/// The text was written by the compiler, which puts every value into a parameter, or by the project's own author.
pub(super) async fn query(
    connection: &mut PgConnection,
    statement: &Statement,
) -> Result<Query<'static, Postgres, PgArguments>> {
    check(statement, Engine::Postgres)?;
    let sql = AssertSqlSafe(statement.sql.as_str()).into_sql_str();
    let proposed: Vec<PgTypeInfo> =
        statement.parameters.iter().map(|value| PgTypeInfo::with_oid(Oid(proposed(value)))).collect();
    let prepared = prepare(connection, sql, &proposed, statement).await?;
    if let Ok(arguments) = arguments(&prepared, statement) {
        return Ok(sqlx::query_with(prepared.into_sql(), arguments));
    }
    let mut variant = statement.sql.clone();
    let _ = write!(variant, " /*");
    for value in &statement.parameters {
        let _ = write!(variant, " {}", proposed_name(value));
    }
    variant.push_str(" */");
    let prepared = prepare(connection, AssertSqlSafe(variant).into_sql_str(), &proposed, statement).await?;
    let arguments = arguments(&prepared, statement)?;
    Ok(sqlx::query_with(prepared.into_sql(), arguments))
}

async fn prepare(
    connection: &mut PgConnection,
    sql: SqlStr,
    types: &[PgTypeInfo],
    statement: &Statement,
) -> Result<PgStatement> {
    connection.prepare_with(sql, types).await.map_err(|error| database_error(error, Some(statement)))
}

fn arguments(prepared: &PgStatement, statement: &Statement) -> Result<PgArguments> {
    let types = match prepared.parameters() {
        Some(Either::Left(types)) => types,
        _ => &[],
    };
    if types.len() != statement.parameters.len() {
        let message = format!("the statement has {} parameters, found {}", types.len(), statement.parameters.len());
        return Err(Error::new(ErrorKind::Database, message).with_sql(statement.to_string()));
    }
    let mut arguments = PgArguments::default();
    arguments.reserve(types.len(), types.len() * 12);
    for (position, (value, info)) in statement.parameters.iter().zip(types).enumerate() {
        let own = info.oid().map_or(UNSPECIFIED, |oid| oid.0);
        let parameter = Parameter { value, oid: base_oid(info), own, is_text: is_text(info) };
        if arguments.add(parameter).is_err() {
            let message =
                format!("parameter {} is of type `{info}`, found {} `{value}`", position + 1, value.kind_name());
            return Err(Error::new(ErrorKind::Database, message).with_sql(statement.to_string()));
        }
    }
    Ok(arguments)
}

/// The type that a value proposes.
fn proposed(value: &Value) -> u32 {
    match value {
        Value::Null | Value::Text(_) => UNSPECIFIED,
        Value::Bool(_) => BOOL,
        Value::Int(_) => INT8,
        Value::Float(_) => FLOAT8,
        Value::Decimal(_) => NUMERIC,
        Value::Bytes(_) => BYTEA,
        Value::Date(_) => DATE,
        Value::Time(_) => TIME,
        Value::DateTime(_) => TIMESTAMPTZ,
        Value::Duration(_) => INTERVAL,
        Value::Uuid(_) => UUID,
        Value::Json(_) => JSONB,
    }
}

fn proposed_name(value: &Value) -> &'static str {
    value.kind_name().rsplit(' ').next().unwrap_or_default()
}

/// A value and the type that it is to have.
struct Parameter<'a> {
    value: &'a Value,
    oid: u32,
    /// The domain's own number, where the type is one.
    own: u32,
    /// Whether the type's binary form is its text.
    is_text: bool,
}

impl sqlx::Type<Postgres> for Parameter<'_> {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(UNSPECIFIED))
    }
}

impl<'q> Encode<'q, Postgres> for Parameter<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> std::result::Result<IsNull, BoxDynError> {
        if self.value.is_null() {
            return Ok(IsNull::Yes);
        }
        encode(self.value, self.oid, self.is_text, buffer)?;
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(PgTypeInfo::with_oid(Oid(self.own)))
    }
}

/// Writes the value as the type, or says that it has no such form.
#[allow(clippy::cast_possible_truncation)] // A `real` has the precision it has.
fn encode(value: &Value, oid: u32, is_text: bool, out: &mut PgArgumentBuffer) -> std::result::Result<(), BoxDynError> {
    match (value, oid) {
        (Value::Bool(flag), BOOL) => out.push(u8::from(*flag)),
        (Value::Int(number), INT8) => out.extend(number.to_be_bytes()),
        (Value::Int(number), INT4) => out.extend(i32::try_from(*number)?.to_be_bytes()),
        (Value::Int(number), INT2) => out.extend(i16::try_from(*number)?.to_be_bytes()),
        (Value::Int(number), OID) => out.extend(u32::try_from(*number)?.to_be_bytes()),
        (Value::Float(number), FLOAT8) => out.extend(number.to_be_bytes()),
        (Value::Float(number), FLOAT4) => out.extend((*number as f32).to_be_bytes()),
        (Value::Decimal(number), NUMERIC) => {
            let _ = Encode::<Postgres>::encode_by_ref(number, out)?;
        }
        (Value::Bytes(bytes), BYTEA) => out.extend(bytes),
        (Value::Date(date), DATE) => {
            out.extend(i32::try_from(date.signed_duration_since(epoch()).num_days())?.to_be_bytes())
        }
        (Value::Time(time), TIME) => out.extend(time_micros(*time).to_be_bytes()),
        (Value::DateTime(moment), TIMESTAMPTZ | TIMESTAMP) => {
            let since = moment.naive_utc().signed_duration_since(epoch().and_time(NaiveTime::MIN));
            out.extend(duration_micros(since).to_be_bytes());
        }
        (Value::Duration(duration), INTERVAL) => {
            let micros = duration_micros(*duration);
            out.extend(micros.rem_euclid(DAY).to_be_bytes());
            out.extend(i32::try_from(micros.div_euclid(DAY))?.to_be_bytes());
            out.extend(0_i32.to_be_bytes());
        }
        (Value::Uuid(uuid), UUID) => out.extend(uuid.as_bytes()),
        // The version of the format.
        (Value::Json(json), JSONB) => {
            out.push(1);
            serde_json::to_writer(&mut **out, json)?;
        }
        (Value::Json(json), JSON) => serde_json::to_writer(&mut **out, json)?,
        (Value::Json(json), _) if is_text => serde_json::to_writer(&mut **out, json)?,
        (Value::Text(text), JSON) => out.extend(text.as_bytes()),
        (Value::Text(text), JSONB) => {
            out.push(1);
            out.extend(text.as_bytes());
        }
        (Value::Text(text), INET | CIDR) => encode_address(text, oid == CIDR, out)?,
        _ => {
            let converted = converted(value, oid).ok_or("no such form")?;
            match converted {
                // Text, and every type whose binary form is its text: enums, `citext`, `name`. Any other type would take the
                // bytes for something else: eight of them are an amount of `money`.
                Value::Text(text) if is_text => out.extend(text.as_bytes()),
                Value::Text(_) => return Err("no such form".into()),
                converted => encode(&converted, oid, is_text, out)?,
            }
        }
    }
    Ok(())
}

/// The value as the type has it; text where the type is none of those that are written otherwise.
#[allow(clippy::cast_precision_loss)] // A float parameter holds floats.
fn converted(value: &Value, oid: u32) -> Option<Value> {
    let whole = |number: Option<Decimal>| number.filter(Decimal::is_integer)?.to_i64().map(Value::Int);
    let target = match oid {
        BOOL => ValueType::Bool,
        INT2 | INT4 | INT8 | OID => match value {
            Value::Float(number) => return whole(Decimal::from_f64(*number)),
            Value::Decimal(number) => return whole(Some(*number)),
            Value::Duration(duration) => return Some(Value::Int(duration_micros(*duration))),
            _ => ValueType::Int,
        },
        FLOAT4 | FLOAT8 => ValueType::Float,
        NUMERIC => ValueType::Decimal(None),
        BYTEA => ValueType::Bytes,
        DATE => match value {
            // A moment is no day; a comparison with it must not lose its time.
            Value::DateTime(_) => return None,
            _ => ValueType::Date,
        },
        TIME => ValueType::Time,
        TIMESTAMP | TIMESTAMPTZ => ValueType::DateTime,
        INTERVAL => match value {
            Value::Int(micros) => return Some(Value::Duration(TimeDelta::microseconds(*micros))),
            _ => ValueType::Duration,
        },
        UUID => ValueType::Uuid,
        JSONB => ValueType::Json,
        INET | CIDR => return None,
        _ => {
            return match value {
                Value::Bytes(_) => None,
                Value::Bool(flag) => Some(Value::Text(flag.to_string())),
                _ => Some(Value::Text(value.to_string())),
            };
        }
    };
    let converted = value.clone().coerce(target);
    let fits = converted.value_type().is_some_and(|found| {
        found == target || matches!((found, target), (ValueType::Decimal(_), ValueType::Decimal(_)))
    });
    fits.then_some(converted)
}

/// The microseconds of a day.
pub(super) const DAY: i64 = 86_400_000_000;

/// The day from which PostgreSQL counts.
pub(super) fn epoch() -> NaiveDate {
    NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default()
}

fn time_micros(time: NaiveTime) -> i64 {
    i64::from(time.num_seconds_from_midnight()) * 1_000_000 + i64::from(time.nanosecond() / 1_000 % 1_000_000)
}

/// An address as `inet` has it: family, bits of the network, whether it is a `cidr`, length, bytes.
fn encode_address(text: &str, cidr: bool, out: &mut PgArgumentBuffer) -> std::result::Result<(), BoxDynError> {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let mut write = |family: u8, bytes: &[u8]| -> std::result::Result<(), BoxDynError> {
        let all = u8::try_from(bytes.len() * 8)?;
        let bits = match bits {
            Some(bits) => bits.parse::<u8>().ok().filter(|bits| *bits <= all).ok_or("no such network")?,
            None => all,
        };
        out.extend([family, bits, u8::from(cidr), u8::try_from(bytes.len())?]);
        out.extend(bytes);
        Ok(())
    };
    match address.parse()? {
        std::net::IpAddr::V4(address) => write(2, &address.octets()),
        std::net::IpAddr::V6(address) => write(3, &address.octets()),
    }
}
