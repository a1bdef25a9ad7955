//! Keys that become others: another field takes the key over, or its values are made anew. What refers to the model follows
//! by a join, while both keys are there.

use std::collections::BTreeMap;

use rjango_schema::FieldKind;

use super::{Change, Fate, Fill, Held, NewKey, Translation, fate};
use crate::{Operation, ProjectState};

/// The column beside a key that is made anew.
const BESIDE: &str = "rjango_new_key";

/// A model whose rows get other keys.
pub(super) struct KeyChange {
    /// The model's label.
    label: String,
    /// Where the keys are found; `None` where the database's table is not ours to know.
    translation: Option<Translation>,
    /// The key that is made anew, with what fills it.
    new_key: Option<(NewKey, Fill)>,
}

impl KeyChange {
    /// What an operation does to its model's key; `None` where the rows keep theirs.
    pub(super) fn of(operation: &Operation, app: &str, before: &ProjectState, after: &ProjectState) -> Option<Self> {
        let Operation::AlterField(alter) = operation else { return None };
        let label = operation.model_label(app)?;
        let (old, new) = (before.get(&label)?, after.get(&label)?);
        let (old_key, new_key) = (old.primary_key()?, new.primary_key()?);
        let translation = |old: String, new_column: String| Translation { table: new.table(), old, new: new_column };
        let mut change = Self { label, translation: None, new_key: None };
        if old_key.name != new_key.name {
            if alter.field.name != new_key.name {
                return None;
            }
            // Both columns stay for now, by the names that they have afterwards.
            let former = new.field(&old_key.name).map(rjango_schema::FieldSchema::column);
            change.translation = former.filter(|_| old.managed).map(|former| translation(former, new_key.column()));
            return Some(change);
        }
        let fill = match new_key.kind {
            FieldKind::Uuid => Fill::Uuid,
            _ if new_key.kind.is_auto() => Fill::Number,
            _ => return None,
        };
        let (from, to) = (Held::of(&old_key.kind)?, Held::of(&new_key.kind)?);
        if fate(from, to) != Fate::Refused {
            return None;
        }
        change.translation = old.managed.then(|| translation(old_key.column(), BESIDE.to_owned()));
        change.new_key = Some((NewKey { column: new_key.column(), beside: BESIDE.to_owned() }, fill));
        Some(change)
    }

    /// Notes in a table's change which of its columns follow.
    pub(super) fn follow(&self, change: &mut Change) {
        let is_about = |path: &[String]| path.contains(&self.label);
        let mut translations = BTreeMap::new();
        for column in &change.after.columns {
            if let (Some(origin), Some(translation)) = (change.origin(column), &self.translation)
                && is_about(&origin.path)
                && is_about(&column.path)
            {
                translations.insert(column.field.clone(), translation.clone());
            }
        }
        change.translations = translations;
    }

    /// Notes in the change of the model's own table which key is made anew.
    pub(super) fn make(&self, change: &mut Change) {
        if let Some((new_key, fill)) = &self.new_key {
            change.new_key = Some(new_key.clone());
            // What refers to the table itself is translated when the key's column has its new name; other tables were before.
            for translation in change.translations.values_mut() {
                translation.old.clone_from(&new_key.column);
            }
            change.fills.insert(beside_field(), fill.clone());
        }
    }

    /// The label of the model.
    pub(super) fn label(&self) -> &str {
        &self.label
    }
}

/// The name by which the fill of the column beside the key is kept.
pub(super) fn beside_field() -> String {
    BESIDE.to_owned()
}
