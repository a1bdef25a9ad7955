//! Relations that change their kind, their through model or their target under one name: what they relate is kept where
//! there is a way.
//!
//! A join table and a foreign key become one another, and so do a join table and a through model: their rows are copied
//! while both are there. A relation to another model has keys that mean nothing there: the person is asked.

use std::collections::BTreeMap;

use rjango_core::Result;
use rjango_schema::{DefaultValue, FieldKind, FieldSchema, ModelSchema};

use super::removed_fields::{key, stays};
use super::{Answer, Detector, Question, added_fields};
use crate::state::{Join, plain_field, target, through};
use crate::{AlterField, Operation};

pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    for (old, new) in detector.kept() {
        for field in &new.fields {
            let Some(before) = old.field(&field.name) else { continue };
            let (from, to) = (target(before), target(field));
            if from.is_some() && to.is_some() && from != to {
                retarget(detector, &new, before, field)?;
                continue;
            }
            let changes = before.is_concrete() != field.is_concrete() || through(before) != through(field);
            if !changes || !stays(before, field) {
                continue;
            }
            let Some(through_defaults) = through_defaults(detector, &new, before, field)? else {
                detector.replaced.insert(key(&new, field));
                continue;
            };
            let operation = AlterField::new(new.name.clone(), plain_field(field));
            let operation = AlterField { through_defaults, ..operation };
            detector.emit(&new.app, Operation::AlterField(operation))?;
        }
    }
    Ok(())
}

/// Asks whether the values of a relation are keys of its new target as well.
fn retarget(detector: &mut Detector<'_>, model: &ModelSchema, old: &FieldSchema, new: &FieldSchema) -> Result<()> {
    // Between a column and a join table of another target there is no way: the next pass asks whether they may be lost.
    if !stays(old, new) || detector.told.keeps(&model.label(), &new.name) {
        return Ok(());
    }
    let answer = match detector.told.loses(&model.label(), &new.name) {
        true => Answer::No,
        false => detector.questioner.ask(&Question::Retarget { model, old, new })?,
    };
    if answer != Answer::Yes {
        detector.replaced.insert(key(model, new));
    }
    Ok(())
}

/// What the rows of a join table get in the other fields of a through model; `None` where both through models were there
/// before and stay: then each keeps its own rows.
fn through_defaults(
    detector: &mut Detector<'_>,
    model: &ModelSchema,
    old: &FieldSchema,
    new: &FieldSchema,
) -> Result<Option<BTreeMap<String, DefaultValue>>> {
    let mut defaults = BTreeMap::new();
    let Some(label) = through(new) else { return Ok(Some(defaults)) };
    let is_old = |label: &str| detector.from.get(label).is_some() && detector.to.get(label).is_some();
    if through(old).is_some_and(is_old) && is_old(label) {
        return Ok(None);
    }
    let Some(join) = Join::of(model, new, &detector.state) else { return Ok(Some(defaults)) };
    let source = Join::of(detector.state.require(&model.label())?, old, &detector.state);
    for field in join.model.concrete_fields().filter(|field| ![&join.source, &join.target].contains(&&field.name)) {
        let known = source.as_ref().and_then(|source| source.model.field(&field.name));
        if field.primary_key && field.kind.is_auto() || known.is_some_and(|known| known.kind == field.kind) {
            continue;
        }
        if field.kind == FieldKind::Uuid && field.primary_key && field.default.is_none() {
            defaults.insert(field.name.clone(), DefaultValue::Function("uuid::Uuid::new_v4".to_owned()));
            continue;
        }
        if let Some(value) = added_fields::one_off(detector, &join.model, field)? {
            defaults.insert(field.name.clone(), value);
        }
    }
    Ok(Some(defaults))
}
