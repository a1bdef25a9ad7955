//! `write-without-where`: SQL of one's own that writes every row of a table at once.

use rjango_orm::Engine;

use super::sql::{Command, Sql};
use super::{Advice, Rule, RuleInfo};

pub(super) struct WriteWithoutWhere;

impl Rule for WriteWithoutWhere {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "write-without-where",
            summary: "updates or deletes every row of a table in one statement",
            engines: &Engine::ALL,
        }
    }

    fn statement(&self, sql: &Sql<'_>) -> Vec<Advice> {
        let (verb, table) = match sql.command {
            Command::Update { table, limited: false } => ("updates", table),
            Command::Delete { table, limited: false } => ("deletes", table),
            _ => return Vec::new(),
        };
        let held = match sql.engine {
            Engine::Sqlite => "nobody else writes to the database",
            Engine::Postgres | Engine::MySql => "its rows stay locked",
        };
        let advice = Advice::warning(format!(
            "{verb} every row of `{table}` in one statement: {held} until the migration is done"
        ));
        vec![match verb {
            "updates" => advice.step("give it a WHERE that leaves out the rows that are right already").step(
                "on a big table, write it in batches: a migration with `atomic = false`, or a command of the project's",
            ),
            _ => advice
                .step("is every row meant? Say so with `[lint] allow = [\"write-without-where\"]` in migration.toml"),
        }]
    }
}
