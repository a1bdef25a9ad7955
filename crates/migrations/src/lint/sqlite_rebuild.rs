//! `sqlite-rebuild`: SQLite copies a table to change it.

use rjango_orm::Engine;

use super::sql::Command;
use super::{Advice, Rule, RuleInfo, Step};

pub(super) struct SqliteRebuild;

impl Rule for SqliteRebuild {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "sqlite-rebuild",
            summary: "copies every row of a table, because SQLite cannot change it in place",
            engines: &[Engine::Sqlite],
        }
    }

    fn operation(&self, step: &Step<'_>) -> Vec<Advice> {
        let rebuilt = step.rendered.iter().filter_map(|statement| match &statement.command {
            Command::CreateTable { table } => table.strip_prefix("new__"),
            _ => None,
        });
        let rebuilt: Vec<String> = rebuilt.map(|table| format!("`{table}`")).collect();
        if rebuilt.is_empty() {
            return Vec::new();
        }
        vec![
            Advice::warning(format!(
                "SQLite copies every row of {} into a new table: nobody else writes to the database until it is done",
                rebuilt.join(", ")
            ))
            .step("run the migration when little is written; a busy timeout longer than the copy lets writers wait"),
        ]
    }
}
