//! What a driver's error becomes.

use rjango_core::{Error, ErrorKind, Result};

use super::{Engine, Statement};
use crate::value::bounds::check_parameter;

/// How an engine reads a refusal of its own.
pub(super) struct Refusal {
    /// `Integrity` or `Database`.
    pub(super) kind: ErrorKind,
    /// The constraint that was violated, or the columns in its stead.
    pub(super) constraint: Option<String>,
    /// The next step.
    pub(super) hint: Option<&'static str>,
}

/// Refuses a statement with a parameter that the engine would cut or take for something else.
pub(super) fn check(statement: &Statement, engine: Engine) -> Result<()> {
    let mut parameters = statement.parameters.iter();
    parameters
        .try_for_each(|value| check_parameter(engine, value))
        .map_err(|error| error.with_sql(statement.to_string()))
}

/// The error for a refused statement: its kind, the constraint and the columns, the statement, the next step.
#[cold]
pub(super) fn refused(error: sqlx::Error, refusal: Option<Refusal>, statement: Option<&Statement>) -> Error {
    let mut mapped = match (&error, refusal) {
        (sqlx::Error::Database(told), refusal) => {
            let message = format!("the database refused: {}", told.message());
            let refusal = refusal.unwrap_or(Refusal { kind: ErrorKind::Database, constraint: None, hint: None });
            let mut mapped = Error::new(refusal.kind, message);
            if let Some(constraint) = refusal.constraint {
                mapped = mapped.with_constraint(constraint);
            }
            match refusal.hint {
                Some(hint) => mapped.with_hint(hint),
                None => mapped,
            }
        }
        (sqlx::Error::PoolTimedOut, _) => {
            Error::new(ErrorKind::Unavailable, "no database connection became free in time")
                .with_hint("a transaction or stream may be holding one for long; raise the option `max_connections`")
        }
        (sqlx::Error::PoolClosed, _) => Error::new(ErrorKind::Database, "the database is closed"),
        (other, _) => Error::new(ErrorKind::Database, format!("the database failed: {other}")),
    };
    if let Some(statement) = statement {
        mapped = mapped.with_sql(statement.to_string());
    }
    mapped.with_told_source(error)
}
