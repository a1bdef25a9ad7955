//! What is in a database: its tables and their columns, read from the engine's own catalog.
//!
//! The SQL of each engine stands in its own file; what comes out is the same for all of them. Looked at is what a query finds
//! without a schema before the name: on PostgreSQL the schemas of the `search_path`, on MySQL `database()`. [`models`] turns
//! the description into the text of models, which is pure.

mod mysql;
mod postgres;
mod readable;
mod source;
mod sqlite;

use rjango_core::Result;
use rjango_orm::{Database, Engine, Row, Statement, Value, ValueType};

pub use readable::is_readable;
pub use source::models;

/// A table, or what is read like one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: TableKind,
}

/// What a relation of the database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// A table; also the whole of a partitioned one, and a foreign table.
    Table,
    /// A view, materialised or not.
    View,
    /// A part of a partitioned table of PostgreSQL.
    Partition,
}

/// A table as its catalog describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableDescription {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: TableKind,
    /// What the database's author says of it.
    pub comment: Option<String>,
    /// In their order.
    pub columns: Vec<ColumnDescription>,
    /// The columns of the primary key; none where there is no key.
    pub primary_key: Vec<String>,
    /// What is unique, alone or together; the primary key left out.
    pub uniques: Vec<UniqueDescription>,
    /// The indexes over plain columns that are not there for a constraint.
    pub indexes: Vec<IndexDescription>,
    /// Conditions that every row satisfies.
    pub checks: Vec<CheckDescription>,
    /// References to other tables, or this one.
    pub foreign_keys: Vec<ForeignKeyDescription>,
    /// What else there is, which no model can say: a sentence each.
    pub notes: Vec<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnDescription {
    /// Its name.
    pub name: String,
    /// The type, lower-case, as the engine writes it: `varchar(20)`, `numeric(10,2)`, `int(10) unsigned`.
    pub sql_type: String,
    /// Whether NULL is allowed.
    pub null: bool,
    /// Whether the database numbers the rows by it.
    pub auto: bool,
    /// The default, as SQL.
    pub default: Option<String>,
    /// What the database computes it from, as SQL, where it is a generated column.
    pub generated: Option<String>,
    /// The collation, where it is not the table's or database's own.
    pub collation: Option<String>,
    /// What the database's author says of it.
    pub comment: Option<String>,
}

/// Columns that are unique together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UniqueDescription {
    /// The constraint's or index's name; `None` where the engine made one up.
    pub name: Option<String>,
    /// The columns.
    pub columns: Vec<String>,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexDescription {
    /// Its name.
    pub name: String,
    /// The columns, and whether the largest comes first.
    pub columns: Vec<(String, bool)>,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckDescription {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// The condition, as SQL.
    pub sql: String,
}

/// A reference from one column to one column; those over several columns are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKeyDescription {
    /// The column.
    pub column: String,
    /// The table that it refers to.
    pub table: String,
    /// The column there; `None` where it is the primary key.
    pub target: Option<String>,
    /// What the database does when the target goes: `CASCADE`, `SET NULL`, `NO ACTION` and so on.
    pub on_delete: String,
    /// What it does when the target's key changes.
    pub on_update: String,
}

impl TableDescription {
    /// A table without anything.
    fn new(name: &TableName) -> Self {
        Self {
            name: name.name.clone(),
            kind: name.kind,
            comment: None,
            columns: Vec::new(),
            primary_key: Vec::new(),
            uniques: Vec::new(),
            indexes: Vec::new(),
            checks: Vec::new(),
            foreign_keys: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Notes what a model cannot say, by its SQL.
    fn leave_out(&mut self, what: &str, sql: &str) {
        self.notes.push(format!("A model cannot say this {what}: {}.", source::code(sql)));
    }

    /// Notes the triggers.
    fn triggers(&mut self, rows: &[Row]) {
        let names = rows.iter().filter_map(|row| text(row, 0));
        self.notes.extend(names.map(|name| format!("The table has the trigger `{name}`.")));
    }
}

/// Every table, view and partition, by name.
///
/// # Errors
/// `Database` where the catalog cannot be read.
pub async fn tables(database: &Database) -> Result<Vec<TableName>> {
    let sql = match database.engine() {
        Engine::Sqlite => sqlite::TABLES,
        Engine::Postgres => postgres::TABLES,
        Engine::MySql => mysql::TABLES,
    };
    let rows = texts(database, &Statement::new(sql), 2).await?;
    let mut tables: Vec<TableName> = rows
        .iter()
        .filter_map(|row| {
            let kind = match text(row, 1)?.as_str() {
                "view" => TableKind::View,
                "partition" => TableKind::Partition,
                _ => TableKind::Table,
            };
            Some(TableName { name: text(row, 0)?, kind })
        })
        .collect();
    // Collations order names in their own ways.
    tables.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(tables)
}

/// The names of the tables, in order; views and partitions are none.
///
/// # Errors
/// `Database` where the catalog cannot be read.
pub async fn table_names(database: &Database) -> Result<Vec<String>> {
    let tables = tables(database).await?;
    Ok(tables.into_iter().filter(|table| table.kind == TableKind::Table).map(|table| table.name).collect())
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
    let rows = texts(database, &about(sql, table), 1).await?;
    Ok(rows.iter().filter_map(|row| text(row, 0)).collect())
}

/// What the catalog says about a table.
///
/// # Errors
/// `Database` where the catalog cannot be read.
pub async fn describe(database: &Database, table: &TableName) -> Result<TableDescription> {
    match database.engine() {
        Engine::Sqlite => sqlite::describe(database, table).await,
        Engine::Postgres => postgres::describe(database, table).await,
        Engine::MySql => mysql::describe(database, table).await,
    }
}

/// A statement about one table, which is its only parameter.
fn about(sql: &str, table: &str) -> Statement {
    Statement::new(sql).bind(table.to_owned())
}

async fn texts(database: &Database, statement: &Statement, columns: usize) -> Result<Vec<Row>> {
    database.fetch(statement, &vec![ValueType::Text; columns]).await
}

/// The text in a column of a row; `None` for NULL.
fn text(row: &Row, column: usize) -> Option<String> {
    match row.get(column) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

/// The text in a column of a row; `None` for NULL and for empty text.
fn filled(row: &Row, column: usize) -> Option<String> {
    text(row, column).filter(|text| !text.is_empty())
}

/// Whether a column of a row says yes.
fn yes(row: &Row, column: usize) -> bool {
    matches!(row.get(column), Some(Value::Text(text)) if matches!(text.as_str(), "1" | "t" | "true" | "YES"))
}

/// Rows with a name and a column each, in order, as groups of columns by name.
fn grouped<T>(rows: impl IntoIterator<Item = (String, T)>) -> Vec<(String, Vec<T>)> {
    let mut groups: Vec<(String, Vec<T>)> = Vec::new();
    for (name, column) in rows {
        match groups.last_mut() {
            Some((last, columns)) if *last == name => columns.push(column),
            _ => groups.push((name, vec![column])),
        }
    }
    groups
}
