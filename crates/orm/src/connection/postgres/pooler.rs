//! A pooler between us and the server, such as PgBouncer, and how a session is set up with one and without.
//!
//! In transaction mode a pooler gives each transaction whichever server connection is free. So nothing may be set for a
//! session, a prepared statement must not outlive its transaction, a statement that stands alone needs a transaction around
//! it (it is prepared and run in two steps), and a server's process must not be stopped by its number.

use std::sync::atomic::{AtomicU8, Ordering};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, Row as _};

/// The server looks so often, in milliseconds, whether the client of a running statement is still there.
const CHECK: &str = "client_connection_check_interval";
const CHECK_EVERY: &str = "200";

/// Whether there is a pooler, as the option `pooler` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pooler {
    /// It shows itself: it refuses a start-up parameter that PostgreSQL knows.
    Auto,
    /// There is one, and it gives out connections for a transaction.
    Transaction,
    /// There is none, or it gives out connections for a session.
    None,
}

pub(super) const EXPECTED: &str = "`auto`, `transaction` or `none`";

impl Pooler {
    pub(super) fn from_option(value: &str) -> Option<Self> {
        match value.to_ascii_lowercase().as_str() {
            "auto" => Some(Self::Auto),
            "transaction" => Some(Self::Transaction),
            "none" | "session" => Some(Self::None),
            _ => None,
        }
    }
}

/// The way to the server, as far as it is known.
pub(super) struct Path {
    found: AtomicU8,
    /// libpq's `options`: settings of the session.
    session: Vec<(String, String)>,
}

/// Not known yet: the server is asked to look for its clients, which a pooler refuses.
const UNKNOWN: u8 = 0;
/// Straight to a server that looks for its clients.
const LOOKING: u8 = 1;
/// Straight to a server that cannot do so: one before 14, or not on Linux.
const BLIND: u8 = 2;
/// Through a pooler.
const POOLED: u8 = 3;
/// As [`UNKNOWN`], but never through a pooler.
const STRAIGHT: u8 = 4;

impl Path {
    pub(super) fn new(pooler: Pooler, session: Vec<(String, String)>) -> Self {
        let found = match pooler {
            Pooler::Auto => UNKNOWN,
            Pooler::Transaction => POOLED,
            Pooler::None => STRAIGHT,
        };
        Self { found: AtomicU8::new(found), session }
    }

    pub(super) fn is_pooled(&self) -> bool {
        self.found.load(Ordering::Relaxed) == POOLED
    }

    /// Makes a connection; the number is that of the server's process.
    pub(super) async fn open(&self, options: &PgConnectOptions) -> Result<(PgConnection, i32), sqlx::Error> {
        loop {
            let found = self.found.load(Ordering::Relaxed);
            let mut options = options.clone();
            if found != POOLED {
                options = options.options(self.session.iter().map(|(name, value)| (name, value)));
            }
            if matches!(found, UNKNOWN | LOOKING | STRAIGHT) {
                options = options.options([(CHECK, CHECK_EVERY)]);
            }
            let next = match options.connect().await {
                Ok(connection) if found == POOLED => return Ok((connection, 0)),
                Ok(mut connection) => {
                    let (pid, looks) = about(&mut connection).await?;
                    if found != UNKNOWN || looks {
                        if found == UNKNOWN {
                            self.found.store(LOOKING, Ordering::Relaxed);
                        }
                        return Ok((connection, pid));
                    }
                    // Somebody in between has left the parameter out.
                    let _ = connection.close().await;
                    POOLED
                }
                Err(error) => match (found, code(&error).as_deref()) {
                    (UNKNOWN, Some("08P01")) => POOLED,
                    // undefined_object, invalid_parameter_value, cant_change_runtime_param
                    // Where it is one of the session's own parameters, the next try tells.
                    (UNKNOWN | STRAIGHT, Some("42704" | "22023" | "55P02")) | (STRAIGHT, Some("08P01")) => BLIND,
                    _ => return Err(error),
                },
            };
            self.found.store(next, Ordering::Relaxed);
        }
    }

    /// What each transaction begins with, behind `BEGIN`.
    pub(super) fn at_begin(&self) -> String {
        if !self.is_pooled() {
            return String::new();
        }
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let mut sql = format!(
            "; SELECT set_config('{CHECK}', '{CHECK_EVERY}', true) \
             WHERE current_setting('{CHECK}', true) IS NOT NULL AND version() LIKE '%linux%'"
        );
        for (name, value) in &self.session {
            sql.push_str(&format!("; SELECT set_config({}, {}, true)", quoted(name), quoted(value)));
        }
        sql
    }
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(std::borrow::Cow::into_owned)
}

/// The number of the server's process, and whether it looks for its client.
async fn about(connection: &mut PgConnection) -> Result<(i32, bool), sqlx::Error> {
    let sql =
        "SELECT pg_backend_pid(), coalesce(current_setting('client_connection_check_interval', true), '0') <> '0'";
    let row = connection.fetch_one(sqlx::raw_sql(sql)).await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}
