//! `set-not-null`: a column that allowed NULL no longer does, and every row is looked at.

use rjango_orm::Engine;

use super::sql::{Action, Command, Parsed, Sql};
use super::{Advice, Rule, RuleInfo, Step};

pub(super) struct SetNotNull;

impl Rule for SetNotNull {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "set-not-null",
            summary: "forbids NULL in a column that is there, reading every row under a lock",
            engines: &Engine::ALL,
        }
    }

    fn operation(&self, step: &Step<'_>) -> Vec<Advice> {
        let table = step.table();
        if is_validated(step.statements, &table) {
            return Vec::new();
        }
        let set = step.altered_columns().into_iter().filter(|(old, new)| old.null && !new.null);
        set.map(|(_, field)| advice(&table, &field.column(), step.engine)).collect()
    }

    fn statement(&self, sql: &Sql<'_>) -> Vec<Advice> {
        let set = sql.actions().filter_map(|(table, action)| match action {
            Action::SetNotNull(column) if !is_validated(sql.all, table) => Some(advice(table, column, sql.engine)),
            _ => None,
        });
        set.collect()
    }
}

/// Whether the migration validates a constraint of the table, which PostgreSQL then takes for proof.
fn is_validated(statements: &[Parsed], table: &str) -> bool {
    statements.iter().any(|statement| match &statement.command {
        Command::AlterTable { table: other, actions } => {
            other == table && actions.contains(&Action::ValidateConstraint)
        }
        _ => false,
    })
}

fn advice(table: &str, column: &str, engine: Engine) -> Advice {
    let what = match engine {
        Engine::Postgres => {
            format!("reads all of `{table}` for NULLs in `{column}` under a lock that stops readers and writers")
        }
        Engine::MySql => format!("rebuilds `{table}` to forbid NULL in `{column}`"),
        Engine::Sqlite => format!("copies all of `{table}` to forbid NULL in `{column}`, and writers wait"),
    };
    let advice = Advice::error(format!(
        "{what}; a row that has NULL stops the migration, and code that is still running and writes NULL fails"
    ))
    .step("deploy code that never writes NULL, and fill the rows that have it in batches");
    if engine != Engine::Postgres {
        return advice.step("then run this migration, when little is written");
    }
    let constraint = format!("{table}_{column}_not_null");
    advice
        .step(format!(
            "in one migration: `ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({column} IS NOT NULL) NOT VALID`"
        ))
        .step(format!(
            "in the next, with `atomic = false`: `ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}`, then \
             `ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL`, which reads no row (PostgreSQL 12 and later), \
             then `ALTER TABLE {table} DROP CONSTRAINT {constraint}`"
        ))
}
