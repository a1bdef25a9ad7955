//! Between an instance and its row: the values to write, and what the database and the clock put into them.

use rjango_core::{Error, Result};

use crate::execute::{Conflict, sets_itself};
use crate::relations::AnyModel;
use crate::{Model, Value, execute};

/// The values of an instance's concrete fields.
pub(in crate::typed) fn values(instance: &dyn AnyModel) -> Vec<Value> {
    instance.all_slots().into_iter().filter(|slot| slot.is_concrete()).map(|slot| slot.value()).collect()
}

/// The same, ready to be written as they are.
///
/// # Errors
/// `Validation` where a required relation is not set.
pub(in crate::typed) fn row<M: Model>(instance: &M) -> Result<Vec<Value>> {
    let row = values(instance);
    execute::check_relations(M::entry().schema(), &row)?;
    Ok(row)
}

/// The row of a new instance, whose times that set themselves are set.
///
/// # Errors
/// As [`row`].
pub(in crate::typed) fn new_row<M: Model>(instance: &mut M) -> Result<Vec<Value>> {
    let mut row = values(instance);
    execute::prepare_new(M::entry().schema(), &mut row)?;
    take_times(instance, &row)?;
    Ok(row)
}

/// Gives an instance the times that were set in its row.
pub(in crate::typed) fn take_times(instance: &mut dyn AnyModel, row: &[Value]) -> Result<()> {
    let fields = &instance.model_entry().schema().fields;
    if !fields.iter().any(|field| sets_itself(field).is_some()) {
        return Ok(());
    }
    let slots = fields.iter().zip(instance.all_slots_mut()).filter(|(_, slot)| slot.is_concrete());
    for ((field, slot), value) in slots.zip(row) {
        if sets_itself(field).is_some() {
            slot.assign(value.clone())?;
        }
    }
    Ok(())
}

/// Gives an instance the times and the primary key of its row.
pub(in crate::typed) fn take<M: Model>(instance: &mut M, row: &[Value]) -> Result<()> {
    take_times(instance, row)?;
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
