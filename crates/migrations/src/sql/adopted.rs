//! A new through model that takes over the automatic join table: the table and its columns are renamed, and no row is copied.
//!
//! The rows keep their keys, and what a person added to the table stays. It takes a model that was made in the same migration,
//! for then its own table is not needed; otherwise the rows are copied (`script`). The way back copies too: a through model
//! may hold a pair twice, and a join table may not.

use std::collections::BTreeMap;

use rjango_core::Result;
use rjango_schema::{FieldKind, FieldSchema};

use super::{Change, Fill, Renderer, Table};
use crate::operations::label;
use crate::state::{Join, target, through};
use crate::{AlterField, Operation, ProjectState};

/// An operation with the states before and after it.
pub(super) type Step<'a> = (&'a Operation, ProjectState, ProjectState);

/// The changes of join tables into through models among the steps of a migration: the position of the operation that makes the
/// model, that of the one that gives it to the field, and what becomes of the table.
pub(super) fn all(app: &str, steps: &[Step<'_>], renderer: &dyn Renderer) -> Result<Vec<(usize, usize, Change)>> {
    let mut found: Vec<(usize, usize, Change)> = Vec::new();
    for (position, (operation, before, after)) in steps.iter().enumerate() {
        let Operation::AlterField(alter) = operation else { continue };
        let Some(model) = through(&alter.field) else { continue };
        let makes = |(operation, ..): &Step<'_>| matches!(operation, Operation::CreateModel(create) if label(app, &create.name) == model);
        let Some(made) = steps[..position].iter().position(makes) else { continue };
        // Nothing in between may need the model's table.
        let waits = |(operation, ..): &Step<'_>| match operation {
            Operation::CreateModel(create) => {
                !create.fields.iter().any(|field| target(field) == Some(model) || through(field) == Some(model))
            }
            Operation::AlterField(other) => !other.field.is_concrete() && through(&other.field) != Some(model),
            _ => false,
        };
        if !steps[made + 1..position].iter().all(waits) {
            continue;
        }
        if let Some(change) = change(app, alter, before, after, renderer)? {
            found.push((made, position, change));
        }
    }
    Ok(found)
}

/// What becomes of the join table of a field; `None` where the through model has no place for its rows as they are.
fn change(
    app: &str,
    alter: &AlterField,
    before: &ProjectState,
    after: &ProjectState,
    renderer: &dyn Renderer,
) -> Result<Option<Change>> {
    let owner = label(app, &alter.model);
    let (Some(old), Some(new)) = (before.get(&owner), after.get(&owner)) else { return Ok(None) };
    let (Some(field), Some(with)) = (old.field(&alter.field.name), new.field(&alter.field.name)) else {
        return Ok(None);
    };
    let Some(join) = before.join_model(old, field).filter(|_| old.managed && target(field) == target(with)) else {
        return Ok(None);
    };
    let Some(into) = Join::of(new, with, after).filter(|into| into.model.managed) else { return Ok(None) };
    // Its own join tables refer to it: they are made with it.
    if into.model.many_to_many().any(|field| through(field).is_none()) {
        return Ok(None);
    }
    let Some(key) = into.model.primary_key().filter(|key| key.kind == FieldKind::BigAuto) else { return Ok(None) };
    let [_, from, to] = join.fields.as_slice() else { return Ok(None) };
    let names = [&key.name, &into.source, &into.target];
    let is_side = |field: &&FieldSchema| names[1..].contains(&&field.name);
    if into.model.concrete_fields().filter(is_side).any(|side| side.unique) {
        return Ok(None);
    }
    let pairs: Vec<(&FieldSchema, &String)> = [&join.fields[0], from, to].into_iter().zip(names).collect();
    // A name that one of the join table's columns has now may be another's afterwards only by a detour.
    let is_taken = |field: &FieldSchema| {
        let others = join.fields.iter().filter(|old| !pairs.contains(&(*old, &field.name)));
        let same = |old: &FieldSchema| {
            old.name.eq_ignore_ascii_case(&field.name) || old.column().eq_ignore_ascii_case(&field.column())
        };
        others.into_iter().any(same)
    };
    if into.model.concrete_fields().any(is_taken) {
        return Ok(None);
    }
    let mut fills = BTreeMap::new();
    for field in into.model.concrete_fields().filter(|field| !names.contains(&&field.name)) {
        match Fill::of(field, alter.through_defaults.get(&field.name)) {
            Some(fill) => drop(fills.insert(field.name.clone(), fill)),
            None if field.null => {}
            None => return Ok(None),
        }
    }
    let renamed = pairs.iter().map(|(old, new)| (old.name.clone(), (*new).clone()));
    let renamed = renamed.filter(|(old, new)| old != new).collect();
    let (table, after) = (Table::of(&join, before, renderer)?, Table::of(&into.model, after, renderer)?);
    Ok(Some(Change { renamed, fills, ..Change::new(table, after) }))
}
