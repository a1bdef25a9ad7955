//! The SQL of a migration where another branch was applied that it does not know of.
//!
//! SQLite's rebuild of a table names all its columns. Written on one branch, it would leave out the columns that the other
//! branch has added, and their values with them. Where the file is what rjango wrote, the same operations are rendered
//! anew from the models as they are in this database; where a person wrote it, a rebuild is refused.

use std::borrow::Cow;

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::Engine;

use super::{Executor, rebuild};
use crate::writer::sql_files;
use crate::{Direction, Migration, MigrationKey};

impl Executor<'_> {
    /// The SQL that runs: the file's, but for a rebuild that would not know all columns.
    pub(super) async fn script_of(&self, migration: &Migration, direction: Direction) -> Result<Cow<'static, str>> {
        let engine = self.database.engine();
        let sql = match direction {
            Direction::Up => migration.up_sql(engine)?,
            Direction::Down => migration.down_sql(engine)?,
        };
        let key = &migration.key;
        if engine != Engine::Sqlite || !self.graph.is_branched(&key.app) || !rebuild::rebuilds(&sql) {
            return Ok(sql);
        }
        let known = self.graph.with_ancestors([key]);
        let mut applied = self.history().await?.applied_in(self.graph);
        applied.retain(|applied| applied != key);
        let others: Vec<&MigrationKey> =
            applied.iter().filter(|applied| applied.app == key.app && !known.contains(applied)).collect();
        let Some(other) = others.first() else { return Ok(sql) };
        let name = direction.file_name(engine);
        let written =
            |files: Vec<(String, String)>| files.into_iter().find(|(file, _)| *file == name).map(|(_, sql)| sql);
        let new = migration.as_new();
        if written(sql_files(&new, &self.graph.state_before(key)?, engine)?).as_deref() != Some(&*sql) {
            return Err(Error::new(
                ErrorKind::Migration,
                format!("`{key}` rebuilds a table and was edited by hand, and `{other}` of another branch is applied"),
            )
            .at(migration.file(&name), 0, 0)
            .with_hint(format!(
                "the rebuild would lose what `{other}` has added: remove `{}`, and run `rjango makemigrations --engine \
                 sqlite` to have it written anew",
                migration.file(&name)
            )));
        }
        let sql = written(sql_files(&new, &self.graph.state_after(&applied)?, engine)?);
        sql.map(Cow::Owned).ok_or_else(|| {
            Error::new(ErrorKind::Migration, format!("`{key}` cannot be taken back after `{other}`"))
                .at(migration.file(&name), 0, 0)
                .with_hint(format!("take `{other}` back first"))
        })
    }
}
