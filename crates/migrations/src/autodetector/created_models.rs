//! New models, each after the models that it refers to. A circle of references is broken where it closes: that field is
//! added once both models are there.

use std::collections::BTreeSet;

use rjango_core::Result;
use rjango_schema::{ConstraintSchema, FieldSchema, ModelSchema};

use super::Detector;
use super::added_constraints::is_free;
use crate::state::{plain_field, target, through};
use crate::{AddConstraint, AddField, AddIndex, AlterUniqueTogether, CreateModel, Operation, ProjectState};

pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    let new: BTreeSet<String> =
        detector.to.labels().filter(|label| detector.state.get(label).is_none()).map(str::to_owned).collect();
    let mut order = Order { new: &new, done: Vec::new(), seen: BTreeSet::new(), open: Vec::new(), late: Vec::new() };
    for label in &new {
        order.visit(label, detector.to);
    }
    let Order { done, late, .. } = order;
    for label in done {
        let Some(model) = detector.to.get(&label).cloned() else {
            continue;
        };
        let late: Vec<&str> =
            late.iter().filter(|(model, _)| *model == label).map(|(_, field)| field.as_str()).collect();
        let mut create = create(&model, &late);
        // A name that another model still has is given later, once it is free.
        create.indexes.retain(|index| is_free(detector, &index.name));
        create.constraints.retain(|constraint| is_free(detector, constraint.name()));
        detector.emit(&model.app, Operation::CreateModel(create))?;
    }
    let mut completed: Vec<String> = Vec::new();
    for (label, name) in &late {
        let Some(field) = detector.to.get(label).and_then(|model| model.field(name)).map(plain_field) else {
            continue;
        };
        let (app, model) = split(label);
        let add = AddField { model: model.to_owned(), field, one_off_default: None };
        detector.emit(app, Operation::AddField(add))?;
        if !completed.contains(label) {
            completed.push(label.clone());
        }
    }
    for label in completed {
        if let Some(model) = detector.to.get(&label).cloned() {
            complete(detector, &model)?;
        }
    }
    Ok(())
}

fn split(label: &str) -> (&str, &str) {
    label.split_once('.').unwrap_or(("", label))
}

/// The model without the fields that come later, and without what covers them.
fn create(model: &ModelSchema, late: &[&str]) -> CreateModel {
    let mut create = CreateModel::new(model);
    create.fields.retain(|field| !late.contains(&field.name.as_str()));
    let is_late = |names: &[String]| names.iter().any(|name| late.contains(&name.trim_start_matches('-')));
    create.unique_together.retain(|group| !is_late(group));
    create.indexes.retain(|index| !is_late(&index.fields));
    create.constraints.retain(|constraint| match constraint {
        ConstraintSchema::Unique { fields, .. } => !is_late(fields),
        // Which columns a condition names is not known; it waits for all of them.
        ConstraintSchema::Check { .. } => late.is_empty(),
    });
    create
}

/// What covers the fields that came later.
fn complete(detector: &mut Detector<'_>, model: &ModelSchema) -> Result<()> {
    let current = detector.state.require(&model.label())?.clone();
    if current.unique_together != model.unique_together {
        let (name, unique_together) = (model.name.clone(), model.unique_together.clone());
        let operation = AlterUniqueTogether { model: name, unique_together };
        detector.emit(&model.app, Operation::AlterUniqueTogether(operation))?;
    }
    let indexes = model.indexes.iter().filter(|index| !current.indexes.contains(index));
    for index in indexes {
        if is_free(detector, &index.name) {
            let operation = AddIndex { model: model.name.clone(), index: index.clone() };
            detector.emit(&model.app, Operation::AddIndex(operation))?;
        }
    }
    let constraints = model.constraints.iter().filter(|constraint| !current.constraints.contains(constraint));
    for constraint in constraints {
        if is_free(detector, constraint.name()) {
            let operation = AddConstraint { model: model.name.clone(), constraint: constraint.clone() };
            detector.emit(&model.app, Operation::AddConstraint(operation))?;
        }
    }
    Ok(())
}

/// Depth first: targets before those that refer to them.
struct Order<'a> {
    new: &'a BTreeSet<String>,
    done: Vec<String>,
    seen: BTreeSet<String>,
    open: Vec<String>,
    late: Vec<(String, String)>,
}

impl Order<'_> {
    fn visit(&mut self, label: &str, to: &ProjectState) {
        if !self.seen.insert(label.to_owned()) {
            return;
        }
        let Some(model) = to.get(label) else {
            return;
        };
        self.open.push(label.to_owned());
        for field in &model.fields {
            self.follow(label, field, to);
        }
        self.open.pop();
        self.done.push(label.to_owned());
    }

    fn follow(&mut self, label: &str, field: &FieldSchema, to: &ProjectState) {
        // A new through model refers to both sides, so that the field can only come after it.
        if through(field).is_some_and(|through| self.new.contains(through)) {
            self.late.push((label.to_owned(), field.name.clone()));
            return;
        }
        let Some(target) = target(field) else { return };
        if target == label || !self.new.contains(target) {
            return;
        }
        if self.open.iter().any(|open| open == target) {
            self.late.push((label.to_owned(), field.name.clone()));
        } else {
            self.visit(target, to);
        }
    }
}
