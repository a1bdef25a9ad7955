//! What an engine offers: connections to lease, and statements to run on one.

use std::path::Path;

use futures_util::future::BoxFuture;
use rjango_core::{DatabaseSettings, Error, Result};

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use super::unreadable::{Unreadable, as_error};
use super::{Row, RowStream};
use crate::{Value, ValueType};

/// A database engine. Each is built by the cargo feature of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Engine {
    /// SQLite 3.35 or later; embedded.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MySQL and MariaDB.
    MySql,
}

impl Engine {
    /// Every engine.
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::MySql];

    /// The name in the settings, in migration file names and of the cargo feature.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::MySql => "mysql",
        }
    }

    /// The engine of this name; Django's dotted names and common spellings too.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where there is no such engine.
    pub fn from_name(name: &str) -> Result<Self> {
        match name.rsplit('.').next().unwrap_or(name) {
            "sqlite" | "sqlite3" => Ok(Self::Sqlite),
            "postgres" | "postgresql" => Ok(Self::Postgres),
            "mysql" | "mariadb" => Ok(Self::MySql),
            _ => Err(Error::improperly_configured(format!("there is no database engine `{name}`"))
                .with_hint("ENGINE is `sqlite`, `postgres` or `mysql`")),
        }
    }

    /// The error for an engine that this build lacks.
    #[cold]
    pub(crate) fn not_built(self) -> Error {
        let name = self.name();
        Error::improperly_configured(format!("this build has no support for the database engine `{name}`")).with_hint(
            format!("add the feature to the project's Cargo.toml: `rjango = {{ ..., features = [\"{name}\"] }}`"),
        )
    }
}

impl std::fmt::Display for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// How far transactions that run at the same time see each other, by the standard's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IsolationLevel {
    /// Changes of others before they are committed; PostgreSQL takes it for [`Self::ReadCommitted`].
    ReadUncommitted,
    /// Each statement sees what was committed before it.
    ReadCommitted,
    /// The transaction sees what was committed before it.
    RepeatableRead,
    /// As if they ran one after another; one of those in conflict is refused and may run again.
    Serializable,
}

impl IsolationLevel {
    /// The name as SQL writes it.
    pub const fn as_sql(self) -> &'static str {
        match self {
            Self::ReadUncommitted => "READ UNCOMMITTED",
            Self::ReadCommitted => "READ COMMITTED",
            Self::RepeatableRead => "REPEATABLE READ",
            Self::Serializable => "SERIALIZABLE",
        }
    }
}

/// SQL with placeholders, and the values that fill them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Statement {
    /// The text, with the engine's placeholders.
    pub sql: String,
    /// The values, in the placeholders' order.
    pub parameters: Vec<Value>,
}

impl Statement {
    /// A statement without parameters.
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), parameters: Vec::new() }
    }

    /// The same statement with one more parameter.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.parameters.push(value.into());
        self
    }
}

/// The statement and its parameters, as error pages show them.
impl std::fmt::Display for Statement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.sql)?;
        for (index, value) in self.parameters.iter().enumerate() {
            f.write_str(if index == 0 { " [" } else { ", " })?;
            match value {
                Value::Text(text) => write!(f, "{text:?}")?,
                other => other.fmt(f)?,
            }
        }
        f.write_str(if self.parameters.is_empty() { "" } else { "]" })
    }
}

/// What a statement without rows did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Executed {
    /// How many rows it inserted, changed or deleted.
    pub rows_affected: u64,
    /// The number that the engine gave the inserted row, the first one where there are several; where it says so.
    pub last_insert_id: Option<i64>,
    /// From one row's number to the next one's: more than 1 on a cluster where several servers give numbers.
    pub insert_step: i64,
}

/// Which columns of the rows are read, and as what.
#[derive(Clone, Copy)]
pub(crate) enum Wanted<'a> {
    /// The first ones, in their order.
    First(&'a [ValueType]),
    /// The ones that this gives for the names of all columns, in this order.
    Named(&'a Choose<'a>),
}

/// Chooses columns by their names: the positions of those that are wanted, and their types.
pub(crate) type Choose<'a> = dyn Fn(&[&str]) -> Result<Vec<(usize, ValueType)>> + Send + Sync + 'a;

/// Reads the wanted columns of row after row.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub(super) struct Reading<'a> {
    wanted: Wanted<'a>,
    named: Option<Vec<(usize, ValueType)>>,
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
impl<'a> Reading<'a> {
    pub(super) fn of(wanted: Wanted<'a>) -> Self {
        Self { wanted, named: None }
    }

    /// The row's values, each as `value` reads it from its position.
    pub(super) fn row<R: sqlx::Row>(
        &mut self,
        row: &R,
        value: impl Fn(&R, usize, ValueType) -> Result<Value>,
    ) -> Result<Row> {
        match self.wanted {
            Wanted::First(types) => {
                let mut values = Vec::with_capacity(types.len());
                for (index, value_type) in types.iter().enumerate() {
                    match value(row, index, *value_type) {
                        Ok(value) => values.push(value),
                        Err(error) => return Err(placed(error, index, values)),
                    }
                }
                Ok(values)
            }
            Wanted::Named(choose) => {
                let named = match &mut self.named {
                    Some(named) => named,
                    unknown => {
                        let names: Vec<&str> = row.columns().iter().map(sqlx::Column::name).collect();
                        unknown.insert(choose(&names)?)
                    }
                };
                let mut values = Vec::with_capacity(named.len());
                for (place, (index, value_type)) in named.iter().enumerate() {
                    match value(row, *index, *value_type) {
                        Ok(value) => values.push(value),
                        Err(error) => return Err(placed(error, place, values)),
                    }
                }
                Ok(values)
            }
        }
    }
}

/// The error with where in its row it stands, and what stands before it.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
#[cold]
fn placed(error: Error, index: usize, before: Vec<Value>) -> Error {
    match error.downcast_ref::<Unreadable>() {
        Some(unreadable) => as_error(Unreadable { index, before, ..unreadable.clone() }),
        None => error,
    }
}

/// What a connection is wanted for. Only SQLite tells the two apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// It reads.
    Read,
    /// It may write.
    Write,
}

/// How the outermost transaction is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Begin {
    /// How isolated; as the settings say where `None`.
    pub(crate) isolation: Option<IsolationLevel>,
    /// Whether it writes nothing.
    pub(crate) read_only: bool,
}

/// An opened database: a pool of connections.
pub(crate) trait Backend: Send + Sync {
    /// A connection of one's own, given back when dropped.
    fn acquire(&self, access: Access) -> BoxFuture<'_, Result<Box<dyn Link>>>;

    /// What a statement needs a connection for.
    fn access(&self, statement: &Statement) -> Access;

    /// Whether there is but one connection, so that nobody may hold it for long: SQLite in memory.
    fn is_single(&self) -> bool;

    /// Whether a pooler gives each transaction whichever connection to the server is free.
    fn is_pooled(&self) -> bool {
        false
    }

    /// Closes every connection.
    fn close(&self) -> BoxFuture<'_, ()>;
}

/// A connection leased from a [`Backend`].
pub(crate) trait Link: Send {
    /// Every row, with the columns that are wanted.
    fn fetch<'a>(&'a mut self, statement: &'a Statement, wanted: Wanted<'a>) -> BoxFuture<'a, Result<Vec<Row>>>;

    /// Runs a statement without rows.
    fn execute<'a>(&'a mut self, statement: &'a Statement) -> BoxFuture<'a, Result<Executed>>;

    /// Runs several statements, separated by semicolons, and counts those that end well.
    fn execute_counted<'a>(&'a mut self, sql: &'a str, done: &'a mut usize) -> BoxFuture<'a, Result<()>>;

    /// The rows as they come. The connection is given back after the last one, or when the stream is dropped.
    fn stream(self: Box<Self>, statement: Statement, types: Vec<ValueType>) -> RowStream;

    /// Begins a transaction, or a savepoint inside one, whatever `how` says.
    fn begin(&mut self, how: Begin) -> BoxFuture<'_, Result<()>>;

    /// Commits the innermost transaction or savepoint.
    fn commit(&mut self) -> BoxFuture<'_, Result<()>>;

    /// Rolls the innermost transaction or savepoint back.
    fn rollback(&mut self) -> BoxFuture<'_, Result<()>>;

    /// Has the innermost transaction or savepoint rolled back ahead of the connection's next use; for destructors.
    fn start_rollback(&mut self);
}

/// Opens a database; no connection is made yet.
pub(super) fn open(engine: Engine, settings: &DatabaseSettings, base_dir: &Path) -> Result<Box<dyn Backend>> {
    match engine {
        #[cfg(feature = "sqlite")]
        Engine::Sqlite => super::sqlite::open(settings, base_dir),
        #[cfg(feature = "postgres")]
        Engine::Postgres => super::postgres::open(settings),
        #[cfg(feature = "mysql")]
        Engine::MySql => super::mysql::open(settings),
        #[allow(unreachable_patterns)] // Reachable unless every engine is built.
        other => {
            let _ = (settings, base_dir);
            Err(other.not_built())
        }
    }
}

#[cfg(test)]
mod tests {
    use rjango_core::ErrorKind;

    use super::Engine;

    #[test]
    fn an_engine_that_is_not_built_names_its_feature() {
        for engine in Engine::ALL {
            let error = engine.not_built();
            assert_eq!(error.kind(), ErrorKind::ImproperlyConfigured);
            let feature = format!("features = [\"{engine}\"]");
            assert!(error.hint().is_some_and(|hint| hint.contains(&feature)), "{:?}", error.hint());
        }
    }
}
