//! Fields that are gone, and those that changed between a column and a join table.

use rjango_core::Result;

use super::Detector;
use crate::{Operation, RemoveField};

pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    for (old, new) in detector.kept() {
        for field in &old.fields {
            let stays = new.field(&field.name).is_some_and(|new| new.is_concrete() == field.is_concrete());
            if !stays {
                let operation = RemoveField { model: new.name.clone(), name: field.name.clone() };
                detector.emit(&new.app, Operation::RemoveField(operation))?;
            }
        }
    }
    Ok(())
}
