//! A new SQLite file is written through to the disk once, at the end of the run, not four times a migration.
//!
//! A killed process loses nothing by that: its writes are the system's by then, and the journal is there. Only
//! where the machine itself stops during the run may the file be left unreadable, and a database that had no table
//! before it held nothing to lose.

use rjango_core::Result;
use rjango_orm::{Database, Engine, Statement, Value, ValueType};

/// What the connection's `synchronous` was.
pub(super) struct Unsynced(i64);

impl Unsynced {
    /// Stops waiting for the disk, where the database is empty and its connections wait.
    pub(super) async fn start(database: &Database) -> Result<Option<Self>> {
        if database.engine() != Engine::Sqlite {
            return Ok(None);
        }
        let journal = text(database, "PRAGMA journal_mode").await?;
        let is_kept = matches!(journal.as_deref(), Some("delete" | "truncate" | "persist" | "wal"));
        if !is_kept || int(database, "SELECT count(*) FROM sqlite_master").await? != Some(0) {
            return Ok(None);
        }
        match int(database, "PRAGMA synchronous").await? {
            Some(level) if level > 0 => {
                database.execute_script("PRAGMA synchronous = OFF;").await?;
                Ok(Some(Self(level)))
            }
            _ => Ok(None),
        }
    }

    /// Writes everything through, and waits as before from here on.
    pub(super) async fn finish(self, database: &Database) -> Result<()> {
        // A commit syncs the whole file, and this one has a page to write whatever the number is. With a write-ahead log it is
        // the log's file; what was moved from there to the database is synced by the checkpoint.
        let version = int(database, "PRAGMA user_version").await?.unwrap_or_default();
        let Self(level) = self;
        let sql =
            format!("PRAGMA synchronous = {level}; PRAGMA user_version = {version}; PRAGMA wal_checkpoint(TRUNCATE);");
        database.execute_script(&sql).await
    }
}

async fn int(database: &Database, sql: &str) -> Result<Option<i64>> {
    let rows = database.fetch(&Statement::new(sql), &[ValueType::Int]).await?;
    Ok(rows.first().and_then(|row| row.first()).and_then(|value| match value {
        Value::Int(number) => Some(*number),
        _ => None,
    }))
}

async fn text(database: &Database, sql: &str) -> Result<Option<String>> {
    let rows = database.fetch(&Statement::new(sql), &[ValueType::Text]).await?;
    Ok(rows.into_iter().flatten().next().and_then(|value| match value {
        Value::Text(text) => Some(text),
        _ => None,
    }))
}
