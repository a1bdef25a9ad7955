//! Options that the database does not know.

use rjango_core::Result;

use super::Detector;
use crate::{AlterModelOptions, ModelOptions, Operation};

pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    for (old, new) in detector.kept() {
        let options = ModelOptions::of(&new);
        if ModelOptions::of(&old) != options {
            let operation = AlterModelOptions { model: new.name.clone(), options };
            detector.emit(&new.app, Operation::AlterModelOptions(operation))?;
        }
    }
    Ok(())
}
