//! MySQL and MariaDB through sqlx: the binary protocol, statements prepared once a connection, and Django's column types,
//! so that both frameworks can serve one database.

mod bind;
mod errors;
mod read;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::future::BoxFuture;
use futures_util::{StreamExt, TryStreamExt};
use rjango_core::{DatabaseSettings, Error, Result};
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlPool};
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Executor as _, MySql, Row as _};
use sqlx_core::ext::async_stream::TryAsyncStream;

use self::errors::database_error;
use super::backend::{Reading, Wanted};
use super::server::{Limits, Server, is_about_encryption, isolation_level, wrong};
use super::{Backend, Executed, IsolationLevel, Link, Row, RowStream, Statement, nesting};
use crate::ValueType;

const PRODUCT: &str = "MySQL";

/// A pool of connections to one database.
struct MySqlBackend {
    pool: MySqlPool,
    server: Server,
    limits: Limits,
    /// From one new row's number to the next one's, as the server says.
    insert_step: Arc<AtomicI64>,
}

/// Opens lazily. Options: `ssl_mode`, `ssl_ca`, `ssl_cert`, `ssl_key`, `charset` (utf8mb4), `collation`,
/// `isolation_level` (`read committed`, as Django's), `max_connections` (10), `pool_timeout` in seconds (30).
///
/// A HOST that begins with a slash is a socket.
pub(super) fn open(settings: &DatabaseSettings) -> Result<Box<dyn Backend>> {
    let server = server(settings);
    // What sqlx would set in statements of its own is set below in one.
    let mut options = MySqlConnectOptions::new()
        .host(&server.host)
        .port(server.port)
        .username(&server.user)
        .database(&settings.name)
        .pipes_as_concat(false)
        .no_engine_substitution(false)
        .timezone(None)
        .set_names(false);
    if let Some(socket) = &server.socket {
        options = options.socket(socket);
    }
    if !settings.password.is_empty() {
        options = options.password(&settings.password);
    }
    options = sqlx::ConnectOptions::disable_statement_logging(options);
    let mut limits = Limits::default();
    let (mut charset, mut collation, mut isolation) = ("utf8mb4", None, IsolationLevel::ReadCommitted);
    for (name, value) in &settings.options {
        let name = name.to_ascii_lowercase();
        if limits.read(PRODUCT, &name, value)? {
            continue;
        }
        match name.as_str() {
            "ssl_mode" => {
                let expected = "`disabled`, `preferred`, `required`, `verify_ca` or `verify_identity`";
                options = options.ssl_mode(value.parse().map_err(|_| wrong(PRODUCT, &name, value, expected))?);
            }
            "ssl_ca" => options = options.ssl_ca(value),
            "ssl_cert" => options = options.ssl_client_cert(value),
            "ssl_key" => options = options.ssl_client_key(value),
            "charset" => charset = plain(&name, value)?,
            "collation" => collation = Some(plain(&name, value)?),
            "isolation_level" => isolation = isolation_level(PRODUCT, value)?,
            _ => {
                return Err(Error::improperly_configured(format!("there is no MySQL option `{name}`")).with_hint(
                    "the options are `ssl_mode`, `ssl_ca`, `ssl_cert`, `ssl_key`, `charset`, `collation`, \
                     `isolation_level`, `max_connections` and `pool_timeout`",
                ));
            }
        }
    }
    let collate = collation.map(|collation| format!(" COLLATE {collation}")).unwrap_or_default();
    // Strict: a value that does not fit is an error, not a warning. Positive fields are UNSIGNED columns; what is taken
    // from one may be less than nothing.
    let session = format!(
        "SET NAMES {charset}{collate}, time_zone = '+00:00', sql_auto_is_null = 0, \
         sql_mode = CONCAT_WS(',', NULLIF(@@sql_mode, ''), 'STRICT_TRANS_TABLES', 'NO_UNSIGNED_SUBTRACTION'); \
         SET SESSION TRANSACTION ISOLATION LEVEL {}",
        isolation.as_sql()
    );
    let insert_step = Arc::new(AtomicI64::new(1));
    let step = Arc::clone(&insert_step);
    let pool = limits
        .pool(settings)
        .after_connect(move |connection: &mut MySqlConnection, _| {
            let (session, step) = (sqlx::raw_sql(AssertSqlSafe(session.as_str())), Arc::clone(&step));
            Box::pin(async move {
                session.execute(&mut *connection).await?;
                let row = connection.fetch_one("SELECT CAST(@@auto_increment_increment AS SIGNED)").await?;
                step.store(row.try_get(0)?, Ordering::Relaxed);
                Ok(())
            })
        })
        .connect_lazy_with(options);
    Ok(Box::new(MySqlBackend { pool, server, limits, insert_step }))
}

/// A word that is written into SQL.
fn plain<'a>(name: &str, value: &'a str) -> Result<&'a str> {
    let is_plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_plain.then_some(value).ok_or_else(|| wrong(PRODUCT, name, value, "a name of letters, digits and `_`"))
}

fn server(settings: &DatabaseSettings) -> Server {
    let socket = settings.host.starts_with('/').then(|| PathBuf::from(&settings.host));
    let host = if socket.is_some() || settings.host.is_empty() { "localhost" } else { &settings.host };
    let user = if settings.user.is_empty() { "root" } else { &settings.user };
    let port = settings.port.unwrap_or(3306);
    let place = match &socket {
        Some(socket) => format!("-S {}", socket.display()),
        None => format!("-h {host} -P {port}"),
    };
    let name = &settings.name;
    Server {
        product: PRODUCT,
        host: host.to_owned(),
        port,
        create: format!("`mysql {place} -u {user} -p -e 'CREATE DATABASE {name} CHARACTER SET utf8mb4'`"),
        socket,
        user: user.to_owned(),
        database: name.clone(),
    }
}

impl Backend for MySqlBackend {
    fn acquire(&self) -> BoxFuture<'_, Result<Box<dyn Link>>> {
        Box::pin(async {
            if self.pool.size() == 0 && !self.pool.is_closed() {
                self.server.probe(self.limits.timeout).await?;
            }
            match self.pool.acquire().await {
                Ok(connection) => {
                    let insert_step = self.insert_step.load(Ordering::Relaxed);
                    Ok(Box::new(MySqlLink { connection, insert_step }) as Box<dyn Link>)
                }
                Err(error) => Err(self.cannot_connect(error)),
            }
        })
    }

    fn stream(&self, statement: Statement, types: Vec<ValueType>) -> RowStream {
        let pool = self.pool.clone();
        let rows = TryAsyncStream::new(move |yielder| async move {
            let mut connection = pool.acquire().await?;
            let query = match bind::query(&mut connection, &statement).await {
                Ok(query) => query,
                Err(error) => {
                    yielder.r#yield(Err(error)).await;
                    return Ok(());
                }
            };
            let mut rows = connection.fetch(query);
            loop {
                let row = match rows.try_next().await {
                    Ok(Some(row)) => Reading::of(Wanted::First(&types))
                        .row(&row, read::value)
                        .map_err(|error| error.with_sql(statement.to_string())),
                    Ok(None) => return Ok(()),
                    Err(error) => Err(database_error(error, Some(&statement))),
                };
                let failed = row.is_err();
                yielder.r#yield(row).await;
                if failed {
                    return Ok(());
                }
            }
        });
        rows.map(|row| row.unwrap_or_else(|error| Err(database_error(error, None)))).boxed()
    }

    fn is_single(&self) -> bool {
        false
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.pool.close())
    }
}

impl MySqlBackend {
    #[cold]
    fn cannot_connect(&self, error: sqlx::Error) -> Error {
        match error {
            error if is_about_encryption(&error) => self.server.not_encrypted(error),
            sqlx::Error::Io(error) => self.server.unreachable(error),
            error => match errors::number(&error) {
                // ER_DBACCESS_DENIED_ERROR, ER_ACCESS_DENIED_ERROR, ER_ACCESS_DENIED_NO_PASSWORD_ERROR
                Some(1044 | 1045 | 1698) => self.server.unauthorized(error),
                // ER_BAD_DB_ERROR
                Some(1049) => self.server.no_database(error),
                _ => database_error(error, None),
            },
        }
    }
}

struct MySqlLink {
    connection: PoolConnection<MySql>,
    insert_step: i64,
}

impl Link for MySqlLink {
    fn fetch<'a>(&'a mut self, statement: &'a Statement, wanted: Wanted<'a>) -> BoxFuture<'a, Result<Vec<Row>>> {
        Box::pin(async move {
            let query = bind::query(&mut self.connection, statement).await?;
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
            let query = bind::query(&mut self.connection, statement).await?;
            let done = self.connection.execute(query).await.map_err(|error| database_error(error, Some(statement)))?;
            Ok(Executed {
                rows_affected: done.rows_affected(),
                last_insert_id: i64::try_from(done.last_insert_id()).ok(),
                insert_step: self.insert_step,
            })
        })
    }

    fn execute_script<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *self.connection).await;
            done.map(|_| ()).map_err(|error| database_error(error, Some(&Statement::new(sql))))
        })
    }

    fn begin(&mut self, isolation: Option<IsolationLevel>) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            if let Some(isolation) = isolation {
                // Of the next transaction alone.
                let sql = format!("SET TRANSACTION ISOLATION LEVEL {}", isolation.as_sql());
                self.execute_script(&sql).await?;
            }
            nesting::begin::<MySql>(&mut self.connection, None)
                .await
                .map_err(|error| database_error(error, Some(&Statement::new("BEGIN"))))
        })
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            nesting::commit::<MySql>(&mut self.connection)
                .await
                .map_err(|error| database_error(error, Some(&Statement::new("COMMIT"))))
        })
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            nesting::rollback::<MySql>(&mut self.connection)
                .await
                .map_err(|error| database_error(error, Some(&Statement::new("ROLLBACK"))))
        })
    }

    fn start_rollback(&mut self) {
        nesting::start_rollback::<MySql>(&mut self.connection);
    }
}
