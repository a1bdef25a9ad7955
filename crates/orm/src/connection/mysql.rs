//! MySQL and MariaDB through sqlx: the binary protocol, statements prepared once a connection, and Django's column types,
//! so that both frameworks can serve one database.

mod bind;
mod errors;
mod read;
mod zones;

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use rjango_core::{DatabaseSettings, Error, Result};
use sqlx::mysql::{MySqlArguments, MySqlConnectOptions, MySqlConnection, MySqlQueryResult, MySqlRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, MySql, Row as _};

use self::errors::database_error;
use self::zones::KnownZones;
use super::link::{Leased, Speak, script};
use super::pool::{Fate, Left, Manage, Pool};
use super::server::{Control, Limits, Server, is_about_encryption, isolation_level, wrong};
use super::{Access, Backend, Begin, Executed, IsolationLevel, Link, Statement};
use crate::{Value, ValueType};

const PRODUCT: &str = "MySQL";

/// A pool of connections to one database.
struct MySqlBackend(Pool<Connections>);

/// How connections are made.
struct Connections {
    server: Server,
    options: MySqlConnectOptions,
    /// What makes a session as the settings want it.
    session: String,
    limits: Limits,
    /// From one new row's number to the next one's, as the server says.
    insert_step: AtomicI64,
    /// The connection that stops statements of the others.
    control: Control<Opened>,
    zones: Arc<KnownZones>,
}

/// A connection, and the number by which the server knows it.
struct Opened {
    raw: MySqlConnection,
    id: i64,
    zones: Arc<KnownZones>,
}

/// Opens lazily. Options: `ssl_mode`, `ssl_ca`, `ssl_cert`, `ssl_key`, `charset` (utf8mb4), `collation`,
/// `isolation_level` (`read committed`, as Django's), `max_connections` (10), `pool_timeout` (30) and `connect_timeout` (2),
/// both in seconds.
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
    options = options.disable_statement_logging();
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
                     `isolation_level`, `max_connections`, `pool_timeout` and `connect_timeout`",
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
    let bounds = limits.bounds(settings);
    let insert_step = AtomicI64::new(1);
    let connections = Connections {
        server,
        options,
        session,
        limits,
        insert_step,
        control: Control::default(),
        zones: Arc::default(),
    };
    Ok(Box::new(MySqlBackend(Pool::new(connections, bounds))))
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
    fn acquire(&self, _access: Access) -> BoxFuture<'_, Result<Box<dyn Link>>> {
        Box::pin(async { Ok(Box::new(Leased::new(self.0.lease().await?)) as Box<dyn Link>) })
    }

    fn access(&self, _statement: &Statement) -> Access {
        Access::Write
    }

    fn is_single(&self) -> bool {
        false
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
            error => match errors::number(&error) {
                // ER_DBACCESS_DENIED_ERROR, ER_ACCESS_DENIED_ERROR, ER_ACCESS_DENIED_NO_PASSWORD_ERROR
                Some(1044 | 1045 | 1698) => self.server.unauthorized(error),
                // ER_BAD_DB_ERROR
                Some(1049) => self.server.no_database(error),
                _ => database_error(error, None),
            },
        }
    }

    async fn open(&self) -> std::result::Result<Opened, sqlx::Error> {
        let mut raw = self.options.connect().await?;
        raw.execute(sqlx::raw_sql(AssertSqlSafe(self.session.as_str()))).await?;
        let row = raw.fetch_one("SELECT CAST(@@auto_increment_increment AS SIGNED), CONNECTION_ID() + 0").await?;
        self.insert_step.store(row.try_get(0)?, Ordering::Relaxed);
        let id = row.try_get::<i64, _>(1).or_else(|_| row.try_get::<u64, _>(1).map(u64::cast_signed))?;
        Ok(Opened { raw, id, zones: Arc::clone(&self.zones) })
    }

    /// Ends the statement that another connection runs.
    async fn stop(&self, id: i64) -> Result<()> {
        let sql = format!("KILL QUERY {id}");
        self.control.run(self, &sql).await
    }
}

impl Manage for Connections {
    type Connection = Opened;

    async fn connect(&self) -> Result<Opened> {
        self.open().await.map_err(|error| self.cannot_connect(error))
    }

    async fn is_alive(&self, connection: &mut Opened, idle: Duration) -> bool {
        idle < self.limits.trusted || connection.raw.ping().await.is_ok()
    }

    async fn run(&self, connection: &mut Opened, sql: &str) -> Result<()> {
        script::<Self>(connection, sql).await
    }

    /// The driver forgets what it has read of an answer when the future that reads it is dropped, so the rest of the answer
    /// cannot be told from the next one.
    async fn drain(&self, _connection: &mut Opened, _stop: bool) -> Result<()> {
        Err(super::server::cut_off())
    }

    async fn fate(&self, _connection: &mut Opened, error: &Error) -> Fate {
        match error.downcast_ref::<sqlx::Error>() {
            None => Fate::Unharmed,
            Some(error @ sqlx::Error::Database(_)) => match errors::number(error) {
                // ER_LOCK_DEADLOCK ends the transaction.
                Some(1213) => Fate::RolledBack,
                // ER_CONNECTION_KILLED, ER_SERVER_SHUTDOWN
                Some(1927 | 1053) => Fate::Dead,
                _ => Fate::Unharmed,
            },
            Some(_) => Fate::Dead,
        }
    }

    async fn recover(&self, mut connection: Opened, left: Left) -> Option<Opened> {
        if left.dead {
            return None;
        }
        if left.in_statement {
            // Closing the connection does not end what the server is at.
            if let Err(error) = self.stop(connection.id).await {
                super::server::not_stopped(&error);
            }
            return None;
        }
        if left.scripted {
            self.close(connection).await;
            return None;
        }
        match tokio::time::timeout(super::server::ROLLING_BACK, script::<Self>(&mut connection, "ROLLBACK")).await {
            Ok(Ok(())) => Some(connection),
            _ => None,
        }
    }

    async fn close(&self, connection: Opened) {
        let _ = tokio::time::timeout(super::server::ROLLING_BACK, connection.raw.close()).await;
    }

    fn exhausted(&self, waited: Duration) -> Error {
        super::server::exhausted(waited)
    }

    fn unanswered(&self) -> Error {
        self.server.unreachable(std::io::ErrorKind::TimedOut.into())
    }
}

impl Speak for Connections {
    type Sql = MySql;

    fn raw(connection: &mut Opened) -> &mut MySqlConnection {
        &mut connection.raw
    }

    async fn query(connection: &mut Opened, statement: &Statement) -> Result<Query<'static, MySql, MySqlArguments>> {
        zones::require(&mut connection.raw, &connection.zones, statement).await?;
        bind::query(&mut connection.raw, statement).await
    }

    fn value(row: &MySqlRow, index: usize, value_type: ValueType) -> Result<Value> {
        read::value(row, index, value_type)
    }

    fn error(error: sqlx::Error, statement: Option<&Statement>) -> Error {
        database_error(error, statement)
    }

    fn executed(&self, done: &MySqlQueryResult) -> Executed {
        Executed {
            rows_affected: done.rows_affected(),
            last_insert_id: i64::try_from(done.last_insert_id()).ok(),
            insert_step: self.insert_step.load(Ordering::Relaxed),
        }
    }

    fn begin(&self, how: Begin) -> Cow<'static, str> {
        let begin = if how.read_only { "START TRANSACTION READ ONLY" } else { "BEGIN" };
        match how.isolation {
            // Of the next transaction alone.
            Some(isolation) => Cow::Owned(format!("SET TRANSACTION ISOLATION LEVEL {}; {begin}", isolation.as_sql())),
            None => Cow::Borrowed(begin),
        }
    }
}
