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
mod altered_tables;
mod altered_unique_together;
mod arrange;
mod created_models;
mod deleted_models;
mod naming;
mod questioner;
mod removed_constraints;
mod removed_fields;
mod renamed_fields;
mod renamed_models;

use std::collections::BTreeSet;

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::ModelSchema;

pub use naming::migration_name;
pub use questioner::{Answer, NeedsAnswer, NonInteractive, Question, Questioner, parse_default};

use crate::state::{plain_field, target, through};
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
    /// Models of other apps that it refers to.
    refers_to: BTreeSet<String>,
}

/// The operations that lead from one state to another.
///
/// # Errors
/// What the questioner refuses, and `Migration` where a difference cannot be expressed.
pub fn changes(from: &ProjectState, to: &ProjectState, questioner: &mut dyn Questioner) -> Result<Changes> {
    let mut detector = Detector { state: from.clone(), from, to, questioner, changes: Changes::default() };
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
    questioner: &'a mut dyn Questioner,
    changes: Changes,
}

impl Detector<'_> {
    /// The passes, in order.
    fn run(&mut self) -> Result<()> {
        // Renames come first, so that what follows compares a model with itself.
        renamed_models::run(self)?;
        // New models may be the targets of the fields below; they bring their indexes and constraints with them.
        created_models::run(self)?;
        // Options name fields only for people (`ordering`), so their place is free; Django has them here.
        altered_options::run(self)?;
        // Fields are renamed before anything compares them, and the indexes over them follow.
        renamed_fields::run(self)?;
        // What covers a field goes before the field itself.
        removed_constraints::run(self)?;
        altered_unique_together::drop_groups(self)?;
        removed_fields::run(self)?;
        added_fields::run(self)?;
        altered_fields::run(self)?;
        // What covers a field comes after it.
        altered_unique_together::run(self)?;
        added_constraints::run(self)?;
        altered_tables::run(self)?;
        // Models go last, when no field points at them any more.
        deleted_models::run(self)?;
        self.verify()
    }

    /// Adds an operation and applies it to the working state.
    fn emit(&mut self, app: &str, operation: Operation) -> Result<()> {
        let refers_to = referred(&operation);
        let mut after = BTreeSet::new();
        for (position, earlier) in self.changes.planned.iter().enumerate() {
            let about = earlier.operation.model_label(&earlier.app);
            let same_model = earlier.app == app && about == operation.model_label(app);
            let makes_target = match &earlier.operation {
                Operation::CreateModel(_) => about.is_some_and(|label| refers_to.contains(&label)),
                Operation::RenameModel(rename) => {
                    let new = format!("{}.{}", earlier.app, rename.to);
                    refers_to.contains(&new) || (earlier.app == app && operation.model_label(app) == Some(new))
                }
                _ => false,
            };
            if same_model || makes_target {
                after.insert(position);
            }
        }
        self.emit_after(app, operation, after)
    }

    /// Adds an operation that must come after these earlier ones.
    fn emit_after(&mut self, app: &str, operation: Operation, after: BTreeSet<usize>) -> Result<()> {
        operation.apply(app, &mut self.state)?;
        let refers_to = referred(&operation);
        self.changes.planned.push(Planned { app: app.to_owned(), operation, after, refers_to });
        Ok(())
    }

    /// The models that are in both states, as they stand in the working state and as they are to be.
    fn kept(&self) -> Vec<(ModelSchema, ModelSchema)> {
        self.to.iter().filter_map(|new| Some((self.state.get(&new.label())?.clone(), new.clone()))).collect()
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

/// Whether two models are the same to the migrations; the order of fields is not part of it.
fn same_model(one: &ModelSchema, other: &ModelSchema) -> bool {
    let fields = |model: &ModelSchema| {
        let mut fields: Vec<_> = model.fields.iter().map(plain_field).collect();
        fields.sort_by(|one, other| one.name.cmp(&other.name));
        fields
    };
    let indexes = |model: &ModelSchema| {
        let mut indexes = model.indexes.clone();
        indexes.sort_by(|one, other| one.name.cmp(&other.name));
        indexes
    };
    let constraints = |model: &ModelSchema| {
        let mut constraints = model.constraints.clone();
        constraints.sort_by(|one, other| one.name().cmp(other.name()));
        constraints
    };
    let groups = |model: &ModelSchema| model.unique_together.iter().cloned().collect::<BTreeSet<_>>();
    one.name == other.name
        && one.table == other.table
        && ModelOptions::of(one) == ModelOptions::of(other)
        && fields(one) == fields(other)
        && indexes(one) == indexes(other)
        && constraints(one) == constraints(other)
        && groups(one) == groups(other)
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
