//! `rename-table`: a table gets another name while code that is still running knows the old one.

use rjango_orm::Engine;

use super::sql::{Action, Command, Sql};
use super::{Advice, Concern, Rule, RuleInfo, Step};

pub(super) struct RenameTable;

impl Rule for RenameTable {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "rename-table",
            summary: "renames or moves a table that running code knows by its old name",
            engines: &Engine::ALL,
        }
    }

    fn concern(&self) -> Concern {
        Concern::Code
    }

    fn operation(&self, step: &Step<'_>) -> Vec<Advice> {
        let Some((before, after)) = step.models() else { return Vec::new() };
        let mut renamed = Vec::new();
        if before.table() != after.table() {
            renamed.push((before.table(), after.table()));
        }
        // The tables of many-to-many fields are named after the model and the field.
        for (old, new) in before.many_to_many().zip(after.many_to_many()) {
            let joins = (step.before.join_model(before, old), step.after.join_model(after, new));
            if let (Some(old), Some(new)) = joins
                && before.many_to_many().count() == after.many_to_many().count()
                && old.table() != new.table()
            {
                renamed.push((old.table(), new.table()));
            }
        }
        renamed.into_iter().map(|(from, to)| advice(&from, &to, step.engine)).collect()
    }

    fn statement(&self, sql: &Sql<'_>) -> Vec<Advice> {
        let mut renamed: Vec<(&str, &str)> = sql
            .actions()
            .filter_map(|(table, action)| match action {
                Action::RenameTable(to) => Some((table, to.as_str())),
                _ => None,
            })
            .collect();
        if let Command::RenameTable { names } = sql.command {
            renamed.extend(names.iter().map(|(from, to)| (from.as_str(), to.as_str())));
        }
        renamed.retain(|(from, _)| sql.has_table(from));
        renamed.into_iter().map(|(from, to)| advice(from, to, sql.engine)).collect()
    }
}

fn advice(from: &str, to: &str, engine: Engine) -> Advice {
    let advice = Advice::error(format!(
        "renames the table `{from}` to `{to}`: code that is still running asks for `{from}`, and fails"
    ))
    .step(format!("keep the table: `#[model(table = \"{from}\")]`, or `db_table` of a many-to-many field"));
    let view = format!("`CREATE VIEW {from} AS SELECT * FROM {to}`");
    match engine {
        // Simple views take writes there.
        Engine::Postgres | Engine::MySql => advice
            .step(format!("or leave a view under the old name, in this migration's SQL: {view}"))
            .step("deploy, and drop the view in a later migration"),
        Engine::Sqlite => advice.step("or stop the site while it migrates and is replaced"),
    }
}
