//! `add-check`: rows that are there must now satisfy a condition.

use rjango_orm::Engine;
use rjango_schema::{ConstraintSchema, FieldKind, FieldSchema};

use super::sql::{Action, Sql};
use super::{Advice, Rule, RuleInfo, Step};

pub(super) struct AddCheck;

impl Rule for AddCheck {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "add-check",
            summary: "adds a check for which every row is read under a lock",
            // SQLite rebuilds the table, of which `sqlite-rebuild` speaks.
            engines: &[Engine::Postgres, Engine::MySql],
        }
    }

    fn operation(&self, step: &Step<'_>) -> Vec<Advice> {
        let Some((before, after)) = step.models() else { return Vec::new() };
        let mut found = Vec::new();
        for constraint in &after.constraints {
            if let ConstraintSchema::Check { name, sql } = constraint
                && !before.constraints.contains(constraint)
            {
                found.push(advice(&step.table(), Some((name, sql)), step.engine));
            }
        }
        if step.engine == Engine::Postgres {
            let demanding =
                step.altered_columns().into_iter().filter(|(old, new)| is_positive(new) && !is_positive(old));
            for (_, field) in demanding {
                let column = field.column();
                let name = format!("{}_{column}_check", step.table());
                found.push(advice(&step.table(), Some((&name, &format!("{column} >= 0"))), step.engine));
            }
        }
        found
    }

    fn statement(&self, sql: &Sql<'_>) -> Vec<Advice> {
        let added = sql.actions().filter(|(_, action)| {
            matches!(action, Action::AddCheck { valid: true } | Action::AddColumn { check: true, .. })
        });
        added.map(|(table, _)| advice(table, None, sql.engine)).collect()
    }
}

/// Whether the column has a check of its own that no value is negative; MySQL has a type for it.
fn is_positive(field: &FieldSchema) -> bool {
    matches!(field.kind, FieldKind::PositiveSmallInteger | FieldKind::PositiveInteger | FieldKind::PositiveBigInteger)
}

fn advice(table: &str, check: Option<(&str, &str)>, engine: Engine) -> Advice {
    let (name, sql) = check.unwrap_or(("<name>", "..."));
    let what = check.map_or_else(|| "a check".to_owned(), |(name, _)| format!("the check `{name}`"));
    match engine {
        Engine::MySql => Advice::error(format!(
            "adds {what} to `{table}`: MySQL copies the table (`ALGORITHM=COPY`) while nobody writes it, and a row that \
             fails it stops the migration"
        ))
        .step(format!("look for rows that fail it first: `SELECT count(*) FROM {table} WHERE NOT ({sql})`"))
        .step("let the code refuse such values, and run the migration when little is written"),
        _ => Advice::error(format!(
            "adds {what} to `{table}`: nobody reads or writes the table while its rows are checked, and a row that fails \
             it stops the migration"
        ))
        .step(format!("in this migration's SQL: `ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({sql}) NOT VALID`, which checks new rows alone"))
        .step(format!("in a later migration: `ALTER TABLE {table} VALIDATE CONSTRAINT {name}`, while others read and write")),
    }
}
