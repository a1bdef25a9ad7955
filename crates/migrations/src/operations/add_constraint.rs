//! `add_constraint`: a named unique or check constraint.

use rjango_core::Result;
use rjango_schema::ConstraintSchema;
use serde::Deserialize;

use super::{Act, Operation, RemoveConstraint, TomlText, already, label};
use crate::ProjectState;

/// Adds a named constraint to a model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddConstraint {
    /// The model's struct name.
    pub model: String,
    /// The constraint.
    pub constraint: ConstraintSchema,
}

impl Act for AddConstraint {
    fn type_name(&self) -> &'static str {
        "add_constraint"
    }

    fn symbol(&self) -> char {
        '+'
    }

    fn describe(&self) -> String {
        format!("Create constraint {} on model {}", self.constraint.name(), self.model.to_lowercase())
    }

    fn fragment(&self) -> Option<String> {
        Some(format!("{}_{}", self.model.to_lowercase(), self.constraint.name().to_lowercase()))
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        let model = state.require_mut(&label(app, &self.model))?;
        let name = self.constraint.name();
        if model.constraints.iter().any(|constraint| constraint.name() == name) {
            return Err(already(model, "constraint", name));
        }
        model.constraints.push(self.constraint.clone());
        Ok(())
    }

    fn inverse(&self, _app: &str, _before: &ProjectState) -> Result<Option<Operation>> {
        let (model, name) = (self.model.clone(), self.constraint.name().to_owned());
        Ok(Some(Operation::RemoveConstraint(RemoveConstraint { model, name })))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("model", &self.model)?;
        text.value("constraint", &self.constraint)
    }
}
