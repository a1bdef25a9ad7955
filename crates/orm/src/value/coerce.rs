//! A value to the type of the column that it stands beside: Django's `get_prep_value`.

use chrono::NaiveTime;
use rjango_core::timezone;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use rust_decimal::prelude::ToPrimitive;
use uuid::Uuid;

use super::moment::{Written, parse_time, read_date_time};
use super::text::parse_duration;
use crate::{Value, ValueType};

impl Value {
    /// The same value as the column's type has it: `5` beside a decimal is a decimal, `"5"` beside an integer an
    /// integer. What does not convert stays, and the database says what it thinks of it.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // A float column holds floats.
    pub fn coerce(self, value_type: ValueType) -> Self {
        let converted = match (value_type, &self) {
            (ValueType::Decimal(_), Self::Int(number)) => Some(Self::Decimal(Decimal::from(*number))),
            (ValueType::Decimal(_), Self::Float(number)) => Decimal::from_f64(*number).map(Self::Decimal),
            (ValueType::Decimal(_), Self::Text(text)) => Decimal::from_str_exact(text.trim()).ok().map(Self::Decimal),
            (ValueType::Float, Self::Int(number)) => Some(Self::Float(*number as f64)),
            (ValueType::Float, Self::Decimal(number)) => number.to_f64().map(Self::Float),
            (ValueType::Float, Self::Text(text)) => text.trim().parse().ok().map(Self::Float),
            (ValueType::Int, Self::Text(text)) => text.trim().parse().ok().map(Self::Int),
            (ValueType::Int, Self::Bool(flag)) => Some(Self::Int(i64::from(*flag))),
            (ValueType::Bool, Self::Int(number)) => Some(Self::Bool(*number != 0)),
            (ValueType::Bool, Self::Text(text)) => match text.as_str() {
                "True" | "true" | "1" | "t" => Some(Self::Bool(true)),
                "False" | "false" | "0" | "f" => Some(Self::Bool(false)),
                _ => None,
            },
            (ValueType::Text, Self::Int(_) | Self::Decimal(_) | Self::Float(_) | Self::Uuid(_)) => {
                Some(Self::Text(self.to_string()))
            }
            (ValueType::Uuid, Self::Text(text)) => Uuid::parse_str(text.trim()).ok().map(Self::Uuid),
            // As Django: between a program's values, days and what has no zone are those of the site's own zone.
            (ValueType::DateTime, Self::Text(text)) => match read_date_time(text.trim()) {
                Some(Written::Aware(moment)) => Some(Self::DateTime(moment)),
                Some(Written::Naive(naive)) => timezone::default().make_aware(naive).ok().map(Self::DateTime),
                None => None,
            },
            (ValueType::DateTime, Self::Date(date)) => {
                timezone::default().make_aware(date.and_time(NaiveTime::MIN)).ok().map(Self::DateTime)
            }
            (ValueType::Date, Self::DateTime(moment)) => {
                Some(Self::Date(timezone::default().local(*moment).date_naive()))
            }
            (ValueType::Date, Self::Text(text)) => read_date_time(text.trim()).map(|written| {
                Self::Date(match written {
                    Written::Naive(naive) => naive.date(),
                    Written::Aware(moment) => timezone::default().local(moment).date_naive(),
                })
            }),
            (ValueType::Time, Self::Text(text)) => parse_time(text.trim()).map(Self::Time),
            (ValueType::Duration, Self::Text(text)) => parse_duration(text).map(Self::Duration),
            (ValueType::Bytes, Self::Text(text)) => Some(Self::Bytes(text.as_bytes().to_vec())),
            (ValueType::Json, Self::Bool(flag)) => Some(Self::Json((*flag).into())),
            (ValueType::Json, Self::Int(number)) => Some(Self::Json((*number).into())),
            (ValueType::Json, Self::Float(number)) => Some(Self::Json((*number).into())),
            (ValueType::Json, Self::Text(text)) => Some(Self::Json(text.as_str().into())),
            _ => None,
        };
        converted.unwrap_or(self)
    }
}
