//! `create_model`: a model and its table.

use rjango_core::Result;
use rjango_schema::{ConstraintSchema, FieldSchema, IndexSchema, ModelSchema};
use serde::Deserialize;

use super::{Act, DeleteModel, ModelOptions, Operation, TomlText, already_there, label};
use crate::ProjectState;
use crate::state::plain_field;

/// Makes a model with its fields, options, indexes and constraints.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateModel {
    /// The struct's name.
    pub name: String,
    /// The table where it is not `app_model`.
    #[serde(default)]
    pub table: Option<String>,
    /// The fields in order.
    pub fields: Vec<FieldSchema>,
    /// What the database does not know.
    #[serde(default)]
    pub options: ModelOptions,
    /// Groups of fields that are unique together.
    #[serde(default)]
    pub unique_together: Vec<Vec<String>>,
    /// Indexes beyond those of single fields.
    #[serde(default)]
    pub indexes: Vec<IndexSchema>,
    /// Named constraints.
    #[serde(default)]
    pub constraints: Vec<ConstraintSchema>,
}

impl CreateModel {
    /// The operation that makes this model.
    pub fn new(model: &ModelSchema) -> Self {
        Self {
            name: model.name.clone(),
            table: model.table.clone(),
            fields: model.fields.iter().map(plain_field).collect(),
            options: ModelOptions::of(model),
            unique_together: model.unique_together.clone(),
            indexes: model.indexes.clone(),
            constraints: model.constraints.clone(),
        }
    }
}

impl Act for CreateModel {
    fn type_name(&self) -> &'static str {
        "create_model"
    }

    fn symbol(&self) -> char {
        '+'
    }

    fn describe(&self) -> String {
        format!("Create model {}", self.name)
    }

    fn fragment(&self) -> Option<String> {
        Some(self.name.to_lowercase())
    }

    fn model(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        let label = label(app, &self.name);
        if state.get(&label).is_some() {
            return Err(already_there(&label));
        }
        let mut model = ModelSchema::new(app, &self.name);
        model.table.clone_from(&self.table);
        model.fields.clone_from(&self.fields);
        model.unique_together.clone_from(&self.unique_together);
        model.indexes.clone_from(&self.indexes);
        model.constraints.clone_from(&self.constraints);
        self.options.put_into(&mut model);
        state.insert(model);
        Ok(())
    }

    fn inverse(&self, _app: &str, _before: &ProjectState) -> Result<Option<Operation>> {
        Ok(Some(Operation::DeleteModel(DeleteModel { name: self.name.clone() })))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("name", &self.name)?;
        if let Some(table) = &self.table {
            text.value("table", table)?;
        }
        text.list("fields", &self.fields)?;
        if self.options != ModelOptions::default() {
            text.value("options", &self.options)?;
        }
        if !self.unique_together.is_empty() {
            text.value("unique_together", &self.unique_together)?;
        }
        text.list("indexes", &self.indexes)?;
        text.list("constraints", &self.constraints)
    }
}
