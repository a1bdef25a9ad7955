//! `add_field`: a new field.

use rjango_core::Result;
use rjango_schema::{DefaultValue, FieldSchema};
use serde::Deserialize;

use super::{Act, Operation, RemoveField, TomlText, already, label};
use crate::ProjectState;

/// Adds a field to a model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddField {
    /// The model's struct name.
    pub model: String,
    /// The field.
    pub field: FieldSchema,
    /// The value that the rows which are already there get, this once; the field itself has no such default.
    #[serde(default)]
    pub one_off_default: Option<DefaultValue>,
}

impl Act for AddField {
    fn type_name(&self) -> &'static str {
        "add_field"
    }

    fn symbol(&self) -> char {
        '+'
    }

    fn describe(&self) -> String {
        format!("Add field {} to {}", self.field.name, self.model.to_lowercase())
    }

    fn fragment(&self) -> Option<String> {
        Some(format!("{}_{}", self.model.to_lowercase(), self.field.name.to_lowercase()))
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        let model = state.require_mut(&label(app, &self.model))?;
        if model.field(&self.field.name).is_some() {
            return Err(already(model, "field", &self.field.name));
        }
        model.fields.push(self.field.clone());
        Ok(())
    }

    fn inverse(&self, _app: &str, _before: &ProjectState) -> Result<Option<Operation>> {
        let (model, name) = (self.model.clone(), self.field.name.clone());
        Ok(Some(Operation::RemoveField(RemoveField { model, name })))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("model", &self.model)?;
        text.value("field", &self.field)?;
        match &self.one_off_default {
            Some(value) => text.value("one_off_default", value),
            None => Ok(()),
        }
    }
}
