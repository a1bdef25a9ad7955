//! PostgreSQL through sqlx: its binary protocol, statements prepared once a connection, and Django's column types, so
//! that both frameworks can serve one database.

mod bind;
mod errors;
mod pooler;
mod read;
mod types;

use std::borrow::Cow;
use std::path::Path;
use std::time::Duration;

use futures_util::future::BoxFuture;
use rjango_core::{DatabaseSettings, Error, Result};
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgQueryResult, PgRow};
use sqlx::query::Query;
use sqlx::{ConnectOptions as _, Connection as _, Postgres};

pub(super) use self::errors::columns_of_detail;
use self::errors::database_error;
use self::pooler::{Path as Way, Pooler};
use super::link::{Leased, Speak, script};
use super::pool::{Fate, Left, Manage, Pool};
use super::server::{Control, Limits, ROLLING_BACK, Server, is_about_encryption, isolation_level, wrong};
use super::{Access, Backend, Begin, Executed, IsolationLevel, Link, Statement};
use crate::{Value, ValueType};

const PRODUCT: &str = "PostgreSQL";

/// How long a statement that nobody waits for may still take before it is stopped: most end by then, and their connection
/// can be kept.
const ENDING: Duration = Duration::from_millis(50);

/// A pool of connections to one database.
struct PostgresBackend(Pool<Connections>);

/// How connections are made.
struct Connections {
    server: Server,
    options: PgConnectOptions,
    limits: Limits,
    isolation: Option<IsolationLevel>,
    way: Way,
    /// The connection that stops statements of the others.
    control: Control<Opened>,
}

/// A connection, and the number of the process that serves it.
struct Opened {
    raw: PgConnection,
    pid: i32,
}

/// Opens lazily. Options: `sslmode`, `sslrootcert`, `sslcert`, `sslkey`, `application_name` and `options` as libpq has
/// them; `isolation_level`; `max_connections` (10), `pool_timeout` (30) and `connect_timeout` (2), both in seconds;
/// `pooler`, as [`pooler::Pooler`] has it.
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
    // A pooler refuses the parameter that sqlx would send; the binary protocol does not need it.
    options = options.disable_statement_logging().extra_float_digits(None);
    let (mut pooler, mut session) = (Pooler::Auto, Vec::new());
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
            "options" => session = session_options(value)?,
            "pooler" => {
                pooler = Pooler::from_option(value).ok_or_else(|| wrong(PRODUCT, &name, value, pooler::EXPECTED))?
            }
            "isolation_level" => {
                isolation = Some(isolation_level(PRODUCT, value)?);
            }
            _ => {
                return Err(Error::improperly_configured(format!("there is no PostgreSQL option `{name}`")).with_hint(
                    "the options are `sslmode`, `sslrootcert`, `sslcert`, `sslkey`, `application_name`, `options`, \
                     `isolation_level`, `max_connections`, `pool_timeout`, `connect_timeout` and `pooler`",
                ));
            }
        }
    }
    let server = server(&options);
    let bounds = limits.bounds(settings);
    let way = Way::new(pooler, session);
    let connections = Connections { server, options, limits, isolation, way, control: Control::default() };
    Ok(Box::new(PostgresBackend(Pool::new(connections, bounds))))
}

/// libpq's `options`: `-c search_path=shop -c statement_timeout=5000`.
fn session_options(value: &str) -> Result<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    let mut words = value.split_whitespace();
    while let Some(word) = words.next() {
        let pair = match word {
            "-c" => words.next(),
            _ => word.strip_prefix("-c").or_else(|| word.strip_prefix("--")),
        };
        let pair = pair.and_then(|pair| pair.split_once('='));
        let (name, value) = pair.ok_or_else(|| wrong(PRODUCT, "options", value, "like `-c name=value`"))?;
        pairs.push((name.to_owned(), value.to_owned()));
    }
    Ok(pairs)
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
    fn acquire(&self, _access: Access) -> BoxFuture<'_, Result<Box<dyn Link>>> {
        Box::pin(async { Ok(Box::new(Leased::new(self.0.lease().await?)) as Box<dyn Link>) })
    }

    fn access(&self, _statement: &Statement) -> Access {
        Access::Write
    }

    fn is_single(&self) -> bool {
        false
    }

    fn is_pooled(&self) -> bool {
        self.0.manage().way.is_pooled()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            self.0.close().await;
            if let Some(control) = self.0.manage().control.take() {
                self.0.manage().close(control).await;
            }
        })
    }
}

impl Connections {
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
                // PgBouncer has one code for whatever it refuses.
                Some("08P01") if error.to_string().contains("does not exist") => self.server.no_database(error),
                _ => database_error(error, None),
            },
        }
    }

    /// Ends the statement that another connection runs.
    async fn stop(&self, pid: i32) -> Result<()> {
        let sql = format!("SELECT pg_cancel_backend({pid})");
        self.control.run(self, &sql).await
    }

    /// Waits for the end of a statement whose future was dropped; stops it where that takes long.
    async fn finish(&self, connection: &mut Opened) -> Result<()> {
        if let Ok(ended) = tokio::time::timeout(ENDING, connection.raw.ping()).await {
            return ended.map_err(|error| database_error(error, None));
        }
        // Behind a pooler the number is somebody else's by now. The server looks whether the client is still there.
        if self.way.is_pooled() {
            return Err(super::server::cut_off());
        }
        self.stop(connection.pid).await?;
        match tokio::time::timeout(ROLLING_BACK, connection.raw.ping()).await {
            Ok(ended) => ended.map_err(|error| database_error(error, None)),
            Err(_) => Err(super::server::cut_off()),
        }
    }
}

impl Manage for Connections {
    type Connection = Opened;

    async fn connect(&self) -> Result<Opened> {
        let opened = self.way.open(&self.options).await.map_err(|error| self.cannot_connect(error))?;
        Ok(Opened { raw: opened.0, pid: opened.1 })
    }

    async fn is_alive(&self, connection: &mut Opened, idle: Duration) -> bool {
        idle < self.limits.trusted || connection.raw.ping().await.is_ok()
    }

    async fn run(&self, connection: &mut Opened, sql: &str) -> Result<()> {
        script::<Self>(connection, sql).await
    }

    async fn drain(&self, connection: &mut Opened, stop: bool) -> Result<()> {
        if stop {
            return self.finish(connection).await;
        }
        connection.raw.ping().await.map_err(|error| database_error(error, None))
    }

    async fn fate(&self, _connection: &mut Opened, error: &Error) -> Fate {
        match error.downcast_ref::<sqlx::Error>() {
            None => Fate::Unharmed,
            Some(error @ sqlx::Error::Database(_)) if errors::ends_connection(error) => Fate::Dead,
            Some(sqlx::Error::Database(_)) => Fate::Aborted,
            Some(_) => Fate::Dead,
        }
    }

    async fn recover(&self, mut connection: Opened, left: Left) -> Option<Opened> {
        if left.dead {
            return None;
        }
        if left.in_statement
            && let Err(error) = self.finish(&mut connection).await
        {
            if !self.way.is_pooled() {
                super::server::not_stopped(&error);
            }
            return None;
        }
        if left.scripted || self.way.is_pooled() {
            self.close(connection).await;
            return None;
        }
        match tokio::time::timeout(ROLLING_BACK, script::<Self>(&mut connection, "ROLLBACK")).await {
            Ok(Ok(())) => Some(connection),
            _ => None,
        }
    }

    async fn close(&self, connection: Opened) {
        let _ = tokio::time::timeout(ROLLING_BACK, connection.raw.close()).await;
    }

    fn exhausted(&self, waited: Duration) -> Error {
        super::server::exhausted(waited)
    }

    fn unanswered(&self) -> Error {
        self.server.unreachable(std::io::ErrorKind::TimedOut.into())
    }
}

impl Speak for Connections {
    type Sql = Postgres;

    const PLANS_GO_STALE: bool = true;

    fn raw(connection: &mut Opened) -> &mut PgConnection {
        &mut connection.raw
    }

    async fn query(connection: &mut Opened, statement: &Statement) -> Result<Query<'static, Postgres, PgArguments>> {
        bind::query(&mut connection.raw, statement).await
    }

    fn value(row: &PgRow, index: usize, value_type: ValueType) -> Result<Value> {
        read::value(row, index, value_type)
    }

    fn error(error: sqlx::Error, statement: Option<&Statement>) -> Error {
        database_error(error, statement)
    }

    fn executed(&self, done: &PgQueryResult) -> Executed {
        Executed { rows_affected: done.rows_affected(), last_insert_id: None, insert_step: 1 }
    }

    fn begin(&self, how: Begin) -> Cow<'static, str> {
        let isolation = how.isolation.or(self.isolation);
        if isolation.is_none() && !how.read_only && !self.way.is_pooled() {
            return Cow::Borrowed("BEGIN");
        }
        let mut sql = "BEGIN".to_owned();
        if let Some(isolation) = isolation {
            sql.push_str(" ISOLATION LEVEL ");
            sql.push_str(isolation.as_sql());
        }
        if how.read_only {
            sql.push_str(" READ ONLY");
        }
        sql.push_str(&self.way.at_begin());
        Cow::Owned(sql)
    }

    fn is_stale(error: &Error) -> bool {
        errors::is_stale_plan(error)
    }

    fn wraps(&self) -> bool {
        self.way.is_pooled()
    }

    /// A prepared statement would stay at the server, where the next client of the pooler meets it.
    async fn before_end(&self, connection: &mut Opened) -> Result<()> {
        connection.raw.clear_cached_statements().await.map_err(|error| database_error(error, None))
    }
}
