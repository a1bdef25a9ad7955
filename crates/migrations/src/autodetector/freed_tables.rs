//! Tables whose names another model takes: they are out of the way before it comes.
//!
//! A model that is gone is deleted at once where nothing refers to it, and otherwise its table is put aside until its turn.
//! A join table goes with its field. A table that stays gets its new name early.

use std::collections::{BTreeMap, BTreeSet};

use rjango_core::Result;
use rjango_schema::{FieldKind, ModelSchema};

use super::name_chain::steps;
use super::{Detector, deleted_models, tables};
use crate::state::{plain_field, through};
use crate::{AlterField, AlterModelTable, Operation, RemoveField};

pub(super) fn run(detector: &mut Detector<'_>, renamed: &BTreeMap<String, String>) -> Result<()> {
    let mut claims: BTreeMap<String, String> = BTreeMap::new();
    for model in detector.to.iter() {
        for table in tables(model) {
            claims.insert(table, model.label());
        }
    }
    join_tables(detector, &claims)?;
    let moved: BTreeSet<&String> = renamed.values().collect();
    let gone: Vec<ModelSchema> = detector
        .state
        .iter()
        .filter(|model| detector.to.get(&model.label()).is_none() && !moved.contains(&model.label()))
        .filter(|model| tables(model).iter().any(|table| claims.contains_key(table)))
        .cloned()
        .collect();
    for model in gone {
        let label = model.label();
        // Of a through model the rows may still be wanted.
        let is_through =
            detector.state.iter().any(|other| other.fields.iter().any(|field| through(field) == Some(&label)));
        let is_free = !is_through && detector.state.referring(&label).all(|other| other.label() == label);
        if is_free {
            deleted_models::delete(detector, &model)?;
        } else {
            let table = Some(aside(detector, &model.table()));
            let operation = AlterModelTable { model: model.name.clone(), table };
            detector.emit(&model.app, Operation::AlterModelTable(operation))?;
        }
    }
    kept_tables(detector, &claims)
}

/// Join tables of fields that go, where a model takes the name.
fn join_tables(detector: &mut Detector<'_>, claims: &BTreeMap<String, String>) -> Result<()> {
    for (old, new) in detector.kept() {
        for field in old.many_to_many() {
            let stays = new.field(&field.name).is_some_and(|new| super::removed_fields::stays(field, new));
            let join = detector.state.join_model(&old, field).map(|join| join.table());
            let is_claimed = join.and_then(|table| claims.get(&table)).is_some_and(|label| *label != new.label());
            if stays && is_claimed {
                // Its rows are still wanted: it steps aside until they are copied.
                let mut away = plain_field(field);
                let table = detector.state.join_model(&old, field).map(|join| join.table()).unwrap_or_default();
                if let FieldKind::ManyToMany(relation) = &mut away.kind {
                    relation.db_table = Some(aside(detector, &table));
                }
                let operation = AlterField::new(old.name.clone(), away);
                detector.emit(&old.app, Operation::AlterField(operation))?;
            } else if is_claimed {
                let operation = RemoveField { model: old.name.clone(), name: field.name.clone() };
                detector.emit(&old.app, Operation::RemoveField(operation))?;
            }
        }
    }
    Ok(())
}

/// Models that stay, and whose tables get names that free theirs for others.
fn kept_tables(detector: &mut Detector<'_>, claims: &BTreeMap<String, String>) -> Result<()> {
    let mut pairs = Vec::new();
    let mut models: BTreeMap<String, (ModelSchema, Option<String>)> = BTreeMap::new();
    for (old, new) in detector.kept() {
        let changes = old.table() != new.table();
        let is_claimed = claims.get(&old.table()).is_some_and(|label| *label != old.label());
        if changes && is_claimed {
            pairs.push((old.table(), new.table()));
            models.insert(old.table(), (old.as_ref().clone(), new.table.clone()));
        }
    }
    let steps = steps(pairs, |table| aside(detector, table));
    for (from, to) in steps {
        let Some((model, last)) = models.remove(&from) else {
            continue;
        };
        let arrives = table_of(&model, last.as_deref()) == to;
        let table = if arrives { last.clone() } else { Some(to.clone()) };
        let operation = AlterModelTable { model: model.name.clone(), table };
        detector.emit(&model.app, Operation::AlterModelTable(operation))?;
        models.insert(to, (model, last));
    }
    Ok(())
}

/// The table that a model has with this option.
fn table_of(model: &ModelSchema, table: Option<&str>) -> String {
    table.map_or_else(|| format!("{}_{}", model.app, model.model_name()), str::to_owned)
}

/// A name that no table has, before or after.
fn aside(detector: &Detector<'_>, table: &str) -> String {
    let mut aside = format!("{table}_aside");
    let taken = |name: &String| {
        let models = detector.state.iter().chain(detector.to.iter());
        models.flat_map(tables).any(|table| table == *name)
    };
    while taken(&aside) {
        aside.push('_');
    }
    aside
}
