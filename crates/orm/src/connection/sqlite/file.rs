//! A database's file as it is opened, and whether it still is the one that was opened.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use libsqlite3_sys as ffi;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, SqliteConnection};

use super::options::Options;
use super::{STEPS, functions};

/// How many rows the thread of a connection reads ahead of whoever takes them: with fewer the two wait for each other.
const READ_AHEAD: usize = 500;

/// How the connections to a file are opened.
pub(super) struct File {
    options: SqliteConnectOptions,
    path: Option<PathBuf>,
    journal_mode: SqliteJournalMode,
    timeout: Duration,
    reads: bool,
}

/// A connection.
pub(super) struct Opened {
    pub(super) raw: SqliteConnection,
    /// Set while the statement that runs is to stop.
    stop: Arc<AtomicBool>,
    identity: Option<Identity>,
}

/// Which file it is, whatever its name.
#[derive(PartialEq, Eq)]
struct Identity(u64, u64);

impl File {
    pub(super) fn new(path: Option<PathBuf>, options: &Options, reads: bool) -> Self {
        let mut connect = SqliteConnectOptions::new()
            .create_if_missing(true)
            .foreign_keys(true)
            .row_buffer_size(READ_AHEAD)
            .busy_timeout(options.timeout)
            .synchronous(options.synchronous)
            .disable_statement_logging();
        connect = match &path {
            Some(path) => connect.filename(path),
            None => connect.filename(":memory:"),
        };
        Self { options: connect, path, journal_mode: options.journal_mode, timeout: options.timeout, reads }
    }

    pub(super) fn is_reader(&self) -> bool {
        self.reads
    }

    pub(super) async fn open(&self) -> Result<Opened, sqlx::Error> {
        let mut raw = self.options.connect().await?;
        if self.path.is_some() {
            self.set_journal_mode(&mut raw).await?;
        }
        if self.reads {
            raw.execute("PRAGMA query_only = ON").await?;
        }
        functions::register(&mut raw).await?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        raw.lock_handle().await?.set_progress_handler(STEPS, move || !stopped.load(Ordering::Relaxed));
        Ok(Opened { raw, stop, identity: self.identity() })
    }

    /// The mode is the file's, not the connection's; to change it takes the file for oneself for a moment.
    async fn set_journal_mode(&self, raw: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let wanted: &'static str = match self.journal_mode {
            SqliteJournalMode::Delete => "PRAGMA journal_mode = DELETE",
            SqliteJournalMode::Truncate => "PRAGMA journal_mode = TRUNCATE",
            SqliteJournalMode::Persist => "PRAGMA journal_mode = PERSIST",
            SqliteJournalMode::Memory => "PRAGMA journal_mode = MEMORY",
            SqliteJournalMode::Wal => "PRAGMA journal_mode = WAL",
            SqliteJournalMode::Off => "PRAGMA journal_mode = OFF",
        };
        let begun = Instant::now();
        loop {
            let Err(error) = raw.execute(wanted).await else {
                return Ok(());
            };
            let code =
                error.as_database_error().and_then(|told| told.code()?.parse::<i32>().ok()).map(|code| code & 0xff);
            match code {
                // SQLite does not wait for this lock.
                Some(ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED) if begun.elapsed() < self.timeout => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                // A file that may not be written keeps the mode it has, and a reader does not need another.
                Some(ffi::SQLITE_READONLY | ffi::SQLITE_CANTOPEN) => return Ok(()),
                Some(ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED) if self.reads => return Ok(()),
                _ => return Err(error),
            }
        }
    }

    /// Whether a connection's file is still the one of this name: another may have been put in its place, and what is
    /// written to the old one is lost.
    pub(super) fn is_still(&self, opened: &Opened) -> bool {
        self.path.is_none() || opened.identity == self.identity()
    }

    #[cfg(unix)]
    fn identity(&self) -> Option<Identity> {
        use std::os::unix::fs::MetadataExt as _;

        let metadata = std::fs::metadata(self.path.as_ref()?).ok()?;
        Some(Identity(metadata.dev(), metadata.ino()))
    }

    // Elsewhere an open file cannot be replaced.
    #[cfg(not(unix))]
    fn identity(&self) -> Option<Identity> {
        None
    }
}

impl Opened {
    /// Waits until the statement of a dropped future has ended, and ends it where told to.
    pub(super) async fn finish(&mut self, stop: bool) -> Result<(), sqlx::Error> {
        self.stop.store(stop, Ordering::Relaxed);
        // The connection's thread takes one thing after another.
        let ended = self.raw.ping().await;
        self.stop.store(false, Ordering::Relaxed);
        ended
    }

    pub(super) async fn is_in_transaction(&mut self) -> Result<bool, sqlx::Error> {
        let mut handle = self.raw.lock_handle().await?;
        // SAFETY: the connection is open and locked.
        Ok(unsafe { ffi::sqlite3_get_autocommit(handle.as_raw_handle().as_ptr()) } == 0)
    }

    pub(super) async fn close(self) {
        // What cannot be written back stays in the write-ahead log, which the next to open the file reads.
        let _ = self.raw.close().await;
    }
}
