//! New indexes and named constraints.
//!
//! To the databases their names are one list: one that a model which is yet to be deleted still has must wait for it.

use rjango_core::Result;

use super::{Detector, names_of_covers};
use crate::{AddConstraint, AddIndex, Operation};

/// Those whose names are free by now.
pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    for (old, new) in detector.kept() {
        for index in new.indexes.iter().filter(|index| !old.indexes.contains(index)) {
            if !is_free(detector, &index.name) {
                continue;
            }
            let operation = AddIndex { model: new.name.clone(), index: index.clone() };
            detector.emit(&new.app, Operation::AddIndex(operation))?;
        }
        for constraint in new.constraints.iter().filter(|constraint| !old.constraints.contains(constraint)) {
            if !is_free(detector, constraint.name()) {
                continue;
            }
            let operation = AddConstraint { model: new.name.clone(), constraint: constraint.clone() };
            detector.emit(&new.app, Operation::AddConstraint(operation))?;
        }
    }
    Ok(())
}

/// Whether no index or constraint has this name.
pub(super) fn is_free(detector: &Detector<'_>, name: &str) -> bool {
    !detector.state.iter().flat_map(names_of_covers).any(|other| other == name)
}
