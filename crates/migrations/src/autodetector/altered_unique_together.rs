//! Groups of fields that are unique together.

use rjango_core::Result;

use super::Detector;
use crate::{AlterUniqueTogether, Operation};

/// Groups that name a field which is about to go, before it goes.
pub(super) fn drop_groups(detector: &mut Detector<'_>) -> Result<()> {
    for (old, new) in detector.kept() {
        let stays = |name: &String| {
            let kept = old.field(name).zip(new.field(name));
            kept.is_some_and(|(old, new)| old.is_concrete() == new.is_concrete())
                && !detector.replaced.contains(&(new.label(), name.clone()))
        };
        let left: Vec<Vec<String>> =
            old.unique_together.iter().filter(|group| group.iter().all(stays)).cloned().collect();
        if left != old.unique_together {
            let operation = AlterUniqueTogether { model: new.name.clone(), unique_together: left };
            detector.emit(&new.app, Operation::AlterUniqueTogether(operation))?;
        }
    }
    Ok(())
}

/// The groups as they are to be.
pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    for (old, new) in detector.kept() {
        let sorted = |groups: &[Vec<String>]| {
            let mut groups = groups.to_vec();
            groups.sort();
            groups
        };
        if sorted(&old.unique_together) != sorted(&new.unique_together) {
            let operation =
                AlterUniqueTogether { model: new.name.clone(), unique_together: new.unique_together.clone() };
            detector.emit(&new.app, Operation::AlterUniqueTogether(operation))?;
        }
    }
    Ok(())
}
