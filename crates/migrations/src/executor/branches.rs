//! The SQL of a migration where another branch was applied that it does not know of.
//!
//! SQLite's rebuild of a table names all its columns. Written on one branch, it would leave out the columns that the other
//! branch has added, and their values with them. Where the file is what rjango wrote, the same operations are rendered
//! anew from the models as they are in this database; where a person wrote it, a rebuild is refused.

use std::borrow::Cow;

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::Engine;

use super::history::History;
use super::pieces::{Does, pieces};
use super::{Executor, Target};
use crate::writer::sql_files;
use crate::{Direction, Graph, Migration, MigrationKey};

impl Executor<'_> {
    /// The SQL that runs: the file's, but for a rebuild that would not know all columns.
    pub(super) async fn script_of(&self, migration: &Migration, direction: Direction) -> Result<Cow<'static, str>> {
        let engine = self.database.engine();
        match file_that_may_not_do(self.graph, migration, direction, engine)? {
            Ok(sql) => Ok(sql),
            Err(sql) => {
                let applied = self.history().await?.applied_in(self.graph);
                script_after(self.graph, migration, direction, sql, applied)
            }
        }
    }
}

/// The SQL that `migrate` runs for a migration on a database with this history: when its turn comes, or as it was applied.
/// `history` is asked only where it makes a difference.
///
/// # Errors
/// `Migration` where the file is missing, or where a person edited it and it cannot run beside another branch.
pub async fn script(
    graph: &Graph,
    migration: &Migration,
    direction: Direction,
    engine: Engine,
    history: impl AsyncFnOnce() -> History,
) -> Result<Cow<'static, str>> {
    let sql = match file_that_may_not_do(graph, migration, direction, engine)? {
        Ok(sql) => return Ok(sql),
        Err(sql) => sql,
    };
    let history = history().await;
    let key = &migration.key;
    let mut applied = history.applied_in(graph);
    if direction == Direction::Up && history.is_applied(graph, key) {
        applied.retain(|other| other.app != key.app || history.is_before(other, key));
    } else if direction == Direction::Up {
        let steps = history.plan(graph, &Target::All).into_iter().map(|step| step.key);
        applied.extend(steps.take_while(|step| step != key));
    }
    script_after(graph, migration, direction, sql, applied)
}

/// The text of a migration's file: as the error where what else is applied decides whether it is what runs.
fn file_that_may_not_do(
    graph: &Graph,
    migration: &Migration,
    direction: Direction,
    engine: Engine,
) -> Result<Result<Cow<'static, str>, Cow<'static, str>>> {
    let sql = migration.sql(engine, direction)?;
    let is_sure = engine != Engine::Sqlite || !graph.is_branched(&migration.key.app) || !rebuilds(&sql);
    Ok(if is_sure { Ok(sql) } else { Err(sql) })
}

/// The SQL of a migration on SQLite, where these are applied.
fn script_after(
    graph: &Graph,
    migration: &Migration,
    direction: Direction,
    sql: Cow<'static, str>,
    mut applied: Vec<MigrationKey>,
) -> Result<Cow<'static, str>> {
    let (key, engine) = (&migration.key, Engine::Sqlite);
    let known = graph.with_ancestors([key]);
    let following = graph.with_descendants([key]);
    applied.retain(|applied| applied != key && !following.contains(applied));
    let others: Vec<&MigrationKey> =
        applied.iter().filter(|applied| applied.app == key.app && !known.contains(applied)).collect();
    let Some(other) = others.first() else { return Ok(sql) };
    let name = direction.file_name(engine);
    let written = |files: Vec<(String, String)>| files.into_iter().find(|(file, _)| *file == name).map(|(_, sql)| sql);
    let new = migration.as_new();
    if written(sql_files(&new, &graph.state_before(key)?, engine)?).as_deref() != Some(&*sql) {
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
    let sql = written(sql_files(&new, &graph.state_after(&applied)?, engine)?);
    sql.map(Cow::Owned).ok_or_else(|| {
        Error::new(ErrorKind::Migration, format!("`{key}` cannot be taken back after `{other}`"))
            .at(migration.file(&name), 0, 0)
            .with_hint(format!("take `{other}` back first"))
    })
}

fn rebuilds(sql: &str) -> bool {
    pieces(sql, Engine::Sqlite).iter().any(|piece| matches!(piece.does, Does::Rebuild { .. }))
}
