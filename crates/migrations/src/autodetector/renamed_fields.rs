//! Fields that have a new name: told by `renamed_from` or on the command line, or asked about.
//!
//! A field that is otherwise the same is asked about, as in Django. DIFFERENCE: so is one of the same class with other
//! attributes, after those, for a field is often renamed and altered in one go, and to drop its column would lose the
//! values.

use std::collections::{BTreeMap, BTreeSet};

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::{FieldSchema, ModelSchema};

use super::name_chain::{pending, steps};
use super::{Answer, Detector, Question};
use crate::state::{plain_field, same_attributes, same_field, target, through};
use crate::{AlterField, Operation, RenameField};

pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    let mut models = detector.kept();
    // Two fields of one kind that swap their names make no difference that could be seen.
    for label in detector.told.models_with_fields() {
        if !models.iter().any(|(_, new)| new.label() == label) {
            models.extend(detector.pair(label));
        }
    }
    for (old_model, new_model) in models {
        let mut found = told(detector, &old_model, &new_model)?;
        same_but_for_case(&old_model, &new_model, &mut found);
        asked(detector, &old_model, &new_model, &mut found)?;
        let free = |name: &str| {
            let mut aside = format!("{name}_temporary");
            while old_model.field(&aside).is_some() || new_model.field(&aside).is_some() {
                aside.push('x');
            }
            aside
        };
        let pairs = found.into_iter().map(|(new, old)| (old, new)).collect();
        for (from, to) in steps(pairs, free) {
            keep_column(detector, &new_model, &from, &to)?;
            let operation = RenameField { model: new_model.name.clone(), from, to };
            detector.emit(&new_model.app, Operation::RenameField(operation))?;
        }
    }
    Ok(())
}

/// Where a field gets another name and keeps its column, that is said before it is renamed: then nothing is to be done in
/// the database.
fn keep_column(detector: &mut Detector<'_>, model: &ModelSchema, from: &str, to: &str) -> Result<()> {
    let Some(new) = model.field(to).filter(|new| new.column.is_some()) else { return Ok(()) };
    let Some(old) = detector.state.require(&model.label())?.field(from) else { return Ok(()) };
    if old.column == new.column || old.column() != new.column() {
        return Ok(());
    }
    let mut field = plain_field(old);
    field.column.clone_from(&new.column);
    let operation = AlterField::new(model.name.clone(), field);
    detector.emit(&model.app, Operation::AlterField(operation))
}

/// What `renamed_from` and the command line tell: new names to old ones.
fn told(detector: &Detector<'_>, old_model: &ModelSchema, new_model: &ModelSchema) -> Result<BTreeMap<String, String>> {
    let label = new_model.label();
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    for new in &new_model.fields {
        let hint = detector.told.field(&label, &new.name).or(new.renamed_from.as_deref());
        // A column and a join table never become one another.
        if let Some(old) = hint.and_then(|old| old_model.field(old))
            && old.is_concrete() == new.is_concrete()
        {
            told.insert(new.name.clone(), old.name.clone());
        }
    }
    if told.is_empty() {
        return Ok(told);
    }
    let fits = |circle: &[(&str, &str)]| {
        let by_command_line = circle.iter().all(|(_, new)| detector.told.field(&label, new).is_some());
        let same = |old: &str, new: &str| {
            let fields = old_model.field(old).zip(new_model.field(new));
            usize::from(fields.is_some_and(|(old, new)| same_attributes(old, new)))
        };
        let made: usize = circle.iter().map(|(old, new)| same(old, new)).sum();
        let left: usize = circle.iter().map(|(_, new)| same(new, new)).sum();
        by_command_line || made > left
    };
    let pending = pending(told, |name| old_model.field(name).is_some(), fits);
    let mut origins: BTreeMap<&str, &str> = BTreeMap::new();
    for (new, old) in &pending {
        if let Some(other) = origins.insert(old, new) {
            return Err(Error::new(
                ErrorKind::Migration,
                format!("the fields `{other}` and `{new}` of `{label}` are both said to have been `{old}`"),
            )
            .with_hint("keep `renamed_from` on the one that is to have its values"));
        }
    }
    Ok(pending)
}

/// A name that differs from an old one in case alone is no other field. Nobody is asked.
fn same_but_for_case(old_model: &ModelSchema, new_model: &ModelSchema, found: &mut BTreeMap<String, String>) {
    for new in new_model.fields.iter().filter(|new| old_model.field(&new.name).is_none()) {
        let alike = |field: &&FieldSchema| field.name.to_lowercase() == new.name.to_lowercase();
        let rivals = new_model.fields.iter().filter(alike).count();
        let gone = gone(old_model, new_model, found);
        let mut old = gone.into_iter().filter(alike);
        if let (Some(old), None, 1) = (old.next(), old.next(), rivals)
            && !found.contains_key(&new.name)
            && old.is_concrete() == new.is_concrete()
        {
            found.insert(new.name.clone(), old.name.clone());
        }
    }
}

/// What the person says of fields that may be one.
fn asked(
    detector: &mut Detector<'_>,
    old_model: &ModelSchema,
    new_model: &ModelSchema,
    found: &mut BTreeMap<String, String>,
) -> Result<()> {
    for new in &new_model.fields {
        if old_model.field(&new.name).is_some() || found.contains_key(&new.name) {
            continue;
        }
        for old in gone(old_model, new_model, found).into_iter().filter(|old| same_but_for_name(old, new)) {
            if ask(detector, new_model, old, new)? {
                found.insert(new.name.clone(), old.name.clone());
                break;
            }
        }
    }
    for new in &new_model.fields {
        let is_new = |field: &FieldSchema| old_model.field(&field.name).is_none() && !found.contains_key(&field.name);
        let mut like = gone(old_model, new_model, found);
        like.retain(|old| same_class(old, new));
        // With several of the class on either side the questions would be many and the guess poor.
        let [old] = like.as_slice() else { continue };
        let rivals = new_model.fields.iter().filter(|field| is_new(field) && same_class(old, field)).count();
        // What was denied just now is not asked about again.
        if is_new(new) && rivals == 1 && !same_but_for_name(old, new) && ask(detector, new_model, old, new)? {
            found.insert(new.name.clone(), old.name.clone());
        }
    }
    Ok(())
}

/// The fields that are gone and not known to be another by now.
fn gone<'a>(
    old_model: &'a ModelSchema,
    new_model: &ModelSchema,
    found: &BTreeMap<String, String>,
) -> Vec<&'a FieldSchema> {
    let given_away: BTreeSet<&String> = found.values().collect();
    let is_gone = |name: &String| new_model.field(name).is_none() && !given_away.contains(name);
    old_model.fields.iter().filter(|old| is_gone(&old.name)).collect()
}

fn ask(detector: &mut Detector<'_>, model: &ModelSchema, old: &FieldSchema, new: &FieldSchema) -> Result<bool> {
    Ok(detector.questioner.ask(&Question::RenameField { model, old, new })? == Answer::Yes)
}

fn same_but_for_name(old: &FieldSchema, new: &FieldSchema) -> bool {
    // As in Django, a column that keeps its name counts as the same field too.
    if new.column.is_some() && new.column() == old.column() {
        let mut same = old.clone();
        same.name.clone_from(&new.name);
        same.column.clone_from(&new.column);
        return same_field(&same, new);
    }
    same_attributes(old, new)
}

fn same_class(old: &FieldSchema, new: &FieldSchema) -> bool {
    std::mem::discriminant(&old.kind) == std::mem::discriminant(&new.kind)
        && old.primary_key == new.primary_key
        && target(old) == target(new)
        && through(old) == through(new)
}
