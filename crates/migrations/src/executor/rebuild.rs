//! Around a rebuilt table in SQLite: what the database has on it that the migrations do not know of.
//!
//! Dropping a table drops its triggers and indexes. Those that the migrations know are in the script; the others, made by
//! hand or by other SQL, are read before the rebuild and put back after it.

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::{Database, Statement as Query, Value, ValueType};

use crate::reader::Statement;

const START: &str = "CREATE TABLE \"new__";
const END: &str = "PRAGMA legacy_alter_table = OFF";

/// The table that this statement begins to rebuild, as the renderer writes it.
pub(super) fn begun(statement: &Statement<'_>) -> Option<String> {
    statement.text.strip_prefix(START)?.split("\" (").next().map(|name| name.replace("\"\"", "\""))
}

/// Whether this statement ends a rebuild.
pub(super) fn ends(statement: &Statement<'_>) -> bool {
    statement.text == END
}

/// The triggers and indexes of a table: names and the statements that made them.
pub(super) struct Kept(Vec<(String, String, String)>);

impl Kept {
    pub(super) async fn read(database: &Database, table: &str) -> Result<Self> {
        let mut statement = Query::new(
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
