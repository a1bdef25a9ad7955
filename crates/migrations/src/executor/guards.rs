//! Guards: queries in a script that must come back empty. See `sql::guards`, which writes them.

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::{Database, Statement, Value, ValueType};

/// How many rows are told.
const TOLD: usize = 5;

/// A query that must find nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Guard<'a> {
    pub(super) what: &'a str,
    pub(super) query: &'a str,
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
