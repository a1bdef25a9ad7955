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
        let mut columns: Vec<String> = Vec::new();
        for change in step.columns() {
            if let Some(field) = change.after
                && field.db_index
                && !field.unique
                && !field.primary_key
                && change.before.is_none_or(|old| !old.db_index && !old.unique && !old.primary_key)
            {
                columns.push(field.column());
            }
        }
        for index in &after.indexes {
            if !before.indexes.iter().any(|old| old.name == index.name || old.fields == index.fields) {
                let names = index.fields.iter().map(|name| {
                    let bare = name.trim_start_matches('-');
                    after.field(bare).map_or_else(|| bare.to_owned(), |field| field.column())
                });
                columns.push(names.collect::<Vec<_>>().join(", "));
            }
        }
        columns.into_iter().map(|columns| advice(&step.table(), Some(&columns))).collect()
    }

    fn statement(&self, sql: &Sql<'_>) -> Vec<Advice> {
        match sql.command {
            Command::CreateIndex { table, unique: false, concurrently: false } => vec![advice(table, None)],
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

fn advice(table: &str, columns: Option<&str>) -> Advice {
    let over = columns.map_or_else(String::new, |columns| format!(" over `{columns}`"));
    let listed = columns.unwrap_or("...");
    Advice::error(format!("builds an index{over}: nobody writes to `{table}` until it is done"))
        .step("put the index into a migration of its own with `atomic = false`")
        .step(format!("in its SQL: `CREATE INDEX CONCURRENTLY <name> ON {table} ({listed})`"))
        .step("one that fails leaves an invalid index behind: drop it, and run the migration again")
}
