//! What `models.rs` needs: `use rjango::models::*;`.

pub use rjango_macros::{Choices, Model, f, methods, q, query_set};
pub use rjango_orm::query::DatePart;
pub use rjango_orm::{
    Auto, Auto32, Case, Choices, Expr, F, File, ForeignKey, JSONNull, ManyToMany, Model, ModelInstance, OneToOne, Q,
    QuerySet, SmallAuto, UserKey, Window, dec,
};
pub use rust_decimal::Decimal;
pub use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
pub use uuid::Uuid;

/// A day.
pub type Date = chrono::NaiveDate;

/// A time of day, to the microsecond.
pub type Time = chrono::NaiveTime;

/// A moment in UTC, to the microsecond.
pub type DateTime = chrono::DateTime<chrono::Utc>;

/// This moment.
pub fn now() -> DateTime {
    chrono::Utc::now()
}

/// A length of time, to the microsecond.
pub type Duration = chrono::TimeDelta;

/// A JSON document.
pub type Json = serde_json::Value;

/// Bytes.
pub type Binary = Vec<u8>;
