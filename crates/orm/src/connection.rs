//! Databases: opened lazily by alias, used through an ambient transaction where there is one.
//!
//! Everything that differs between engines lies behind [`Backend`] and [`Link`], one file an engine, and behind
//! [`crate::sql::Dialect`]. A statement goes in, rows of [`Value`]s come out.

mod ambient;
mod backend;
mod checks;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod conflict;
mod databases;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod errors;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod natural;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod link;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod statement_log;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod plans;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod pool;
mod refusal_code;
mod routing;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod server;
#[cfg(feature = "sqlite")]
mod sqlite;
mod unreadable;
mod zones;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::stream::{self, Stream, StreamExt};
use rjango_core::{DatabaseSettings, Error, Result, Site};
use tokio::sync::OnceCell;

use crate::sql::Dialect;
use crate::transaction::{self, AfterCommit, Pinned};
use crate::{Value, ValueType};

pub use ambient::in_database;
pub(crate) use ambient::{alias as ambient_alias, enter as enter_database, scope as scope_database};
pub(crate) use backend::{Access, Backend, Begin, Link, Wanted};
pub use backend::{Engine, Executed, IsolationLevel, Statement};
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub(crate) use conflict::{Conflict, conflict};
pub use databases::Databases;
pub use refusal_code::{refusal_code, refusal_detail, refusal_position};
pub use routing::{Routed, Router, RouterEntry};
pub(crate) use unreadable::Unreadable;

/// A row's values, in the order of the columns asked for.
pub type Row = Vec<Value>;

/// Rows as they come.
pub type RowStream = Pin<Box<dyn Stream<Item = Result<Row>> + Send>>;

/// One database of a site. Cloning it is cheap; the connections are shared.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
    alias: String,
    engine: Engine,
    dialect: &'static dyn Dialect,
    settings: DatabaseSettings,
    base_dir: std::path::PathBuf,
    backend: OnceCell<Box<dyn Backend>>,
    statements: AtomicU64,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("alias", &self.0.alias).field("engine", &self.0.engine).finish()
    }
}

/// Two handles are equal when they share their connections.
impl PartialEq for Database {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Database {
    pub(crate) fn new(alias: &str, settings: &DatabaseSettings, base_dir: &std::path::Path) -> Result<Self> {
        let engine = Engine::from_name(&settings.engine)?;
        Ok(Self(Arc::new(Inner {
            alias: alias.to_owned(),
            engine,
            dialect: crate::sql::dialect(engine)?,
            settings: settings.clone(),
            base_dir: base_dir.to_owned(),
            backend: OnceCell::new(),
            statements: AtomicU64::new(0),
        })))
    }

    /// The same database, reached by connections of its own: for whoever watches what this one's connections do. Close it
    /// when it is no longer needed.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where the engine is not part of this build.
    pub fn apart(&self) -> Result<Self> {
        Self::new(&self.0.alias, &self.0.settings, &self.0.base_dir)
    }

    /// Whether a pooler such as PgBouncer gives each transaction whichever connection to the server is free, as far as that is
    /// known: the first connection finds out.
    pub fn is_pooled(&self) -> bool {
        self.0.backend.get().is_some_and(|backend| backend.is_pooled())
    }

    /// Its file, where it is one on SQLite.
    pub fn file(&self) -> Option<std::path::PathBuf> {
        let name = &self.0.settings.name;
        let is_file = self.0.engine == Engine::Sqlite && !name.is_empty() && name != ":memory:";
        is_file.then(|| self.0.base_dir.join(name))
    }

    /// The ambient site's database of this alias; where `None` the ambient one, which is the default one outside of
    /// [`in_database`].
    ///
    /// # Errors
    /// `ImproperlyConfigured` outside of a site, or where the site has no such database.
    pub fn current(alias: Option<&str>) -> Result<Self> {
        let ambient = ambient_alias();
        Site::current()?.require::<Databases>()?.get(alias.or(ambient.as_deref()).unwrap_or("default"))
    }

    /// The alias in the settings.
    pub fn alias(&self) -> &str {
        &self.0.alias
    }

    /// The engine.
    pub fn engine(&self) -> Engine {
        self.0.engine
    }

    /// How the engine spells SQL.
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.0.dialect
    }

    /// The settings it was made from.
    pub fn settings(&self) -> &DatabaseSettings {
        &self.0.settings
    }

    /// How many statements it has run so far, scripts and the transactions' own left out: what a test of a page's cost
    /// compares.
    pub fn statement_count(&self) -> u64 {
        self.0.statements.load(Ordering::Relaxed)
    }

    fn count_statement(&self) {
        self.0.statements.fetch_add(1, Ordering::Relaxed);
    }

    /// Runs a statement and reads every row, each column as the type of its position.
    ///
    /// # Errors
    /// `Database` or `Integrity` where the engine refuses, with the statement.
    pub async fn fetch(&self, statement: &Statement, types: &[ValueType]) -> Result<Vec<Row>> {
        self.fetch_wanted(statement, Wanted::First(types)).await
    }

    /// As [`Database::fetch`], of the columns that are wanted.
    pub(crate) async fn fetch_wanted(&self, statement: &Statement, wanted: Wanted<'_>) -> Result<Vec<Row>> {
        self.count_statement();
        match transaction::pinned(self) {
            Some(pinned) => pinned.link().await?.get()?.fetch(statement, wanted).await,
            None => self.acquire_for(statement).await?.fetch(statement, wanted).await,
        }
    }

    /// Runs a statement and gives its rows as they come.
    ///
    /// Inside a transaction, and on a database with a single connection, the rows are read at once: the connection
    /// must be free for the statements of the loop.
    pub fn fetch_stream(&self, statement: Statement, types: Vec<ValueType>) -> RowStream {
        self.count_statement();
        let database = self.clone();
        let pinned = transaction::pinned(self);
        stream::once(async move {
            let backend = database.backend().await?;
            if pinned.is_some() || backend.is_single() {
                let rows = match pinned {
                    Some(pinned) => pinned.link().await?.get()?.fetch(&statement, Wanted::First(&types)).await?,
                    None => database.acquire_for(&statement).await?.fetch(&statement, Wanted::First(&types)).await?,
                };
                return Ok::<RowStream, Error>(stream::iter(rows.into_iter().map(Ok)).boxed());
            }
            Ok(backend.acquire(backend.access(&statement)).await?.stream(statement, types))
        })
        .flat_map(|started| match started {
            Ok(rows) => rows,
            Err(error) => stream::once(async move { Err(error) }).boxed(),
        })
        .boxed()
    }

    /// Runs a statement that gives no rows.
    ///
    /// # Errors
    /// As [`Database::fetch`].
    pub async fn execute(&self, statement: &Statement) -> Result<Executed> {
        self.count_statement();
        match transaction::pinned(self) {
            Some(pinned) => pinned.link().await?.get()?.execute(statement).await,
            None => self.acquire_for(statement).await?.execute(statement).await,
        }
    }

    /// Runs several statements without parameters, separated by semicolons.
    ///
    /// # Errors
    /// As [`Database::fetch`].
    pub async fn execute_script(&self, sql: &str) -> Result<()> {
        self.execute_counted(sql, &mut 0).await
    }

    /// Runs several statements as [`Database::execute_script`] does, and adds those that end well to `done`, one by one: where
    /// one fails, it tells which.
    ///
    /// # Errors
    /// As [`Database::fetch`].
    pub async fn execute_counted(&self, sql: &str, done: &mut usize) -> Result<()> {
        match transaction::pinned(self) {
            Some(pinned) => pinned.link().await?.get()?.execute_counted(sql, done).await,
            None => self.acquire(Access::Write).await?.execute_counted(sql, done).await,
        }
    }

    /// Runs a closure on one connection of its own: what is ambient inside, so session settings such as SQLite's
    /// `PRAGMA foreign_keys` hold for every statement there. Inside a transaction it is the transaction's connection.
    ///
    /// # Errors
    /// The closure's, or `Database` where no connection can be had.
    pub async fn with_connection<T>(&self, f: impl AsyncFnOnce() -> Result<T>) -> Result<T> {
        if transaction::pinned(self).is_some() {
            return f().await;
        }
        let pinned = Pinned::new(self.clone(), self.acquire(Access::Write).await?);
        pinned.scope(f()).await
    }

    /// Runs a closure in a transaction on this database; see [`crate::atomic`].
    ///
    /// # Errors
    /// The closure's, or `Database` where the transaction cannot be begun or committed.
    pub async fn atomic<T>(&self, f: impl AsyncFnOnce() -> Result<T>) -> Result<T> {
        transaction::atomic_in(self.clone(), f).await
    }

    /// Begins a transaction on the connection that [`Database::with_connection`] holds here: for whoever cannot put it into
    /// an [`crate::atomic`] block, such as a run of migrations. It stays open until [`Database::commit_transaction`] or
    /// [`Database::roll_back_transaction`]; where the future that holds the connection is dropped, it is rolled back.
    ///
    /// # Errors
    /// `Database` outside of `with_connection`, inside another transaction, and where the engine refuses.
    pub async fn begin_transaction(&self) -> Result<()> {
        transaction::begin_held(self).await
    }

    /// Commits what [`Database::begin_transaction`] began.
    ///
    /// # Errors
    /// `Database` where there is no such transaction, and where the engine refuses; it is open still then.
    pub async fn commit_transaction(&self) -> Result<()> {
        transaction::commit_held(self).await
    }

    /// Rolls back what [`Database::begin_transaction`] began.
    ///
    /// # Errors
    /// `Database` where the engine refuses.
    pub async fn roll_back_transaction(&self) -> Result<()> {
        transaction::roll_back_held(self).await
    }

    /// Runs a future inside a transaction that [`Database::begin_transaction`] began: `atomic` in it is a savepoint, and what
    /// `on_commit` leaves is given back for whoever commits. Where the future fails, the transaction is the caller's to
    /// roll back.
    ///
    /// # Errors
    /// The future's, or `Database` outside of [`Database::with_connection`].
    pub async fn join_transaction<T>(&self, future: impl Future<Output = Result<T>>) -> Result<(T, AfterCommit)> {
        transaction::join(self, future).await
    }

    /// Closes every connection. Statements after it fail.
    pub async fn close(&self) {
        if let Some(backend) = self.0.backend.get() {
            backend.close().await;
        }
    }

    pub(crate) async fn acquire(&self, access: Access) -> Result<Box<dyn Link>> {
        self.backend().await?.acquire(access).await
    }

    async fn acquire_for(&self, statement: &Statement) -> Result<Box<dyn Link>> {
        let backend = self.backend().await?;
        backend.acquire(backend.access(statement)).await
    }

    async fn backend(&self) -> Result<&dyn Backend> {
        let inner = &self.0;
        let opened =
            inner.backend.get_or_try_init(|| async { backend::open(inner.engine, &inner.settings, &inner.base_dir) });
        opened.await.map(|backend| &**backend)
    }
}
