//! `delete_model`: a model and its table go.

use rjango_core::Result;
use serde::Deserialize;

use super::{Act, CreateModel, Operation, TomlText, label};
use crate::ProjectState;

/// Drops a model with its table and the join tables of its many-to-many fields.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteModel {
    /// The struct's name.
    pub name: String,
}

impl Act for DeleteModel {
    fn type_name(&self) -> &'static str {
        "delete_model"
    }

    fn symbol(&self) -> char {
        '-'
    }

    fn describe(&self) -> String {
        format!("Delete model {}", self.name)
    }

    fn fragment(&self) -> Option<String> {
        Some(format!("delete_{}", self.name.to_lowercase()))
    }

    fn model(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        state.remove(&label(app, &self.name)).map(drop)
    }

    fn inverse(&self, app: &str, before: &ProjectState) -> Result<Option<Operation>> {
        let model = before.require(&label(app, &self.name))?;
        Ok(Some(Operation::CreateModel(CreateModel::new(model))))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("name", &self.name)
    }
}
