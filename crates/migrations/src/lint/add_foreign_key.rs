//! `add-foreign-key`: rows that are there must now refer to others, and two tables are locked until that is proven.

use rjango_orm::Engine;
use rjango_schema::FieldSchema;

use super::sql::{Action, Sql};
use super::{Advice, Rule, RuleInfo, Step};

pub(super) struct AddForeignKey;

impl Rule for AddForeignKey {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "add-foreign-key",
            summary: "adds a foreign key whose rows are checked while two tables are locked",
            engines: &[Engine::Postgres, Engine::MySql],
        }
    }

    fn operation(&self, step: &Step<'_>) -> Vec<Advice> {
        let mut found = Vec::new();
        for change in step.columns() {
            let Some(field) = change.after else { continue };
            let Some(target) = enforced(field) else { continue };
            let known = change.before.and_then(enforced);
            // PostgreSQL checks nothing where every row of the new column has NULL.
            let empty = change.before.is_none() && field.null && step.engine == Engine::Postgres;
            if known == Some(target) || empty || known.is_some_and(|old| step.after.get(old).is_none()) {
                continue;
            }
            let target = step.after.get(target).map(|model| model.table());
            found.push(advice(&step.table(), Some(&field.column()), target.as_deref(), step.engine));
        }
        found
    }

    fn statement(&self, sql: &Sql<'_>) -> Vec<Advice> {
        let added = sql.actions().filter(|(_, action)| match action {
            Action::AddForeignKey { valid } => *valid,
            Action::AddColumn { references: true, not_null, .. } => *not_null || sql.engine == Engine::MySql,
            _ => false,
        });
        added.map(|(table, _)| advice(table, None, None, sql.engine)).collect()
    }
}

/// The label of the model that the database makes a field refer to.
fn enforced(field: &FieldSchema) -> Option<&str> {
    field.kind.relation().filter(|relation| relation.db_constraint).map(|relation| relation.to.as_str())
}

fn advice(table: &str, column: Option<&str>, target: Option<&str>, engine: Engine) -> Advice {
    let from = column.map_or_else(|| format!("`{table}`"), |column| format!("`{column}` of `{table}`"));
    let other = target.map_or_else(|| "the other table".to_owned(), |target| format!("`{target}`"));
    let (listed, target) = (column.unwrap_or("..."), target.unwrap_or("..."));
    match engine {
        Engine::MySql => Advice::error(format!(
            "adds a foreign key from {from} to {other}: MySQL copies the table (`ALGORITHM=COPY`) while nobody writes it"
        ))
        .step(format!("add the column without it: `#[field(db_constraint = false)]`, and migrate; look for rows of `{table}` that refer to nothing"))
        .step("then, in SQL of your own, `SET foreign_key_checks = 0` before `ADD CONSTRAINT .. FOREIGN KEY .., ALGORITHM=INPLACE`, and `= 1` after it"),
        _ => Advice::error(format!(
            "adds a foreign key from {from} to {other}: nobody writes to either table while the rows are checked"
        ))
        .step("add the column without it: `#[field(db_constraint = false)]`, and migrate")
        .step(format!("in SQL of your own: `ALTER TABLE {table} ADD CONSTRAINT <name> FOREIGN KEY ({listed}) REFERENCES {target} .. NOT VALID`, which checks new rows alone"))
        .step(format!("in a later migration: `ALTER TABLE {table} VALIDATE CONSTRAINT <name>`, while both are read and written")),
    }
}
