//! SQLite through sqlx: Django's storage formats, so that both frameworks can serve one file.
//!
//! A file has one connection that writes, for which writers queue, and others that only read beside it: SQLite lets one
//! write at a time, and a queue of our own is fair where its locks are not. A database in memory is one connection.

mod access;
mod bind;
mod errors;
mod file;
mod functions;
mod options;
mod read;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use rjango_core::{DatabaseSettings, Error, ErrorKind, Result};
use sqlx::Sqlite;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteQueryResult, SqliteRow};

use self::errors::database_error;
use self::file::{File, Opened};
use super::link::{Leased, Speak, script};
use super::pool::{Bounds, Fate, Left, Manage, Pool};
use super::{Access, Backend, Begin, Executed, Link, Statement};
use crate::{Value, ValueType};

/// How long it may take to open a file, a lock on it included.
const OPENING: Duration = Duration::from_secs(30);
/// After so many of the virtual machine's steps a statement looks whether it is to stop.
const STEPS: i32 = 1000;

/// The connections to one file, or the one connection to a database in memory.
struct SqliteBackend {
    writer: Pool<Connections>,
    readers: Option<Pool<Connections>>,
}

/// Opens lazily; the options are those of [`options::read`].
pub(super) fn open(settings: &DatabaseSettings, base_dir: &Path) -> Result<Box<dyn Backend>> {
    functions::leave_memory_uncounted();
    let in_memory = settings.name == ":memory:" || settings.name.is_empty();
    let path = (!in_memory).then(|| base_dir.join(&settings.name));
    let options = options::read(settings)?;
    // A database in memory ends with its connection.
    let lifetime = settings.conn_max_age.filter(|_| !in_memory).map(Duration::from_secs);
    let pool = |reads: bool, most: u32| {
        let file = File::new(path.clone(), &options, reads);
        let begin = if reads { "BEGIN" } else { options.begin };
        let bounds = Bounds { most, wait: options.timeout, connect: OPENING, lifetime };
        Pool::new(Connections { file, begin, path: path.clone() }, bounds)
    };
    let readers = (!in_memory).then(|| pool(true, options.most.saturating_sub(1).max(1)));
    Ok(Box::new(SqliteBackend { writer: pool(false, 1), readers }))
}

impl Backend for SqliteBackend {
    fn acquire(&self, access: Access) -> BoxFuture<'_, Result<Box<dyn Link>>> {
        async move {
            let pool = match &self.readers {
                Some(readers) if access == Access::Read => readers,
                _ => &self.writer,
            };
            let lease = pool.lease().await?;
            Ok(Box::new(Leased::new(lease)) as Box<dyn Link>)
        }
        .boxed()
    }

    fn access(&self, statement: &Statement) -> Access {
        access::of(&statement.sql)
    }

    fn is_single(&self) -> bool {
        self.readers.is_none()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            if let Some(readers) = &self.readers {
                readers.close().await;
            }
            // The last connection to a file folds its write-ahead log into it.
            self.writer.close().await;
        })
    }
}

/// The connections of one kind.
struct Connections {
    file: File,
    begin: &'static str,
    path: Option<PathBuf>,
}

impl Manage for Connections {
    type Connection = Opened;

    async fn connect(&self) -> Result<Opened> {
        self.file.open().await.map_err(|error| self.cannot_open(error))
    }

    async fn is_alive(&self, connection: &mut Opened, _idle: Duration) -> bool {
        self.file.is_still(connection)
    }

    async fn run(&self, connection: &mut Opened, sql: &str) -> Result<()> {
        script::<Self>(connection, sql).await
    }

    async fn drain(&self, connection: &mut Opened, stop: bool) -> Result<()> {
        connection.finish(stop).await.map_err(|error| database_error(error, None))
    }

    async fn fate(&self, connection: &mut Opened, error: &Error) -> Fate {
        match error.downcast_ref::<sqlx::Error>() {
            None => Fate::Unharmed,
            Some(sqlx::Error::Database(_)) => match connection.is_in_transaction().await {
                Ok(true) => Fate::Unharmed,
                // A full disk and a failed read end the transaction; the lease knows whether there was one.
                Ok(false) => Fate::RolledBack,
                Err(_) => Fate::Dead,
            },
            Some(_) => Fate::Dead,
        }
    }

    async fn recover(&self, mut connection: Opened, left: Left) -> Option<Opened> {
        if left.dead || (left.in_statement && connection.finish(true).await.is_err()) {
            return None;
        }
        if connection.is_in_transaction().await.unwrap_or(true) {
            script::<Self>(&mut connection, "ROLLBACK").await.ok()?;
        }
        if left.scripted {
            if self.path.is_some() {
                self.close(connection).await;
                return None;
            }
            // A database in memory is gone with its connection. What `migrate` turns off is turned on again.
            script::<Self>(&mut connection, "PRAGMA foreign_keys = ON; PRAGMA legacy_alter_table = OFF").await.ok()?;
        }
        Some(connection)
    }

    async fn close(&self, connection: Opened) {
        connection.close().await;
    }

    #[cold]
    fn exhausted(&self, waited: Duration) -> Error {
        let seconds = waited.as_secs_f64();
        if self.file.is_reader() {
            return Error::new(ErrorKind::Database, format!("no database connection became free in {seconds} s"))
                .with_hint(
                    "streams and transactions may be holding them for long; raise the option `max_connections`",
                );
        }
        Error::new(
            ErrorKind::Database,
            format!("the database is locked: others in this process have been writing for {seconds} s"),
        )
        .with_hint(
            "SQLite has one writer at a time: keep `atomic` blocks short, do not wait in one for a task that writes, or \
             raise the option `timeout` (seconds)",
        )
    }

    #[cold]
    fn unanswered(&self) -> Error {
        Error::new(ErrorKind::Database, format!("the database's file does not open in {} s", OPENING.as_secs()))
            .with_hint("does another process hold a lock on it, or is its disk away?")
    }
}

impl Connections {
    #[cold]
    fn cannot_open(&self, error: sqlx::Error) -> Error {
        let (Some(path), sqlx::Error::Database(told)) = (&self.path, &error) else {
            return database_error(error, None);
        };
        // SQLITE_CANTOPEN; anything else says what it is.
        if told.code().is_none_or(|code| code.parse::<u32>().is_ok_and(|code| code & 0xff != 14)) {
            return database_error(error, None);
        }
        let folder = path.parent().unwrap_or(path);
        let hint = if folder.is_dir() {
            "let this user write the file and its folder, or fix NAME in `[DATABASES]` of the settings".to_owned()
        } else {
            format!("the folder `{}` does not exist; create it, or fix NAME in `[DATABASES]`", folder.display())
        };
        Error::new(ErrorKind::Database, format!("cannot open the database `{}`", path.display()))
            .with_hint(hint)
            .with_told_source(error)
    }
}

impl Speak for Connections {
    type Sql = Sqlite;

    fn raw(connection: &mut Opened) -> &mut sqlx::SqliteConnection {
        &mut connection.raw
    }

    async fn query(_: &mut Opened, statement: &Statement) -> Result<Query<'static, Sqlite, SqliteArguments>> {
        bind::query(statement)
    }

    fn value(row: &SqliteRow, index: usize, value_type: ValueType) -> Result<Value> {
        read::value(row, index, value_type)
    }

    fn error(error: sqlx::Error, statement: Option<&Statement>) -> Error {
        database_error(error, statement)
    }

    fn executed(&self, done: &SqliteQueryResult) -> Executed {
        Executed { rows_affected: done.rows_affected(), last_insert_id: Some(done.last_insert_rowid()), insert_step: 1 }
    }

    // SQLite's transactions are always serializable.
    fn begin(&self, how: Begin) -> Cow<'static, str> {
        Cow::Borrowed(if how.read_only { "BEGIN" } else { self.begin })
    }
}
