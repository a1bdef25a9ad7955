//! What a run waits for: the locks that stand in its way, and who holds them.
//!
//! The work goes on over one connection. Beside it, another connection asks the server now and then whether the first one
//! waits. On SQLite there is nothing to ask: there the system tells who has locked the file.

mod mysql;
mod postgres;
mod sqlite;

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use rjango_core::Result;
use rjango_orm::{Database, Engine, Statement, Value, ValueType};

/// So often it is looked.
const EVERY: Duration = Duration::from_millis(500);
/// A lock is told once it is in the way for about two seconds: it was there at the look before, too.
const PATIENCE: Duration = Duration::from_millis(1_400);

/// In the place of a connection's number: the transactions of this process's `migrate` are known by their application's name.
const ANY: i64 = 0;

/// The name that PostgreSQL lists for the transactions of this process's migrations, where the settings give none.
pub(crate) fn application_name() -> String {
    format!("rjango migrate {}", std::process::id())
}

/// What is told of a wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// The work has waited for two seconds. The text says what for, and who holds it.
    For(String),
    /// The wait that was told is over.
    Over,
}

/// What stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Obstacle {
    /// `a lock of the table shop_product`.
    what: String,
    /// `connection 12 (user root@localhost, ..)`, as far as it is known.
    holders: Vec<String>,
}

impl std::fmt::Display for Obstacle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "waiting for {}", self.what)?;
        match self.holders.as_slice() {
            [] => Ok(()),
            holders => write!(f, ", held by {}", holders.join(" and ")),
        }
    }
}

/// Runs work over one connection to a database, and tells what it waits for.
///
/// # Errors
/// The work's, or `Database` where there is no connection. That a wait cannot be explained is not an error.
pub async fn watched<T>(
    database: &Database,
    mut tell: impl FnMut(Waiting),
    work: impl AsyncFnOnce() -> Result<T>,
) -> Result<T> {
    let number = Cell::new(None);
    let told = Cell::new(false);
    let outcome = {
        let mut work = pin!(on_one_connection(database, &number, work));
        let mut watch = pin!(watch(database, &number, &told, &mut tell));
        std::future::poll_fn(|context| {
            if let Poll::Ready(outcome) = work.as_mut().poll(context) {
                return Poll::Ready(outcome);
            }
            // It never ends by itself.
            let _ = watch.as_mut().poll(context);
            Poll::Pending
        })
        .await
    };
    if told.get() && outcome.is_ok() {
        tell(Waiting::Over);
    }
    outcome
}

/// The work over a connection whose number with the server is known. SQLite needs none: each statement there takes the
/// connection that fits.
async fn on_one_connection<T>(
    database: &Database,
    number: &Cell<Option<i64>>,
    work: impl AsyncFnOnce() -> Result<T>,
) -> Result<T> {
    let sql = match database.engine() {
        Engine::Sqlite => return work().await,
        Engine::Postgres => "SELECT pg_backend_pid()::bigint",
        Engine::MySql => "SELECT CONNECTION_ID()",
    };
    database
        .with_connection(async || {
            let rows = database.fetch(&Statement::new(sql), &[ValueType::Int]).await?;
            number.set(match rows.first().and_then(|row| row.first()) {
                // Behind a pooler each transaction may have another one.
                _ if database.is_pooled() => Some(ANY),
                Some(Value::Int(id)) => Some(*id),
                _ => None,
            });
            work().await
        })
        .await
}

async fn watch(
    database: &Database,
    number: &Cell<Option<i64>>,
    told: &Cell<bool>,
    tell: &mut impl FnMut(Waiting),
) -> std::convert::Infallible {
    let mut apart = None;
    let mut since: Option<Instant> = None;
    loop {
        tokio::time::sleep(EVERY).await;
        let obstacle = match (database.engine(), number.get()) {
            (Engine::Sqlite, _) => sqlite::obstacle(database),
            (engine, Some(number)) => {
                if apart.is_none() {
                    apart = database.apart().ok();
                }
                let Some(apart) = &apart else { continue };
                match engine {
                    Engine::Postgres => postgres::obstacle(apart, number).await,
                    _ => mysql::obstacle(apart, number).await,
                }
            }
            _ => None,
        };
        match obstacle {
            None => {
                since = None;
                if told.replace(false) {
                    tell(Waiting::Over);
                }
            }
            Some(obstacle) => {
                let since = *since.get_or_insert_with(Instant::now);
                if since.elapsed() >= PATIENCE && !told.replace(true) {
                    tell(Waiting::For(obstacle.to_string()));
                }
            }
        }
    }
}

/// A statement on one line, and not all of a long one.
fn shortened(sql: &str) -> String {
    crate::reader::shortened(sql, 100)
}

/// Texts of a query; NULL is empty. A query that is refused finds nothing: this user may not ask, or the server is another.
async fn texts(database: &Database, sql: impl Into<String>, columns: usize) -> Vec<Vec<String>> {
    let rows = database.fetch(&Statement::new(sql), &vec![ValueType::Text; columns]).await.unwrap_or_default();
    let text = |value: Value| match value {
        Value::Text(text) => text,
        _ => String::new(),
    };
    rows.into_iter().map(|row| row.into_iter().map(text).collect()).collect()
}
