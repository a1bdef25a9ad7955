//! The autodetector: the operations that lead from one state to another.
//!
//! It is a list of passes over a working copy of the old state. Each pass finds one kind of difference, emits its
//! operations and applies them to the copy at once, so that the next pass compares what is left; at the end the copy must
//! equal the new state. The order in which the operations are emitted is therefore one in which they can run;
//! [`arrange`](Changes::arrange) only cuts it into the migrations of each app. Nothing here does I/O: a question to the
//! person goes through [`Questioner`].

mod added_constraints;
mod added_fields;
mod altered_fields;
mod altered_options;
mod altered_relations;
mod altered_tables;
mod altered_unique_together;
mod arrange;
mod created_models;
mod deleted_models;
mod freed_tables;
mod moved_keys;
mod name_chain;
mod naming;
mod questioner;
mod removed_constraints;
mod removed_fields;
mod renamed_fields;
mod renamed_models;
mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::ModelSchema;

pub use naming::migration_name;
pub use questioner::{Answer, NeedsAnswer, NonInteractive, Question, Questioner, parse_default};
pub use told::Told;

use crate::state::{same_field, target, through};
use crate::{ModelOptions, Operation, ProjectState};

/// The operations from one state to another, in an order in which they can run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Changes {
    planned: Vec<Planned>,
}

/// An operation, where it belongs and what must come before it.
#[derive(Debug, Clone, PartialEq)]
struct Planned {
    app: String,
    operation: Operation,
    /// Earlier operations, by position, that must have run.
    after: BTreeSet<usize>,
    /// Models that its fields refer to.
    refers_to: BTreeSet<String>,
    /// Models to which those that it touches refer.
    next_to: BTreeSet<String>,
    /// Other apps with tables that it changes too, because they refer to the model that it is about.
    reaches: BTreeSet<String>,
    /// The label that means something else afterwards, or whose table has another name or key.
    disturbs: Option<String>,
}

/// The operations that lead from one state to another.
///
/// # Errors
/// What the questioner refuses, and `Migration` where a difference cannot be expressed.
pub fn changes(from: &ProjectState, to: &ProjectState, questioner: &mut dyn Questioner) -> Result<Changes> {
    changes_as_told(from, to, &Told::default(), questioner)
}

/// The operations that lead from one state to another, with answers from the command line.
///
/// # Errors
/// As [`changes`], and `Command` where what was told names something that is not there.
pub fn changes_as_told(
    from: &ProjectState,
    to: &ProjectState,
    told: &Told,
    questioner: &mut dyn Questioner,
) -> Result<Changes> {
    told.check(from, to)?;
    let mut detector = Detector {
        state: from.clone(),
        from,
        to,
        told,
        questioner,
        changes: Changes::default(),
        last: BTreeMap::new(),
        freed: BTreeMap::new(),
        left: BTreeMap::new(),
        replaced: BTreeSet::new(),
    };
    detector.run()?;
    Ok(detector.changes)
}

impl Changes {
    /// Whether the states are the same.
    pub fn is_empty(&self) -> bool {
        self.planned.is_empty()
    }

    /// The operations with the app that each belongs to.
    pub fn operations(&self) -> impl Iterator<Item = (&str, &Operation)> {
        self.planned.iter().map(|planned| (planned.app.as_str(), &planned.operation))
    }
}

struct Detector<'a> {
    /// The old state with all operations so far applied.
    state: ProjectState,
    from: &'a ProjectState,
    to: &'a ProjectState,
    told: &'a Told,
    questioner: &'a mut dyn Questioner,
    changes: Changes,
    /// The last operation that touched the model of a label.
    last: BTreeMap<String, usize>,
    /// The operation that freed the name of a table, index or constraint.
    freed: BTreeMap<String, usize>,
    /// The operations that took a relation away, by the label to which it led.
    left: BTreeMap<String, BTreeSet<usize>>,
    /// Fields, by model and name, whose values mean nothing afterwards: they are removed and added.
    replaced: BTreeSet<(String, String)>,
}

impl Detector<'_> {
    /// The passes, in order.
    fn run(&mut self) -> Result<()> {
        // Who is who comes first, so that what follows compares a model with itself.
        let renamed = renamed_models::find(self)?;
        // A table's name must be free before a rename or a new model takes it.
        freed_tables::run(self, &renamed)?;
        renamed_models::run(self, &renamed)?;
        // New models may be the targets of the fields below; they bring their indexes and constraints with them.
        created_models::run(self)?;
        // A check names columns, which the next pass renames.
        removed_constraints::checks(self)?;
        // Fields are renamed before anything compares them, and the indexes over them follow.
        renamed_fields::run(self)?;
        // The order names fields, as they are called by now; what else is an option has no effect on the rest.
        altered_options::run(self)?;
        // What covers a field goes before the field itself.
        removed_constraints::run(self)?;
        altered_unique_together::drop_groups(self)?;
        // What refers to a model follows its key as long as both keys are there.
        moved_keys::run(self)?;
        // Rows go from a join table to what takes its place while both are there.
        altered_relations::run(self)?;
        removed_fields::run(self)?;
        added_fields::run(self)?;
        altered_fields::run(self)?;
        // What covers a field comes after it.
        altered_unique_together::run(self)?;
        added_constraints::run(self)?;
        altered_tables::run(self)?;
        // Models go last, when no field points at them any more.
        deleted_models::run(self)?;
        // They may have had the names of indexes and constraints that others are to have.
        added_constraints::run(self)?;
        self.verify()
    }

    /// Adds an operation and applies it to the working state.
    fn emit(&mut self, app: &str, operation: Operation) -> Result<()> {
        self.emit_after(app, operation, &[])
    }

    /// Adds an operation that must come after those that touched these models, too.
    fn emit_after(&mut self, app: &str, operation: Operation, models: &[String]) -> Result<()> {
        let (before, after) = (operation.model_label(app), operation.label_after(app));
        let names = |state: &ProjectState, label: Option<&String>| -> BTreeSet<String> {
            let model = label.and_then(|label| state.get(label));
            model
                .map(|model| tables(model).into_iter().chain(names_of_covers(model).map(str::to_owned)).collect())
                .unwrap_or_default()
        };
        let targets = |state: &ProjectState, label: Option<&String>| -> BTreeSet<String> {
            let model = label.and_then(|label| state.get(label));
            model.map(|model| model.fields.iter().filter_map(target).map(str::to_owned).collect()).unwrap_or_default()
        };
        let disturbs = disturbed(&operation, app, &self.state);
        let (had, referred_to) = (names(&self.state, before.as_ref()), targets(&self.state, before.as_ref()));
        operation.apply(app, &mut self.state)?;
        let has = names(&self.state, after.as_ref());
        let mut touched: BTreeSet<String> = before.iter().chain(&after).cloned().collect();
        let mut reaches = BTreeSet::new();
        if let (Some(_), Some(label)) = (&disturbs, &after) {
            for model in self.state.referring(label) {
                touched.insert(model.label());
                if model.app != app {
                    reaches.insert(model.app.clone());
                }
            }
        }
        let next_to = targets(&self.state, after.as_ref());
        let refers_to = referred(&operation);
        let waits_for = touched.iter().chain(&refers_to).chain(models);
        let mut follows: BTreeSet<usize> = waits_for.filter_map(|label| self.last.get(label).copied()).collect();
        follows.extend(has.difference(&had).filter_map(|name| self.freed.get(name)));
        // A table that referred to the model has come out of the SQL's reach, which is true only afterwards.
        if let Some(label) = &disturbs {
            follows.extend(self.left.get(label).into_iter().flatten());
        }
        let position = self.changes.planned.len();
        for label in referred_to.difference(&next_to) {
            self.left.entry(label.clone()).or_default().insert(position);
        }
        if let (Some(before), Some(after)) = (&before, &after)
            && before != after
            && let Some(left) = self.left.remove(before)
        {
            self.left.entry(after.clone()).or_default().extend(left);
        }
        self.freed.extend(had.difference(&has).map(|name| (name.clone(), position)));
        self.last.extend(touched.into_iter().map(|label| (label, position)));
        let planned = Planned { app: app.to_owned(), operation, after: follows, refers_to, next_to, reaches, disturbs };
        self.changes.planned.push(planned);
        Ok(())
    }

    /// A model that is in both states, as it stands in the working state and as it is to be.
    fn pair(&self, label: &str) -> Option<(Arc<ModelSchema>, Arc<ModelSchema>)> {
        Some((Arc::clone(self.state.shared(label)?), Arc::clone(self.to.shared(label)?)))
    }

    /// The models that are in both states and differ, as they stand in the working state and as they are to be.
    fn kept(&self) -> Vec<(Arc<ModelSchema>, Arc<ModelSchema>)> {
        let pairs = self.to.labels().filter_map(|label| {
            let (old, new) = (self.state.shared(label)?, self.to.shared(label)?);
            (!same_model(old, new)).then(|| (Arc::clone(old), Arc::clone(new)))
        });
        pairs.collect()
    }

    /// That the operations do lead to the new state: a pass that misses a difference must not go unnoticed.
    fn verify(&self) -> Result<()> {
        let left: Vec<String> = self
            .to
            .iter()
            .filter(|model| self.state.get(&model.label()).is_none_or(|state| !same_model(state, model)))
            .map(ModelSchema::label)
            .chain(self.state.labels().filter(|label| self.to.get(label).is_none()).map(str::to_owned))
            .collect();
        if left.is_empty() {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Migration,
            format!("the change of `{}` cannot be expressed as a migration", left.join("`, `")),
        )
        .with_hint("this is a defect of rjango: please report it with the model before and after"))
    }
}

/// Whether two states are the same to the migrations, as [`same_model`] has it.
pub(crate) fn same_state(one: &ProjectState, other: &ProjectState) -> bool {
    one.labels().eq(other.labels()) && one.iter().zip(other.iter()).all(|(one, other)| same_model(one, other))
}

/// Whether two models are the same to the migrations; the order of fields, indexes and constraints is not part of it.
fn same_model(one: &ModelSchema, other: &ModelSchema) -> bool {
    fn same<T: PartialEq>(one: &[T], other: &[T]) -> bool {
        one.len() == other.len() && one.iter().all(|entry| other.contains(entry))
    }
    one.name == other.name
        && one.table == other.table
        && one.fields.len() == other.fields.len()
        && one.fields.iter().all(|field| other.field(&field.name).is_some_and(|other| same_field(field, other)))
        && ModelOptions::of(one) == ModelOptions::of(other)
        && same(&one.indexes, &other.indexes)
        && same(&one.constraints, &other.constraints)
        && same(&one.unique_together, &other.unique_together)
}

/// The names of a model's table and of its join tables.
fn tables(model: &ModelSchema) -> Vec<String> {
    let joins = model.many_to_many().filter_map(|field| rjango_orm::join_table(model, field));
    std::iter::once(model.table()).chain(joins.map(|join| join.table())).collect()
}

/// The names of a model's indexes and constraints.
fn names_of_covers(model: &ModelSchema) -> impl Iterator<Item = &str> {
    let indexes = model.indexes.iter().map(|index| index.name.as_str());
    indexes.chain(model.constraints.iter().map(rjango_schema::ConstraintSchema::name))
}

/// The label that an operation takes away, or whose table or key it changes: what refers to the model must have come before,
/// for the SQL reaches into its tables, and what comes later must come after.
fn disturbed(operation: &Operation, app: &str, before: &ProjectState) -> Option<String> {
    let label = operation.model_label(app)?;
    let key = before.get(&label).and_then(ModelSchema::primary_key).map(|key| key.name.as_str());
    let disturbs = match operation {
        Operation::RenameModel(_)
        | Operation::MoveModel(_)
        | Operation::DeleteModel(_)
        | Operation::AlterModelTable(_) => true,
        Operation::AddField(add) => add.field.primary_key,
        Operation::RemoveField(remove) => key == Some(&remove.name),
        Operation::RenameField(rename) => key == Some(&rename.from),
        Operation::AlterField(alter) => alter.field.primary_key || key == Some(&alter.field.name),
        _ => false,
    };
    disturbs.then_some(label)
}

/// The models that an operation's fields refer to.
fn referred(operation: &Operation) -> BTreeSet<String> {
    let fields = match operation {
        Operation::CreateModel(create) => create.fields.as_slice(),
        Operation::AddField(add) => std::slice::from_ref(&add.field),
        Operation::AlterField(alter) => std::slice::from_ref(&alter.field),
        _ => &[],
    };
    fields.iter().flat_map(|field| target(field).into_iter().chain(through(field))).map(str::to_owned).collect()
}
