//! `add_index_concurrently`: an index, made while others write to the table.

use rjango_core::Result;
use rjango_schema::IndexSchema;
use serde::Deserialize;

use super::{Act, AddIndex, Operation, RemoveIndexConcurrently, TomlText};
use crate::ProjectState;

/// Adds an index with PostgreSQL's `CONCURRENTLY`, which takes no lock that writers wait for; a plain index elsewhere. It
/// stands in a migration with `atomic = false`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddIndexConcurrently {
    /// The model's struct name.
    pub model: String,
    /// The index.
    pub index: IndexSchema,
}

impl AddIndexConcurrently {
    /// The same without `CONCURRENTLY`: its effect on the state, and its SQL on other engines.
    pub(crate) fn plain(&self) -> AddIndex {
        AddIndex { model: self.model.clone(), index: self.index.clone() }
    }
}

impl Act for AddIndexConcurrently {
    fn type_name(&self) -> &'static str {
        "add_index_concurrently"
    }

    fn symbol(&self) -> char {
        '+'
    }

    fn describe(&self) -> String {
        let fields = self.index.fields.join(", ");
        let (name, model) = (&self.index.name, self.model.to_lowercase());
        format!("Concurrently create index {name} on field(s) {fields} of model {model}")
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

    fn inverse(&self, _app: &str, _before: &ProjectState) -> Result<Option<Operation>> {
        let (model, name) = (self.model.clone(), self.index.name.clone());
        Ok(Some(Operation::RemoveIndexConcurrently(RemoveIndexConcurrently { model, name })))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        self.plain().write(text)
    }
}
