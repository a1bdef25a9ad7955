//! `alter_field`: a field's attributes change.

use std::collections::BTreeMap;

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
    /// Where the field becomes the primary key in place of another: that other field, as it is from then on. What refers to
    /// the model follows while both are there.
    #[serde(default)]
    pub former_key: Option<FieldSchema>,
    /// Where a many-to-many field gets a through model: what the join rows that are there get in its other fields.
    #[serde(default)]
    pub through_defaults: BTreeMap<String, DefaultValue>,
}

impl AlterField {
    /// The change of a model's field to this one.
    pub fn new(model: impl Into<String>, field: FieldSchema) -> Self {
        let through_defaults = BTreeMap::new();
        Self { model: model.into(), field, one_off_default: None, former_key: None, through_defaults }
    }
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
        if let Some(former) = &self.former_key {
            let position = field_position(model, &former.name)?;
            model.fields[position] = former.clone();
        }
        Ok(())
    }

    fn inverse(&self, app: &str, before: &ProjectState) -> Result<Option<Operation>> {
        let model = before.require(&label(app, &self.model))?;
        let own = field(model, &self.field.name)?.clone();
        let mut inverse = Self::new(self.model.clone(), own.clone());
        if let Some(former) = &self.former_key {
            // The former key takes over again.
            inverse.field = field(model, &former.name)?.clone();
            inverse.former_key = Some(own);
        }
        Ok(Some(Operation::AlterField(inverse)))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("model", &self.model)?;
        text.value("field", &self.field)?;
        if let Some(value) = &self.one_off_default {
            text.value("one_off_default", value)?;
        }
        if let Some(former) = &self.former_key {
            text.value("former_key", former)?;
        }
        if !self.through_defaults.is_empty() {
            text.value("through_defaults", &self.through_defaults)?;
        }
        Ok(())
    }
}
