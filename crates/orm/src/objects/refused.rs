//! What an object has and a template may not use, and what nothing has.

use rjango_core::{Error, ErrorKind};

/// A method that changes rows: Django's `alters_data`.
#[cold]
pub(super) fn changes_rows(method: &str) -> Error {
    Error::new(ErrorKind::Template, format!("`{method}()` changes the database, and a template only shows it"))
        .with_hint("call it in the view")
}

/// A method that is of no use without arguments.
#[cold]
pub(super) fn needs_arguments(method: &str) -> Error {
    Error::new(ErrorKind::Template, format!("`{method}()` takes arguments, and a template cannot give it any"))
        .with_hint("call it in the view, and put what it gives into the context")
}

/// A method that the shell knows and a template does not call.
#[cold]
pub(super) fn not_in_a_template(method: &str, what: &str) -> Error {
    Error::new(ErrorKind::Template, format!("`{method}()` {what}, and a template does not call it"))
        .with_hint("call it in the view")
}

/// A method of the project's own that this program does not have.
#[cold]
pub(super) fn not_compiled(model: &str, method: &str) -> Error {
    Error::new(
        ErrorKind::Other,
        format!("`{model}.{method}` is the project's own code, and this program does not have it"),
    )
    .with_hint("it runs in the project's own binary: `rjango shell --compiled`")
}

/// A method that does not exist.
#[cold]
pub(super) fn unknown_method(what: &str, method: &str, hint: &str) -> Error {
    Error::new(ErrorKind::Other, format!("{what} has no method `{method}`")).with_hint(hint)
}
