//! A value on its way to or from a database, whatever the engine.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use rjango_schema::FieldKind;
use rust_decimal::Decimal;
use uuid::Uuid;

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

/// How a column of a result is to be read: engines such as SQLite do not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
