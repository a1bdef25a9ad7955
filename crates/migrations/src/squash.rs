//! Several migrations of an app as one: Django's `squashmigrations`. What a person wrote is carried over in its place.

use std::collections::{BTreeMap, BTreeSet};

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::Engine;

use crate::operations::EngineSql;
use crate::reader::line_of_comment;
use crate::{
    Direction, Graph, Migration, MigrationKey, NewMigration, Operation, ProjectState, RunSql, TO_BE_WRITTEN,
    edited_by_hand, optimize,
};

/// A squashed migration, yet to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Squash {
    /// The migration, under the name of the last that it replaces; the caller gives it its own.
    pub migration: NewMigration,
    /// The state before it.
    pub before: ProjectState,
    /// The engines that all of the migrations have SQL for.
    pub engines: Vec<Engine>,
    /// How many operations there were.
    pub operations: usize,
    /// The migrations whose SQL a person wrote, with one of the files: it is carried over as a whole.
    pub by_hand: Vec<(MigrationKey, String)>,
}

/// Squashes migrations of one app, of which each but the first depends on another.
///
/// # Errors
/// `Migration` where one is a squashed migration itself, where a migration of another app must come between them, or where
/// SQL is still to be written.
pub fn squash(graph: &Graph, keys: &[MigrationKey], optimized: bool) -> Result<Squash> {
    let chosen: BTreeSet<&MigrationKey> = keys.iter().collect();
    let before: Vec<MigrationKey> =
        graph.with_ancestors(keys).into_iter().filter(|key| !chosen.contains(key)).collect();
    for between in &before {
        if let Some(first) = graph.with_ancestors([between]).iter().find(|key| chosen.contains(key)) {
            return Err(Error::new(
                ErrorKind::Migration,
                format!("`{between}` must come between them: it depends on `{first}`, and the later ones on it"),
            )
            .with_hint(format!("squash only up to `{}`, and what comes after `{between}` on its own", first.name)));
        }
    }
    let before = graph.state_after(&before)?;
    let migrations: Vec<&Migration> =
        graph.order().iter().filter(|key| chosen.contains(key)).filter_map(|key| graph.get(key)).collect();
    let Some(last) = migrations.last() else {
        return Err(Error::new(ErrorKind::Migration, "there is nothing to squash").with_hint("name a migration"));
    };
    let engines: Vec<Engine> = Engine::ALL
        .into_iter()
        .filter(|engine| migrations.iter().all(|migration| migration.has_sql(*engine)))
        .collect();

    let branched = graph.is_branched(&last.key.app);
    let mut state = before.clone();
    let (mut operations, mut by_hand) = (Vec::new(), Vec::new());
    let mut dependencies: BTreeSet<MigrationKey> = BTreeSet::new();
    for migration in &migrations {
        if !migration.replaces.is_empty() {
            return Err(Error::new(
                ErrorKind::Migration,
                format!("You cannot squash squashed migrations! `{}` is one", migration.key),
            )
            .with_hint(format!(
                "make it a normal one first: when every database has it, delete the migrations that it replaces and \
                 `replaces` in `{}`, and run `rjango migrate {} --prune` on each database",
                migration.file("migration.toml"),
                migration.key.app
            )));
        }
        let own = if branched { graph.state_before(&migration.key)? } else { state.clone() };
        match edited_by_hand(migration, &own)? {
            Some(file) => {
                operations.push(carried_over(migration, &engines)?);
                by_hand.push((migration.key.clone(), file));
            }
            None if migration.operations.is_empty() && !migration.as_new().is_merge() => {
                return Err(Error::new(
                    ErrorKind::Migration,
                    format!("the SQL of `{}` is still to be written", migration.key),
                )
                .with_hint("write it, or remove the migration, before it is squashed"));
            }
            None => operations.extend(migration.operations.iter().cloned()),
        }
        migration.apply(&mut state)?;
        dependencies.extend(graph.parents(&migration.key).filter(|parent| !chosen.contains(parent)).cloned());
    }
    let count = operations.len();
    if optimized {
        operations.retain(|operation| !is_elidable(operation));
        operations = optimize(&last.key.app, &operations, &before);
    }
    let migration = NewMigration {
        key: last.key.clone(),
        initial: migrations.iter().any(|migration| migration.initial),
        dependencies: dependencies.into_iter().collect(),
        replaces: migrations.iter().map(|migration| migration.key.clone()).collect(),
        // What one of them cannot do in a transaction, their union cannot either.
        atomic: migrations.iter().all(|migration| migration.atomic),
        operations,
    };
    Ok(Squash { migration, before, engines, operations: count, by_hand })
}

/// A migration whose SQL a person wrote, as one operation: the text of its files, and what it means for the models.
fn carried_over(migration: &Migration, engines: &[Engine]) -> Result<Operation> {
    let texts = |direction: Direction| -> Result<Option<EngineSql>> {
        let mut texts = BTreeMap::new();
        for engine in engines {
            let Some(text) = migration.sql_if_there(*engine, direction)? else { return Ok(None) };
            // A way back that nobody wrote is none.
            if direction == Direction::Down && line_of_comment(&text, *engine, TO_BE_WRITTEN).is_some() {
                return Ok(None);
            }
            if direction == Direction::Up {
                migration.check_sql(*engine, direction)?;
            }
            texts.insert(engine.name(), text.into_owned());
        }
        Ok(Some(EngineSql::Each(texts)))
    };
    let sql = texts(Direction::Up)?.unwrap_or_else(|| EngineSql::Each(BTreeMap::new()));
    let reverse_sql = texts(Direction::Down)?;
    let state_operations = migration.operations.clone();
    Ok(Operation::RunSql(RunSql { sql, reverse_sql, state_operations, elidable: false }))
}

fn is_elidable(operation: &Operation) -> bool {
    match operation {
        Operation::RunSql(run) => run.elidable,
        Operation::RunRust(run) => run.elidable,
        _ => false,
    }
}
