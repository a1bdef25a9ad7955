//! Fields that are gone, and those whose values cannot become the new ones: the person says whether they may be lost.

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::{FieldSchema, ModelSchema};

use super::{Answer, Detector, Question};
use crate::state::{target, through};
use crate::{Operation, RemoveField};

pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    for (old, new) in detector.kept() {
        for field in &old.fields {
            let heir = new.field(&field.name);
            let is_kept = heir.is_some_and(|heir| stays(field, heir) && !detector.replaced.contains(&key(&new, field)));
            if !is_kept {
                if let Some(heir) = heir {
                    may_be_lost(detector, &new, field, heir)?;
                }
                let operation = RemoveField { model: new.name.clone(), name: field.name.clone() };
                detector.emit(&new.app, Operation::RemoveField(operation))?;
            }
        }
    }
    Ok(())
}

/// The name of a field among those that are to be replaced.
pub(super) fn key(model: &ModelSchema, field: &FieldSchema) -> (String, String) {
    (model.label(), field.name.clone())
}

/// Asks whether the values of a field may go that stays by its name alone.
fn may_be_lost(detector: &mut Detector<'_>, model: &ModelSchema, old: &FieldSchema, new: &FieldSchema) -> Result<()> {
    if detector.replaced.contains(&key(model, old)) {
        // The answer was that its values mean nothing now.
        return Ok(());
    }
    let what = if old.is_concrete() { "its values" } else { "the rows of its join table" };
    lose(detector, model, new, what)
}

/// Asks whether what a field holds may be lost.
///
/// # Errors
/// `Migration` where it may not.
pub(super) fn lose(detector: &mut Detector<'_>, model: &ModelSchema, field: &FieldSchema, what: &str) -> Result<()> {
    if detector.told.loses(&model.label(), &field.name) {
        return Ok(());
    }
    if detector.questioner.ask(&Question::Lose { model, field, what })? == Answer::Yes {
        return Ok(());
    }
    let (label, name) = (model.label(), &field.name);
    Err(Error::new(
        ErrorKind::Migration,
        format!("field `{name}` on model `{label}` not migrated: it would lose {what}"),
    )
    .with_hint(format!(
        "add a field of another name, fill it (`rjango makemigrations --empty {}`), and then remove this one",
        model.app
    )))
}

/// Whether a field can become this one of the same name, with its values; otherwise it is removed and added.
///
/// DIFFERENCE: Django alters a many-to-many field that gets or loses its `through`, and refuses when it migrates.
pub(super) fn stays(old: &FieldSchema, new: &FieldSchema) -> bool {
    match (old.is_concrete(), new.is_concrete()) {
        (true, true) => true,
        (false, false) => through(old) == through(new) || target(old) == target(new),
        _ => target(old).is_some() && target(old) == target(new),
    }
}
