//! SQLite's catalog: `sqlite_master` and the table-valued pragmas, and for checks and names the statement that made the
//! table, for nothing else has them.

use std::collections::BTreeMap;

use rjango_core::Result;
use rjango_orm::{Database, Engine};

use super::{
    CheckDescription, ColumnDescription, ForeignKeyDescription, IndexDescription, TableDescription, TableName,
    UniqueDescription, about, filled, grouped, text, texts, yes,
};
use crate::reader::{Kind, Token, tokens};

/// SQLite's own tables, and the shadow tables of virtual ones, are left out.
pub(super) const TABLES: &str = "SELECT name, CASE type WHEN 'view' THEN 'view' ELSE 'table' END FROM pragma_table_list \
     WHERE schema = 'main' AND type IN ('table', 'virtual', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

/// Hidden columns of virtual tables have `hidden = 1`; generated ones have 2 or 3 and are columns like others.
pub(super) const COLUMN_NAMES: &str = "SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid";

const COLUMNS: &str = "SELECT name, lower(type), CAST(\"notnull\" AS text), dflt_value, CAST(pk AS text), \
     CAST(hidden > 1 AS text) FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid";

/// A row for each column of an index; an expression has no name.
const INDEXES: &str = "SELECT l.name, CAST(l.\"unique\" AS text), l.origin, x.name, CAST(x.\"desc\" AS text), \
     CAST(l.partial AS text), lower(x.coll), m.sql FROM pragma_index_list(?) AS l \
     JOIN pragma_index_xinfo(l.name) AS x ON x.key = 1 LEFT JOIN sqlite_master AS m ON m.type = 'index' AND m.name = l.name \
     ORDER BY l.name, x.seqno";

const FOREIGN_KEYS: &str = "SELECT CAST(id AS text), \"from\", \"table\", \"to\", on_delete, on_update \
     FROM pragma_foreign_key_list(?) ORDER BY id, seq";

const TRIGGERS: &str = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? ORDER BY name";

const CREATED: &str = "SELECT sql FROM sqlite_master WHERE name = ?";

pub(super) async fn describe(database: &Database, name: &TableName) -> Result<TableDescription> {
    let mut table = TableDescription::new(name);
    let created = texts(database, &about(CREATED, &name.name), 1).await?;
    let created = created.first().and_then(|row| text(row, 0)).unwrap_or_default();
    let said = said(&created);
    let mut keys: Vec<(u32, String)> = Vec::new();
    for row in texts(database, &about(COLUMNS, &name.name), 6).await? {
        let Some(column) = text(&row, 0) else { continue };
        let position: u32 = text(&row, 4).and_then(|position| position.parse().ok()).unwrap_or_default();
        if position > 0 {
            keys.push((position, column.clone()));
        }
        table.columns.push(ColumnDescription {
            name: column.clone(),
            sql_type: text(&row, 1).unwrap_or_default(),
            // A key may hold NULL in SQLite, if only by an old mistake of its own.
            null: !yes(&row, 2) && position == 0,
            auto: false,
            default: text(&row, 3),
            generated: yes(&row, 5).then(|| said.column(&column).generated.clone().unwrap_or_default()),
            collation: said.column(&column).collation.clone().filter(|collation| collation != "binary"),
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
    let rows = texts(database, &about(INDEXES, &name.name), 8).await?;
    let rows = rows.into_iter().filter_map(|row| Some((text(&row, 0)?, row)));
    for (index, rows) in grouped(rows) {
        let Some(first) = rows.first() else { continue };
        let (unique, origin, partial) = (yes(first, 1), text(first, 2).unwrap_or_default(), yes(first, 5));
        let columns: Vec<(String, bool)> = rows.iter().filter_map(|row| Some((text(row, 3)?, yes(row, 4)))).collect();
        let collated = columns.iter().zip(&rows).any(|((column, _), row)| {
            let own = said.column(column).collation.as_deref().unwrap_or("binary");
            text(row, 6).is_some_and(|collation| collation != own)
        });
        if partial || collated || columns.len() < rows.len() {
            let sql = text(first, 7).unwrap_or_else(|| format!("UNIQUE {index}"));
            table.leave_out("index", &sql);
            continue;
        }
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
    let rows = texts(database, &about(FOREIGN_KEYS, &name.name), 6).await?;
    let keys = rows.iter().filter_map(|row| {
        let key = ForeignKeyDescription {
            column: text(row, 1)?,
            table: text(row, 2)?,
            target: filled(row, 3),
            on_delete: text(row, 4)?,
            on_update: text(row, 5)?,
        };
        Some((text(row, 0)?, key))
    });
    for (_, mut keys) in grouped(keys) {
        if keys.len() == 1 {
            table.foreign_keys.append(&mut keys);
        } else if let Some(first) = keys.first() {
            let own: Vec<&str> = keys.iter().map(|key| key.column.as_str()).collect();
            let others: Vec<&str> = keys.iter().filter_map(|key| key.target.as_deref()).collect();
            let others = if others.is_empty() { String::new() } else { format!(" ({})", others.join(", ")) };
            let sql = format!("FOREIGN KEY ({}) REFERENCES {}{others}", own.join(", "), first.table);
            table.leave_out("reference", &sql);
        }
    }
    table.triggers(&texts(database, &about(TRIGGERS, &name.name), 1).await?);
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
    /// By the name in lower case.
    columns: BTreeMap<String, SaidOfColumn>,
    nothing: SaidOfColumn,
}

#[derive(Default)]
struct SaidOfColumn {
    collation: Option<String>,
    generated: Option<String>,
}

impl Said {
    fn column(&self, name: &str) -> &SaidOfColumn {
        self.columns.get(&name.to_lowercase()).unwrap_or(&self.nothing)
    }
}

fn said(sql: &str) -> Said {
    let tokens: Vec<Token<'_>> = tokens(sql, Engine::Sqlite).collect();
    let mut said = Said::default();
    for at in 0..tokens.len() {
        let token = &tokens[at];
        let name = at.checked_sub(2).filter(|before| tokens[*before].is("constraint"));
        let name = name.map(|before| tokens[before + 1].text.to_owned());
        if token.is("check") {
            said.checks.extend(inside(sql, &tokens, at + 1).map(|sql| CheckDescription { name, sql }));
        } else if token.is("unique")
            && let (Some(name), Some(end)) = (name, closing(&tokens, at + 1))
        {
            let columns = tokens[at + 2..end].iter().filter(|token| matches!(token.kind, Kind::Word | Kind::Name));
            said.uniques.push((name, columns.map(|token| token.text.to_owned()).collect()));
        }
    }
    let open = tokens.iter().position(|token| token.is_symbol('(')).unwrap_or_default();
    let mut at = open + 1;
    while let Some(name) = tokens.get(at).filter(|_| closing(&tokens, open).is_some_and(|end| at < end)) {
        let mut column = SaidOfColumn::default();
        while let Some(token) = tokens.get(at).filter(|token| !token.is_symbol(',') && !token.is_symbol(')')) {
            if token.is("collate") {
                column.collation = tokens.get(at + 1).map(|collation| collation.text.to_lowercase());
            } else if token.is("as") {
                column.generated = inside(sql, &tokens, at + 1);
            }
            at = closing(&tokens, at).unwrap_or(at) + 1;
        }
        said.columns.insert(name.text.to_lowercase(), column);
        at += 1;
    }
    said
}

/// The SQL within the parentheses that open at a position.
fn inside(sql: &str, tokens: &[Token<'_>], open: usize) -> Option<String> {
    let end = closing(tokens, open)?;
    Some(sql[tokens[open].end..tokens[end].at].trim().to_owned())
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
