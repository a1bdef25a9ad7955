//! SQLite's `REGEXP`: an operator of its grammar whose function it leaves to the program.

use std::borrow::Cow;
use std::ffi::{c_int, c_void};
use std::{ptr, slice};

use libsqlite3_sys as ffi;
use regex::Regex;

/// `text REGEXP pattern`, which SQLite calls as `regexp(pattern, text)`: 1, 0, or NULL where either is NULL.
pub(super) unsafe extern "C" fn regexp(
    context: *mut ffi::sqlite3_context,
    _: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: SQLite calls with the two values that were declared, and `context` is this call's.
    unsafe {
        let (pattern, text) = (*values, *values.add(1));
        let (Some(source), Some(text)) = (text_of(pattern), text_of(text)) else {
            ffi::sqlite3_result_null(context);
            return;
        };
        // SQLite keeps what belongs to an argument that is the same in every row of a statement.
        let kept = ffi::sqlite3_get_auxdata(context, 0).cast::<Regex>();
        if let Some(kept) = kept.as_ref() {
            ffi::sqlite3_result_int(context, kept.is_match(&text).into());
            return;
        }
        match Regex::new(&source) {
            Ok(regex) => {
                ffi::sqlite3_result_int(context, regex.is_match(&text).into());
                let kept = Box::into_raw(Box::new(regex));
                // From here on it is SQLite's, which may drop it at once.
                ffi::sqlite3_set_auxdata(context, 0, kept.cast(), Some(forget));
            }
            Err(error) => refuse(context, &source, &error),
        }
    }
}

/// The argument as text, as SQLite itself makes a text of a number; `None` for NULL.
///
/// # Safety
/// `value` is an argument of the running callback, which the text must not outlive.
pub(super) unsafe fn text_of<'v>(value: *mut ffi::sqlite3_value) -> Option<Cow<'v, str>> {
    // SAFETY: the caller's promise; the length is asked for after the text, as SQLite wants it.
    unsafe {
        let text = ffi::sqlite3_value_text(value);
        let length = usize::try_from(ffi::sqlite3_value_bytes(value)).unwrap_or(0);
        ptr::NonNull::new(text.cast_mut())
            .map(|text| String::from_utf8_lossy(slice::from_raw_parts(text.as_ptr(), length)))
    }
}

/// Fails the statement, saying where the pattern is wrong.
///
/// # Safety
/// `context` is that of the running callback.
#[cold]
unsafe fn refuse(context: *mut ffi::sqlite3_context, source: &str, error: &regex::Error) {
    // The last line is what is wrong; those before it draw an arrow under the pattern.
    let error = error.to_string();
    let reason = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
    let message = format!("`{source}` is no regular expression: {reason}");
    let length = c_int::try_from(message.len()).unwrap_or(c_int::MAX);
    // SAFETY: the caller's promise; SQLite copies the message.
    unsafe { ffi::sqlite3_result_error(context, message.as_ptr().cast(), length) }
}

unsafe extern "C" fn forget(regex: *mut c_void) {
    // SAFETY: `regexp` made it by `Box::into_raw`, and SQLite gives it back once.
    drop(unsafe { Box::from_raw(regex.cast::<Regex>()) });
}
