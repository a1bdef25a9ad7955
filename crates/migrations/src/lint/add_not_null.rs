//! `add-not-null`: a new column that must have a value, which code that is still running does not give.
//!
//! As Django does, rjango keeps defaults in the code: rows that are there get the value once, and the column is left
//! without a default.

use rjango_orm::Engine;
use rjango_schema::FieldSchema;

use super::sql::{Action, Sql};
use super::{Advice, Concern, Rule, RuleInfo, Step};
use crate::sql::Fill;

pub(super) struct AddNotNull;

impl Rule for AddNotNull {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "add-not-null",
            summary: "adds a NOT NULL column for which the database has no default",
            engines: &Engine::ALL,
        }
    }

    fn concern(&self) -> Concern {
        Concern::Code
    }

    fn operation(&self, step: &Step<'_>) -> Vec<Advice> {
        let added = step.added_columns().into_iter().filter(|field| !field.null && !field.kind.is_auto());
        added.map(|field| advice(&step.table(), &field.column(), step.engine, is_volatile(field))).collect()
    }

    fn statement(&self, sql: &Sql<'_>) -> Vec<Advice> {
        let added = sql.actions().filter_map(|(table, action)| match action {
            Action::AddColumn { column, not_null: true, default: false, .. } => {
                Some(advice(table, column, sql.engine, false))
            }
            _ => None,
        });
        added.collect()
    }
}

/// Whether each row gets another value, so that the engine cannot keep it once for all of them.
fn is_volatile(field: &FieldSchema) -> bool {
    matches!(Fill::of(field, None), Some(Fill::Uuid))
}

fn advice(table: &str, column: &str, engine: Engine, volatile: bool) -> Advice {
    let mut message = format!(
        "adds the NOT NULL column `{column}` to `{table}` without a default in the database: code that is still running \
         inserts rows without it, and fails"
    );
    if volatile && engine == Engine::Postgres {
        message
            .push_str("; every row gets a value of its own, so the table is rewritten while nobody reads or writes it");
    }
    Advice::error(message)
        .step("add the field as an `Option`, with its default in the code, and migrate")
        .step("deploy the code that sets it, and fill the rows that have NULL in batches")
        .step("take the `Option` away in a later migration (`set-not-null` says how)")
}
