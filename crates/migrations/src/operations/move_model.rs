//! `move_model`: a model that belongs to another app from now on, with its table, its rows and every reference to it.
//!
//! DIFFERENCE: Django has no such operation; there a person writes four by hand. The move stands in the migrations of the
//! app that takes the model over and does all of the work. The app that had it gets a [`MovedModel`](super::MovedModel),
//! which changes nothing and lets its later migrations follow the move.

use rjango_core::{Error, ErrorKind, Result};
use serde::Deserialize;

use super::{Act, Operation, TomlText, already_there};
use crate::ProjectState;

/// Takes a model over from another app.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoveModel {
    /// The model's label before, `shop.Product`.
    pub from: String,
    /// The model's label after, `catalog.Product`.
    pub to: String,
    /// The table after; none for `app_model`.
    #[serde(default)]
    pub table: Option<String>,
}

impl Act for MoveModel {
    fn type_name(&self) -> &'static str {
        "move_model"
    }

    fn symbol(&self) -> char {
        '~'
    }

    fn describe(&self) -> String {
        format!("Move model {} to {}", self.from, self.to)
    }

    fn fragment(&self) -> Option<String> {
        Some(format!("move_{}", self.from.to_lowercase().replace('.', "_")))
    }

    fn model(&self) -> Option<&str> {
        self.to.split_once('.').map(|(_, name)| name)
    }

    fn label_before(&self, _app: &str) -> Option<String> {
        Some(self.from.clone())
    }

    fn label_after(&self, _app: &str) -> Option<String> {
        Some(self.to.clone())
    }

    fn apply(&self, _app: &str, state: &mut ProjectState) -> Result<()> {
        let Some((app, name)) = self.to.split_once('.') else {
            return Err(Error::new(ErrorKind::Migration, format!("expected a label for `to`, found `{}`", self.to))
                .with_hint("write the app and the struct, such as `catalog.Product`"));
        };
        if state.get(&self.to).is_some() {
            return Err(already_there(&self.to));
        }
        let mut model = state.remove(&self.from)?;
        app.clone_into(&mut model.app);
        name.clone_into(&mut model.name);
        model.table.clone_from(&self.table);
        state.insert(model);
        state.retarget(&self.from, &self.to);
        Ok(())
    }

    fn inverse(&self, _app: &str, before: &ProjectState) -> Result<Option<Operation>> {
        let table = before.require(&self.from)?.table.clone();
        Ok(Some(Operation::MoveModel(Self { from: self.to.clone(), to: self.from.clone(), table })))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("from", &self.from)?;
        text.value("to", &self.to)?;
        match &self.table {
            Some(table) => text.value("table", table),
            None => Ok(()),
        }
    }
}
