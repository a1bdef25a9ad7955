//! `rename_index`: an index's name, over the same fields.

use rjango_core::Result;
use serde::Deserialize;

use super::{Act, Operation, TomlText, already, has_no, label};
use crate::ProjectState;

/// Gives an index of a model another name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameIndex {
    /// The model's struct name.
    pub model: String,
    /// The index's name before.
    pub from: String,
    /// The index's name after.
    pub to: String,
}

impl Act for RenameIndex {
    fn type_name(&self) -> &'static str {
        "rename_index"
    }

    fn symbol(&self) -> char {
        '~'
    }

    fn describe(&self) -> String {
        format!("Rename index {} on {} to {}", self.from, self.model.to_lowercase(), self.to)
    }

    fn fragment(&self) -> Option<String> {
        Some(format!("rename_{}_{}", self.from.to_lowercase(), self.to.to_lowercase()))
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        let model = state.require_mut(&label(app, &self.model))?;
        if model.indexes.iter().any(|index| index.name == self.to) {
            return Err(already(model, "index", &self.to));
        }
        match model.indexes.iter_mut().find(|index| index.name == self.from) {
            Some(index) => index.name.clone_from(&self.to),
            None => return Err(has_no(model, "index", &self.from)),
        }
        Ok(())
    }

    fn inverse(&self, _app: &str, _before: &ProjectState) -> Result<Option<Operation>> {
        let (from, to) = (self.to.clone(), self.from.clone());
        Ok(Some(Operation::RenameIndex(Self { model: self.model.clone(), from, to })))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("model", &self.model)?;
        text.value("from", &self.from)?;
        text.value("to", &self.to)
    }
}
