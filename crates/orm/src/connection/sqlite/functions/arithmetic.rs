//! Arithmetic that fails where it cannot be right. SQLite makes a double of an integer that is too large, NULL of a division by
//! zero, and a column of it holds whatever it is given; the other engines refuse all three.

use std::ffi::{CStr, c_int};
use std::slice;

use libsqlite3_sys as ffi;
use rust_decimal::RoundingStrategy;
use rust_decimal::prelude::ToPrimitive;

use crate::connection::sqlite::read::fifteen_digits;

/// `RJANGO_WHOLE(result)`: the result of whole-number arithmetic, if it fits 64 bits.
pub(super) const WHOLE: &CStr = c"RJANGO_WHOLE";
/// `RJANGO_DIVIDE(left, right)`: whole numbers divide into a whole number.
pub(super) const DIVIDE: &CStr = c"RJANGO_DIVIDE";
/// `RJANGO_MODULO(left, right)`: the remainder, with the sign of the left side.
pub(super) const MODULO: &CStr = c"RJANGO_MODULO";
/// `RJANGO_KEPT(value, field, kind, bound, bound)`: the value as the field's column holds it. The bounds are the least and the
/// most of an `integer`, nothing and the longest of a `text`, the places and all digits of a `decimal`.
pub(super) const KEPT: &CStr = c"RJANGO_KEPT";

/// One bit past the largest integer: what an overflow gives is this or more.
const PAST: f64 = 9_223_372_036_854_775_808.0;

const ZERO: &str = "division by zero";
pub(super) const NOT_A_NUMBER: &str = "the result is not a finite number";
const TOO_LARGE: &str = "the result is too large for a whole number of 64 bits";

#[derive(Clone, Copy)]
enum Number {
    Whole(i64),
    Real(f64),
}

impl Number {
    #[allow(clippy::cast_precision_loss)] // As SQLite's own conversion.
    fn real(self) -> f64 {
        match self {
            Self::Whole(number) => number as f64,
            Self::Real(number) => number,
        }
    }
}

pub(super) unsafe extern "C" fn whole(
    context: *mut ffi::sqlite3_context,
    _: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: SQLite calls with as many values as were declared.
    unsafe {
        match number(*values) {
            Some(Number::Real(real)) if !(-PAST..PAST).contains(&real) => fail(context, TOO_LARGE),
            _ => ffi::sqlite3_result_value(context, *values),
        }
    }
}

pub(super) unsafe extern "C" fn divide(
    context: *mut ffi::sqlite3_context,
    _: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: as in `whole`.
    unsafe {
        match (number(*values), number(*values.add(1))) {
            (_, Some(right)) if right.real() == 0.0 => fail(context, ZERO),
            (Some(Number::Whole(left)), Some(Number::Whole(right))) => match left.checked_div(right) {
                Some(quotient) => ffi::sqlite3_result_int64(context, quotient),
                None => fail(context, TOO_LARGE),
            },
            (Some(left), Some(right)) => give(context, left.real() / right.real()),
            _ => ffi::sqlite3_result_null(context),
        }
    }
}

pub(super) unsafe extern "C" fn modulo(
    context: *mut ffi::sqlite3_context,
    _: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: as in `whole`.
    unsafe {
        match (number(*values), number(*values.add(1))) {
            (_, Some(right)) if right.real() == 0.0 => fail(context, ZERO),
            (Some(Number::Whole(left)), Some(Number::Whole(right))) => {
                ffi::sqlite3_result_int64(context, left.wrapping_rem(right));
            }
            (Some(left), Some(right)) => give(context, left.real() % right.real()),
            _ => ffi::sqlite3_result_null(context),
        }
    }
}

pub(super) unsafe extern "C" fn kept(
    context: *mut ffi::sqlite3_context,
    _: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: as in `whole`.
    unsafe {
        let value = *values;
        if ffi::sqlite3_value_type(value) == ffi::SQLITE_NULL {
            return ffi::sqlite3_result_null(context);
        }
        let (first, second) = (ffi::sqlite3_value_int64(*values.add(3)), ffi::sqlite3_value_int64(*values.add(4)));
        let kept = match text(*values.add(2)).as_str() {
            "integer" => keep_integer(context, value, first, second),
            "decimal" => keep_decimal(context, value, first, second),
            _ => keep_text(context, value, second),
        };
        if let Err(expected) = kept {
            fail(context, &format!("`{}` holds {expected}, found `{}`", text(*values.add(1)), text(value)));
        }
    }
}

/// # Safety
/// `context` and `value` are those of the running callback.
#[allow(clippy::cast_possible_truncation)] // A whole number within the bounds of an integer.
unsafe fn keep_integer(
    context: *mut ffi::sqlite3_context,
    value: *mut ffi::sqlite3_value,
    least: i64,
    most: i64,
) -> Result<(), String> {
    // SAFETY: the caller's promise.
    let found = match unsafe { number(value) } {
        Some(Number::Whole(number)) => Some(number),
        Some(Number::Real(real)) if real.fract() == 0.0 && (-PAST..PAST).contains(&real) => Some(real as i64),
        _ => None,
    };
    match found.filter(|number| (least..=most).contains(number)) {
        Some(number) => {
            // SAFETY: the caller's promise.
            unsafe { ffi::sqlite3_result_int64(context, number) };
            Ok(())
        }
        None => Err(format!("whole numbers from {least} to {most}")),
    }
}

/// Rounds as the other engines do where they store a number: a half goes away from zero.
///
/// # Safety
/// As [`keep_integer`].
unsafe fn keep_decimal(
    context: *mut ffi::sqlite3_context,
    value: *mut ffi::sqlite3_value,
    places: i64,
    digits: i64,
) -> Result<(), String> {
    let expected = || Err(format!("decimals of at most {digits} digits, {places} of them behind the point"));
    // SAFETY: the caller's promise.
    let Some(found) = (unsafe { number(value) }) else { return expected() };
    let room = 10_f64.powi(i32::try_from(digits - places).unwrap_or(0));
    match found {
        Number::Whole(number) if found.real().abs() < room => {
            // SAFETY: the caller's promise.
            unsafe { ffi::sqlite3_result_int64(context, number) };
        }
        Number::Real(real) if real.abs() < room => {
            let rounded = fifteen_digits(real).and_then(|number| {
                let places = u32::try_from(places).ok()?;
                number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero).to_f64()
            });
            match rounded.filter(|rounded| rounded.abs() < room) {
                // SAFETY: the caller's promise.
                Some(rounded) => unsafe { ffi::sqlite3_result_double(context, rounded) },
                None => return expected(),
            }
        }
        _ => return expected(),
    }
    Ok(())
}

/// # Safety
/// As [`keep_integer`].
unsafe fn keep_text(
    context: *mut ffi::sqlite3_context,
    value: *mut ffi::sqlite3_value,
    most: i64,
) -> Result<(), String> {
    // SAFETY: the caller's promise.
    let found = unsafe { text(value) }.chars().count();
    if i64::try_from(found).is_ok_and(|found| found <= most) {
        // SAFETY: the caller's promise.
        unsafe { ffi::sqlite3_result_value(context, value) };
        return Ok(());
    }
    Err(format!("at most {most} characters, and this has {found}"))
}

/// The number; a text that spells one is one.
///
/// # Safety
/// `value` is an argument of the running callback.
unsafe fn number(value: *mut ffi::sqlite3_value) -> Option<Number> {
    // SAFETY: the caller's promise.
    unsafe {
        match ffi::sqlite3_value_numeric_type(value) {
            ffi::SQLITE_INTEGER => Some(Number::Whole(ffi::sqlite3_value_int64(value))),
            ffi::SQLITE_NULL => None,
            _ => Some(Number::Real(ffi::sqlite3_value_double(value))),
        }
    }
}

/// The text of a value, whatever it is.
///
/// # Safety
/// As [`number`].
unsafe fn text(value: *mut ffi::sqlite3_value) -> String {
    // SAFETY: the caller's promise; the length is that of the text that was just made.
    unsafe {
        let start = ffi::sqlite3_value_text(value);
        let length = usize::try_from(ffi::sqlite3_value_bytes(value)).unwrap_or(0);
        if start.is_null() {
            return String::new();
        }
        String::from_utf8_lossy(slice::from_raw_parts(start.cast(), length)).into_owned()
    }
}

/// # Safety
/// `context` is that of the running callback.
unsafe fn give(context: *mut ffi::sqlite3_context, real: f64) {
    // SAFETY: the caller's promise.
    unsafe { ffi::sqlite3_result_double(context, real) };
}

/// # Safety
/// As [`give`].
pub(super) unsafe fn fail(context: *mut ffi::sqlite3_context, message: &str) {
    let length = c_int::try_from(message.len()).unwrap_or(0);
    // SAFETY: the caller's promise; SQLite copies so many bytes.
    unsafe { ffi::sqlite3_result_error(context, message.as_ptr().cast(), length) };
}
