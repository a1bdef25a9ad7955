//! SQLite through sqlx: Django's storage formats, so that both frameworks can serve one file.

mod bind;
mod errors;
mod functions;
mod read;

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{StreamExt, TryStreamExt};
use rjango_core::{DatabaseSettings, Error, ErrorKind, Result};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, Executor as _, SqlSafeStr as _, Sqlite};

use self::errors::database_error;
use super::backend::{Reading, Wanted};
use super::{Backend, Executed, IsolationLevel, Link, Row, RowStream, Statement, nesting};
use crate::ValueType;

/// How many rows the thread of a connection reads ahead of whoever takes them: with fewer the two wait for each other.
const READ_AHEAD: usize = 500;

/// A pool of connections to one file, or the one connection to a database in memory.
struct SqliteBackend {
    pool: SqlitePool,
    path: Option<PathBuf>,
    begin: &'static str,
}

/// Opens lazily. Options: `timeout` in seconds for locks (5), `transaction_mode` (`DEFERRED`), `journal_mode` (the
/// file's own), `synchronous`, `max_connections` (10).
pub(super) fn open(settings: &DatabaseSettings, base_dir: &Path) -> Result<Box<dyn Backend>> {
    functions::leave_memory_uncounted();
    let in_memory = settings.name == ":memory:" || settings.name.is_empty();
    let path = (!in_memory).then(|| base_dir.join(&settings.name));
    let mut options =
        SqliteConnectOptions::new().create_if_missing(true).foreign_keys(true).row_buffer_size(READ_AHEAD);
    options = match &path {
        Some(path) => options.filename(path),
        None => options.filename(":memory:"),
    };
    options = sqlx::ConnectOptions::disable_statement_logging(options);
    let mut begin = "BEGIN";
    let mut most = 10;
    for (name, value) in &settings.options {
        let wrong = |expected: &str| {
            Error::improperly_configured(format!("the SQLite option `{name}` is {expected}, found `{value}`"))
        };
        match name.to_ascii_lowercase().as_str() {
            "timeout" => {
                let seconds: f64 = value.parse().map_err(|_| wrong("a number of seconds"))?;
                let timeout = Duration::try_from_secs_f64(seconds).map_err(|_| wrong("a number of seconds"))?;
                options = options.busy_timeout(timeout);
            }
            "transaction_mode" => {
                begin = match value.to_ascii_uppercase().as_str() {
                    "DEFERRED" => "BEGIN",
                    "IMMEDIATE" => "BEGIN IMMEDIATE",
                    "EXCLUSIVE" => "BEGIN EXCLUSIVE",
                    _ => return Err(wrong("`DEFERRED`, `IMMEDIATE` or `EXCLUSIVE`")),
                };
            }
            "journal_mode" => {
                options = options.journal_mode(
                    value.parse().map_err(|_| wrong("`DELETE`, `TRUNCATE`, `PERSIST`, `MEMORY`, `WAL` or `OFF`"))?,
                );
            }
            "synchronous" => {
                options = options.synchronous(value.parse().map_err(|_| wrong("`OFF`, `NORMAL`, `FULL` or `EXTRA`"))?);
            }
            "max_connections" => most = value.parse().map_err(|_| wrong("a whole number"))?,
            _ => {
                return Err(Error::improperly_configured(format!("there is no SQLite option `{name}`")).with_hint(
                    "the options are `timeout`, `transaction_mode`, `journal_mode`, `synchronous` and `max_connections`",
                ));
            }
        }
    }
    let pool = SqlitePoolOptions::new()
        .max_connections(if in_memory { 1 } else { most })
        // A database in memory lives as long as its connection; a file needs no reconnecting either.
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_connect(|connection, _| Box::pin(functions::register(connection)))
        .connect_lazy_with(options);
    Ok(Box::new(SqliteBackend { pool, path, begin }))
}

impl Backend for SqliteBackend {
    fn acquire(&self) -> BoxFuture<'_, Result<Box<dyn Link>>> {
        // An idle connection needs no waiting, and so none of the future that could wait.
        if let Some(connection) = self.pool.try_acquire() {
            let link = SqliteLink { connection, begin: self.begin };
            return Box::pin(std::future::ready(Ok(Box::new(link) as Box<dyn Link>)));
        }
        Box::pin(async {
            match self.pool.acquire().await {
                Ok(connection) => Ok(Box::new(SqliteLink { connection, begin: self.begin }) as Box<dyn Link>),
                Err(error) => Err(self.cannot_open(error)),
            }
        })
    }

    fn stream(&self, statement: Statement, types: Vec<ValueType>) -> RowStream {
        let query = match bind::query(&statement) {
            Ok(query) => query,
            Err(error) => return Box::pin(futures_util::stream::once(async move { Err(error) })),
        };
        let rows = self.pool.fetch(query);
        rows.map(move |row| match row {
            Ok(row) => Reading::of(Wanted::First(&types))
                .row(&row, read::value)
                .map_err(|error| error.with_sql(statement.to_string())),
            Err(error) => Err(database_error(error, Some(&statement))),
        })
        .boxed()
    }

    fn is_single(&self) -> bool {
        self.path.is_none()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.pool.close())
    }
}

impl SqliteBackend {
    #[cold]
    fn cannot_open(&self, error: sqlx::Error) -> Error {
        let (Some(path), sqlx::Error::Database(_)) = (&self.path, &error) else {
            return database_error(error, None);
        };
        let folder = path.parent().unwrap_or(path);
        let hint = if folder.is_dir() {
            "let this user write the file and its folder, or mend NAME in `[DATABASES]` of the settings".to_owned()
        } else {
            format!("the folder `{}` does not exist; create it, or mend NAME in `[DATABASES]`", folder.display())
        };
        Error::new(ErrorKind::Database, format!("cannot open the database `{}`", path.display()))
            .with_hint(hint)
            .with_source(error)
    }
}

struct SqliteLink {
    connection: PoolConnection<Sqlite>,
    begin: &'static str,
}

impl Link for SqliteLink {
    fn fetch<'a>(&'a mut self, statement: &'a Statement, wanted: Wanted<'a>) -> BoxFuture<'a, Result<Vec<Row>>> {
        Box::pin(async move {
            let query = bind::query(statement)?;
            let mut rows = self.connection.fetch(query);
            let (mut out, mut reading) = (Vec::new(), Reading::of(wanted));
            while let Some(row) = rows.try_next().await.map_err(|error| database_error(error, Some(statement)))? {
                out.push(reading.row(&row, read::value).map_err(|error| error.with_sql(statement.to_string()))?);
            }
            Ok(out)
        })
    }

    fn execute<'a>(&'a mut self, statement: &'a Statement) -> BoxFuture<'a, Result<Executed>> {
        Box::pin(async move {
            let query = bind::query(statement)?;
            let done = self.connection.execute(query).await.map_err(|error| database_error(error, Some(statement)))?;
            Ok(Executed {
                rows_affected: done.rows_affected(),
                last_insert_id: Some(done.last_insert_rowid()),
                insert_step: 1,
            })
        })
    }

    fn execute_script<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *self.connection).await;
            done.map(|_| ()).map_err(|error| database_error(error, Some(&Statement::new(sql))))
        })
    }

    fn begin(&mut self, _isolation: Option<IsolationLevel>) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            // A statement of one's own is allowed for the outermost transaction alone; savepoints are sqlx's.
            let outermost = nesting::depth::<Sqlite>(&self.connection) == 0;
            let statement = (outermost && self.begin != "BEGIN").then(|| self.begin.into_sql_str());
            nesting::begin::<Sqlite>(&mut self.connection, statement)
                .await
                .map_err(|error| database_error(error, Some(&Statement::new(self.begin))))
        })
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            nesting::commit::<Sqlite>(&mut self.connection)
                .await
                .map_err(|error| database_error(error, Some(&Statement::new("COMMIT"))))
        })
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            nesting::rollback::<Sqlite>(&mut self.connection)
                .await
                .map_err(|error| database_error(error, Some(&Statement::new("ROLLBACK"))))
        })
    }

    fn start_rollback(&mut self) {
        nesting::start_rollback::<Sqlite>(&mut self.connection);
    }
}
