//! Everything that a database knows of its tables, as text that two databases can be compared by.

use std::collections::BTreeSet;

use rjango_core::Result;
use rjango_orm::{Database, Engine, Statement, Value, ValueType};

use crate::server;

/// Tables, columns, constraints, indexes, triggers and views, in an order of their own: that of columns tells nothing.
pub async fn catalog(database: &Database) -> Result<String> {
    if database.engine() != Engine::Sqlite {
        return Ok(server::schema(database).await);
    }
    let sql = "SELECT type || ' ' || name || ': ', coalesce(sql, '') FROM sqlite_master \
               WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE 'rjango_migrations_%' ORDER BY type, name";
    let mut out = String::new();
    for row in texts(database, sql, 2).await? {
        out.push_str(row[0].as_deref().unwrap_or_default());
        out.push_str(&in_order(row[1].as_deref().unwrap_or_default()));
        out.push('\n');
    }
    Ok(out)
}

/// The names of all tables.
pub async fn table_names(database: &Database) -> Result<BTreeSet<String>> {
    let sql = match database.engine() {
        Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
        Engine::Postgres => {
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()"
        }
        Engine::MySql => "SELECT table_name FROM information_schema.tables WHERE table_schema = database()",
    };
    Ok(texts(database, sql, 1).await?.into_iter().flatten().flatten().collect())
}

/// The columns of all tables, with the names of both.
pub async fn columns(database: &Database) -> Result<Vec<(String, String)>> {
    let sql = match database.engine() {
        Engine::Sqlite => {
            "SELECT t.name, c.name FROM sqlite_master AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table'"
        }
        Engine::Postgres => {
            "SELECT table_name::text, column_name::text FROM information_schema.columns \
             WHERE table_schema = current_schema()"
        }
        Engine::MySql => {
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = database()"
        }
    };
    let rows = texts(database, sql, 2).await?.into_iter().map(|row| row.into_iter().flatten());
    Ok(rows.filter_map(|mut row| row.next().zip(row.next())).collect())
}

/// The rows of a query as text, NULL as none.
pub async fn texts(database: &Database, sql: &str, columns: usize) -> Result<Vec<Vec<Option<String>>>> {
    let rows = database.fetch(&Statement::new(sql), &vec![ValueType::Text; columns]).await?;
    let text = |value| match value {
        Value::Text(text) => Some(text),
        _ => None,
    };
    Ok(rows.into_iter().map(|row| row.into_iter().map(text).collect()).collect())
}

/// A definition with its parts in order and its blanks evened out.
fn in_order(sql: &str) -> String {
    let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    let (true, Some((head, body))) = (sql.starts_with("CREATE TABLE"), sql.split_once('(')) else {
        return sql;
    };
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for character in body.trim_end_matches(')').chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(character);
        }
    }
    // The end of the table takes the last parenthesis of a part with it.
    let mut parts: Vec<&str> = parts.iter().map(|part| part.trim().trim_end_matches([' ', ')'])).collect();
    parts.sort_unstable();
    format!("{head}\n    {}", parts.join("\n    "))
}
