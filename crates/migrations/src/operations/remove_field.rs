//! `remove_field`: a field goes, and its column or join table with it.

use rjango_core::Result;
use serde::Deserialize;

use super::{Act, AddField, Operation, TomlText, field, field_position, label};
use crate::ProjectState;

/// Drops a field of a model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveField {
    /// The model's struct name.
    pub model: String,
    /// The field's name.
    pub name: String,
}

impl Act for RemoveField {
    fn type_name(&self) -> &'static str {
        "remove_field"
    }

    fn symbol(&self) -> char {
        '-'
    }

    fn describe(&self) -> String {
        format!("Remove field {} from {}", self.name, self.model.to_lowercase())
    }

    fn fragment(&self) -> Option<String> {
        Some(format!("remove_{}_{}", self.model.to_lowercase(), self.name.to_lowercase()))
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        let model = state.require_mut(&label(app, &self.model))?;
        let position = field_position(model, &self.name)?;
        model.fields.remove(position);
        Ok(())
    }

    fn inverse(&self, app: &str, before: &ProjectState) -> Result<Option<Operation>> {
        let field = field(before.require(&label(app, &self.model))?, &self.name)?.clone();
        Ok(Some(Operation::AddField(AddField { model: self.model.clone(), field, one_off_default: None })))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("model", &self.model)?;
        text.value("name", &self.name)
    }
}
