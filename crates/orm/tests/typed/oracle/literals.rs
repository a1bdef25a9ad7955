//! Values as the Python side writes them: `date('2020-02-29')`, `moment('2020-02-29T12:00:00')`.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use uuid::Uuid;

use crate::prelude::DateTime;

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

pub fn time(text: &str) -> NaiveTime {
    text.parse().expect("a time")
}

/// In UTC.
pub fn moment(text: &str) -> DateTime {
    format!("{text}Z").parse().expect("a moment")
}

/// In microseconds.
pub fn span(microseconds: i64) -> TimeDelta {
    TimeDelta::microseconds(microseconds)
}

pub fn uuid(text: &str) -> Uuid {
    text.parse().expect("a UUID")
}
