//! A failure as a person is told of it: with the migration, its file and line, and the models and fields that it is about.

use rjango_core::Error;
use rjango_orm::{Engine, refusal_code, refusal_detail};

use super::Executor;
use super::session::advice;
use crate::{Direction, Migration, ProjectState};

impl Executor<'_> {
    /// A failure with the migration's name and file, and what is left of it: nothing.
    pub(super) fn explained(&self, error: Error, migration: &Migration, backwards: bool, line: Option<usize>) -> Error {
        if error.place().is_some() {
            return error;
        }
        let advice = advice(&error).map(|hint| format!("{hint}; ")).unwrap_or_default();
        let hint =
            format!("{advice}the database is as it was before this migration: fix the cause, and run `migrate` again");
        self.named(error, migration, backwards, line).with_hint(hint)
    }

    /// A failure with the migration's name and file.
    pub(super) fn named(&self, error: Error, migration: &Migration, backwards: bool, line: Option<usize>) -> Error {
        if error.place().is_some() {
            return error;
        }
        let (verb, direction) = if backwards { ("taken back", Direction::Down) } else { ("applied", Direction::Up) };
        let about = self.about(&error, migration);
        let about = about.map(|about| format!(": {about}")).unwrap_or_default();
        let file = migration.file(&direction.file_name(self.database.engine()));
        error.wrap(format!("`{}` cannot be {verb}{about}", migration.key)).at(file, line.unwrap_or(0), 0)
    }

    /// The rows that a refusal is about, as far as the database tells.
    fn about(&self, error: &Error, migration: &Migration) -> Option<String> {
        if let Some(detail) = refusal_detail(error) {
            return Some(detail.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned());
        }
        let columns = error.constraint().filter(|constraint| constraint.contains('.'))?;
        let mut states = vec![self.graph.state_before(&migration.key).ok()?];
        for operation in &migration.operations {
            let mut after = states.last()?.clone();
            operation.apply(&migration.key.app, &mut after).ok()?;
            states.push(after);
        }
        let fields: Option<Vec<String>> =
            columns.split(", ").map(|column| states.iter().rev().find_map(|state| field(state, column))).collect();
        let fields = fields?.join("`, `");
        match (self.database.engine(), refusal_code(error).as_deref()) {
            (Engine::Sqlite, _) if says(error, "NOT NULL") => Some(format!("a row has no `{fields}`")),
            (Engine::Sqlite, _) if says(error, "UNIQUE") => Some(format!("rows are equal in `{fields}`")),
            (_, Some("23502")) => Some(format!("a row has no `{fields}`")),
            _ => Some(format!("it is about `{fields}`")),
        }
    }
}

/// Whether a failure or one of its causes has these words.
fn says(error: &Error, words: &str) -> bool {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    error.to_string().contains(words) || causes.into_iter().any(|cause| cause.to_string().contains(words))
}

/// The field of `table.column`, as `app.Model.field`.
fn field(state: &ProjectState, column: &str) -> Option<String> {
    state.iter().find_map(|model| {
        let name = column.strip_prefix(&model.table())?.strip_prefix('.')?;
        let field = model.concrete_fields().find(|field| field.column() == name)?;
        Some(format!("{}.{}", model.label(), field.name))
    })
}

/// A refusal of SQLite during the rebuild of a table, about the table and not about the one that is to take its place.
pub(super) fn about_the_table(error: Error, table: &str) -> Error {
    let (temporary, text) = (format!("new__{table}"), error.to_string());
    if !text.contains(&temporary) {
        return error;
    }
    let mut told = Error::new(error.kind(), text.replace(&temporary, table));
    if let Some(hint) = error.hint() {
        told = told.with_hint(hint);
    }
    match error.constraint() {
        Some(constraint) => told.with_constraint(constraint.replace(&temporary, table)),
        None => told,
    }
}
