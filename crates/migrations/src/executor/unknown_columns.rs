//! Columns that a rebuild on SQLite would lose: made by hand or by SQL of a person's own, and known to no migration.
//!
//! A rebuilt table has the columns that the migrations know. The others are found before anything is rebuilt, and the
//! migration is refused.

use std::collections::BTreeSet;

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::{Engine, Statement, Value, ValueType};

use super::Executor;
use super::pieces::{Does, Piece};
use crate::{Direction, Migration, ProjectState};

impl Executor<'_> {
    /// That the table which the piece at a place rebuilds has no column that would be lost. The first pieces `ran` already.
    ///
    /// # Errors
    /// `Migration` with the columns and the ways out.
    pub(super) async fn refuse_unknown_columns(
        &self,
        migration: &Migration,
        direction: Direction,
        pieces: &[Piece<'_>],
        at: usize,
        ran: usize,
    ) -> Result<()> {
        let piece = &pieces[at];
        let Does::Rebuild { table, .. } = &piece.does else { return Ok(()) };
        let now = names_until(&pieces[ran..at], table);
        let names = names_until(&pieces[..at], table);
        let mut lost = self.columns(now.last().unwrap_or(table)).await?;
        // What is told of is the table as it is before the migration.
        let table = names.last().unwrap_or(table);
        lost.retain(|column| !piece.text.contains(&crate::sql::quoted(column)));
        if lost.is_empty() {
            return Ok(());
        }
        let known = self.known_columns(migration, &names).await?;
        lost.retain(|column| !known.contains(&column.to_lowercase()));
        if lost.is_empty() {
            return Ok(());
        }
        let (columns, them) = match lost.as_slice() {
            [one] => (format!("a column `{one}`"), "it"),
            several => (format!("columns `{}`", several.join("`, `")), "them"),
        };
        Err(Error::new(
            ErrorKind::Migration,
            format!(
                "the table `{table}` has {columns} that no migration knows, and this migration makes the table anew \
                 without {them}"
            ),
        )
        .with_hint(format!(
            "add {them} to the model and run `makemigrations`; or name {them} in `CREATE TABLE` and in both lists of \
             `INSERT` in `{}`; or, where {them} may go, run `ALTER TABLE {} DROP COLUMN {}` first",
            direction.file_name(Engine::Sqlite),
            crate::sql::quoted(table),
            crate::sql::quoted(&lost[0])
        )))
    }

    /// The columns of a table as the database has them now, generated ones included; nothing where there is no such table.
    async fn columns(&self, table: &str) -> Result<Vec<String>> {
        let mut statement = Statement::new("SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1");
        statement.parameters.push(Value::Text(table.to_owned()));
        let rows = self.database.fetch(&statement, &[ValueType::Text]).await?;
        let name = |row: Vec<Value>| match row.into_iter().next() {
            Some(Value::Text(name)) => Some(name),
            _ => None,
        };
        Ok(rows.into_iter().filter_map(name).collect())
    }

    /// The columns, in lower case, that a table of these names has in any state on the way of this migration.
    async fn known_columns(&self, migration: &Migration, tables: &[String]) -> Result<BTreeSet<String>> {
        let mut applied = self.history().await?.applied_in(self.graph);
        applied.retain(|key| *key != migration.key);
        let mut state = self.graph.state_after(&applied)?;
        let mut known = BTreeSet::new();
        note(&state, tables, &mut known);
        for operation in &migration.operations {
            operation.apply(&migration.key.app, &mut state)?;
            note(&state, tables, &mut known);
        }
        Ok(known)
    }
}

/// The names that a table has had before these pieces ran, the latest first.
fn names_until(pieces: &[Piece<'_>], table: &str) -> Vec<String> {
    let mut names = vec![table.to_owned()];
    let statements = pieces.iter().flat_map(Piece::statements);
    let texts: Vec<&str> = statements.map(|statement| statement.text).collect();
    for text in texts.into_iter().rev() {
        let renamed = text.strip_suffix(&crate::sql::quoted(&names[names.len() - 1]));
        let renamed = renamed.and_then(|text| text.strip_prefix("ALTER TABLE \"")?.strip_suffix("\" RENAME TO "));
        match renamed {
            // The end of an earlier rebuild: the name was the table's before it, too.
            Some(old) if old.starts_with("new__") => {}
            Some(old) => names.push(old.replace("\"\"", "\"")),
            None => {}
        }
    }
    names
}

fn note(state: &ProjectState, tables: &[String], known: &mut BTreeSet<String>) {
    for model in state.iter() {
        let joins = model.many_to_many().filter_map(|field| state.join_model(model, field));
        for model in joins.chain(std::iter::once(model.clone())).filter(|model| tables.contains(&model.table())) {
            known.extend(model.concrete_fields().map(|field| field.column().to_lowercase()));
        }
    }
    known.insert("rjango_new_key".to_owned());
}

#[cfg(test)]
mod tests {
    use super::super::pieces::pieces;
    use super::*;

    #[test]
    fn table_is_followed_back_through_its_renames() {
        let sql = "ALTER TABLE \"a\" RENAME TO \"b__aside\";\nALTER TABLE \"b__aside\" RENAME TO \"b\";\n\
                   ALTER TABLE \"new__b\" RENAME TO \"b\";\nALTER TABLE \"c\" RENAME TO \"a\";\n";
        let pieces = pieces(sql, Engine::Sqlite);
        assert_eq!(names_until(&pieces, "b"), ["b", "b__aside", "a"]);
        assert_eq!(names_until(&pieces, "a"), ["a", "c"]);
        assert_eq!(names_until(&[], "b"), ["b"]);
    }
}
