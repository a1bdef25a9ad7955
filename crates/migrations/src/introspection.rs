//! What is in a database: its tables and their columns, read from the engine's own catalog.
//!
//! The SQL of each engine stands in its own file; what comes out is the same for all of them. Only the schema that the
//! connection creates tables in is looked at: PostgreSQL's `current_schema()`, MySQL's `database()`.

mod mysql;
mod postgres;
mod sqlite;

use rjango_core::Result;
use rjango_orm::{Database, Engine, Row, Statement, Value, ValueType};

/// The names of the tables, in order; views are none.
///
/// # Errors
/// `Database` where the catalog cannot be read.
pub async fn table_names(database: &Database) -> Result<Vec<String>> {
    let sql = match database.engine() {
        Engine::Sqlite => sqlite::TABLE_NAMES,
        Engine::Postgres => postgres::TABLE_NAMES,
        Engine::MySql => mysql::TABLE_NAMES,
    };
    names(database, &Statement::new(sql)).await
}

/// The names of a table's columns in their order; none where there is no such table.
///
/// # Errors
/// `Database` where the catalog cannot be read.
pub async fn column_names(database: &Database, table: &str) -> Result<Vec<String>> {
    let sql = match database.engine() {
        Engine::Sqlite => sqlite::COLUMN_NAMES,
        Engine::Postgres => postgres::COLUMN_NAMES,
        Engine::MySql => mysql::COLUMN_NAMES,
    };
    names(database, &Statement::new(sql).bind(table.to_owned())).await
}

async fn names(database: &Database, statement: &Statement) -> Result<Vec<String>> {
    let rows = database.fetch(statement, &[ValueType::Text]).await?;
    Ok(rows.into_iter().filter_map(|row| text(&row, 0)).collect())
}

/// The text in a column of a row; `None` for NULL.
fn text(row: &Row, column: usize) -> Option<String> {
    match row.get(column) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}
