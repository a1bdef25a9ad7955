//! What the engines that are servers share: the address, the pool's limits, and the words for a server that cannot be
//! reached.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rjango_core::{DatabaseSettings, Error, ErrorKind, Result};

use super::IsolationLevel;
use super::pool::{Bounds, Manage};

/// A connection idle for less than this is taken for alive: asking costs a round trip. A server that goes away within it is
/// like one that goes away while the statement is on its way.
const TRUSTED_IDLE: Duration = Duration::from_millis(2);

/// How long a dropped transaction's rollback may take before its connection is closed instead.
pub(super) const ROLLING_BACK: Duration = Duration::from_millis(200);

/// How long it may take to have another connection's statement stopped.
const STOPPING: Duration = Duration::from_millis(400);

/// A database of a server, for probing and for messages.
pub(super) struct Server {
    /// The product's name.
    pub(super) product: &'static str,
    pub(super) host: String,
    pub(super) port: u16,
    /// A Unix socket in the host's place.
    pub(super) socket: Option<PathBuf>,
    pub(super) user: String,
    pub(super) database: String,
    /// The command that creates the database.
    pub(super) create: String,
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.socket {
            Some(socket) => write!(f, "{} at `{}`", self.product, socket.display()),
            None => write!(f, "{} at `{}:{}`", self.product, self.host, self.port),
        }
    }
}

impl Server {
    /// Nobody answers.
    #[cold]
    pub(super) fn unreachable(&self, error: io::Error) -> Error {
        let keys = if self.socket.is_some() { "HOST" } else { "HOST and PORT" };
        Error::new(ErrorKind::Unavailable, format!("cannot reach {self}: {}", reason(&error)))
            .with_hint(format!("start the server, or fix {keys} in `[DATABASES]` of the settings (or DATABASE_URL)"))
            .with_told_source(error)
    }

    /// The user or the password is not accepted.
    #[cold]
    pub(super) fn unauthorized(&self, error: sqlx::Error) -> Error {
        Error::new(ErrorKind::Database, format!("{self} does not let the user `{}` in: {}", self.user, told(&error)))
            .with_hint("fix USER and PASSWORD in `[DATABASES]` of the settings (or DATABASE_URL)")
            .with_told_source(error)
    }

    /// The connection is to be encrypted and cannot be.
    #[cold]
    pub(super) fn not_encrypted(&self, error: sqlx::Error) -> Error {
        let hint = if cfg!(feature = "tls") {
            "does the server offer TLS, by a certificate that this machine trusts? the options `sslmode` and `sslrootcert` \
             (`ssl_mode` and `ssl_ca` on MySQL) say what is asked of it"
        } else {
            "this build has no TLS; add the feature to the project's Cargo.toml: `rjango = { ..., features = [\"tls\"] }`"
        };
        Error::new(ErrorKind::Database, format!("cannot make an encrypted connection to {self}: {error}"))
            .with_hint(hint)
            .with_told_source(error)
    }

    /// The server has no such database.
    #[cold]
    pub(super) fn no_database(&self, error: sqlx::Error) -> Error {
        Error::new(ErrorKind::Database, format!("{self} has no database `{}`", self.database))
            .with_hint(format!("create it: {}; or fix NAME in `[DATABASES]` of the settings", self.create))
            .with_told_source(error)
    }
}

/// Whether a connection failed for the sake of TLS. What rustls finds wrong with a certificate comes as a failure to read.
pub(super) fn is_about_encryption(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Tls(_) => true,
        sqlx::Error::Io(error) => error.kind() == io::ErrorKind::InvalidData,
        _ => false,
    }
}

/// The server's own words, without sqlx's.
fn told(error: &sqlx::Error) -> String {
    error.as_database_error().map_or_else(|| error.to_string(), |refusal| refusal.message().to_owned())
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "the connection is refused".to_owned(),
        io::ErrorKind::NotFound => "there is no such socket".to_owned(),
        io::ErrorKind::TimedOut => "nobody answers in time".to_owned(),
        _ => error.to_string(),
    }
}

/// The options that every server has.
pub(super) struct Limits {
    most: u32,
    timeout: Duration,
    connect: Duration,
    /// A connection idle for less than this is not asked whether it works.
    pub(super) trusted: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let (timeout, connect) = (Duration::from_secs(30), Duration::from_secs(2));
        Self { most: 10, timeout, connect, trusted: TRUSTED_IDLE }
    }
}

impl Limits {
    /// Reads an option if it is one of these; whether it was.
    pub(super) fn read(&mut self, product: &str, name: &str, value: &str) -> Result<bool> {
        match name {
            "max_connections" => {
                let most = value.parse().ok().filter(|most| *most > 0);
                self.most = most.ok_or_else(|| wrong(product, name, value, "a whole number above 0"))?;
            }
            "pool_timeout" | "connect_timeout" => {
                let seconds = value.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                let seconds = seconds.ok_or_else(|| wrong(product, name, value, "a number of seconds"))?;
                *(if name == "pool_timeout" { &mut self.timeout } else { &mut self.connect }) = seconds;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The bounds of the pool.
    pub(super) fn bounds(&self, settings: &DatabaseSettings) -> Bounds {
        let lifetime = settings.conn_max_age.map(Duration::from_secs);
        Bounds { most: self.most, wait: self.timeout, connect: self.connect, lifetime }
    }
}

/// A connection beside the pool, by which statements of the others are stopped. It is opened when it is first needed.
pub(super) struct Control<C>(Mutex<Option<C>>);

impl<C> Default for Control<C> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<C> Control<C> {
    /// The connection, for oneself.
    pub(super) fn take(&self) -> Option<C> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Runs a statement on it, or on a new one where others are using it or where it is gone.
    pub(super) async fn run<M: Manage<Connection = C>>(&self, manage: &M, sql: &str) -> Result<()> {
        let stopping = async {
            let mut ready = self.take();
            if let Some(control) = &mut ready
                && manage.run(control, sql).await.is_err()
            {
                ready = None;
            }
            let control = match ready {
                Some(control) => control,
                None => {
                    let mut control = manage.connect().await?;
                    manage.run(&mut control, sql).await?;
                    control
                }
            };
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(control);
            Ok(())
        };
        match tokio::time::timeout(STOPPING, stopping).await {
            Ok(result) => result,
            Err(_) => Err(Error::new(ErrorKind::Database, "the server does not answer in time")),
        }
    }
}

/// The error where a connection was dropped in the middle of an answer.
#[cold]
pub(super) fn cut_off() -> Error {
    Error::new(ErrorKind::Database, "a statement of this transaction was cut off, so its connection cannot be used")
        .with_hint("let the error end the outermost `atomic` block; a future that was dropped in it stopped half way")
}

/// Says that a statement could not be stopped: it goes on at the server until it ends by itself.
#[cold]
pub(super) fn not_stopped(error: &Error) {
    tracing::warn!(%error, "a statement that nobody waits for could not be stopped at the server");
}

/// The error where no connection became free in time.
#[cold]
pub(super) fn exhausted(waited: Duration) -> Error {
    let seconds = waited.as_secs_f64();
    Error::new(ErrorKind::Unavailable, format!("no database connection became free in {seconds} s")).with_hint(
        "transactions or streams may be holding them for long; raise the option `max_connections`, or wait longer by \
         `pool_timeout`",
    )
}

/// The error for an option's value.
#[cold]
pub(super) fn wrong(product: &str, name: &str, value: &str, expected: &str) -> Error {
    Error::improperly_configured(format!("the {product} option `{name}` is {expected}, found `{value}`"))
}

/// The isolation level of an option.
pub(super) fn isolation_level(product: &str, value: &str) -> Result<IsolationLevel> {
    match value.to_ascii_lowercase().replace(['_', '-'], " ").as_str() {
        "read uncommitted" => Ok(IsolationLevel::ReadUncommitted),
        "read committed" => Ok(IsolationLevel::ReadCommitted),
        "repeatable read" => Ok(IsolationLevel::RepeatableRead),
        "serializable" => Ok(IsolationLevel::Serializable),
        _ => Err(wrong(
            product,
            "isolation_level",
            value,
            "`read uncommitted`, `read committed`, `repeatable read` or `serializable`",
        )),
    }
}
