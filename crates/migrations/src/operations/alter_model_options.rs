//! `alter_model_options`: what the database does not know of a model.

use rjango_core::Result;
use rjango_schema::ModelSchema;
use serde::{Deserialize, Serialize};

use super::{Act, Operation, TomlText, label};
use crate::ProjectState;

/// Sets all options of a model that have no SQL.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct AlterModelOptions {
    /// The model's struct name.
    pub model: String,
    /// The options as they are to be.
    pub options: ModelOptions,
}

/// The options of a model that have no SQL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelOptions {
    /// Field names in the default order, `-` before a descending one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ordering: Vec<String>,
    /// The singular name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verbose_name: Option<String>,
    /// The plural name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verbose_name_plural: Option<String>,
    /// Permissions beyond the four of every model.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<(String, String)>,
    /// Whether migrations make and change the table.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub managed: bool,
}

impl Default for ModelOptions {
    fn default() -> Self {
        Self {
            ordering: Vec::new(),
            verbose_name: None,
            verbose_name_plural: None,
            permissions: Vec::new(),
            managed: true,
        }
    }
}

impl ModelOptions {
    /// The options of a model.
    pub fn of(model: &ModelSchema) -> Self {
        Self {
            ordering: model.ordering.clone(),
            verbose_name: model.verbose_name.clone(),
            verbose_name_plural: model.verbose_name_plural.clone(),
            permissions: model.permissions.clone(),
            managed: model.managed,
        }
    }

    /// Sets a model's options to these.
    pub fn put_into(&self, model: &mut ModelSchema) {
        model.ordering.clone_from(&self.ordering);
        model.verbose_name.clone_from(&self.verbose_name);
        model.verbose_name_plural.clone_from(&self.verbose_name_plural);
        model.permissions.clone_from(&self.permissions);
        model.managed = self.managed;
    }
}

fn yes() -> bool {
    true
}

fn is_yes(value: &bool) -> bool {
    *value
}

impl Act for AlterModelOptions {
    fn type_name(&self) -> &'static str {
        "alter_model_options"
    }

    fn symbol(&self) -> char {
        '~'
    }

    fn describe(&self) -> String {
        format!("Change Meta options on {}", self.model.to_lowercase())
    }

    fn fragment(&self) -> Option<String> {
        Some(format!("alter_{}_options", self.model.to_lowercase()))
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        self.options.put_into(state.require_mut(&label(app, &self.model))?);
        Ok(())
    }

    fn inverse(&self, app: &str, before: &ProjectState) -> Result<Option<Operation>> {
        let options = ModelOptions::of(before.require(&label(app, &self.model))?);
        Ok(Some(Operation::AlterModelOptions(Self { model: self.model.clone(), options })))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("model", &self.model)?;
        text.value("options", &self.options)
    }
}
