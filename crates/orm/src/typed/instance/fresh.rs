//! Between an instance and its row: the values to write, and what the database and the clock put into them.

use rjango_core::{Error, ErrorKind, Result};

use crate::execute::{Conflict, sets_itself};
use crate::relations::AnyModel;
use crate::value::bounds::settles;
use crate::{Model, Value, execute};

/// Sets every time of an instance that sets itself, as in a new row.
pub(crate) fn fresh_times<M: Model>(instance: &mut M) -> Result<()> {
    let mut row = instance.values();
    execute::set_new_times(M::entry().schema(), &mut row);
    settle(instance, &row)
}

/// The values of an instance's concrete fields, of which those that are wanted will be written.
///
/// # Errors
/// `Validation` where a relation is set to an instance that is not saved. An optional one that is `None` is NULL.
pub(in crate::typed) fn values(instance: &dyn AnyModel, is_wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Value>> {
    let schema = instance.model_entry().schema();
    let mut row = Vec::with_capacity(schema.fields.len());
    for (field, slot) in schema.fields.iter().zip(instance.all_slots()) {
        if !slot.is_concrete() {
            continue;
        }
        let value = slot.value();
        // A relation that is there, though without a key: `None` has none at all.
        let is_open = || slot.relation().is_some_and(|relation| relation.key().is_null());
        if value.is_null() && field.kind.relation().is_some() && (!field.null || is_open()) && is_wanted(&field.name) {
            return Err(Error::new(
                ErrorKind::Validation,
                format!("`{}.{}` refers to no saved row", schema.name, field.name),
            )
            .with_hint("save the instance, and then set the field by `ForeignKey::to(&instance)`"));
        }
        row.push(value);
    }
    Ok(row)
}

/// The same, all of it.
///
/// # Errors
/// As [`values`].
pub(in crate::typed) fn row<M: Model>(instance: &M) -> Result<Vec<Value>> {
    values(instance, &|_| true)
}

/// The row of a new instance, whose times that set themselves are set. The instance gets what the row will hold.
///
/// # Errors
/// As [`values`].
pub(in crate::typed) fn new_row<M: Model>(instance: &mut M) -> Result<Vec<Value>> {
    let mut row = row(instance)?;
    execute::prepare_new(M::entry().schema(), &mut row)?;
    settle(instance, &row)?;
    Ok(row)
}

/// Gives an instance what its row holds: times that set themselves, and values to the precision of their columns.
pub(in crate::typed) fn settle(instance: &mut dyn AnyModel, row: &[Value]) -> Result<()> {
    let fields = &instance.model_entry().schema().fields;
    if !fields.iter().any(|field| sets_itself(field).is_some() || settles(&field.kind)) {
        return Ok(());
    }
    let slots = fields.iter().zip(instance.all_slots_mut()).filter(|(_, slot)| slot.is_concrete());
    for ((field, slot), value) in slots.zip(row) {
        if (sets_itself(field).is_some() || settles(&field.kind)) && slot.value() != *value {
            slot.assign(value.clone())?;
        }
    }
    Ok(())
}

/// As [`settle`], with the row's primary key.
pub(in crate::typed) fn take<M: Model>(instance: &mut M, row: &[Value]) -> Result<()> {
    settle(instance, row)?;
    let position = M::entry().schema().concrete_fields().position(|field| field.primary_key);
    match position.and_then(|position| row.get(position)) {
        Some(key) => instance.set_pk_value(key.clone()),
        None => Err(Error::improperly_configured(format!("`{}` has no primary key", M::entry().schema().label()))),
    }
}

/// Inserts rows as [`new_row`] makes them, and gives their primary keys.
pub(in crate::typed) async fn insert<M: Model>(
    rows: Vec<Vec<Value>>,
    conflict: &Conflict<'_>,
    using: Option<&str>,
) -> Result<Vec<Value>> {
    let schema = M::entry().schema();
    let fields: Vec<&str> = schema.concrete_fields().map(|field| field.name.as_str()).collect();
    execute::upsert(&schema.label(), &fields, rows, conflict, using).await
}
