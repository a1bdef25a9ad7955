//! Which initial migrations were done already without being recorded: Django's `migrate --fake-initial`.

use std::collections::{BTreeMap, BTreeSet};

use rjango_core::Result;

use super::{Executor, Step};
use crate::introspection::{column_names, table_names};
use crate::operations::label;
use crate::{Migration, MigrationKey, Operation, ProjectState};

impl Executor<'_> {
    /// Of the steps those whose initial migration would make only tables and columns that are there. As in Django the
    /// names alone are compared.
    ///
    /// # Errors
    /// `Database` where the catalog cannot be read, `Migration` where an operation does not fit the state.
    pub async fn soft_applied(&self, steps: &[Step]) -> Result<BTreeSet<MigrationKey>> {
        let mut there =
            There { tables: table_names(&self.database).await?.into_iter().collect(), columns: BTreeMap::new() };
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
        let mut any = false;
        for operation in &migration.operations {
            let (model, field) = match operation {
                Operation::CreateModel(create) => (&create.name, None),
                Operation::AddField(add) => (&add.model, Some(&add.field.name)),
                _ => continue,
            };
            let Some(model) = after.get(&label(&migration.key.app, model)).filter(|model| model.managed) else {
                continue;
            };
            let mut tables = vec![model.table()];
            if let Some(field) = field.and_then(|name| model.field(name)) {
                match after.join_model(model, field) {
                    Some(join) => tables = vec![join.table()],
                    None if !field.is_concrete() => continue,
                    None => {
                        let column = field.column();
                        let table = model.table();
                        if !there.columns.contains_key(&table) {
                            let columns = column_names(&self.database, &table).await?.into_iter().collect();
                            there.columns.insert(table.clone(), columns);
                        }
                        if !there.columns.get(&table).is_some_and(|columns| columns.contains(&column)) {
                            return Ok(false);
                        }
                    }
                }
            }
            if !tables.iter().all(|table| there.tables.contains(table)) {
                return Ok(false);
            }
            any = true;
        }
        Ok(any)
    }
}

/// What the database has.
struct There {
    tables: BTreeSet<String>,
    columns: BTreeMap<String, BTreeSet<String>>,
}
