//! `rename_model`: a model's new name, and with it its table's and every reference to it.

use rjango_core::Result;
use serde::Deserialize;

use super::{Act, Operation, TomlText, already_there, label};
use crate::ProjectState;

/// Gives a model another name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameModel {
    /// The struct's name before.
    pub from: String,
    /// The struct's name after.
    pub to: String,
}

impl Act for RenameModel {
    fn type_name(&self) -> &'static str {
        "rename_model"
    }

    fn symbol(&self) -> char {
        '~'
    }

    fn describe(&self) -> String {
        format!("Rename model {} to {}", self.from, self.to)
    }

    fn fragment(&self) -> Option<String> {
        Some(format!("rename_{}_{}", self.from.to_lowercase(), self.to.to_lowercase()))
    }

    fn model(&self) -> Option<&str> {
        Some(&self.from)
    }

    fn label_after(&self, app: &str) -> Option<String> {
        Some(label(app, &self.to))
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        let (old, new) = (label(app, &self.from), label(app, &self.to));
        if state.get(&new).is_some() {
            return Err(already_there(&new));
        }
        let mut model = state.remove(&old)?;
        model.name.clone_from(&self.to);
        state.insert(model);
        state.retarget(&old, &new);
        Ok(())
    }

    fn inverse(&self, _app: &str, _before: &ProjectState) -> Result<Option<Operation>> {
        Ok(Some(Operation::RenameModel(Self { from: self.to.clone(), to: self.from.clone() })))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("from", &self.from)?;
        text.value("to", &self.to)
    }
}
