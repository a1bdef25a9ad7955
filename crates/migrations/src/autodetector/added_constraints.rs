//! New indexes and named constraints.

use rjango_core::Result;

use super::Detector;
use crate::{AddConstraint, AddIndex, Operation};

pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    for (old, new) in detector.kept() {
        for index in new.indexes.iter().filter(|index| !old.indexes.contains(index)) {
            let operation = AddIndex { model: new.name.clone(), index: index.clone() };
            detector.emit(&new.app, Operation::AddIndex(operation))?;
        }
        for constraint in new.constraints.iter().filter(|constraint| !old.constraints.contains(constraint)) {
            let operation = AddConstraint { model: new.name.clone(), constraint: constraint.clone() };
            detector.emit(&new.app, Operation::AddConstraint(operation))?;
        }
    }
    Ok(())
}
