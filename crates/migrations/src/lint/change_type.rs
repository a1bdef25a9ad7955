//! `change-type`: a column's new type makes the engine rewrite the table.

use rjango_orm::Engine;

use super::narrow_type::rewrite;
use super::sql::{Action, Sql};
use super::storage::{Cost, Storage};
use super::{Advice, Rule, RuleInfo, Step};

pub(super) struct ChangeType;

impl Rule for ChangeType {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "change-type",
            summary: "gives a column a type for which the engine rewrites the table",
            // `sqlite-rebuild` speaks for SQLite.
            engines: &[Engine::Postgres, Engine::MySql],
        }
    }

    fn operation(&self, step: &Step<'_>) -> Vec<Advice> {
        let Some((_, model)) = step.models() else { return Vec::new() };
        let mut found = Vec::new();
        for (old, new) in step.altered_columns() {
            let (Some(from), Some(to)) = (Storage::of(old, step.before), Storage::of(new, step.after)) else {
                continue;
            };
            if from.cost(to, step.engine) == Cost::Nothing || from.is_narrowed_by(to, step.engine) {
                continue;
            }
            let mut message = format!(
                "changes `{}` of `{}` from {} to {}{}",
                new.column(),
                step.table(),
                from.name(),
                to.name(),
                rewrite(step.engine)
            );
            if new.primary_key {
                let label = model.label();
                let referring: Vec<String> =
                    step.after.referring(&label).map(|model| format!("`{}`", model.table())).collect();
                if !referring.is_empty() {
                    message
                        .push_str(&format!(", and with it the columns that refer to it, in {}", referring.join(", ")));
                }
            }
            found.push(steps(Advice::error(message), &new.column()));
        }
        found
    }

    fn statement(&self, sql: &Sql<'_>) -> Vec<Advice> {
        let changed = sql.actions().filter_map(|(table, action)| match action {
            // What the type was, the statement does not say.
            Action::ChangeType(column) => Some(steps(
                Advice::warning(format!("gives `{column}` of `{table}` another type{}", rewrite(sql.engine))),
                column,
            )),
            _ => None,
        });
        changed.collect()
    }
}

fn steps(advice: Advice, column: &str) -> Advice {
    advice
        .step(format!("add a column of the new type beside `{column}`, and write both"))
        .step("copy the rows in batches")
        .step("read the new column, deploy, and drop the old one last (`drop-column` says how)")
}
