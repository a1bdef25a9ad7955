//! Transactions of the admin: where the rows of a model are written, and where the log of it is.

use rjango_core::Result;
use rjango_orm::{Model as _, execute};
use rjango_schema::ModelSchema;

use crate::log::LogEntry;

/// Runs a closure in a transaction on the database to which the model's rows are written. Where the log is in another
/// database, there is a transaction on that one around it: an entry is kept only after the rows are.
///
/// # Errors
/// The closure's; `Database` where a transaction cannot be begun or committed.
pub(crate) async fn atomic_for<T>(schema: &ModelSchema, f: impl AsyncFnOnce() -> Result<T>) -> Result<T> {
    let rows = execute::write_database(&schema.label(), None)?;
    let log = execute::write_database(&LogEntry::entry().schema().label(), None)?;
    if rows == log {
        return rows.atomic(f).await;
    }
    log.atomic(async || rows.atomic(f).await).await
}
