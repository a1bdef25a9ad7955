//! One row written: what `save` does, for an instance by type and for one by name.
//!
//! A row is the values of its model's concrete fields, in their order. What the database and the clock give is put into it.

use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, Utc};
use rjango_core::{Error, ErrorKind, Result, timezone};
use rjango_schema::{FieldKind, FieldSchema, ModelSchema};

use super::insert::insert_if_absent;
use super::{exists, insert, update};
use crate::Value;
use crate::query::{Assignment, Expression, Query};
use crate::sql::equals;
use crate::value::bounds::{settled, settles};

/// How often `save` looks for a row that comes and goes while it is looked for.
const ATTEMPTS: usize = 3;

/// Updates the row of its primary key, or inserts it where there is none; gives whether it is new.
///
/// # Errors
/// `Integrity` where a constraint refuses; `Validation` where a required relation is not set.
pub(crate) async fn save_row(schema: &ModelSchema, values: &mut [Value], using: Option<&str>) -> Result<bool> {
    // A row without a key is new.
    let attempts = if key(schema, values).is_null() { 0 } else { ATTEMPTS };
    for _ in 0..attempts {
        if update_row(schema, values, None, using).await? {
            return Ok(false);
        }
        prepare_new(schema, values)?;
        // Somebody else may insert the row meanwhile.
        if insert_if_absent(&schema.label(), &names(schema), values.to_vec(), using).await? {
            return Ok(true);
        }
    }
    insert_row(schema, values, using).await?;
    Ok(true)
}

/// Updates the row of its primary key, all of it or these fields; gives whether there is one.
///
/// # Errors
/// As [`save_row`].
pub(crate) async fn update_row(
    schema: &ModelSchema,
    values: &mut [Value],
    only: Option<&[String]>,
    using: Option<&str>,
) -> Result<bool> {
    let is_wanted = |field: &FieldSchema| only.is_none_or(|only| only.contains(&field.name));
    set_times(schema, values, false, &is_wanted);
    settle(schema, values, &is_wanted);
    check_relations(schema, values, &is_wanted)?;
    let written = schema.concrete_fields().zip(&*values);
    let written = written.filter(|(field, value)| {
        // An instance that was not read does not know when its row was made. The row keeps it.
        let is_unknown = sets_itself(field).is_some_and(|(_, adding)| adding) && is_unset(value) && !field.null;
        !field.primary_key && is_wanted(field) && !is_unknown
    });
    let assignments: Vec<Assignment> = written
        .map(|(field, value)| Assignment { field: field.name.clone().into(), value: Expression::Value(value.clone()) })
        .collect();
    let mut row = Query::new(schema.label());
    row.default_ordering = false;
    row.for_write = true;
    row.using = using.map(|alias| alias.to_owned().into());
    row.filters.push(equals("pk", key(schema, values).clone()));
    if assignments.is_empty() { exists(&row).await } else { Ok(update(&row, &assignments).await? > 0) }
}

/// Inserts the row, and puts the key that the database gave into it.
///
/// # Errors
/// As [`save_row`].
pub(crate) async fn insert_row(schema: &ModelSchema, values: &mut [Value], using: Option<&str>) -> Result<()> {
    prepare_new(schema, values)?;
    let keys = insert(&schema.label(), &names(schema), vec![values.to_vec()], using).await?;
    let place = schema.concrete_fields().position(|field| field.primary_key).and_then(|place| values.get_mut(place));
    if let (Some(place), Some(key)) = (place, keys.into_iter().next().filter(|key| !key.is_null())) {
        *place = key;
    }
    Ok(())
}

/// Makes a new row ready to be inserted: sets the times that set themselves, gives each value the precision of its column, and
/// checks the relations.
///
/// # Errors
/// `Validation` where a required relation is not set.
pub(crate) fn prepare_new(schema: &ModelSchema, values: &mut [Value]) -> Result<()> {
    set_times(schema, values, true, &|_| true);
    settle(schema, values, &|_| true);
    check_relations(schema, values, &|_| true)
}

/// Sets every time that sets itself, as in a new row.
pub(crate) fn set_new_times(schema: &ModelSchema, values: &mut [Value]) {
    set_times(schema, values, true, &|_| true);
}

/// Gives each value the precision of its column, so that the instance is what will be read.
fn settle(schema: &ModelSchema, values: &mut [Value], is_wanted: &dyn Fn(&FieldSchema) -> bool) {
    for (field, value) in schema.concrete_fields().zip(values) {
        if settles(&field.kind) && is_wanted(field) {
            *value = settled(&field.kind, std::mem::replace(value, Value::Null));
        }
    }
}

/// Refuses a required relation that is not set: the database would say it of a column.
fn check_relations(schema: &ModelSchema, values: &[Value], is_wanted: &dyn Fn(&FieldSchema) -> bool) -> Result<()> {
    for (field, value) in schema.concrete_fields().zip(values) {
        if is_wanted(field) && value.is_null() && !field.null && field.kind.relation().is_some() {
            let message = format!("`{}.{}` refers to no saved row", schema.name, field.name);
            return Err(Error::new(ErrorKind::Validation, message)
                .with_hint("set it to an instance that is saved, or to the key of a row"));
        }
    }
    Ok(())
}

/// Whether the field's value sets itself: at every save, and at the first.
pub(crate) fn sets_itself(field: &FieldSchema) -> Option<(bool, bool)> {
    match field.kind {
        FieldKind::Date { auto_now, auto_now_add }
        | FieldKind::Time { auto_now, auto_now_add }
        | FieldKind::DateTime { auto_now, auto_now_add } => {
            (auto_now || auto_now_add).then_some((auto_now, auto_now_add))
        }
        _ => None,
    }
}

fn set_times(schema: &ModelSchema, values: &mut [Value], adding: bool, is_wanted: &dyn Fn(&FieldSchema) -> bool) {
    // Databases keep microseconds.
    let now = Utc::now().trunc_subsecs(6);
    // As Django: today is a day of the site's own zone, whoever asks.
    let here = timezone::default().local(now).naive_local();
    for (field, value) in schema.concrete_fields().zip(values) {
        let sets = sets_itself(field).is_some_and(|(always, at_first)| always || (at_first && adding));
        if !sets || !is_wanted(field) {
            continue;
        }
        *value = match field.kind {
            FieldKind::Date { .. } => Value::Date(here.date()),
            FieldKind::Time { .. } => Value::Time(here.time()),
            _ => Value::DateTime(now),
        };
    }
}

/// Whether a time was never set: NULL by name, the type's first value by type.
fn is_unset(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Date(date) => *date == NaiveDate::default(),
        Value::Time(time) => *time == NaiveTime::default(),
        Value::DateTime(moment) => *moment == DateTime::<Utc>::default(),
        _ => false,
    }
}

fn names(schema: &ModelSchema) -> Vec<&str> {
    schema.concrete_fields().map(|field| field.name.as_str()).collect()
}

fn key<'a>(schema: &ModelSchema, values: &'a [Value]) -> &'a Value {
    static NULL: Value = Value::Null;
    let position = schema.concrete_fields().position(|field| field.primary_key);
    position.and_then(|position| values.get(position)).unwrap_or(&NULL)
}
