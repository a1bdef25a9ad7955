//! `separate_database_and_state`: one thing in the database, another in the state.

use rjango_core::Result;
use serde::Deserialize;

use super::{Act, Operation, TomlText, inverses};
use crate::ProjectState;

/// Runs the SQL of some operations, and changes the state by others. Either list may be empty.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeparateDatabaseAndState {
    /// What the database does, each seeing the state that those before it in this list lead to.
    #[serde(default)]
    pub database_operations: Vec<Operation>,
    /// What the models become.
    #[serde(default)]
    pub state_operations: Vec<Operation>,
}

impl Act for SeparateDatabaseAndState {
    fn type_name(&self) -> &'static str {
        "separate_database_and_state"
    }

    fn symbol(&self) -> char {
        '?'
    }

    fn describe(&self) -> String {
        "Custom state/database change combination".to_owned()
    }

    fn fragment(&self) -> Option<String> {
        None
    }

    fn model(&self) -> Option<&str> {
        None
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        self.state_operations.iter().try_for_each(|operation| operation.apply(app, state))
    }

    /// Its database operations start from the state that the original's lead to, not from the one after the original:
    /// the script's writer renders the way back from the original.
    fn inverse(&self, app: &str, before: &ProjectState) -> Result<Option<Operation>> {
        let database_operations = inverses(&self.database_operations, app, before)?;
        let state_operations = inverses(&self.state_operations, app, before)?;
        Ok(database_operations.zip(state_operations).map(|(database_operations, state_operations)| {
            Operation::SeparateDatabaseAndState(Self { database_operations, state_operations })
        }))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.operations("database_operations", &self.database_operations)?;
        text.operations("state_operations", &self.state_operations)
    }
}
