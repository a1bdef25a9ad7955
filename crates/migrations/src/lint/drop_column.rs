//! `drop-column`: a column goes while code that is still running names it.

use rjango_orm::Engine;
use rjango_schema::FieldSchema;

use super::sql::{Action, Sql};
use super::{Advice, Concern, Rule, RuleInfo, Step};

pub(super) struct DropColumn;

impl Rule for DropColumn {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "drop-column",
            summary: "drops a column that running code still names in its queries",
            engines: &Engine::ALL,
        }
    }

    fn concern(&self) -> Concern {
        Concern::Code
    }

    fn operation(&self, step: &Step<'_>) -> Vec<Advice> {
        let gone = step.columns().into_iter().filter(|change| change.after.is_none());
        let gone: Vec<&FieldSchema> = gone.filter_map(|change| change.before).collect();
        let table = step.table();
        gone.into_iter().map(|field| advice(&table, &field.column(), field.null)).collect()
    }

    fn statement(&self, sql: &Sql<'_>) -> Vec<Advice> {
        let dropped = sql.actions().filter_map(|(table, action)| match action {
            Action::DropColumn(column) if sql.has_column(table, column) => Some((table, column)),
            _ => None,
        });
        dropped
            .map(|(table, column)| {
                let field =
                    sql.model(table).and_then(|model| model.fields.iter().find(|field| field.column() == *column));
                advice(table, column, field.is_none_or(|field| field.null))
            })
            .collect()
    }
}

fn advice(table: &str, column: &str, null: bool) -> Advice {
    let mut advice = Advice::error(format!(
        "drops the column `{column}` of `{table}`: code that is still running names it in every query, and fails"
    ));
    if !null {
        advice = advice.step("make the field an `Option` and migrate, so that rows can be inserted without it");
    }
    advice
        .step("take the field out of the code, with this operation under `state_operations` of a `separate_database_and_state`")
        .step("deploy, until no process of the last release is left")
        .step(format!("drop the column in a later migration: `run_sql` with `ALTER TABLE {table} DROP COLUMN {column}`"))
}
