//! What PostgreSQL's refusals become, by SQLSTATE: its messages speak the server's language.

use rjango_core::{Error, ErrorKind};
use sqlx::postgres::PgDatabaseError;

use crate::connection::Statement;
use crate::connection::errors::{Refusal, refused};

/// The error for a refused statement.
#[cold]
pub(super) fn database_error(error: sqlx::Error, statement: Option<&Statement>) -> Error {
    let refusal = error.as_database_error().and_then(|refusal| refusal.try_downcast_ref()).map(read);
    refused(error, refusal, statement)
}

fn read(error: &PgDatabaseError) -> Refusal {
    let code = error.code();
    // Class 23 is "integrity constraint violation".
    let kind = if code.starts_with("23") { ErrorKind::Integrity } else { ErrorKind::Database };
    // A NOT NULL has no name: the column stands in, as SQLite tells it.
    let column = || Some(format!("{}.{}", error.table()?, error.column()?));
    let constraint = error.constraint().map(str::to_owned).or_else(column);
    let hint = match code {
        // undefined_table, undefined_column
        "42P01" | "42703" => Some("run `rjango migrate`"),
        // insufficient_privilege
        "42501" => Some("grant the user of the settings the right, as the database's owner"),
        // deadlock_detected, serialization_failure
        "40P01" | "40001" => Some("another transaction was in the way; run this one again"),
        // lock_not_available
        "55P03" => Some("another transaction holds the rows or the table"),
        // invalid_regular_expression
        "2201B" => Some("write the pattern of `regex` in PostgreSQL's own syntax"),
        // in_failed_sql_transaction
        "25P02" => Some("an earlier statement failed: put what may fail into an `atomic` block of its own"),
        // too_many_connections
        "53300" => Some("lower the option `max_connections`, or raise PostgreSQL's"),
        _ => None,
    };
    Refusal { kind, constraint: constraint.filter(|_| kind == ErrorKind::Integrity), hint }
}

/// Whether the statement was prepared before its table was altered.
pub(super) fn is_stale_plan(error: &Error) -> bool {
    let refusal = error.downcast_ref::<sqlx::Error>().and_then(sqlx::Error::as_database_error);
    let refusal = refusal.and_then(|refusal| refusal.try_downcast_ref::<PgDatabaseError>());
    // feature_not_supported, raised by the plan cache.
    refusal.is_some_and(|refusal| refusal.code() == "0A000" && refusal.routine() == Some("RevalidateCachedQuery"))
}

/// Whether the server has closed the connection with this error.
pub(super) fn ends_connection(error: &sqlx::Error) -> bool {
    let refusal = error.as_database_error().and_then(|refusal| refusal.try_downcast_ref::<PgDatabaseError>());
    refusal.is_some_and(|refusal| {
        use sqlx::postgres::PgSeverity;
        matches!(refusal.severity(), PgSeverity::Fatal | PgSeverity::Panic)
    })
}
