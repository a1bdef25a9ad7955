//! `moved_model`: the note that a model of this app is another app's now.
//!
//! It has no effect. It stands where a deletion would, so that whoever reads the app's migrations learns where the model
//! went, and so that the app's later migrations come after the move: one of them may make a new model of the old name.

use rjango_core::{Error, ErrorKind, Result};
use serde::Deserialize;

use super::{Act, Operation, TomlText, label};
use crate::ProjectState;

/// Notes that a model of this app was taken over by another.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MovedModel {
    /// The struct's name in this app.
    pub name: String,
    /// The model's label now, `catalog.Product`.
    pub to: String,
}

impl Act for MovedModel {
    fn type_name(&self) -> &'static str {
        "moved_model"
    }

    fn symbol(&self) -> char {
        '-'
    }

    fn describe(&self) -> String {
        format!("Model {} is {} from here on", self.name, self.to)
    }

    fn fragment(&self) -> Option<String> {
        let app = self.to.split('.').next().unwrap_or_default();
        Some(format!("{}_moved_to_{app}", self.name.to_lowercase()))
    }

    fn model(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        let old = label(app, &self.name);
        if state.get(&old).is_none() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Migration, format!("the state still has the model `{old}`, which is to have moved"))
            .with_hint(format!("let this migration depend on the one that moves it to `{}`", self.to)))
    }

    fn inverse(&self, _app: &str, _before: &ProjectState) -> Result<Option<Operation>> {
        Ok(Some(Operation::MovedModel(self.clone())))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("name", &self.name)?;
        text.value("to", &self.to)
    }
}
