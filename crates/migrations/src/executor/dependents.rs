//! Views and triggers on SQLite. They follow a renaming by themselves; but nothing keeps a column or table that they use from
//! being dropped, and SQLite says so only when they are next used. The executor tests them after each script instead, and
//! refuses the migration that would break one.

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::{Database, Statement, Value, ValueType};

/// That every view and trigger finds the tables and columns which it names.
///
/// # Errors
/// `Migration`, naming the first that does not.
pub(super) async fn test(database: &Database) -> Result<()> {
    let count = Statement::new("SELECT count(*) FROM sqlite_master WHERE type IN ('view', 'trigger')");
    let rows = database.fetch(&count, &[ValueType::Int]).await?;
    if matches!(rows.first().map(Vec::as_slice), Some([Value::Int(0)])) {
        return Ok(());
    }
    // To rename any table, SQLite resolves all of them.
    let rename = "CREATE TABLE \"rjango_migrations__test\" (\"x\"); \
                  ALTER TABLE \"rjango_migrations__test\" RENAME TO \"rjango_migrations__tested\";";
    let outcome = database.execute_script(rename).await;
    let clear = "DROP TABLE IF EXISTS \"rjango_migrations__test\"; DROP TABLE IF EXISTS \"rjango_migrations__tested\";";
    database.execute_script(clear).await?;
    outcome.map_err(|error| named(error, true))
}

/// A refusal because of a view or trigger, with the next step. Whether it worked before decides what that is.
pub(super) fn named(error: Error, worked: bool) -> Error {
    let text = error.to_string();
    let Some((kind, name, reason)) = parse(&text) else {
        return error;
    };
    let drop = format!("DROP {} \"{}\";", kind.to_uppercase(), name.replace('"', "\"\""));
    let (message, hint) = match worked {
        true => (
            format!("the {kind} `{name}` would no longer work: {reason}"),
            format!(
                "begin this migration's SQL with `{drop}`; where the {kind} is still wanted, end the SQL with a \
                 `CREATE {}` that does without what goes",
                kind.to_uppercase()
            ),
        ),
        false => (
            format!(
                "the {kind} `{name}` does not work, and SQLite alters no table while there is such a one: {reason}"
            ),
            format!("fix it, or drop it with `{drop}`"),
        ),
    };
    Error::new(ErrorKind::Migration, message).with_hint(hint)
}

/// Kind, name and reason in `error in view names after drop column: no such column: x`.
fn parse(text: &str) -> Option<(&str, &str, &str)> {
    let (_, rest) = text.split_once("error in ")?;
    let (kind, rest) = rest.split_once(' ').filter(|(kind, _)| ["view", "trigger"].contains(kind))?;
    let (name, reason) = rest.split_once(": ")?;
    let name = [" after rename", " after drop column"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    Some((kind, name, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_sqlite_are_understood() {
        for (text, expected) in [
            (
                "the database refused: error in view a b after drop column: no such column: x",
                Some(("view", "a b", "no such column: x")),
            ),
            ("error in trigger t after rename: no such table: main.y", Some(("trigger", "t", "no such table: main.y"))),
            ("error in view v: no such column: x", Some(("view", "v", "no such column: x"))),
            ("error in index i after drop column: no such column: x", None),
            ("no such column: x", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
