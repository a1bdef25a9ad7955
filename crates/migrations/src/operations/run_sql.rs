//! `run_sql`: SQL that a person wrote, kept with the operations so that it is rendered in its turn.

use rjango_core::Result;
use serde::Deserialize;

use super::{Act, Operation, TomlText};
use crate::ProjectState;

/// Runs SQL; the state does not change.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunSql {
    /// The statements, each ended by `;`.
    pub sql: String,
    /// The statements that undo it; without them the migration cannot be taken back.
    #[serde(default)]
    pub reverse_sql: Option<String>,
}

impl Act for RunSql {
    fn type_name(&self) -> &'static str {
        "run_sql"
    }

    fn symbol(&self) -> char {
        's'
    }

    fn describe(&self) -> String {
        "Raw SQL operation".to_owned()
    }

    fn fragment(&self) -> Option<String> {
        None
    }

    fn model(&self) -> Option<&str> {
        None
    }

    fn apply(&self, _app: &str, _state: &mut ProjectState) -> Result<()> {
        Ok(())
    }

    fn inverse(&self, _app: &str, _before: &ProjectState) -> Result<Option<Operation>> {
        Ok(self.reverse_sql.clone().map(|sql| Operation::RunSql(Self { sql, reverse_sql: Some(self.sql.clone()) })))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("sql", &self.sql)?;
        match &self.reverse_sql {
            Some(sql) => text.value("reverse_sql", sql),
            None => Ok(()),
        }
    }
}
