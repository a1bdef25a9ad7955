//! `rename-column`: a column gets another name while code that is still running knows the old one.

use rjango_orm::Engine;

use super::sql::{Action, Sql};
use super::{Advice, Concern, Rule, RuleInfo, Step};

pub(super) struct RenameColumn;

impl Rule for RenameColumn {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "rename-column",
            summary: "renames a column that running code knows by its old name",
            engines: &Engine::ALL,
        }
    }

    fn concern(&self) -> Concern {
        Concern::Code
    }

    fn operation(&self, step: &Step<'_>) -> Vec<Advice> {
        let columns = step.altered_columns().into_iter().map(|(old, new)| (old, old.column(), new.column()));
        let renamed = columns.filter(|(_, from, to)| from != to);
        renamed.map(|(field, from, to)| advice(&step.table(), &field.name, &from, &to)).collect()
    }

    fn statement(&self, sql: &Sql<'_>) -> Vec<Advice> {
        let renamed = sql.actions().filter_map(|(table, action)| match action {
            Action::RenameColumn { from, to } if sql.has_column(table, from) => Some(advice(table, from, from, to)),
            _ => None,
        });
        renamed.collect()
    }
}

fn advice(table: &str, field: &str, from: &str, to: &str) -> Advice {
    Advice::error(format!(
        "renames the column `{from}` of `{table}` to `{to}`: code that is still running asks for `{from}`, and fails"
    ))
    .step(format!("rename the field alone and keep its column: `#[field(column = \"{from}\")]` on the new name"))
    .step(format!("or add `{to}` beside `{field}`, write both, copy the rows in batches, read the new one, and drop the old one last"))
}
