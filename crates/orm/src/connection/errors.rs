//! What a driver's error becomes.

use rjango_core::{Error, ErrorKind};
use sqlx::error::ErrorKind as Violation;

use super::Statement;

/// The error for a refused statement: its kind, the constraint and the columns, the statement, the next step.
#[cold]
pub(crate) fn database_error(error: sqlx::Error, statement: Option<&Statement>) -> Error {
    let mut mapped = match &error {
        sqlx::Error::Database(refusal) => {
            let message = refusal.message();
            let kind = match refusal.kind() {
                Violation::UniqueViolation
                | Violation::ForeignKeyViolation
                | Violation::NotNullViolation
                | Violation::CheckViolation => ErrorKind::Integrity,
                _ if message.contains("constraint failed") => ErrorKind::Integrity,
                _ => ErrorKind::Database,
            };
            let mut mapped = Error::new(kind, format!("the database refused: {message}"));
            if kind == ErrorKind::Integrity {
                // SQLite names the columns after a colon where the constraint has no name of its own.
                let constraint = refusal.constraint().or_else(|| message.split_once(": ").map(|(_, name)| name));
                if let Some(constraint) = constraint {
                    mapped = mapped.with_constraint(constraint);
                }
            }
            if let Some(hint) = hint(message) {
                mapped = mapped.with_hint(hint);
            }
            mapped
        }
        sqlx::Error::PoolTimedOut => Error::new(ErrorKind::Database, "no database connection became free in time")
            .with_hint("a transaction or stream may be holding one for long; raise the option `max_connections`"),
        sqlx::Error::PoolClosed => Error::new(ErrorKind::Database, "the database is closed"),
        other => Error::new(ErrorKind::Database, format!("the database failed: {other}")),
    };
    if let Some(statement) = statement {
        mapped = mapped.with_sql(statement.to_string());
    }
    mapped.with_source(error)
}

fn hint(message: &str) -> Option<&'static str> {
    if message.contains("no such table") || message.contains("no such column") || message.contains("has no column") {
        Some("run `rjango migrate`")
    } else if message.contains("database is locked") {
        Some(
            "another process is writing; raise the option `timeout` (seconds), or set `transaction_mode = \"IMMEDIATE\"`",
        )
    } else if message.contains("readonly database") {
        Some("let this user write the database's file and its folder")
    } else if message.contains("not a database") {
        Some("is NAME in the settings the path of an SQLite file?")
    } else {
        None
    }
}
