//! Named constraints and indexes that are gone, or that are no longer what their name stood for.

use rjango_core::Result;

use super::Detector;
use crate::{Operation, RemoveConstraint, RemoveIndex};

pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    for (old, new) in detector.kept() {
        for constraint in old.constraints.iter().filter(|constraint| !new.constraints.contains(constraint)) {
            let operation = RemoveConstraint { model: new.name.clone(), name: constraint.name().to_owned() };
            detector.emit(&new.app, Operation::RemoveConstraint(operation))?;
        }
        for index in old.indexes.iter().filter(|index| !new.indexes.contains(index)) {
            let operation = RemoveIndex { model: new.name.clone(), name: index.name.clone() };
            detector.emit(&new.app, Operation::RemoveIndex(operation))?;
        }
    }
    Ok(())
}
