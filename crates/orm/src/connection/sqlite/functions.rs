//! Functions of SQL that SQLite leaves out of an ordinary build, registered with each connection as Django does.

mod arithmetic;
mod moments;
mod regexp;
mod spread;
mod zones;

use std::ffi::{CStr, c_int, c_void};
use std::ptr;

use libsqlite3_sys as ffi;
use sqlx::SqliteConnection;

/// One argument, `NULL` in, `NULL` out; a result that is not a finite number is an error, as on the other engines.
type Unary = fn(f64) -> f64;
/// Two arguments, likewise.
type Binary = fn(f64, f64) -> f64;

static UNARY: [(&CStr, Unary); 1] = [(c"SQRT", f64::sqrt)];
static BINARY: [(&CStr, Binary); 1] = [(c"POWER", f64::powf)];

/// Leaves out SQLite's count of the memory it uses, which nobody reads and for which each of its allocations takes a lock:
/// a tenth of the time of a long `migrate`. It can only be done before the process opens its first database.
pub(super) fn leave_memory_uncounted() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // SAFETY: the option takes one `int`. Where SQLite is at work already, by another library, it refuses and changes
        // nothing, so what it answers does not matter.
        unsafe { ffi::sqlite3_config(ffi::SQLITE_CONFIG_MEMSTATUS, 0 as c_int) };
    });
}

/// Registers the functions with a new connection.
pub(super) async fn register(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let mut handle = connection.lock_handle().await?;
    let database = handle.as_raw_handle().as_ptr();
    for (name, function) in &UNARY {
        // SAFETY: the connection is open and locked; the user data is a static, which outlives every connection.
        let code = unsafe { create(database, name, 1, ptr::from_ref(function).cast(), unary) };
        check(name, code)?;
    }
    for (name, function) in &BINARY {
        // SAFETY: as above.
        let code = unsafe { create(database, name, 2, ptr::from_ref(function).cast(), binary) };
        check(name, code)?;
    }
    let plain: [(&CStr, c_int, Callback); 5] = [
        (c"REGEXP", 2, regexp::regexp),
        (arithmetic::WHOLE, 1, arithmetic::whole),
        (arithmetic::DIVIDE, 2, arithmetic::divide),
        (arithmetic::MODULO, 2, arithmetic::modulo),
        (arithmetic::KEPT, 5, arithmetic::kept),
    ];
    let moments = moments::FUNCTIONS.map(|(name, callback)| (name, 2, callback as Callback));
    let zones = zones::FUNCTIONS.map(|(name, callback)| (name, 2, callback as Callback));
    for (name, arguments, callback) in plain.into_iter().chain(moments).chain(zones) {
        // SAFETY: as above, with no user data at all.
        let code = unsafe { create(database, name, arguments, ptr::null(), callback) };
        check(name, code)?;
    }
    // SAFETY: as above.
    unsafe { spread::register(database) }
}

fn check(name: &CStr, code: c_int) -> Result<(), sqlx::Error> {
    if code == ffi::SQLITE_OK {
        return Ok(());
    }
    Err(sqlx::Error::Configuration(format!("SQLite refused the function {}: {code}", name.to_string_lossy()).into()))
}

type Callback = unsafe extern "C" fn(*mut ffi::sqlite3_context, c_int, *mut *mut ffi::sqlite3_value);

/// # Safety
/// `database` is an open connection that no other thread uses now, and `data` lives as long as the process.
unsafe fn create(
    database: *mut ffi::sqlite3,
    name: &CStr,
    arguments: c_int,
    data: *const c_void,
    callback: Callback,
) -> c_int {
    let flags = ffi::SQLITE_UTF8 | ffi::SQLITE_DETERMINISTIC;
    // SAFETY: the caller's promises are what SQLite asks for; there is no destructor, for the data is static.
    unsafe {
        ffi::sqlite3_create_function_v2(
            database,
            name.as_ptr(),
            arguments,
            flags,
            data.cast_mut(),
            Some(callback),
            None,
            None,
            None,
        )
    }
}

unsafe extern "C" fn unary(context: *mut ffi::sqlite3_context, _: c_int, values: *mut *mut ffi::sqlite3_value) {
    // SAFETY: SQLite calls with the data registered beside this callback and with as many values as were declared.
    unsafe {
        let function = &*ffi::sqlite3_user_data(context).cast_const().cast::<Unary>();
        let argument = number(*values);
        computed(context, argument.map(function), argument.is_none_or(f64::is_finite));
    }
}

unsafe extern "C" fn binary(context: *mut ffi::sqlite3_context, _: c_int, values: *mut *mut ffi::sqlite3_value) {
    // SAFETY: as in `unary`.
    unsafe {
        let function = &*ffi::sqlite3_user_data(context).cast_const().cast::<Binary>();
        let arguments = number(*values).zip(number(*values.add(1)));
        let is_finite = arguments.is_none_or(|(one, two)| one.is_finite() && two.is_finite());
        computed(context, arguments.map(|(one, two)| function(one, two)), is_finite);
    }
}

/// # Safety
/// `value` is an argument of the running callback.
unsafe fn number(value: *mut ffi::sqlite3_value) -> Option<f64> {
    // SAFETY: the caller's promise.
    unsafe { (ffi::sqlite3_value_type(value) != ffi::SQLITE_NULL).then(|| ffi::sqlite3_value_double(value)) }
}

/// Gives what was computed. Of finite arguments it must be finite.
///
/// # Safety
/// `context` is that of the running callback.
unsafe fn computed(context: *mut ffi::sqlite3_context, result: Option<f64>, of_finite: bool) {
    // SAFETY: the caller's promise.
    unsafe {
        match result {
            Some(number) if of_finite && !number.is_finite() => arithmetic::fail(context, arithmetic::NOT_A_NUMBER),
            result => give(context, result),
        }
    }
}

/// # Safety
/// `context` is that of the running callback.
unsafe fn give(context: *mut ffi::sqlite3_context, result: Option<f64>) {
    // SAFETY: the caller's promise.
    unsafe {
        match result.filter(|number| !number.is_nan()) {
            Some(number) => ffi::sqlite3_result_double(context, number),
            None => ffi::sqlite3_result_null(context),
        }
    }
}
