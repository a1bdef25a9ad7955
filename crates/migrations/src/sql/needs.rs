//! What a table's change needs of its rows: values that fit, keys that are there.

use super::guards::{Guard, Need, Place};
use super::keys::KeyChange;
use super::{Change, Column};
use crate::ProjectState;

/// The guards of a table's change. `place` says where a column of the table before is; `before` is the state before.
pub(super) fn of(
    change: &Change,
    place: &dyn Fn(&Column) -> Place,
    before: &ProjectState,
    key: Option<&KeyChange>,
    guards: &mut Vec<Guard>,
) {
    for column in &change.after.columns {
        let Some(origin) = change.origin(column) else { continue };
        let mut needs = |need| guards.push(Guard { column: place(origin), need });
        if change.makes_key(column) {
            continue;
        }
        if change.translations.contains_key(&column.field) {
            if let Some(target) = key_of(origin, before) {
                needs(Need::Key(target));
            }
            continue;
        }
        let label = key.map(KeyChange::label);
        if label.is_some_and(|label| origin.path.iter().chain(&column.path).any(|step| step == label)) {
            needs(Need::Empty("the rows to which it refers get other keys".to_owned()));
            continue;
        }
        if origin.held != column.held && (column.path.is_empty() || column.references.is_none()) {
            needs(Need::Fit { from: origin.held, to: column.held });
        }
        // Numbers that were none of that model's keys, or another's.
        if origin.path.first() != column.path.first()
            && origin.held == column.held
            && column.references.is_some()
            && origin.references.as_ref().map(|reference| &reference.table)
                != column.references.as_ref().map(|reference| &reference.table)
            && let Some(target) = key_of(column, before)
        {
            needs(Need::Key(target));
        }
    }
}

/// The key to which a column refers.
fn key_of(column: &Column, state: &ProjectState) -> Option<Place> {
    let target = state.get(column.path.first()?)?;
    Some(Place::own(&target.label(), &target.primary_key()?.name))
}
