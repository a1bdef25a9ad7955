//! Named constraints and indexes that are gone, or that are no longer what their name stood for; and indexes whose name
//! alone is new.

use rjango_core::Result;
use rjango_schema::ConstraintSchema;

use super::Detector;
use crate::{Operation, RemoveConstraint, RemoveIndex, RenameIndex};

/// Checks that are gone. They name columns, and go before a column gets another name.
pub(super) fn checks(detector: &mut Detector<'_>) -> Result<()> {
    constraints(detector, |constraint| matches!(constraint, ConstraintSchema::Check { .. }))
}

/// Constraints that are gone, and indexes that are gone or renamed.
pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    constraints(detector, |_| true)?;
    for (old, new) in detector.kept() {
        let mut added: Vec<_> = new.indexes.iter().filter(|index| !old.indexes.contains(index)).collect();
        for index in old.indexes.iter().filter(|index| !new.indexes.contains(index)) {
            let is_free = |name: &str| !old.indexes.iter().any(|index| index.name == name);
            let renamed = added.iter().position(|added| added.fields == index.fields && is_free(&added.name));
            let (model, name) = (new.name.clone(), index.name.clone());
            let operation = match renamed {
                Some(position) => {
                    let to = added.remove(position).name.clone();
                    Operation::RenameIndex(RenameIndex { model, from: name, to })
                }
                None => Operation::RemoveIndex(RemoveIndex { model, name }),
            };
            detector.emit(&new.app, operation)?;
        }
    }
    Ok(())
}

fn constraints(detector: &mut Detector<'_>, which: impl Fn(&ConstraintSchema) -> bool) -> Result<()> {
    for (old, new) in detector.kept() {
        let gone = old.constraints.iter().filter(|constraint| !new.constraints.contains(constraint));
        for constraint in gone.filter(|constraint| which(constraint)) {
            let operation = RemoveConstraint { model: new.name.clone(), name: constraint.name().to_owned() };
            detector.emit(&new.app, Operation::RemoveConstraint(operation))?;
        }
    }
    Ok(())
}
