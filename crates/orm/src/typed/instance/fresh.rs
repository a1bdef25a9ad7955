//! What an instance's row gets when it is written: times that set themselves, and every column.

use chrono::{DateTime, SubsecRound, Utc};
use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::{FieldKind, FieldSchema};

use crate::execute::Conflict;
use crate::relations::AnyModel;
use crate::value::bounds::{settled, settles};
use crate::{Model, Value, execute};

/// Sets the times that set themselves: `auto_now` always, `auto_now_add` in a new row; of the fields that are wanted.
pub(in crate::typed) fn times<M: Model>(
    instance: &mut M,
    adding: bool,
    is_wanted: &dyn Fn(&str) -> bool,
) -> Result<()> {
    let sets_itself = |field: &FieldSchema| {
        matches!(
            field.kind,
            FieldKind::Date { auto_now, auto_now_add }
                | FieldKind::Time { auto_now, auto_now_add }
                | FieldKind::DateTime { auto_now, auto_now_add }
                if auto_now || auto_now_add
        )
    };
    if !M::entry().schema().fields.iter().any(sets_itself) {
        return Ok(());
    }
    set_times(instance, adding, Utc::now().trunc_subsecs(6), is_wanted)
}

/// Sets every time that sets itself, as in a new row.
pub(crate) fn fresh_times<M: Model>(instance: &mut M) -> Result<()> {
    times(instance, true, &|_| true)
}

fn set_times(
    instance: &mut dyn AnyModel,
    adding: bool,
    now: DateTime<Utc>,
    is_wanted: &dyn Fn(&str) -> bool,
) -> Result<()> {
    let schema = instance.model_entry().schema();
    for (field, slot) in schema.fields.iter().zip(instance.all_slots_mut()) {
        let (auto_now, auto_now_add, value) = match field.kind {
            FieldKind::Date { auto_now, auto_now_add } => (auto_now, auto_now_add, Value::Date(now.date_naive())),
            FieldKind::Time { auto_now, auto_now_add } => (auto_now, auto_now_add, Value::Time(now.time())),
            FieldKind::DateTime { auto_now, auto_now_add } => (auto_now, auto_now_add, Value::DateTime(now)),
            _ => continue,
        };
        if (auto_now || (auto_now_add && adding)) && is_wanted(&field.name) {
            slot.assign(value)?;
        }
    }
    Ok(())
}

/// Gives the instance what its row will hold: times to the microsecond, decimals with their field's places; of the fields
/// that are wanted.
pub(in crate::typed) fn settle<M: Model>(instance: &mut M, is_wanted: &dyn Fn(&str) -> bool) -> Result<()> {
    if !M::entry().schema().fields.iter().any(|field| settles(&field.kind)) {
        return Ok(());
    }
    settle_fields(instance, is_wanted)
}

fn settle_fields(instance: &mut dyn AnyModel, is_wanted: &dyn Fn(&str) -> bool) -> Result<()> {
    let schema = instance.model_entry().schema();
    for (field, slot) in schema.fields.iter().zip(instance.all_slots_mut()) {
        if !settles(&field.kind) || !is_wanted(&field.name) {
            continue;
        }
        let value = slot.value();
        let settled = settled(&field.kind, value.clone());
        if settled != value {
            slot.assign(settled)?;
        }
    }
    Ok(())
}

/// The values of an instance's concrete fields, ready to be written.
///
/// # Errors
/// `Validation` where a relation is not set, or set to an instance that is not saved. An optional one that is `None` is
/// NULL.
pub(in crate::typed) fn row<M: Model>(instance: &M) -> Result<Vec<Value>> {
    row_of(instance, &|_| true)
}

/// As [`row`], where the relations that are wanted alone must be set.
pub(in crate::typed) fn row_of<M: Model>(instance: &M, is_wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Value>> {
    values(instance, is_wanted)
}

fn values(instance: &dyn AnyModel, is_wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Value>> {
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

/// Inserts rows as [`row`] makes them, and gives their primary keys.
pub(in crate::typed) async fn insert<M: Model>(
    rows: Vec<Vec<Value>>,
    conflict: &Conflict<'_>,
    using: Option<&str>,
) -> Result<Vec<Value>> {
    let schema = M::entry().schema();
    let fields: Vec<&str> = schema.concrete_fields().map(|field| field.name.as_str()).collect();
    execute::upsert(&schema.label(), &fields, rows, conflict, using).await
}
