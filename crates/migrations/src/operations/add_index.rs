//! `add_index`: an index over one or more fields.

use rjango_core::Result;
use rjango_schema::IndexSchema;
use serde::Deserialize;

use super::{Act, Operation, RemoveIndex, TomlText, already, label};
use crate::ProjectState;

/// Adds an index to a model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddIndex {
    /// The model's struct name.
    pub model: String,
    /// The index.
    pub index: IndexSchema,
}

impl Act for AddIndex {
    fn type_name(&self) -> &'static str {
        "add_index"
    }

    fn symbol(&self) -> char {
        '+'
    }

    fn describe(&self) -> String {
        let fields = self.index.fields.join(", ");
        format!("Create index {} on field(s) {fields} of model {}", self.index.name, self.model.to_lowercase())
    }

    fn fragment(&self) -> Option<String> {
        Some(format!("{}_{}", self.model.to_lowercase(), self.index.name.to_lowercase()))
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        let model = state.require_mut(&label(app, &self.model))?;
        if model.indexes.iter().any(|index| index.name == self.index.name) {
            return Err(already(model, "index", &self.index.name));
        }
        model.indexes.push(self.index.clone());
        Ok(())
    }

    fn inverse(&self, _app: &str, _before: &ProjectState) -> Result<Option<Operation>> {
        let (model, name) = (self.model.clone(), self.index.name.clone());
        Ok(Some(Operation::RemoveIndex(RemoveIndex { model, name })))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("model", &self.model)?;
        text.value("index", &self.index)
    }
}
