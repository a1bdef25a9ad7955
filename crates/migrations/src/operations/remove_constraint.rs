//! `remove_constraint`: a named constraint goes.

use rjango_core::Result;
use serde::Deserialize;

use super::{Act, AddConstraint, Operation, TomlText, has_no, label};
use crate::ProjectState;

/// Drops a named constraint of a model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveConstraint {
    /// The model's struct name.
    pub model: String,
    /// The constraint's name.
    pub name: String,
}

impl Act for RemoveConstraint {
    fn type_name(&self) -> &'static str {
        "remove_constraint"
    }

    fn symbol(&self) -> char {
        '-'
    }

    fn describe(&self) -> String {
        format!("Remove constraint {} from model {}", self.name, self.model.to_lowercase())
    }

    fn fragment(&self) -> Option<String> {
        Some(format!("remove_{}_{}", self.model.to_lowercase(), self.name.to_lowercase()))
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        let model = state.require_mut(&label(app, &self.model))?;
        let Some(position) = model.constraints.iter().position(|constraint| constraint.name() == self.name) else {
            return Err(has_no(model, "constraint", &self.name));
        };
        model.constraints.remove(position);
        Ok(())
    }

    fn inverse(&self, app: &str, before: &ProjectState) -> Result<Option<Operation>> {
        let model = before.require(&label(app, &self.model))?;
        let Some(constraint) = model.constraints.iter().find(|constraint| constraint.name() == self.name) else {
            return Err(has_no(model, "constraint", &self.name));
        };
        let constraint = constraint.clone();
        Ok(Some(Operation::AddConstraint(AddConstraint { model: self.model.clone(), constraint })))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("model", &self.model)?;
        text.value("name", &self.name)
    }
}
