//! `alter_unique_together`: the groups of fields whose values are unique together.

use rjango_core::Result;
use serde::Deserialize;

use super::{Act, Operation, TomlText, label};
use crate::ProjectState;

/// Sets all groups of a model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlterUniqueTogether {
    /// The model's struct name.
    pub model: String,
    /// The groups as they are to be.
    pub unique_together: Vec<Vec<String>>,
}

impl Act for AlterUniqueTogether {
    fn type_name(&self) -> &'static str {
        "alter_unique_together"
    }

    fn symbol(&self) -> char {
        '~'
    }

    fn describe(&self) -> String {
        let (model, groups) = (self.model.to_lowercase(), self.unique_together.len());
        format!("Alter unique_together for {model} ({groups} constraint(s))")
    }

    fn fragment(&self) -> Option<String> {
        Some(format!("alter_{}_unique_together", self.model.to_lowercase()))
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        state.require_mut(&label(app, &self.model))?.unique_together.clone_from(&self.unique_together);
        Ok(())
    }

    fn inverse(&self, app: &str, before: &ProjectState) -> Result<Option<Operation>> {
        let unique_together = before.require(&label(app, &self.model))?.unique_together.clone();
        Ok(Some(Operation::AlterUniqueTogether(Self { model: self.model.clone(), unique_together })))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("model", &self.model)?;
        text.value("unique_together", &self.unique_together)
    }
}
