//! A value on its way to or from a database, whatever the engine.

pub(crate) mod bounds;
mod coerce;
mod compare;
mod convert;
mod field_value;
mod json;
mod moment;
mod text;

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use rjango_schema::FieldKind;
use rust_decimal::Decimal;
use uuid::Uuid;

pub use bounds::column_problem;
pub use field_value::FieldValue;
pub(crate) use json::{python_json, read_json};
pub(crate) use moment::{date_time_text, parse_date_time, parse_time, plain_date, time_text};
pub use text::parse_value;
pub(crate) use text::{duration_text, parse_duration, with_places};

/// A length of time in microseconds, as `bigint` columns hold it.
pub(crate) fn duration_micros(duration: TimeDelta) -> i64 {
    duration.num_microseconds().unwrap_or(if duration < TimeDelta::zero() { i64::MIN } else { i64::MAX })
}

/// A value as parameters, rows, fixtures, forms and the shell hold it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// SQL's NULL.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer of any width.
    Int(i64),
    /// A binary fraction.
    Float(f64),
    /// A decimal fraction.
    Decimal(Decimal),
    /// Text; also IP addresses and paths.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A day.
    Date(NaiveDate),
    /// A time of day.
    Time(NaiveTime),
    /// A moment, to the microsecond.
    DateTime(DateTime<Utc>),
    /// A length of time, to the microsecond.
    Duration(TimeDelta),
    /// A UUID.
    Uuid(Uuid),
    /// A JSON document.
    Json(serde_json::Value),
}

impl Value {
    /// Whether it is NULL.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The integer, if it is one.
    pub const fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// How a column of this value's type is read; `None` for NULL, which every type has.
    pub const fn value_type(&self) -> Option<ValueType> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(_) => ValueType::Bool,
            Self::Int(_) => ValueType::Int,
            Self::Float(_) => ValueType::Float,
            Self::Decimal(_) => ValueType::Decimal(None),
            Self::Text(_) => ValueType::Text,
            Self::Bytes(_) => ValueType::Bytes,
            Self::Date(_) => ValueType::Date,
            Self::Time(_) => ValueType::Time,
            Self::DateTime(_) => ValueType::DateTime,
            Self::Duration(_) => ValueType::Duration,
            Self::Uuid(_) => ValueType::Uuid,
            Self::Json(_) => ValueType::Json,
        })
    }

    /// What it is, with its article, for messages.
    pub(crate) const fn kind_name(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "the boolean",
            Self::Int(_) => "the integer",
            Self::Float(_) => "the float",
            Self::Decimal(_) => "the decimal",
            Self::Text(_) => "the text",
            Self::Bytes(_) => "the bytes",
            Self::Date(_) => "the date",
            Self::Time(_) => "the time",
            Self::DateTime(_) => "the moment",
            Self::Duration(_) => "the duration",
            Self::Uuid(_) => "the UUID",
            Self::Json(_) => "the JSON document",
        }
    }
}

/// As Python's `str` shows the value: `True`, `3.50`, `2026-11-22 16:39:05+00:00`, `None`; bytes in hexadecimal.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("None"),
            Self::Bool(true) => f.write_str("True"),
            Self::Bool(false) => f.write_str("False"),
            Self::Int(number) => number.fmt(f),
            // Rust's `Debug` of a float is Python's `str`: `1.0`, not `1`.
            Self::Float(number) => write!(f, "{number:?}"),
            Self::Decimal(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Bytes(bytes) => bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
            Self::Date(date) => date.fmt(f),
            Self::Time(time) => f.write_str(&time_text(*time)),
            Self::DateTime(moment) => write!(f, "{}+00:00", date_time_text(*moment)),
            Self::Duration(duration) => f.write_str(&duration_text(*duration)),
            Self::Uuid(uuid) => uuid.fmt(f),
            Self::Json(json) => json.fmt(f),
        }
    }
}

/// How a column of a result is to be read: engines such as SQLite do not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// A boolean.
    Bool,
    /// An integer.
    Int,
    /// A binary fraction.
    Float,
    /// A decimal fraction with this many places; `None` keeps what comes.
    Decimal(Option<u32>),
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A moment.
    DateTime,
    /// A length of time.
    Duration,
    /// A UUID.
    Uuid,
    /// A JSON document.
    Json,
    /// A key whose type the model at the other end says: what is read is of the column's own type.
    Key,
}

impl ValueType {
    /// The type of a concrete field's column. `relation` gives the type of a relation's target key.
    pub fn of(kind: &FieldKind, relation: impl FnOnce(&str) -> Self) -> Self {
        match kind {
            FieldKind::SmallAuto
            | FieldKind::Auto
            | FieldKind::BigAuto
            | FieldKind::SmallInteger
            | FieldKind::Integer
            | FieldKind::BigInteger
            | FieldKind::PositiveSmallInteger
            | FieldKind::PositiveInteger
            | FieldKind::PositiveBigInteger => Self::Int,
            FieldKind::Char { .. }
            | FieldKind::Text
            | FieldKind::Slug { .. }
            | FieldKind::Email { .. }
            | FieldKind::Url { .. }
            | FieldKind::FilePath { .. }
            | FieldKind::File { .. }
            | FieldKind::IpAddress { .. } => Self::Text,
            FieldKind::Boolean => Self::Bool,
            FieldKind::Float => Self::Float,
            FieldKind::Decimal { decimal_places, .. } => Self::Decimal(Some(*decimal_places)),
            FieldKind::Date { .. } => Self::Date,
            FieldKind::Time { .. } => Self::Time,
            FieldKind::DateTime { .. } => Self::DateTime,
            FieldKind::Duration => Self::Duration,
            FieldKind::Uuid => Self::Uuid,
            FieldKind::Json => Self::Json,
            FieldKind::Binary => Self::Bytes,
            FieldKind::ForeignKey(to) | FieldKind::OneToOne(to) => relation(&to.to),
            FieldKind::ManyToMany(to) => relation(&to.to),
        }
    }
}
