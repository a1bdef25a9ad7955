//! `add-unique`: rows that are there must now differ.

use rjango_orm::Engine;
use rjango_schema::{ConstraintSchema, ModelSchema};

use super::sql::{Action, Command, Sql};
use super::{Advice, Rule, RuleInfo, Step};

pub(super) struct AddUnique;

impl Rule for AddUnique {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "add-unique",
            summary: "makes values unique in a table that has rows: duplicates stop it, and an index is built under a lock",
            engines: &Engine::ALL,
        }
    }

    fn operation(&self, step: &Step<'_>) -> Vec<Advice> {
        let Some((before, after)) = step.models() else { return Vec::new() };
        let mut found = Vec::new();
        for change in step.columns() {
            if let Some(field) = change.after
                && field.unique
                && !field.primary_key
                && change.before.is_none_or(|old| !old.unique && !old.primary_key)
            {
                found.push(advice(&step.table(), &[field.column()], step.engine));
            }
        }
        let mut groups: Vec<&[String]> = Vec::new();
        for group in &after.unique_together {
            if !before.unique_together.contains(group) && !renamed(before, after, group) {
                groups.push(group);
            }
        }
        for constraint in &after.constraints {
            // A constraint of the same name is the same one, with a field under its new name.
            if let ConstraintSchema::Unique { name, fields } = constraint
                && !before.constraints.iter().any(|old| old.name() == name)
            {
                groups.push(fields);
            }
        }
        for group in groups {
            let columns =
                group.iter().map(|name| after.field(name).map_or_else(|| name.clone(), |field| field.column()));
            found.push(advice(&step.table(), &columns.collect::<Vec<_>>(), step.engine));
        }
        found
    }

    fn statement(&self, sql: &Sql<'_>) -> Vec<Advice> {
        if let Command::CreateIndex { table, unique: true, concurrently } = sql.command {
            // Built without a lock it still refuses duplicates, but then only itself fails.
            return if *concurrently { Vec::new() } else { vec![advice(table, &[], sql.engine)] };
        }
        let added = sql.actions().filter(|(_, action)| {
            matches!(action, Action::AddUnique { index: false } | Action::AddColumn { unique: true, .. })
        });
        added.map(|(table, _)| advice(table, &[], sql.engine)).collect()
    }
}

/// Whether a group is one from before under a field's new name.
fn renamed(before: &ModelSchema, after: &ModelSchema, group: &[String]) -> bool {
    let position = |model: &ModelSchema, group: &[String]| -> Vec<Option<usize>> {
        group.iter().map(|name| model.fields.iter().position(|field| field.name == *name)).collect()
    };
    before.fields.len() == after.fields.len()
        && before.unique_together.iter().any(|old| position(before, old) == position(after, group))
}

fn advice(table: &str, columns: &[String], engine: Engine) -> Advice {
    let columns = columns.join(", ");
    let what = if columns.is_empty() { "values".to_owned() } else { format!("`{columns}`") };
    let listed = if columns.is_empty() { "..." } else { &columns };
    let duplicates = format!(
        "look for duplicates first: `SELECT {listed}, count(*) FROM {table} GROUP BY {listed} HAVING count(*) > 1`"
    );
    match engine {
        Engine::Postgres => Advice::error(format!(
            "makes {what} unique in `{table}`: nobody writes to the table while the index is built, and duplicates stop \
             the migration"
        ))
        .step(duplicates)
        .step(format!(
            "in a migration with `atomic = false`: `CREATE UNIQUE INDEX CONCURRENTLY <name> ON {table} ({listed})`"
        ))
        .step(format!("then `ALTER TABLE {table} ADD CONSTRAINT <name> UNIQUE USING INDEX <name>`, which only takes it over")),
        Engine::MySql => Advice::warning(format!(
            "makes {what} unique in `{table}`: duplicates stop the migration half-way, for MySQL cannot take back what it did before"
        ))
        .step(duplicates)
        .step("put it into a migration of its own, so that there is nothing before it to be left half done"),
        Engine::Sqlite => Advice::warning(format!("makes {what} unique in `{table}`: duplicates stop the migration"))
            .step(duplicates),
    }
}
