//! `remove_index`: an index goes.

use rjango_core::Result;
use serde::Deserialize;

use super::{Act, AddIndex, Operation, TomlText, has_no, label};
use crate::ProjectState;

/// Drops an index of a model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveIndex {
    /// The model's struct name.
    pub model: String,
    /// The index's name.
    pub name: String,
}

impl Act for RemoveIndex {
    fn type_name(&self) -> &'static str {
        "remove_index"
    }

    fn symbol(&self) -> char {
        '-'
    }

    fn describe(&self) -> String {
        format!("Remove index {} from {}", self.name, self.model.to_lowercase())
    }

    fn fragment(&self) -> Option<String> {
        Some(format!("remove_{}_{}", self.model.to_lowercase(), self.name.to_lowercase()))
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        let model = state.require_mut(&label(app, &self.model))?;
        let Some(position) = model.indexes.iter().position(|index| index.name == self.name) else {
            return Err(has_no(model, "index", &self.name));
        };
        model.indexes.remove(position);
        Ok(())
    }

    fn inverse(&self, app: &str, before: &ProjectState) -> Result<Option<Operation>> {
        let model = before.require(&label(app, &self.model))?;
        let Some(index) = model.indexes.iter().find(|index| index.name == self.name) else {
            return Err(has_no(model, "index", &self.name));
        };
        Ok(Some(Operation::AddIndex(AddIndex { model: self.model.clone(), index: index.clone() })))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("model", &self.model)?;
        text.value("name", &self.name)
    }
}
