//! What the engines that are servers share: the address, the pool's limits, and the words for a server that cannot be
//! reached.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use rjango_core::{DatabaseSettings, Error, ErrorKind, Result};
use sqlx::pool::PoolOptions;
use sqlx::{Connection, Database};

use super::IsolationLevel;

/// A connection idle for less than this is taken for alive: asking costs a round trip, and servers seldom restart.
const TRUSTED_IDLE: Duration = Duration::from_secs(1);

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
    /// Whether anybody listens. The pool would try again until its time is over, and then not say why.
    pub(super) async fn probe(&self, timeout: Duration) -> Result<()> {
        let listening = async {
            match &self.socket {
                #[cfg(unix)]
                Some(socket) => tokio::net::UnixStream::connect(socket).await.map(|_| ()),
                _ => tokio::net::TcpStream::connect((self.host.as_str(), self.port)).await.map(|_| ()),
            }
        };
        match tokio::time::timeout(timeout, listening).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.unreachable(error)),
            Err(_) => Err(self.unreachable(io::ErrorKind::TimedOut.into())),
        }
    }

    /// Nobody answers.
    #[cold]
    pub(super) fn unreachable(&self, error: io::Error) -> Error {
        let mend = if self.socket.is_some() { "HOST" } else { "HOST and PORT" };
        Error::new(ErrorKind::Unavailable, format!("cannot reach {self}: {}", reason(&error)))
            .with_hint(format!("start the server, or mend {mend} in `[DATABASES]` of the settings (or DATABASE_URL)"))
            .with_source(error)
    }

    /// The user or the password is not accepted.
    #[cold]
    pub(super) fn unauthorized(&self, error: sqlx::Error) -> Error {
        Error::new(ErrorKind::Database, format!("{self} does not let the user `{}` in: {}", self.user, told(&error)))
            .with_hint("mend USER and PASSWORD in `[DATABASES]` of the settings (or DATABASE_URL)")
            .with_source(error)
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
            .with_source(error)
    }

    /// The server has no such database.
    #[cold]
    pub(super) fn no_database(&self, error: sqlx::Error) -> Error {
        Error::new(ErrorKind::Database, format!("{self} has no database `{}`", self.database))
            .with_hint(format!("create it: {}; or mend NAME in `[DATABASES]` of the settings", self.create))
            .with_source(error)
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
    pub(super) timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { most: 10, timeout: Duration::from_secs(30) }
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
            "pool_timeout" => {
                let seconds = value.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                self.timeout = seconds.ok_or_else(|| wrong(product, name, value, "a number of seconds"))?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// A pool within these limits.
    pub(super) fn pool<D: Database>(&self, settings: &DatabaseSettings) -> PoolOptions<D> {
        PoolOptions::new()
            .max_connections(self.most)
            .acquire_timeout(self.timeout)
            .max_lifetime(settings.conn_max_age.map(Duration::from_secs))
            .test_before_acquire(false)
            .before_acquire(|connection: &mut D::Connection, metadata| {
                Box::pin(async move {
                    if metadata.idle_for >= TRUSTED_IDLE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
    }
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
