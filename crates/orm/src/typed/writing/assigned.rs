//! Assignments, as `set!` makes them.

use std::marker::PhantomData;

use rjango_core::{Error, ErrorKind, Result};

use crate::query::{Assignment, Condition, Expression, Lookup, Operand as Right, Path};
use crate::typed::AssignmentsOf;
use crate::typed::conditions::operand::Operand;
use crate::typed::fields::column::Column;
use crate::{Model, ModelField, Value};

/// One assignment to a field of `R`: `m.name().set("Drinks")`.
pub struct Assigned<R> {
    path: Path,
    value: Expression,
    marker: PhantomData<fn() -> R>,
}

impl<R> Assigned<R> {
    pub(in crate::typed) fn new(path: Path, value: Expression) -> Self {
        Self { path, value, marker: PhantomData }
    }

    /// The assignment as data.
    pub(in crate::typed) fn into_assignment(self) -> Result<Assignment> {
        let Self { path: Path(mut names), value, .. } = self;
        match names.pop() {
            Some(field) if names.is_empty() => Ok(Assignment { field, value }),
            last => {
                names.extend(last);
                Err(Error::new(
                    ErrorKind::Other,
                    format!("cannot set `{}`: it is a field of another model", names.join("__")),
                )
                .with_hint("query that model, and update it there"))
            }
        }
    }
}

impl<R, T: ModelField> Column<R, T> {
    /// `set!(price = value)`: the field gets this value, or that of this expression over the row's own fields.
    pub fn set(self, value: impl Operand<R, T::Operand>) -> Assigned<R> {
        Assigned::new(self.path, value.operand())
    }
}

impl<R, T: ModelField> Column<R, Option<T>> {
    /// `set!(price = None)`.
    pub fn set_null(self) -> Assigned<R> {
        Assigned::new(self.path, Expression::Value(Value::Null))
    }
}

/// The assignments that a closure of `set!` makes.
pub(in crate::typed) fn assignments<M: Model, A: IntoIterator<Item = Assigned<M>>>(
    set: impl AssignmentsOf<M, A>,
) -> Result<Vec<Assignment>> {
    set(M::fields(Path::root())).into_iter().map(Assigned::into_assignment).collect()
}

/// The rows whose fields have these values.
pub(in crate::typed) fn condition(assignments: &[Assignment]) -> Condition {
    Condition::All(
        assignments
            .iter()
            .map(|assignment| {
                let left = Expression::Column(Path::root().join(assignment.field.clone()));
                let (lookup, right) = match &assignment.value {
                    Expression::Value(Value::Null) => (Lookup::IsNull, Expression::Value(Value::Bool(true))),
                    value => (Lookup::Exact, value.clone()),
                };
                Condition::Lookup { left, lookup, right: Right::One(right) }
            })
            .collect(),
    )
}

/// Gives an instance's fields these values.
pub(in crate::typed) fn apply<M: Model>(instance: &mut M, assignments: Vec<Assignment>) -> Result<()> {
    let schema = M::entry().schema();
    let mut slots = Vec::new();
    instance.slots_mut(&mut slots);
    for Assignment { field, value } in assignments {
        let value = match value {
            Expression::Value(value) => value,
            Expression::Unsaved(what) => {
                return Err(Error::new(
                    ErrorKind::Other,
                    format!("`{}.{field}` cannot refer to {what}", M::entry().schema().label()),
                )
                .with_hint("save that instance first; for NULL write `field = None`"));
            }
            _ => {
                return Err(Error::new(
                    ErrorKind::Other,
                    format!(
                        "a new `{}` has no row yet from which `{field}` could be computed",
                        M::entry().schema().name
                    ),
                )
                .with_hint("give a value; `F(..)` is for `update`"));
            }
        };
        let index = match &*field {
            "pk" => Some(M::entry().pk_index()),
            name => schema.fields.iter().position(|candidate| candidate.name == name),
        };
        if let Some(slot) = index.and_then(|index| slots.get_mut(index)) {
            slot.assign(value).map_err(|error| {
                let message = format!("`{}.{field}` cannot be set: {error}", schema.label());
                error.wrap(message)
            })?;
        }
    }
    Ok(())
}
