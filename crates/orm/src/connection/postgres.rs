//! PostgreSQL through sqlx: its binary protocol, statements prepared once a connection, and Django's column types, so
//! that both frameworks can serve one database.

mod bind;
mod errors;
mod read;
mod types;

use std::path::Path;

use futures_util::future::BoxFuture;
use futures_util::{StreamExt, TryStreamExt};
use rjango_core::{DatabaseSettings, Error, Result};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Postgres, SqlSafeStr as _};
use sqlx_core::ext::async_stream::TryAsyncStream;

pub(super) use self::errors::columns_of_detail;
use self::errors::database_error;
use super::backend::{Reading, Wanted};
use super::server::{Limits, Server, is_about_encryption, isolation_level, wrong};
use super::{Backend, Executed, IsolationLevel, Link, Row, RowStream, Statement, nesting};
use crate::ValueType;

const PRODUCT: &str = "PostgreSQL";

/// A pool of connections to one database.
struct PostgresBackend {
    pool: PgPool,
    server: Server,
    limits: Limits,
    isolation: Option<IsolationLevel>,
}

/// Opens lazily. Options: `sslmode`, `sslrootcert`, `sslcert`, `sslkey`, `application_name` and `options` as libpq has
/// them; `isolation_level`; `max_connections` (10), `pool_timeout` in seconds (30).
///
/// What the settings leave out, libpq's environment variables fill in. sqlx sets UTF-8 and UTC for every session.
pub(super) fn open(settings: &DatabaseSettings) -> Result<Box<dyn Backend>> {
    let mut options = PgConnectOptions::new();
    if !settings.host.is_empty() {
        options = options.host(&settings.host);
    }
    if let Some(port) = settings.port {
        options = options.port(port);
    }
    if !settings.user.is_empty() {
        options = options.username(&settings.user);
    }
    if !settings.password.is_empty() {
        options = options.password(&settings.password);
    }
    if !settings.name.is_empty() {
        options = options.database(&settings.name);
    }
    options = sqlx::ConnectOptions::disable_statement_logging(options);
    let mut limits = Limits::default();
    let mut isolation = None;
    for (name, value) in &settings.options {
        let name = name.to_ascii_lowercase();
        if limits.read(PRODUCT, &name, value)? {
            continue;
        }
        match name.as_str() {
            "sslmode" => {
                let expected = "`disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`";
                options = options.ssl_mode(value.parse().map_err(|_| wrong(PRODUCT, &name, value, expected))?);
            }
            "sslrootcert" => options = options.ssl_root_cert(value),
            "sslcert" => options = options.ssl_client_cert(value),
            "sslkey" => options = options.ssl_client_key(value),
            "application_name" => options = options.application_name(value),
            "options" => options = session_options(options, value)?,
            "isolation_level" => {
                isolation = Some(isolation_level(PRODUCT, value)?);
            }
            _ => {
                return Err(Error::improperly_configured(format!("there is no PostgreSQL option `{name}`")).with_hint(
                    "the options are `sslmode`, `sslrootcert`, `sslcert`, `sslkey`, `application_name`, `options`, \
                     `isolation_level`, `max_connections` and `pool_timeout`",
                ));
            }
        }
    }
    let server = server(&options);
    let pool = limits.pool(settings).connect_lazy_with(options);
    Ok(Box::new(PostgresBackend { pool, server, limits, isolation }))
}

/// libpq's `options`: `-c search_path=shop -c statement_timeout=5000`.
fn session_options(options: PgConnectOptions, value: &str) -> Result<PgConnectOptions> {
    let mut pairs = Vec::new();
    let mut words = value.split_whitespace();
    while let Some(word) = words.next() {
        let pair = match word {
            "-c" => words.next(),
            _ => word.strip_prefix("-c").or_else(|| word.strip_prefix("--")),
        };
        let pair = pair.and_then(|pair| pair.split_once('='));
        pairs.push(pair.ok_or_else(|| wrong(PRODUCT, "options", value, "like `-c name=value`"))?);
    }
    Ok(options.options(pairs))
}

fn server(options: &PgConnectOptions) -> Server {
    let (host, port) = (options.get_host().to_owned(), options.get_port());
    let socket = host.starts_with('/').then(|| Path::new(&host).join(format!(".s.PGSQL.{port}")));
    let user = options.get_username().to_owned();
    // The server's own default.
    let database = options.get_database().unwrap_or(&user).to_owned();
    let create = format!("`createdb -h {host} -p {port} -U {user} {database}`");
    Server { product: PRODUCT, host, port, socket, user, database, create }
}

impl Backend for PostgresBackend {
    fn acquire(&self) -> BoxFuture<'_, Result<Box<dyn Link>>> {
        Box::pin(async {
            if self.pool.size() == 0 && !self.pool.is_closed() {
                self.server.probe(self.limits.timeout).await?;
            }
            match self.pool.acquire().await {
                Ok(connection) => Ok(Box::new(PostgresLink { connection, isolation: self.isolation }) as Box<dyn Link>),
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

impl PostgresBackend {
    #[cold]
    fn cannot_connect(&self, error: sqlx::Error) -> Error {
        match error {
            error if is_about_encryption(&error) => self.server.not_encrypted(error),
            sqlx::Error::Io(error) => self.server.unreachable(error),
            error => match error.as_database_error().and_then(|refusal| refusal.code()).as_deref() {
                // invalid_authorization_specification, invalid_password
                Some("28000" | "28P01") => self.server.unauthorized(error),
                // invalid_catalog_name
                Some("3D000") => self.server.no_database(error),
                _ => database_error(error, None),
            },
        }
    }
}

struct PostgresLink {
    connection: PoolConnection<Postgres>,
    isolation: Option<IsolationLevel>,
}

impl PostgresLink {
    async fn rows(&mut self, statement: &Statement, wanted: Wanted<'_>) -> Result<Vec<Row>> {
        let query = bind::query(&mut self.connection, statement).await?;
        let mut rows = self.connection.fetch(query);
        let (mut out, mut reading) = (Vec::new(), Reading::of(wanted));
        while let Some(row) = rows.try_next().await.map_err(|error| database_error(error, Some(statement)))? {
            out.push(reading.row(&row, read::value).map_err(|error| error.with_sql(statement.to_string()))?);
        }
        Ok(out)
    }

    /// After a table was altered, a statement that was prepared before fails once; outside of a transaction it can
    /// simply be prepared anew.
    async fn is_stale(&mut self, error: &Error) -> Result<bool> {
        if !errors::is_stale_plan(error) || nesting::depth::<Postgres>(&self.connection) > 0 {
            return Ok(false);
        }
        self.connection.clear_cached_statements().await.map_err(|error| database_error(error, None))?;
        Ok(true)
    }
}

impl Link for PostgresLink {
    fn fetch<'a>(&'a mut self, statement: &'a Statement, wanted: Wanted<'a>) -> BoxFuture<'a, Result<Vec<Row>>> {
        Box::pin(async move {
            match self.rows(statement, wanted).await {
                Err(error) if self.is_stale(&error).await? => self.rows(statement, wanted).await,
                result => result,
            }
        })
    }

    fn execute<'a>(&'a mut self, statement: &'a Statement) -> BoxFuture<'a, Result<Executed>> {
        Box::pin(async move {
            let query = bind::query(&mut self.connection, statement).await?;
            let done = self.connection.execute(query).await.map_err(|error| database_error(error, Some(statement)))?;
            Ok(Executed { rows_affected: done.rows_affected(), last_insert_id: None, insert_step: 1 })
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
            let outermost = nesting::depth::<Postgres>(&self.connection) == 0;
            let begin = match isolation.or(self.isolation).filter(|_| outermost) {
                None => "BEGIN",
                Some(IsolationLevel::ReadUncommitted) => "BEGIN ISOLATION LEVEL READ UNCOMMITTED",
                Some(IsolationLevel::ReadCommitted) => "BEGIN ISOLATION LEVEL READ COMMITTED",
                Some(IsolationLevel::RepeatableRead) => "BEGIN ISOLATION LEVEL REPEATABLE READ",
                Some(IsolationLevel::Serializable) => "BEGIN ISOLATION LEVEL SERIALIZABLE",
            };
            let statement = (begin != "BEGIN").then(|| begin.into_sql_str());
            nesting::begin::<Postgres>(&mut self.connection, statement)
                .await
                .map_err(|error| database_error(error, Some(&Statement::new(begin))))
        })
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            nesting::commit::<Postgres>(&mut self.connection)
                .await
                .map_err(|error| database_error(error, Some(&Statement::new("COMMIT"))))
        })
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            nesting::rollback::<Postgres>(&mut self.connection)
                .await
                .map_err(|error| database_error(error, Some(&Statement::new("ROLLBACK"))))
        })
    }

    fn start_rollback(&mut self) {
        nesting::start_rollback::<Postgres>(&mut self.connection);
    }
}
