//! `drop-index`: PostgreSQL waits for every query of the table, and lets no other begin until it has dropped the index.

use rjango_orm::Engine;

use super::sql::{Command, Parsed, Sql};
use super::{Advice, Rule, RuleInfo, Step};

pub(super) struct DropIndex;

impl Rule for DropIndex {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "drop-index",
            summary: "drops an index the plain way, for which every other query of the table waits",
            engines: &[Engine::Postgres],
        }
    }

    fn operation(&self, step: &Step<'_>) -> Vec<Advice> {
        let Some((before, after)) = step.models() else { return Vec::new() };
        let plain = |statement: &Parsed| statement.command == Command::DropIndex { concurrently: false };
        // Without a rendering, the plain way is what there is.
        if !step.rendered.is_empty() && !step.rendered.iter().any(plain) {
            return Vec::new();
        }
        let gone = before
            .indexes
            .iter()
            .any(|old| !after.indexes.iter().any(|new| new.name == old.name || new.fields == old.fields));
        let plain_column = step.altered_columns().iter().any(|(old, new)| old.db_index && !new.db_index && !new.unique);
        if gone || plain_column {
            vec![
                advice(&format!(" of `{}`", step.table()))
                    .step("write its `remove_index` as `remove_index_concurrently`, in a migration of its own with `atomic = false`"),
            ]
        } else {
            Vec::new()
        }
    }

    fn statement(&self, sql: &Sql<'_>) -> Vec<Advice> {
        match sql.command {
            Command::DropIndex { concurrently: false } => {
                vec![
                    advice("").step("write `DROP INDEX CONCURRENTLY`, in a migration of its own with `atomic = false`"),
                ]
            }
            _ => Vec::new(),
        }
    }
}

fn advice(of: &str) -> Advice {
    Advice::warning(format!(
        "drops an index{of}: it waits for the queries that are running, and those that come later wait for it"
    ))
}
