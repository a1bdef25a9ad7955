//! `alter_field`: a field's attributes change.

use rjango_core::Result;
use rjango_schema::{DefaultValue, FieldSchema};
use serde::Deserialize;

use super::{Act, Operation, TomlText, field, field_position, label};
use crate::ProjectState;

/// Changes a field's attributes: its type, whether it may be NULL, its column and whatever else is not its name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlterField {
    /// The model's struct name.
    pub model: String,
    /// The field as it is to be.
    pub field: FieldSchema,
    /// The value that rows with NULL get, this once, where the field no longer allows NULL.
    #[serde(default)]
    pub one_off_default: Option<DefaultValue>,
}

impl Act for AlterField {
    fn type_name(&self) -> &'static str {
        "alter_field"
    }

    fn symbol(&self) -> char {
        '~'
    }

    fn describe(&self) -> String {
        format!("Alter field {} on {}", self.field.name, self.model.to_lowercase())
    }

    fn fragment(&self) -> Option<String> {
        Some(format!("alter_{}_{}", self.model.to_lowercase(), self.field.name.to_lowercase()))
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        let model = state.require_mut(&label(app, &self.model))?;
        let position = field_position(model, &self.field.name)?;
        model.fields[position] = self.field.clone();
        Ok(())
    }

    fn inverse(&self, app: &str, before: &ProjectState) -> Result<Option<Operation>> {
        let field = field(before.require(&label(app, &self.model))?, &self.field.name)?.clone();
        Ok(Some(Operation::AlterField(Self { model: self.model.clone(), field, one_off_default: None })))
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
