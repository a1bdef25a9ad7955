//! Arithmetic of days, times and moments, which SQLite keeps as text: to the microsecond, in the form that columns have.

use std::ffi::{CStr, c_int};

use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, Utc};
use libsqlite3_sys as ffi;

use super::regexp::text_of;
use crate::value::{date_time_text, parse_date_time, parse_time, time_text};

/// A function of a text and of a second argument; `None` is NULL.
pub(super) type Function = unsafe extern "C" fn(*mut ffi::sqlite3_context, c_int, *mut *mut ffi::sqlite3_value);

/// The functions by name, each of two arguments.
pub(super) const FUNCTIONS: [(&CStr, Function); 3] =
    [(c"RJANGO_BETWEEN", between), (c"RJANGO_MOMENT", moment), (c"RJANGO_TIME", time)];

/// The microseconds from the second day, time or moment to the first.
unsafe extern "C" fn between(context: *mut ffi::sqlite3_context, _: c_int, values: *mut *mut ffi::sqlite3_value) {
    // SAFETY: SQLite calls with the two values that were declared, and `context` is this call's.
    unsafe {
        let (Some(left), Some(right)) = (text_of(*values), text_of(*values.add(1))) else {
            return ffi::sqlite3_result_null(context);
        };
        let difference = match (moment_of(&left), moment_of(&right)) {
            (Some(left), Some(right)) => left - right,
            (None, _) => return refuse(context, &format!("`{left}` is not a date or time")),
            (_, None) => return refuse(context, &format!("`{right}` is not a date or time")),
        };
        match difference.num_microseconds() {
            Some(micros) => ffi::sqlite3_result_int64(context, micros),
            None => refuse(context, &format!("the time between `{left}` and `{right}` is out of range")),
        }
    }
}

/// The moment so many microseconds after a day or moment.
unsafe extern "C" fn moment(context: *mut ffi::sqlite3_context, _: c_int, values: *mut *mut ffi::sqlite3_value) {
    // SAFETY: as in `between`.
    unsafe {
        let Some((text, by)) = arguments(values) else { return ffi::sqlite3_result_null(context) };
        let Some(start) = parse_date_time(&text) else {
            return refuse(context, &format!("`{text}` is not a date or moment"));
        };
        match start.checked_add_signed(by).filter(|moment| (1..=9999).contains(&moment.year())) {
            Some(moment) => give(context, &date_time_text(moment)),
            None => refuse(context, &format!("`{text}` plus {} microseconds is out of range", micros(by))),
        }
    }
}

/// The time of day so many microseconds after a time of day, over midnight too.
unsafe extern "C" fn time(context: *mut ffi::sqlite3_context, _: c_int, values: *mut *mut ffi::sqlite3_value) {
    // SAFETY: as in `between`.
    unsafe {
        let Some((text, by)) = arguments(values) else { return ffi::sqlite3_result_null(context) };
        match parse_time(&text) {
            Some(start) => give(context, &time_text(start.overflowing_add_signed(by).0)),
            None => refuse(context, &format!("`{text}` is not a time")),
        }
    }
}

/// What is read of a text; a time of day as one of some day.
fn moment_of(text: &str) -> Option<DateTime<Utc>> {
    let at = |time: NaiveTime| DateTime::<Utc>::UNIX_EPOCH.date_naive().and_time(time).and_utc();
    parse_time(text).map(at).or_else(|| parse_date_time(text))
}

fn micros(by: TimeDelta) -> i64 {
    by.num_microseconds().unwrap_or_default()
}

/// The text and the microseconds; `None` where one is NULL.
///
/// # Safety
/// The values are the two of a running callback, which the text must not outlive.
unsafe fn arguments<'v>(values: *mut *mut ffi::sqlite3_value) -> Option<(std::borrow::Cow<'v, str>, TimeDelta)> {
    // SAFETY: the caller's promise.
    unsafe {
        let text = text_of(*values)?;
        let by = *values.add(1);
        if ffi::sqlite3_value_type(by) == ffi::SQLITE_NULL {
            return None;
        }
        Some((text, TimeDelta::microseconds(ffi::sqlite3_value_int64(by))))
    }
}

/// # Safety
/// `context` is that of the running callback.
pub(super) unsafe fn give(context: *mut ffi::sqlite3_context, text: &str) {
    let length = c_int::try_from(text.len()).unwrap_or(c_int::MAX);
    // SAFETY: the caller's promise; SQLite copies the text.
    unsafe { ffi::sqlite3_result_text(context, text.as_ptr().cast(), length, ffi::SQLITE_TRANSIENT()) }
}

/// # Safety
/// `context` is that of the running callback.
#[cold]
pub(super) unsafe fn refuse(context: *mut ffi::sqlite3_context, message: &str) {
    let length = c_int::try_from(message.len()).unwrap_or(c_int::MAX);
    // SAFETY: the caller's promise; SQLite copies the message.
    unsafe { ffi::sqlite3_result_error(context, message.as_ptr().cast(), length) }
}
