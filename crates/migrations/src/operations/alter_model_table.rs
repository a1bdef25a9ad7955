//! `alter_model_table`: the table's name.

use rjango_core::Result;
use serde::Deserialize;

use super::{Act, Operation, TomlText, label};
use crate::ProjectState;

/// Sets a model's table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlterModelTable {
    /// The model's struct name.
    pub model: String,
    /// The table; none for `app_model`.
    #[serde(default)]
    pub table: Option<String>,
}

impl Act for AlterModelTable {
    fn type_name(&self) -> &'static str {
        "alter_model_table"
    }

    fn symbol(&self) -> char {
        '~'
    }

    fn describe(&self) -> String {
        let table = self.table.as_deref().unwrap_or("(default)");
        format!("Rename table for {} to {table}", self.model.to_lowercase())
    }

    fn fragment(&self) -> Option<String> {
        Some(format!("alter_{}_table", self.model.to_lowercase()))
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        state.require_mut(&label(app, &self.model))?.table.clone_from(&self.table);
        Ok(())
    }

    fn inverse(&self, app: &str, before: &ProjectState) -> Result<Option<Operation>> {
        let table = before.require(&label(app, &self.model))?.table.clone();
        Ok(Some(Operation::AlterModelTable(Self { model: self.model.clone(), table })))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("model", &self.model)?;
        match &self.table {
            Some(table) => text.value("table", table),
            None => Ok(()),
        }
    }
}
