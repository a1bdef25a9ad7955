//! `remove_index_concurrently`: an index goes while others write to the table.

use rjango_core::Result;
use serde::Deserialize;

use super::{Act, AddIndexConcurrently, Operation, RemoveIndex, TomlText};
use crate::ProjectState;

/// Drops an index with PostgreSQL's `CONCURRENTLY`; as ever elsewhere. It stands in a migration with `atomic = false`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveIndexConcurrently {
    /// The model's struct name.
    pub model: String,
    /// The index's name.
    pub name: String,
}

impl RemoveIndexConcurrently {
    /// The same without `CONCURRENTLY`: its effect on the state, and its SQL on other engines.
    pub(crate) fn plain(&self) -> RemoveIndex {
        RemoveIndex { model: self.model.clone(), name: self.name.clone() }
    }
}

impl Act for RemoveIndexConcurrently {
    fn type_name(&self) -> &'static str {
        "remove_index_concurrently"
    }

    fn symbol(&self) -> char {
        '-'
    }

    fn describe(&self) -> String {
        format!("Concurrently remove index {} from {}", self.name, self.model.to_lowercase())
    }

    fn fragment(&self) -> Option<String> {
        self.plain().fragment()
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        self.plain().apply(app, state)
    }

    fn inverse(&self, app: &str, before: &ProjectState) -> Result<Option<Operation>> {
        Ok(self.plain().inverse(app, before)?.and_then(|inverse| match inverse {
            Operation::AddIndex(add) => {
                Some(Operation::AddIndexConcurrently(AddIndexConcurrently { model: add.model, index: add.index }))
            }
            _ => None,
        }))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        self.plain().write(text)
    }
}
