//! `transaction-control`: SQL of one's own that ends the transaction around the migration.

use rjango_orm::Engine;

use super::sql::{Command, Sql};
use super::{Advice, Rule, RuleInfo};

pub(super) struct TransactionControl;

impl Rule for TransactionControl {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "transaction-control",
            summary: "begins or ends a transaction inside the migration's own",
            engines: &Engine::ALL,
        }
    }

    fn statement(&self, sql: &Sql<'_>) -> Vec<Advice> {
        match sql.command {
            Command::Transaction(word) if sql.atomic => {
                let message = format!(
                    "`{word}` meddles with the migration's own transaction: if the migration fails, half of it stays"
                );
                vec![Advice::error(message).step(
                    "remove it; where statements must commit one by one, write `atomic = false` into migration.toml",
                )]
            }
            _ => Vec::new(),
        }
    }
}
