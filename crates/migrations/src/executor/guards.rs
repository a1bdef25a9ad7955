//! Guards: queries in a script that must come back empty. See `sql::guards`, which writes them.

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::{Database, Engine, Statement, Value, ValueType};

use super::statements::{line_of, place_in, statements};
use crate::sql::GUARD_MARK;

/// How many rows are told.
const TOLD: usize = 5;

/// A piece of a script.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// SQL.
    Sql(&'a str),
    /// A query, and what is wrong with the rows that it finds.
    Guard(Guard<'a>),
}

/// A query that must find nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Guard<'a> {
    pub(super) what: &'a str,
    pub(super) query: &'a str,
}

/// Cuts a script before and after each guard.
pub(super) fn parts(script: &str, engine: Engine) -> Vec<Part<'_>> {
    if !script.contains(GUARD_MARK) {
        return vec![Part::Sql(script)];
    }
    let mut parts = Vec::new();
    let mut start = 0;
    for statement in statements(script, engine) {
        let Some(what) = mark_before(script, statement.start) else { continue };
        if !script[start..statement.start].trim().is_empty() {
            parts.push(Part::Sql(&script[start..statement.start]));
        }
        parts.push(Part::Guard(Guard { what, query: statement.text }));
        start = statement.start + statement.text.len();
        // The semicolon belongs to the query.
        if script[start..].starts_with(';') {
            start += 1;
        }
    }
    if !script[start..].trim().is_empty() {
        parts.push(Part::Sql(&script[start..]));
    }
    parts
}

/// What the comment right before a statement says, where that makes the statement a guard.
pub(super) fn mark_before(script: &str, start: usize) -> Option<&str> {
    let line = script[..start].trim_end().rsplit('\n').next()?;
    line.strip_prefix(GUARD_MARK).map(str::trim)
}

/// The line of a part in its script, from 1.
pub(super) fn line_in(script: &str, part: &str) -> usize {
    line_of(script, place_in(script, part))
}

impl Guard<'_> {
    /// Asks.
    ///
    /// # Errors
    /// `Migration` where there are such rows: the first five are named by their keys.
    pub(super) async fn check(&self, database: &Database) -> Result<()> {
        let types = [ValueType::Text, ValueType::Text];
        let rows = database.fetch(&Statement::new(self.query), &types).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let shown = |value: Option<&Value>| match value {
            Some(Value::Text(text)) => {
                let mut text = text.clone();
                if let Some((end, _)) = text.char_indices().nth(60) {
                    text.truncate(end);
                    text.push_str("..");
                }
                text
            }
            _ => "NULL".to_owned(),
        };
        let told: Vec<String> =
            rows.iter().take(TOLD).map(|row| format!("`{}` ({})", shown(row.first()), shown(row.get(1)))).collect();
        let more = if rows.len() > TOLD { " and others" } else { "" };
        let what = self.what;
        Err(Error::new(ErrorKind::Migration, format!("there are {what}: {}{more}", told.join(", ")))
            .with_hint("change or remove these rows, by hand or by an UPDATE above the check in the SQL file"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_is_cut_around_its_guards() {
        let script = "A;\n-- rjango: refuse rows whose `x` is odd\nSELECT 1, ';';\n\nB;\n";
        assert_eq!(
            parts(script, Engine::Sqlite),
            [
                Part::Sql("A;\n-- rjango: refuse rows whose `x` is odd\n"),
                Part::Guard(Guard { what: "rows whose `x` is odd", query: "SELECT 1, ';'" }),
                Part::Sql("\n\nB;\n"),
            ]
        );
        assert_eq!(parts("SELECT '-- rjango: refuse ';", Engine::Sqlite).len(), 1);
    }
}
