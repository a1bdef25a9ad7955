//! What SQLite's refusals become.

use rjango_core::{Error, ErrorKind};
use sqlx::error::{DatabaseError, ErrorKind as Violation};

use crate::connection::Statement;
use crate::connection::errors::{Refusal, refused};

/// The error for a refused statement.
#[cold]
pub(super) fn database_error(error: sqlx::Error, statement: Option<&Statement>) -> Error {
    let refusal = error.as_database_error().map(read);
    refused(error, refusal, statement)
}

fn read(error: &dyn DatabaseError) -> Refusal {
    let message = error.message();
    let kind = match error.kind() {
        Violation::UniqueViolation
        | Violation::ForeignKeyViolation
        | Violation::NotNullViolation
        | Violation::CheckViolation => ErrorKind::Integrity,
        _ if message.contains("constraint failed") => ErrorKind::Integrity,
        _ => ErrorKind::Database,
    };
    // SQLite names the columns after a colon where the constraint has no name of its own.
    let constraint = error.constraint().or_else(|| message.split_once(": ").map(|(_, name)| name));
    let constraint = constraint.filter(|_| kind == ErrorKind::Integrity).map(str::to_owned);
    Refusal { kind, constraint, hint: hint(message) }
}

fn hint(message: &str) -> Option<&'static str> {
    if message.contains("no such table") || message.contains("no such column") || message.contains("has no column") {
        Some("run `rjango migrate`")
    } else if message.contains("database is locked") {
        Some(
            "another process is writing; raise the option `timeout` (seconds), or set `transaction_mode = \"IMMEDIATE\"`",
        )
    } else if message.contains("is no regular expression") {
        Some("write the pattern of `regex` in the syntax of Rust's crate `regex`")
    } else if message.contains("division by zero") {
        Some("leave the rows out whose divisor is 0: `exclude(q!(divisor = 0))`")
    } else if message.contains("not a finite number") {
        Some("leave the rows out for which the function has no value, as a root has none of a negative number")
    } else if message.contains("readonly database") {
        Some("let this user write the database's file and its folder")
    } else if message.contains("not a database") {
        Some("is NAME in the settings the path of an SQLite file?")
    } else {
        None
    }
}
