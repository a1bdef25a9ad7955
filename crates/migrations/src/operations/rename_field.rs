//! `rename_field`: a field's new name, wherever the model names it.

use rjango_core::Result;
use rjango_schema::ConstraintSchema;
use serde::Deserialize;

use super::{Act, Operation, TomlText, already, field_position, label};
use crate::ProjectState;

/// Gives a field another name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameField {
    /// The model's struct name.
    pub model: String,
    /// The field's name before.
    pub from: String,
    /// The field's name after.
    pub to: String,
}

impl Act for RenameField {
    fn type_name(&self) -> &'static str {
        "rename_field"
    }

    fn symbol(&self) -> char {
        '~'
    }

    fn describe(&self) -> String {
        format!("Rename field {} on {} to {}", self.from, self.model.to_lowercase(), self.to)
    }

    fn fragment(&self) -> Option<String> {
        let (from, to) = (self.from.to_lowercase(), self.to.to_lowercase());
        Some(format!("rename_{from}_{}_{to}", self.model.to_lowercase()))
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        let model = state.require_mut(&label(app, &self.model))?;
        if model.field(&self.to).is_some() {
            return Err(already(model, "field", &self.to));
        }
        let position = field_position(model, &self.from)?;
        model.fields[position].name.clone_from(&self.to);
        let names = model.unique_together.iter_mut().flatten();
        let names = names.chain(model.indexes.iter_mut().flat_map(|index| index.fields.iter_mut()));
        let names = names.chain(model.ordering.iter_mut());
        let names = names.chain(model.constraints.iter_mut().flat_map(|constraint| match constraint {
            ConstraintSchema::Unique { fields, .. } => fields.iter_mut(),
            ConstraintSchema::Check { .. } => [].iter_mut(),
        }));
        for name in names {
            *name = renamed(name, &self.from, &self.to);
        }
        Ok(())
    }

    fn inverse(&self, _app: &str, _before: &ProjectState) -> Result<Option<Operation>> {
        let (from, to) = (self.to.clone(), self.from.clone());
        Ok(Some(Operation::RenameField(Self { model: self.model.clone(), from, to })))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("model", &self.model)?;
        text.value("from", &self.from)?;
        text.value("to", &self.to)
    }
}

/// `name`, or `-name`, with the field's new name where it is the one renamed.
pub(crate) fn renamed(name: &str, from: &str, to: &str) -> String {
    match name.strip_prefix('-') {
        Some(bare) if bare == from => format!("-{to}"),
        None if name == from => to.to_owned(),
        _ => name.to_owned(),
    }
}
