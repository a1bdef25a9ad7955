//! The options of a SQLite database in the settings.

use std::time::Duration;

use rjango_core::{DatabaseSettings, Error, Result};
use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};

/// What the settings ask for.
pub(super) struct Options {
    /// How long to wait for a lock, of this process or of another.
    pub(super) timeout: Duration,
    /// What begins a transaction.
    pub(super) begin: &'static str,
    pub(super) journal_mode: SqliteJournalMode,
    pub(super) synchronous: SqliteSynchronous,
    /// How many connections, of which one writes.
    pub(super) most: u32,
}

/// Reads `timeout` in seconds (5), `transaction_mode` (`IMMEDIATE`), `journal_mode` (`WAL`), `synchronous` (`FULL`) and
/// `max_connections` (10), of which one writes.
pub(super) fn read(settings: &DatabaseSettings) -> Result<Options> {
    let mut options = Options {
        timeout: Duration::from_secs(5),
        begin: "BEGIN IMMEDIATE",
        journal_mode: SqliteJournalMode::Wal,
        synchronous: SqliteSynchronous::Full,
        most: 10,
    };
    for (name, value) in &settings.options {
        let wrong = |expected: &str| {
            Error::improperly_configured(format!("the SQLite option `{name}` is {expected}, found `{value}`"))
        };
        match name.to_ascii_lowercase().as_str() {
            "timeout" => {
                let seconds = value.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                options.timeout = seconds.ok_or_else(|| wrong("a number of seconds"))?;
            }
            "transaction_mode" => {
                options.begin = match value.to_ascii_uppercase().as_str() {
                    "DEFERRED" => "BEGIN",
                    "IMMEDIATE" => "BEGIN IMMEDIATE",
                    "EXCLUSIVE" => "BEGIN EXCLUSIVE",
                    _ => return Err(wrong("`DEFERRED`, `IMMEDIATE` or `EXCLUSIVE`")),
                };
            }
            "journal_mode" => {
                options.journal_mode =
                    value.parse().map_err(|_| wrong("`DELETE`, `TRUNCATE`, `PERSIST`, `MEMORY`, `WAL` or `OFF`"))?;
            }
            "synchronous" => {
                options.synchronous = value.parse().map_err(|_| wrong("`OFF`, `NORMAL`, `FULL` or `EXTRA`"))?;
            }
            "max_connections" => {
                let most = value.parse().ok().filter(|most| *most > 0);
                options.most = most.ok_or_else(|| wrong("a whole number above 0"))?;
            }
            _ => {
                return Err(Error::improperly_configured(format!("there is no SQLite option `{name}`")).with_hint(
                    "the options are `timeout`, `transaction_mode`, `journal_mode`, `synchronous` and `max_connections`",
                ));
            }
        }
    }
    Ok(options)
}
