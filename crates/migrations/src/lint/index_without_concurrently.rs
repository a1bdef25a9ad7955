//! `index-without-concurrently`: PostgreSQL lets nobody write to a table while it builds an index the plain way.
//!
//! MySQL and MariaDB let others write meanwhile; SQLite has one writer whatever it does.

use rjango_orm::Engine;

use super::sql::{Command, Parsed, Sql};
use super::{Advice, Rule, RuleInfo, Step};

pub(super) struct IndexWithoutConcurrently;

impl Rule for IndexWithoutConcurrently {
    fn info(&self) -> RuleInfo {
        RuleInfo {
            name: "index-without-concurrently",
            summary: "builds an index while nobody can write to the table",
            engines: &[Engine::Postgres],
        }
    }

    fn operation(&self, step: &Step<'_>) -> Vec<Advice> {
        let Some((before, after)) = step.models() else { return Vec::new() };
        if is_concurrent(step.rendered) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for change in step.columns() {
            if let Some(field) = change.after
                && field.db_index
                && !field.unique
                && !field.primary_key
                && change.before.is_none_or(|old| !old.db_index && !old.unique && !old.primary_key)
            {
                let name = &field.name;
                found.push(advice(&step.table(), Some(&field.column())).step(format!(
                    "add the field without it (`index = false`), and declare it on the model: `#[model(index(fields = \"{name}\"))]`"
                )));
            }
        }
        for index in &after.indexes {
            if !before.indexes.iter().any(|old| old.name == index.name || old.fields == index.fields) {
                let names = index.fields.iter().map(|name| {
                    let bare = name.trim_start_matches('-');
                    after.field(bare).map_or_else(|| bare.to_owned(), |field| field.column())
                });
                found.push(advice(&step.table(), Some(&names.collect::<Vec<_>>().join(", "))));
            }
        }
        let operation =
            "write its `add_index` as `add_index_concurrently`, in a migration of its own with `atomic = false`";
        found.into_iter().map(|advice| advice.step(operation).step(INVALID)).collect()
    }

    fn statement(&self, sql: &Sql<'_>) -> Vec<Advice> {
        match sql.command {
            Command::CreateIndex { table, unique: false, concurrently: false } => {
                let safer = "write `CREATE INDEX CONCURRENTLY`, in a migration of its own with `atomic = false`";
                vec![advice(table, None).step(safer).step(INVALID)]
            }
            _ => Vec::new(),
        }
    }
}

/// Whether the operation itself builds its indexes so that others can write.
fn is_concurrent(rendered: &[Parsed]) -> bool {
    let mut indexes = rendered.iter().filter_map(|statement| match statement.command {
        Command::CreateIndex { concurrently, .. } => Some(concurrently),
        _ => None,
    });
    indexes.next().is_some_and(|first| first && indexes.all(|concurrently| concurrently))
}

const INVALID: &str = "one that fails leaves an invalid index behind: drop it, and run the migration again";

fn advice(table: &str, columns: Option<&str>) -> Advice {
    let over = columns.map_or_else(String::new, |columns| format!(" over `{columns}`"));
    Advice::error(format!("builds an index{over}: nobody writes to `{table}` until it is done"))
}
