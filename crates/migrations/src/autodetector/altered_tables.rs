//! Tables with a new name.

use rjango_core::Result;

use super::Detector;
use crate::{AlterModelTable, Operation};

pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    for (old, new) in detector.kept() {
        if old.table != new.table {
            let operation = AlterModelTable { model: new.name.clone(), table: new.table.clone() };
            detector.emit(&new.app, Operation::AlterModelTable(operation))?;
        }
    }
    Ok(())
}
