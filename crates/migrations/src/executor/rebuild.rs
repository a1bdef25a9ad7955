//! Around a rebuilt table in SQLite: what the database has on it that the migrations do not know of.
//!
//! Dropping a table drops its triggers and indexes. Those that the migrations know are in the script; the others, made by
//! hand or by other SQL, are read before the rebuild and put back after it.

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::{Database, Statement, Value, ValueType};

/// A piece of a script, and the table that it rebuilds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub(super) sql: &'a str,
    pub(super) rebuilds: Option<String>,
}

const START: &str = "CREATE TABLE \"new__";
const END: &str = "PRAGMA legacy_alter_table = OFF;";

/// Whether a script rebuilds a table.
pub(super) fn rebuilds(script: &str) -> bool {
    line_starting(script, START).is_some()
}

/// Cuts a script before and after each rebuild. The renderer writes both marks at the start of a line.
pub(super) fn parts(script: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = script;
    while let Some(start) = line_starting(rest, START) {
        let Some(length) = line_starting(&rest[start..], END).map(|end| end + END.len()) else {
            break;
        };
        let (before, rebuild) = rest.split_at(start);
        let (rebuild, after) = rebuild.split_at(length);
        let name = rebuild[START.len()..].split("\" (").next().unwrap_or_default().replace("\"\"", "\"");
        if !before.is_empty() {
            parts.push(Part { sql: before, rebuilds: None });
        }
        parts.push(Part { sql: rebuild, rebuilds: Some(name) });
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part { sql: rest, rebuilds: None });
    }
    parts
}

fn line_starting(text: &str, mark: &str) -> Option<usize> {
    text.match_indices(mark).map(|(at, _)| at).find(|at| *at == 0 || text.as_bytes()[at - 1] == b'\n')
}

/// The triggers and indexes of a table: names and the statements that made them.
pub(super) struct Kept(Vec<(String, String, String)>);

impl Kept {
    pub(super) async fn read(database: &Database, table: &str) -> Result<Self> {
        let mut statement = Statement::new(
            "SELECT type, name, sql FROM sqlite_master \
             WHERE tbl_name = ? AND type IN ('trigger', 'index') AND sql IS NOT NULL ORDER BY rowid",
        );
        statement.parameters.push(Value::Text(table.to_owned()));
        let rows = database.fetch(&statement, &[ValueType::Text, ValueType::Text, ValueType::Text]).await?;
        let mut kept = Vec::new();
        for row in rows {
            if let [Value::Text(kind), Value::Text(name), Value::Text(sql)] = row.as_slice() {
                kept.push((kind.clone(), name.clone(), sql.clone()));
            }
        }
        Ok(Self(kept))
    }

    /// Makes again what is missing now.
    pub(super) async fn restore(self, database: &Database, table: &str) -> Result<()> {
        let there = Self::read(database, table).await?;
        for (kind, name, sql) in self.0 {
            if there.0.iter().any(|(_, other, _)| *other == name) {
                continue;
            }
            database.execute_script(&sql).await.map_err(|error| {
                let message = format!("the {kind} `{name}` no longer fits the table `{table}`: {error}");
                Error::new(ErrorKind::Migration, message)
                    .with_hint(format!("drop it in this migration's SQL: `DROP {} \"{name}\";`", kind.to_uppercase()))
                    .with_sql(sql)
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_is_cut_around_each_rebuild() {
        let script =
            "DROP INDEX \"i\";\nCREATE TABLE \"new__a\" (\n x);\nPRAGMA legacy_alter_table = OFF;\nSELECT 1;\n";
        let cut: Vec<(Option<String>, &str)> =
            parts(script).into_iter().map(|part| (part.rebuilds, part.sql.trim())).collect();
        assert_eq!(
            cut,
            [
                (None, "DROP INDEX \"i\";"),
                (Some("a".to_owned()), "CREATE TABLE \"new__a\" (\n x);\nPRAGMA legacy_alter_table = OFF;"),
                (None, "SELECT 1;"),
            ]
        );
        assert_eq!(parts("SELECT 'CREATE TABLE \"new__a\" (';").len(), 1);
    }
}
