//! Variance and standard deviation by Welford's method, which keeps the digits that sums of squares lose where values are
//! large and differ little. Over windows too: a row that leaves a frame is taken back.

use std::ffi::{CStr, c_int};
use std::mem::size_of;
use std::ptr;

use libsqlite3_sys as ffi;

use super::{give, number};

/// The aggregates by name, each with what it makes of the values so far.
const AGGREGATES: [(&CStr, Finish); 4] = [
    (c"VAR_POP", finish::<false, false>),
    (c"VAR_SAMP", finish::<true, false>),
    (c"STDDEV_POP", finish::<false, true>),
    (c"STDDEV_SAMP", finish::<true, true>),
];

type Finish = unsafe extern "C" fn(*mut ffi::sqlite3_context);

/// What is known of the values so far. All zeros, as SQLite hands it out, is of none.
#[derive(Debug, Clone, Copy, Default)]
struct Spread {
    /// The first value, from which all are counted: what is left has the digits in which they differ.
    origin: f64,
    count: f64,
    mean: f64,
    /// The sum of the squared distances from the mean.
    squares: f64,
}

impl Spread {
    fn add(&mut self, value: f64) {
        if self.count == 0.0 {
            self.origin = value;
        }
        let value = value - self.origin;
        self.count += 1.0;
        let distance = value - self.mean;
        self.mean += distance / self.count;
        self.squares += distance * (value - self.mean);
    }

    fn take_back(&mut self, value: f64) {
        if self.count <= 1.0 {
            *self = Self::default();
            return;
        }
        let value = value - self.origin;
        let distance = value - self.mean;
        self.count -= 1.0;
        self.mean -= distance / self.count;
        self.squares -= distance * (value - self.mean);
    }

    /// Of one value the variance is 0, and a sample's is none.
    fn variance(self, sample: bool) -> Option<f64> {
        let degrees = if sample { self.count - 1.0 } else { self.count };
        (degrees > 0.0).then(|| self.squares.max(0.0) / degrees)
    }
}

/// Registers the aggregates.
///
/// # Safety
/// `database` is an open connection that no other thread uses now.
pub(super) unsafe fn register(database: *mut ffi::sqlite3) -> Result<(), sqlx::Error> {
    for (name, finish) in AGGREGATES {
        let flags = ffi::SQLITE_UTF8 | ffi::SQLITE_DETERMINISTIC;
        // SAFETY: the caller's promise; there is no user data, and so nothing to destroy.
        let code = unsafe {
            ffi::sqlite3_create_window_function(
                database,
                name.as_ptr(),
                1,
                flags,
                ptr::null_mut(),
                Some(step),
                Some(finish),
                // What a window has so far is told as the whole is at the end.
                Some(finish),
                Some(inverse),
                None,
            )
        };
        super::check(name, code)?;
    }
    Ok(())
}

unsafe extern "C" fn step(context: *mut ffi::sqlite3_context, _: c_int, values: *mut *mut ffi::sqlite3_value) {
    // SAFETY: SQLite calls with the one value that was declared, and `context` is this call's.
    unsafe { change(context, *values, Spread::add) };
}

unsafe extern "C" fn inverse(context: *mut ffi::sqlite3_context, _: c_int, values: *mut *mut ffi::sqlite3_value) {
    // SAFETY: as in `step`.
    unsafe { change(context, *values, Spread::take_back) };
}

/// # Safety
/// `context` and `value` are those of the running callback.
unsafe fn change(context: *mut ffi::sqlite3_context, value: *mut ffi::sqlite3_value, change: fn(&mut Spread, f64)) {
    let size = c_int::try_from(size_of::<Spread>()).unwrap_or(0);
    // SAFETY: SQLite hands out zeroed memory, aligned for any of C's types, and the same for each call of one group; where it
    // has none left, null.
    unsafe {
        let spread = ffi::sqlite3_aggregate_context(context, size).cast::<Spread>();
        match (spread.as_mut(), number(value)) {
            (Some(spread), Some(value)) => change(spread, value),
            (None, _) => ffi::sqlite3_result_error_nomem(context),
            (_, None) => {}
        }
    }
}

unsafe extern "C" fn finish<const SAMPLE: bool, const ROOT: bool>(context: *mut ffi::sqlite3_context) {
    // SAFETY: as in `change`; asked for nothing, SQLite gives null where no row came.
    unsafe {
        let spread = ffi::sqlite3_aggregate_context(context, 0).cast::<Spread>().as_ref().copied();
        let variance = spread.unwrap_or_default().variance(SAMPLE);
        give(context, variance.map(|variance| if ROOT { variance.sqrt() } else { variance }));
    }
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn large_values_keep_their_digits() {
        let mut spread = Spread::default();
        [1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0].into_iter().for_each(|value| spread.add(value));
        assert_eq!(spread.variance(true), Some(30.0));
        assert_eq!(spread.variance(false), Some(22.5));
    }

    #[test]
    fn a_value_is_taken_back() {
        let mut spread = Spread::default();
        [5.0, 1.0, 3.0].into_iter().for_each(|value| spread.add(value));
        spread.take_back(5.0);
        assert_eq!((spread.variance(false), spread.variance(true)), (Some(1.0), Some(2.0)));
        spread.take_back(1.0);
        assert_eq!((spread.variance(false), spread.variance(true)), (Some(0.0), None));
        spread.take_back(3.0);
        assert_eq!(spread.variance(false), None);
    }
}
