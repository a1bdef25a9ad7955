//! Which initial migrations were done already without being recorded: Django's `migrate --fake-initial`.

use std::collections::{BTreeMap, BTreeSet};

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::Engine;

use super::{Executor, Step};
use crate::introspection::{column_names, table_names};
use crate::operations::label;
use crate::{Migration, MigrationKey, Operation, ProjectState};

impl Executor<'_> {
    /// Of the steps those whose initial migration would make only tables and columns that are there.
    ///
    /// DIFFERENCE: of a table that is made, Django compares the name alone, and records the migration although columns are
    /// missing. Here that is an error.
    ///
    /// # Errors
    /// `Database` where the catalog cannot be read. `Migration` where an operation does not fit the state, and where all tables
    /// are there but columns are missing.
    pub async fn soft_applied(&self, steps: &[Step]) -> Result<BTreeSet<MigrationKey>> {
        let engine = self.database.engine();
        let tables = table_names(&self.database).await?.into_iter().map(|table| folded(table, engine));
        let mut there = There { tables: tables.collect(), columns: BTreeMap::new() };
        let mut state = self.graph.state_after(&self.history().await?.applied_in(self.graph))?;
        let mut found = BTreeSet::new();
        for step in steps.iter().filter(|step| !step.backwards) {
            let Some(migration) = self.graph.get(&step.key) else { continue };
            migration.apply(&mut state)?;
            if migration.initial && self.is_there(migration, &state, &mut there).await? {
                found.insert(step.key.clone());
            }
        }
        Ok(found)
    }

    /// Whether everything that a migration makes is there, and it makes anything. `after` is the state after it.
    async fn is_there(&self, migration: &Migration, after: &ProjectState, there: &mut There) -> Result<bool> {
        let engine = self.database.engine();
        // The table of each column that is made.
        let mut made: Vec<(String, String)> = Vec::new();
        for operation in &migration.operations {
            let (model, field) = match operation {
                Operation::CreateModel(create) => (&create.name, None),
                Operation::AddField(add) => (&add.model, Some(&add.field.name)),
                _ => continue,
            };
            let Some(model) = after.get(&label(&migration.key.app, model)).filter(|model| model.managed) else {
                continue;
            };
            for one in model.fields.iter().filter(|one| field.is_none_or(|field| one.name == *field)) {
                match after.join_model(model, one) {
                    Some(join) => made.extend(join.fields.iter().map(|one| (join.table(), one.column()))),
                    None if one.is_concrete() => made.push((model.table(), one.column())),
                    None => {}
                }
            }
        }
        let mut missing: Vec<String> = Vec::new();
        for (table, column) in &made {
            let name = folded(table.clone(), engine);
            if !there.tables.contains(&name) {
                return Ok(false);
            }
            if !there.columns.contains_key(&name) {
                let columns =
                    column_names(&self.database, table).await?.into_iter().map(|column| folded(column, engine));
                there.columns.insert(name.clone(), columns.collect());
            }
            let shown = format!("{table}.{column}");
            if !there.columns.get(&name).is_some_and(|columns| columns.contains(&folded(column.clone(), engine)))
                && !missing.contains(&shown)
            {
                missing.push(shown);
            }
        }
        if missing.is_empty() {
            return Ok(!made.is_empty());
        }
        Err(Error::new(
            ErrorKind::Migration,
            format!("the tables of `{}` are there, but not all of their columns: `{}`", migration.key, missing.join("`, `")),
        )
        .at(migration.file("migration.toml"), 0, 0)
        .with_hint(
            "add the columns to the tables and run this again; or, if these are other tables, rename them; or record the \
             migration as it is with `--fake`",
        ))
    }
}

/// A name as the engine compares it: only to PostgreSQL its case makes a difference.
fn folded(name: String, engine: Engine) -> String {
    if engine == Engine::Postgres { name } else { name.to_lowercase() }
}

/// What the database has.
struct There {
    tables: BTreeSet<String>,
    columns: BTreeMap<String, BTreeSet<String>>,
}
