//! `data-with-schema`: one migration changes tables and writes rows.

use rjango_orm::Engine;

use super::sql::statements;
use super::{Advice, Rule, RuleInfo, Whole};
use crate::Operation;

pub(super) struct DataWithSchema;

impl Rule for DataWithSchema {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "data-with-schema",
            summary: "changes tables and writes rows in one migration",
            engines: &Engine::ALL,
        }
    }

    fn migration(&self, whole: &Whole<'_>) -> Option<(Option<usize>, Advice)> {
        let operations = &whole.migration.operations;
        let data = operations.iter().position(|operation| match operation {
            Operation::RunSql(run) => run
                .sql
                .of(whole.engine)
                .is_ok_and(|sql| statements(sql, whole.engine).iter().any(|statement| statement.command.writes_rows())),
            Operation::RunRust(_) => true,
            _ => false,
        });
        if data.is_none() && !whole.by_hand.iter().any(|statement| statement.command.writes_rows()) {
            return None;
        }
        // A table that this migration makes is nobody's yet.
        let app = &whole.migration.key.app;
        let changes = operations.iter().any(|operation| {
            let label = operation.model_label(app);
            let table = label.and_then(|label| whole.before.get(&label)).map(|model| model.table());
            table.is_some_and(|table| !whole.new_tables.contains(&table))
        });
        changes.then(|| (data, advice(whole.engine)))
    }
}

fn advice(engine: Engine) -> Advice {
    let what = match engine {
        Engine::Postgres => "the locks of the changed tables are held until the last row is written",
        Engine::MySql => "MySQL cannot take back the changes of tables when the rows fail, nor the other way round",
        Engine::Sqlite => "nobody else writes to the database until the last row is written",
    };
    Advice::warning(format!("changes tables and writes rows in one migration: {what}"))
        .step("move the operation that writes rows into a migration of its own: `rjango makemigrations --empty <app>`")
}
