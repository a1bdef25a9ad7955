//! SQLite's catalog: `sqlite_master` and the table-valued pragmas, and for checks and names the statement that made the
//! table, for nothing else has them.

use rjango_core::Result;
use rjango_orm::{Database, Engine};

use super::{
    CheckDescription, ColumnDescription, ForeignKeyDescription, IndexDescription, TableDescription, TableName,
    UniqueDescription, about, filled, grouped, text, texts, yes,
};
use crate::sql::tokens::{Kind, Token, tokens};

/// SQLite's own tables, and the shadow tables of virtual ones, are left out.
pub(super) const TABLES: &str = "SELECT name, CASE type WHEN 'view' THEN 'view' ELSE 'table' END FROM pragma_table_list \
     WHERE schema = 'main' AND type IN ('table', 'virtual', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

/// Hidden columns of virtual tables have `hidden = 1`; generated ones have 2 or 3 and are columns like others.
pub(super) const COLUMN_NAMES: &str = "SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid";

const COLUMNS: &str = "SELECT name, lower(type), CAST(\"notnull\" AS text), dflt_value, CAST(pk AS text) \
     FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid";

/// Partial indexes and those over expressions say nothing that a model could.
const INDEXES: &str = "SELECT l.name, CAST(l.\"unique\" AS text), l.origin, x.name, CAST(x.\"desc\" AS text) \
     FROM pragma_index_list(?) AS l JOIN pragma_index_xinfo(l.name) AS x ON x.key = 1 WHERE l.partial = 0 \
     AND NOT EXISTS (SELECT 1 FROM pragma_index_xinfo(l.name) AS e WHERE e.key = 1 AND e.name IS NULL) \
     ORDER BY l.name, x.seqno";

const FOREIGN_KEYS: &str = "SELECT CAST(id AS text), \"from\", \"table\", \"to\", on_delete FROM pragma_foreign_key_list(?) \
     ORDER BY id, seq";

const CREATED: &str = "SELECT sql FROM sqlite_master WHERE name = ?";

pub(super) async fn describe(database: &Database, name: &TableName) -> Result<TableDescription> {
    let mut table = TableDescription::new(name);
    let created = texts(database, &about(CREATED, &name.name), 1).await?;
    let created = created.first().and_then(|row| text(row, 0)).unwrap_or_default();
    let said = said(&created);
    let mut keys: Vec<(u32, String)> = Vec::new();
    for row in texts(database, &about(COLUMNS, &name.name), 5).await? {
        let Some(column) = text(&row, 0) else { continue };
        let position: u32 = text(&row, 4).and_then(|position| position.parse().ok()).unwrap_or_default();
        if position > 0 {
            keys.push((position, column.clone()));
        }
        table.columns.push(ColumnDescription {
            name: column,
            sql_type: text(&row, 1).unwrap_or_default(),
            // A key may hold NULL in SQLite, if only by an old mistake of its own.
            null: !yes(&row, 2) && position == 0,
            auto: false,
            default: text(&row, 3),
            collation: None,
            comment: None,
        });
    }
    keys.sort();
    table.primary_key = keys.into_iter().map(|(_, column)| column).collect();
    if let [key] = table.primary_key.as_slice()
        && let Some(column) = table.columns.iter_mut().find(|column| column.name == *key)
    {
        // An `INTEGER PRIMARY KEY` is the row's own number, whether or not numbers may come again.
        column.auto = column.sql_type == "integer";
    }
    let rows = texts(database, &about(INDEXES, &name.name), 5).await?;
    let entry = |row: &rjango_orm::Row| {
        let group = (text(row, 0)?, yes(row, 1), text(row, 2)?);
        Some((group, (text(row, 3)?, yes(row, 4))))
    };
    let mut facts: Vec<(String, bool, String)> = Vec::new();
    let mut columns = Vec::new();
    for (fact, column) in rows.iter().filter_map(entry) {
        columns.push((fact.0.clone(), column));
        if facts.last().is_none_or(|last| last.0 != fact.0) {
            facts.push(fact);
        }
    }
    for ((index, unique, origin), (_, columns)) in facts.into_iter().zip(grouped(columns)) {
        match (origin.as_str(), unique) {
            ("pk", _) => {}
            ("c", false) => table.indexes.push(IndexDescription { name: index, columns }),
            _ => {
                let columns: Vec<String> = columns.into_iter().map(|(column, _)| column).collect();
                let named = said.uniques.iter().find(|(_, other)| *other == columns).map(|(name, _)| name.clone());
                let name = if origin == "c" { Some(index) } else { named };
                table.uniques.push(UniqueDescription { name, columns });
            }
        }
    }
    let rows = texts(database, &about(FOREIGN_KEYS, &name.name), 5).await?;
    let keys = rows.iter().filter_map(|row| {
        let key = ForeignKeyDescription {
            column: text(row, 1)?,
            table: text(row, 2)?,
            target: filled(row, 3),
            on_delete: text(row, 4)?,
        };
        Some((text(row, 0)?, key))
    });
    for (_, mut keys) in grouped(keys) {
        if keys.len() == 1 {
            table.foreign_keys.append(&mut keys);
        }
    }
    // The newest comes first in the pragma.
    table.foreign_keys.reverse();
    table.checks = said.checks;
    Ok(table)
}

/// What only the statement says that made the table.
#[derive(Default)]
struct Said {
    checks: Vec<CheckDescription>,
    uniques: Vec<(String, Vec<String>)>,
}

fn said(sql: &str) -> Said {
    let tokens = tokens(sql, Engine::Sqlite);
    let mut said = Said::default();
    for at in 0..tokens.len() {
        let token = &tokens[at];
        let name = at.checked_sub(2).filter(|before| tokens[*before].is("constraint"));
        let name = name.map(|before| tokens[before + 1].text.to_owned());
        if token.is("check") {
            if let Some(end) = closing(&tokens, at + 1) {
                let sql = sql[tokens[at + 1].at + 1..tokens[end].at].trim().to_owned();
                said.checks.push(CheckDescription { name, sql });
            }
        } else if token.is("unique")
            && let (Some(name), Some(end)) = (name, closing(&tokens, at + 1))
        {
            let columns = tokens[at + 2..end].iter().filter(|token| matches!(token.kind, Kind::Word | Kind::Name));
            said.uniques.push((name, columns.map(|token| token.text.to_owned()).collect()));
        }
    }
    said
}

/// The position of the parenthesis that closes the one at a position.
fn closing(tokens: &[Token<'_>], open: usize) -> Option<usize> {
    if !tokens.get(open)?.is_symbol('(') {
        return None;
    }
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if token.is_symbol('(') {
            depth += 1;
        } else if token.is_symbol(')') {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}
