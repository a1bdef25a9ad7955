//! SQL from operations: pure, one renderer an engine.
//!
//! A model becomes a `Table`, the shape that its table has in the database; an operation becomes the difference between
//! the shapes before and after it. An engine's renderer knows how its columns are spelled and how it gets a table from
//! one shape to another; which tables an operation touches is found here once for all of them.

mod change;
mod names;
mod renames;
mod script;
mod sqlite;
mod table;

use rjango_core::{Error, Result};
use rjango_orm::Engine;
use rjango_schema::FieldKind;

pub(crate) use change::{Change, Fill, TableStep};
pub(crate) use names::index_name;
pub(crate) use renames::Renames;
pub use script::{Script, render};
pub(crate) use table::{Check, Column, Constraint, Index, IndexKind, Table};

/// How an engine spells tables and their changes.
pub(crate) trait Renderer {
    /// The column type of a field that is no relation. `key` says that it is the column of a foreign key to such a field.
    fn column_type(&self, kind: &FieldKind, key: bool) -> String;
    /// The longest name of an index.
    fn longest_name(&self) -> usize;
    /// The statements that take the tables of an operation from shape to shape.
    fn statements(&self, steps: &[TableStep]) -> Vec<String>;
}

/// The renderer of an engine.
///
/// # Errors
/// `ImproperlyConfigured` where there is none yet.
pub(crate) fn renderer(engine: Engine) -> Result<&'static dyn Renderer> {
    match engine {
        Engine::Sqlite => Ok(&sqlite::Sqlite),
        engine => Err(Error::improperly_configured(format!("migrations cannot be written for `{engine}` yet"))
            .with_hint("set ENGINE to `sqlite` in `[DATABASES.default]` of config/settings.toml")),
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
