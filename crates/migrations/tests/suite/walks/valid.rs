//! Which models a person could have, and which changes the rows allow: what an engine must refuse is not walked.

use std::collections::BTreeSet;

use rjango_schema::FieldKind;

use super::generate::{convertible, fits};
use super::keys;
use super::world::{Constraint, Field, Model, Spread, World};

/// Whether the models are sound and the rows can follow. Where they can, notes what the rows hold by then.
pub fn is_valid(before: &World, after: &mut World) -> bool {
    for model in &mut after.models {
        let old = before.model(model.id);
        model.filled = old.is_some_and(|old| old.filled);
        if !before.models.is_empty() {
            model.populated = old.is_some_and(|old| old.populated);
            for field in &mut model.fields {
                field.tells = old.and_then(|old| old.field(field.id)).and_then(|old| {
                    // A key whose values are new tells no row.
                    let remade = keys::remade(&old.schema.kind, &field.schema.kind);
                    old.tells.clone().filter(|_| !remade)
                });
            }
        }
    }
    let filled: Vec<bool> =
        after.models.iter().map(|model| model.filled || keys::is_filled(before, after, model.id)).collect();
    for (model, filled) in after.models.iter_mut().zip(filled) {
        model.filled = filled;
    }
    let snapshot = after.clone();
    names_are_free(before, &snapshot)
        && snapshot.models.iter().all(|model| is_sound(&snapshot, model))
        && after.models.iter_mut().all(|model| rows_follow(before, &snapshot, model))
}

/// A name that something else gives up in the same step is not taken: nobody could say what became of what.
fn names_are_free(before: &World, after: &World) -> bool {
    let mut labels = BTreeSet::new();
    for model in &after.models {
        if !labels.insert(model.label().to_lowercase()) {
            return false;
        }
        if before.models.iter().any(|old| old.id != model.id && old.label().eq_ignore_ascii_case(&model.label())) {
            return false;
        }
        let old = before.model(model.id);
        let (mut names, mut columns) = (BTreeSet::new(), BTreeSet::new());
        for field in &model.fields {
            if !names.insert(field.schema.name.to_lowercase()) {
                return false;
            }
            if field.schema.is_concrete() && !columns.insert(field.schema.column().to_lowercase()) {
                return false;
            }
            let taken = |other: &Field| {
                other.id != field.id
                    && (other.schema.name.eq_ignore_ascii_case(&field.schema.name)
                        || other.schema.column().eq_ignore_ascii_case(&field.schema.column()))
            };
            if old.is_some_and(|old| old.fields.iter().any(taken)) {
                return false;
            }
        }
    }
    let (old, new) = (before.tables(), after.tables());
    let joins = after.models.iter().flat_map(|model| model.fields.iter()).filter(|field| field.is_join()).count();
    new.len() == after.models.len() + joins
        && new.iter().all(|(table, owner)| old.get(table).is_none_or(|other| other == owner))
}

fn is_sound(world: &World, model: &Model) -> bool {
    let key_depth = |model: &Model| {
        let mut at = model;
        for depth in 0..6 {
            match at.fields[0].target.and_then(|to| world.model(to)) {
                None => return Some(depth),
                Some(next) => at = next,
            }
        }
        None
    };
    // Two groups of the same fields would have one name; whatever else says the same stands beside it.
    let mut separated = BTreeSet::new();
    let mut separates = |fields: &[u32]| separated.insert(fields.iter().copied().collect::<BTreeSet<u32>>());
    let unique_once = model.groups.iter().all(|group| separates(group));
    let mut index_fields = BTreeSet::new();
    key_depth(model).is_some()
        && unique_once
        && model.fields.iter().enumerate().all(|(place, field)| field.schema.primary_key == (place == 0))
        && model.indexes.iter().all(|index| index_fields.insert(&index.fields))
        && model.fields.iter().all(|field| {
            let covered = field.schema.unique || field.schema.db_index || model.covers(field.id);
            let indexable = field.can_be_indexed() || !covered;
            let one_to_one = !matches!(field.schema.kind, FieldKind::OneToOne(_));
            let related = field.target.is_none_or(|to| world.model(to).is_some());
            indexable
                && related
                && (field.through.is_none() || world.sides(model, field).is_some())
                && (one_to_one || field.schema.unique || field.schema.primary_key)
                && !(field.schema.primary_key && (field.schema.unique || field.schema.null))
                && fits(&field.schema.default, &field.schema.kind)
        })
        && model.constraints.iter().all(|constraint| match constraint {
            Constraint::Unique { .. } => true,
            Constraint::AtLeast { field, .. } => model.field(*field).is_some_and(|field| {
                // The condition has the name without quotes.
                let column = field.schema.column();
                let plain = !matches!(column.as_str(), "order" | "group" | "select" | "rank")
                    && column == column.to_lowercase();
                plain && convertible(&field.schema.kind, &FieldKind::Integer)
            }),
        })
}

fn rows_follow(before: &World, after: &World, model: &mut Model) -> bool {
    let old_model = before.model(model.id);
    let start = before.models.is_empty();
    // Rows that are there before and after, with the keys that were given to them.
    let populated = |id: Option<u32>| {
        id.is_none_or(|id| {
            let there = |world: &World| world.model(id).is_some_and(|target| target.populated);
            start
                || (there(before)
                    && there(after)
                    && before.has_known_keys(id)
                    && after.has_known_keys(id)
                    && !keys::rekeyed(before, after, id))
        })
    };
    let (has_rows, was_filled) = (model.populated || model.filled, old_model.is_some_and(|old| old.filled));
    if let Some(old) = old_model.filter(|_| has_rows)
        && !keys::key_follows(before, old, model)
    {
        return false;
    }
    let rows = has_rows && !start;
    let joined = rows && !was_filled && model.filled;
    let itself = model.clone();
    for (place, field) in model.fields.iter_mut().enumerate() {
        let old = old_model.and_then(|old| old.field(field.id));
        match old {
            None => {
                if !start {
                    field.spread = field.spread_when_added();
                    if field.schema.primary_key {
                        field.spread = Spread::Distinct;
                    }
                }
                let is_side = old_model.is_none() && field.target.is_some();
                if rows && !is_side && !field.schema.null && field.schema.is_concrete() && !populated(field.target) {
                    return false;
                }
            }
            Some(old) => {
                let remade = place == 0 && old.schema.primary_key && keys::remade(&old.schema.kind, &field.schema.kind);
                if !(remade || convertible(&old.schema.kind, &field.schema.kind))
                    || !keys::join_follows(before, after, old, &itself, field)
                {
                    return false;
                }
                field.spread = old.spread;
                let many = !field.schema.is_concrete();
                if old.target != field.target {
                    let key = |world: &World, id: Option<u32>| id.and_then(|id| world.key_kind(id).cloned());
                    let same_key = key(before, old.target)
                        .zip(key(after, field.target))
                        .is_some_and(|(old, new)| convertible(&old, &new) && convertible(&new, &old));
                    let known =
                        populated(field.target) && populated(old.target.filter(|id| after.model(*id).is_some()));
                    let was_known = old.target.is_none_or(|id| before.has_known_keys(id));
                    if many || !same_key || (rows && !(known && was_known)) {
                        return false;
                    }
                }
                if old.schema.null && !field.schema.null && field.spread == Spread::Nulls {
                    if rows && !populated(field.target) {
                        return false;
                    }
                    field.spread = Spread::Any;
                }
                if old.schema.null && !field.schema.null && rows && !populated(field.target) {
                    return false;
                }
                // A value that a shorter or a whole-number column cannot hold is refused by some engines.
                if narrows(&old.schema.kind, &field.schema.kind) {
                    return false;
                }
            }
        }
        if joined && place > 0 && field.spread == Spread::Distinct {
            // The rows that come to them have one value.
            field.spread = Spread::Any;
            field.tells = None;
        }
        let unique = field.schema.unique && !field.schema.primary_key;
        if has_rows && unique && field.spread == Spread::Any {
            return false;
        }
    }
    let is_told = || model.fields.iter().any(|field| field.tells.is_some()) || model.fields[0].target.is_some();
    if model.populated && !is_told() {
        return false;
    }
    let separates = |ids: &[u32]| ids.iter().filter_map(|id| model.field(*id)).any(|field| field.spread != Spread::Any);
    let unique = |constraint: &Constraint| match constraint {
        Constraint::Unique { fields, .. } => separates(fields),
        Constraint::AtLeast { .. } => true,
    };
    !has_rows || (model.groups.iter().all(|group| separates(group)) && model.constraints.iter().all(unique))
}

fn narrows(old: &FieldKind, new: &FieldKind) -> bool {
    match (old, new) {
        (
            FieldKind::Decimal { max_digits: old, decimal_places: places },
            FieldKind::Decimal { max_digits, decimal_places },
        ) => max_digits < old || decimal_places < places,
        _ => false,
    }
}
