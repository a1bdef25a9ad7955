//! SQL from operations: pure, one renderer an engine.
//!
//! A model becomes a `Table`, the shape that its table has in the database; an operation becomes the difference between
//! the shapes before and after it. An engine's renderer knows how its columns are spelled and how it gets a table from
//! one shape to another; which tables an operation touches is found here once for all of them.

mod adopted;
mod change;
mod content_types;
mod guards;
mod held;
mod keys;
pub(crate) mod losses;
mod mysql;
mod names;
mod needs;
mod objects;
mod postgres;
mod renames;
mod script;
mod server;
mod sqlite;
mod table;

use rjango_orm::Engine;
use rjango_schema::FieldKind;

pub(crate) use change::{Change, Fill, NewKey, Partner, TableStep, Translation};
pub(crate) use content_types::{CONTENT_TYPE, PERMISSION};
pub(crate) use guards::MARK as GUARD_MARK;
pub(crate) use held::{Fate, Held, fate};
pub(crate) use names::index_name;
pub(crate) use renames::Renames;
pub use script::{Script, render};
pub(crate) use table::{Check, Column, Constraint, Index, IndexKind, Reference, Table};

/// How an engine spells tables and their changes.
pub(crate) trait Renderer {
    /// The column type of a field that is no relation. `key` says that it is the column of a foreign key to such a field.
    fn column_type(&self, kind: &FieldKind, key: bool) -> String;
    /// The longest name of an index.
    fn longest_name(&self) -> usize;
    /// The statements that take the tables of an operation from shape to shape.
    fn statements(&self, steps: &[TableStep]) -> Vec<String>;
    /// What must stand between a person's SQL and the next operation.
    fn after_data(&self) -> Option<&'static str>;
}

/// The renderer of an engine.
pub(crate) fn renderer(engine: Engine) -> &'static dyn Renderer {
    match engine {
        Engine::Sqlite => &sqlite::Sqlite,
        Engine::Postgres => &postgres::Postgres,
        Engine::MySql => &mysql::MySql,
    }
}

/// A name in the quotes of standard SQL.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Text in the quotes of standard SQL.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
