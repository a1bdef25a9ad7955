//! `concurrently-in-transaction`: PostgreSQL refuses CONCURRENTLY inside a transaction.

use rjango_orm::Engine;

use super::sql::{Command, Sql};
use super::{Advice, Rule, RuleInfo};

pub(super) struct ConcurrentlyInTransaction;

impl Rule for ConcurrentlyInTransaction {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "concurrently-in-transaction",
            summary: "builds or drops an index CONCURRENTLY in a migration that is a transaction",
            engines: &[Engine::Postgres],
        }
    }

    fn statement(&self, sql: &Sql<'_>) -> Vec<Advice> {
        match sql.command {
            Command::CreateIndex { concurrently: true, .. } | Command::DropIndex { concurrently: true }
                if sql.atomic =>
            {
                let message = "PostgreSQL refuses CONCURRENTLY inside a transaction, which this migration is";
                vec![
                    Advice::error(message)
                        .step("write `atomic = false` into migration.toml, and keep the migration to this one thing"),
                ]
            }
            _ => Vec::new(),
        }
    }
}
