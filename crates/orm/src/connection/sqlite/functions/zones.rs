//! What the clocks of a time zone show at a moment, and back: SQLite itself knows UTC alone.

use std::ffi::{CStr, c_int};

use chrono::{DateTime, Datelike, NaiveDateTime, Utc};
use libsqlite3_sys as ffi;
use rjango_core::timezone::Zone;

use super::moments::{Function, give, refuse};
use super::regexp::text_of;
use crate::value::{date_time_text, parse_date_time};

/// The functions by name, each of a moment and a zone's name.
pub(super) const FUNCTIONS: [(&CStr, Function); 2] = [(c"RJANGO_LOCAL", local), (c"RJANGO_AWARE", aware)];

/// What the clocks show at a moment.
unsafe extern "C" fn local(context: *mut ffi::sqlite3_context, _: c_int, values: *mut *mut ffi::sqlite3_value) {
    // SAFETY: SQLite calls with the two values that were declared, and `context` is this call's.
    unsafe {
        converted(context, values, |moment, zone| Ok(zone.local(moment).naive_local()));
    }
}

/// The moment at which the clocks show this, as [`Zone::make_aware`] has it.
unsafe extern "C" fn aware(context: *mut ffi::sqlite3_context, _: c_int, values: *mut *mut ffi::sqlite3_value) {
    // SAFETY: as in `local`.
    unsafe {
        converted(context, values, |shown, zone| Ok(zone.make_aware(shown.naive_utc())?.naive_utc()));
    }
}

/// # Safety
/// The arguments are those of a running callback of two arguments.
unsafe fn converted(
    context: *mut ffi::sqlite3_context,
    values: *mut *mut ffi::sqlite3_value,
    convert: impl FnOnce(DateTime<Utc>, Zone) -> rjango_core::Result<NaiveDateTime>,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let (Some(text), Some(zone)) = (text_of(*values), text_of(*values.add(1))) else {
            return ffi::sqlite3_result_null(context);
        };
        let Some(moment) = parse_date_time(&text) else {
            return refuse(context, &format!("`{text}` is not a moment"));
        };
        match zone_of(&zone).and_then(|zone| convert(moment, zone)) {
            Ok(naive) if (1..=9999).contains(&naive.year()) => give(context, &date_time_text(naive.and_utc())),
            Ok(_) => refuse(context, &format!("`{text}` is out of range in the time zone `{zone}`")),
            Err(error) => refuse(context, &error.to_string()),
        }
    }
}

/// The zone of a name, as [`Zone`] writes it.
fn zone_of(name: &str) -> rjango_core::Result<Zone> {
    let fixed = name.strip_prefix(['+', '-']).filter(|digits| digits.len() == 4).and_then(|digits| {
        let (hours, minutes) = digits.split_at_checked(2)?;
        let minutes = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
        Some(if name.starts_with('-') { -minutes } else { minutes })
    });
    match fixed {
        Some(minutes) => Zone::fixed(minutes),
        None => Zone::named(name),
    }
}
