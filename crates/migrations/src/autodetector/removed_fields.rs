//! Fields that are gone, and those that changed between a column and a join table, or a join table and a through model.

use rjango_core::Result;
use rjango_schema::FieldSchema;

use super::Detector;
use crate::state::through;
use crate::{Operation, RemoveField};

pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    for (old, new) in detector.kept() {
        for field in &old.fields {
            if !new.field(&field.name).is_some_and(|new| stays(field, new)) {
                let operation = RemoveField { model: new.name.clone(), name: field.name.clone() };
                detector.emit(&new.app, Operation::RemoveField(operation))?;
            }
        }
    }
    Ok(())
}

/// Whether a field can become this one of the same name; otherwise it is removed and added, and its rows are lost.
///
/// DIFFERENCE: Django alters a many-to-many field that gets or loses its `through`, and refuses when it migrates.
pub(super) fn stays(old: &FieldSchema, new: &FieldSchema) -> bool {
    old.is_concrete() == new.is_concrete() && through(old).is_some() == through(new).is_some()
}
