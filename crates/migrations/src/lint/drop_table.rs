//! `drop-table`: a table goes while code that is still running reads it.

use rjango_orm::Engine;
use rjango_schema::ModelSchema;

use super::sql::{Command, Sql};
use super::{Advice, Concern, Rule, RuleInfo, Step};
use crate::ProjectState;

pub(super) struct DropTable;

impl Rule for DropTable {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "drop-table",
            summary: "drops a table, or the table of a many-to-many field, that running code still uses",
            engines: &Engine::ALL,
        }
    }

    fn concern(&self) -> Concern {
        Concern::Code
    }

    fn operation(&self, step: &Step<'_>) -> Vec<Advice> {
        let Some(before) = step.model_before() else { return Vec::new() };
        let joins_before = joins(before, step.before);
        let Some(after) = step.model_after() else {
            // A model that is no longer managed keeps its table.
            let label = step.operation.model_label(step.app);
            if label.is_some_and(|label| step.after.get(&label).is_some()) {
                return Vec::new();
            }
            let tables = std::iter::once(before.table()).chain(joins_before.into_iter().map(|(_, table)| table));
            return tables.map(|table| advice(&table)).collect();
        };
        let kept: Vec<String> = after.many_to_many().map(|field| field.name.clone()).collect();
        let renamed = |field: &str| {
            step.fields()
                .iter()
                .any(|change| change.before.is_some_and(|old| old.name == field) && change.after.is_some())
        };
        let gone = joins_before.into_iter().filter(|(field, _)| !kept.contains(field) && !renamed(field));
        gone.map(|(_, table)| advice(&table)).collect()
    }

    fn statement(&self, sql: &Sql<'_>) -> Vec<Advice> {
        let Command::DropTable { tables } = sql.command else { return Vec::new() };
        tables.iter().filter(|table| sql.has_table(table)).map(|table| advice(table)).collect()
    }
}

/// The tables between this model and others: the fields' names and the tables'.
fn joins(model: &ModelSchema, state: &ProjectState) -> Vec<(String, String)> {
    let joined =
        |field| Some((model.field(field)?.name.clone(), state.join_model(model, model.field(field)?)?.table()));
    model.many_to_many().filter_map(|field| joined(&field.name)).collect()
}

fn advice(table: &str) -> Advice {
    Advice::error(format!("drops `{table}` with its rows: code that is still running reads and writes it, and fails"))
        .step(
            "take it out of the code, with this operation under `state_operations` of a `separate_database_and_state`",
        )
        .step("deploy, until no process of the last release is left")
        .step(format!("drop the table in a later migration: `run_sql` with `DROP TABLE {table}`"))
}
