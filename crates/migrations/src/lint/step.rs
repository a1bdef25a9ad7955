//! What a rule sees: an operation with the states around it, or a whole migration, on one engine.

use std::collections::BTreeSet;

use rjango_orm::Engine;
use rjango_schema::{FieldSchema, ModelSchema};

use super::sql::Parsed;
use crate::{Migration, Operation, ProjectState};

/// An operation on an engine. The table it is about has rows: operations on new tables are not asked about.
pub(super) struct Step<'a> {
    pub(super) engine: Engine,
    pub(super) app: &'a str,
    pub(super) operation: &'a Operation,
    /// The operations that follow it in its migration.
    pub(super) later: &'a [Operation],
    pub(super) before: &'a ProjectState,
    pub(super) after: &'a ProjectState,
    /// The statements that the engine runs for this migration.
    pub(super) statements: &'a [Parsed],
    /// The operation's own statements as they are rendered.
    pub(super) rendered: &'a [Parsed],
}

/// A field before and after; one of them is there, and they differ.
pub(super) struct FieldChange<'a> {
    pub(super) before: Option<&'a FieldSchema>,
    pub(super) after: Option<&'a FieldSchema>,
}

impl<'a> Step<'a> {
    /// The model before, where the database has a table for it.
    pub(super) fn model_before(&self) -> Option<&'a ModelSchema> {
        let label = self.operation.model_label(self.app)?;
        self.before.get(&label).filter(|model| model.managed)
    }

    /// The model after, under its new name where the operation gave it one.
    pub(super) fn model_after(&self) -> Option<&'a ModelSchema> {
        let label = self.operation.label_after(self.app)?;
        self.after.get(&label).filter(|model| model.managed)
    }

    /// The model before and after, where both have a table.
    pub(super) fn models(&self) -> Option<(&'a ModelSchema, &'a ModelSchema)> {
        Some((self.model_before()?, self.model_after()?))
    }

    /// The fields that differ, in the order of the model after, those that are gone last.
    pub(super) fn fields(&self) -> Vec<FieldChange<'a>> {
        let Some((before, after)) = self.models() else { return Vec::new() };
        let earlier = |name: &'a str| match self.operation {
            Operation::RenameField(rename) if rename.to == name => rename.from.as_str(),
            _ => name,
        };
        let mut changes = Vec::new();
        for field in &after.fields {
            let old = before.field(earlier(&field.name));
            if old != Some(field) {
                changes.push(FieldChange { before: old, after: Some(field) });
            }
        }
        for field in &before.fields {
            if !after.fields.iter().any(|new| earlier(&new.name) == field.name) {
                changes.push(FieldChange { before: Some(field), after: None });
            }
        }
        changes
    }

    /// The columns that differ: the changes of fields that are a column before and after, or were or became one.
    pub(super) fn columns(&self) -> Vec<FieldChange<'a>> {
        let concrete = |field: Option<&'a FieldSchema>| field.filter(|field| field.is_concrete());
        let changes = self
            .fields()
            .into_iter()
            .map(|change| FieldChange { before: concrete(change.before), after: concrete(change.after) });
        changes.filter(|change| change.before.is_some() || change.after.is_some()).collect()
    }

    /// The columns that are there before and after, and differ.
    pub(super) fn altered_columns(&self) -> Vec<(&'a FieldSchema, &'a FieldSchema)> {
        self.columns().into_iter().filter_map(|change| Some((change.before?, change.after?))).collect()
    }

    /// The columns that are new.
    pub(super) fn added_columns(&self) -> Vec<&'a FieldSchema> {
        let added = self.columns().into_iter().filter(|change| change.before.is_none());
        added.filter_map(|change| change.after).collect()
    }

    /// The table's name after.
    pub(super) fn table(&self) -> String {
        self.model_after().or(self.model_before()).map(ModelSchema::table).unwrap_or_default()
    }
}

/// A migration on an engine.
pub(super) struct Whole<'a> {
    pub(super) engine: Engine,
    pub(super) migration: &'a Migration,
    /// The state before its first operation.
    pub(super) before: &'a ProjectState,
    /// The statements of its SQL that no operation is rendered as.
    pub(super) by_hand: &'a [&'a Parsed],
    /// The tables that have no rows when it runs.
    pub(super) new_tables: &'a BTreeSet<String>,
}
