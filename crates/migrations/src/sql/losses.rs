//! What rows lose by an operation because nothing can keep it, and how a person keeps it: said in the SQL file, and by lint.

use rjango_schema::FieldSchema;

use super::{Fate, Held, fate};
use crate::operations::label;
use crate::{AlterField, Operation, ProjectState, RemoveField};

/// Something that is lost.
pub(crate) struct Loss {
    /// What, as a sentence.
    pub(crate) what: String,
    /// How to keep it, step by step.
    pub(crate) keep: Vec<String>,
}

/// What an operation loses that is meant to stay; `later` are the operations that follow it in its migration.
pub(crate) fn of(operation: &Operation, later: &[Operation], app: &str, before: &ProjectState) -> Option<Loss> {
    match operation {
        Operation::RemoveField(remove) => replaced(remove, later, app, before),
        Operation::AlterField(alter) => altered(alter, app, before),
        _ => None,
    }
}

/// A field that gives way to one of its own name: its values are not the new one's.
fn replaced(remove: &RemoveField, later: &[Operation], app: &str, before: &ProjectState) -> Option<Loss> {
    let is_new = |operation: &Operation| matches!(operation, Operation::AddField(add) if add.model == remove.model && add.field.name == remove.name);
    later.iter().find(|operation| is_new(operation))?;
    let model = before.get(&label(app, &remove.model)).filter(|model| model.managed)?;
    let field = model.field(&remove.name)?;
    let (what, save) = match (field.is_concrete(), before.join_model(model, field)) {
        (true, _) => {
            let (table, column) = (model.table(), field.column());
            let key = model.primary_key().map_or_else(|| "id".to_owned(), FieldSchema::column);
            (
                format!("the values of `{column}` in `{table}`"),
                format!("CREATE TABLE kept_{table} AS SELECT {key}, {column} FROM {table};"),
            )
        }
        (false, Some(join)) => {
            let table = join.table();
            (format!("the rows of `{table}`"), format!("CREATE TABLE kept_{table} AS SELECT * FROM {table};"))
        }
        // The rows of a through model are its own and stay.
        (false, None) => return None,
    };
    let what = format!("this loses {what}: nothing says what they are in the new `{}`", remove.name);
    let first = format!("to keep them, save them before this operation: `{save}`");
    Some(Loss { what, keep: vec![first, format!("fill the new `{}` from there after it is added", remove.name)] })
}

/// A field whose values cannot be whole in its new kind, or not be there at all.
fn altered(alter: &AlterField, app: &str, before: &ProjectState) -> Option<Loss> {
    let model = before.get(&label(app, &alter.model)).filter(|model| model.managed)?;
    let old = model.field(&alter.field.name).filter(|old| !old.primary_key)?;
    let (from, to) = (Held::of(&old.kind)?, Held::of(&alter.field.kind)?);
    let (table, column) = (model.table(), old.column());
    let what = match fate(from, to) {
        Fate::Loses(what) => format!("each value of `{column}` in `{table}` loses {what}"),
        Fate::Refused => {
            format!(
                "the migration is refused while a row of `{table}` has a value in `{column}`: none can become {}",
                to.words()
            )
        }
        Fate::Stay | Fate::Converts => return None,
    };
    let first = "to keep the values, add a field of another name in an earlier migration".to_owned();
    let second = format!("fill it from `{column}`: `makemigrations --empty {app}`");
    Some(Loss { what, keep: vec![first, second] })
}
