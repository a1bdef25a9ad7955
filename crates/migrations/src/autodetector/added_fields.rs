//! New fields. Where rows that are already there would have nothing to hold, the person is asked for a value; where all of
//! them would get the same in a unique column, whether that is meant.

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::{DefaultValue, FieldKind, FieldSchema, ModelSchema};

use super::{Answer, Detector, Question};
use crate::sql::Fill;
use crate::state::plain_field;
use crate::{AddField, Operation};

pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    for (old, new) in detector.kept() {
        for field in new.fields.iter().filter(|field| old.field(&field.name).is_none()) {
            let field = plain_field(field);
            let one_off_default = one_off(detector, &new, &field)?;
            let operation = AddField { model: new.name.clone(), field, one_off_default };
            detector.emit(&new.app, Operation::AddField(operation))?;
        }
    }
    Ok(())
}

pub(super) fn one_off(
    detector: &mut Detector<'_>,
    model: &ModelSchema,
    field: &FieldSchema,
) -> Result<Option<DefaultValue>> {
    if !field.is_concrete() {
        return Ok(None);
    }
    let sets_itself = matches!(
        field.kind,
        FieldKind::Date { auto_now: true, .. }
            | FieldKind::Time { auto_now: true, .. }
            | FieldKind::DateTime { auto_now: true, .. }
    );
    let adds_itself = matches!(
        field.kind,
        FieldKind::Date { auto_now_add: true, .. }
            | FieldKind::Time { auto_now_add: true, .. }
            | FieldKind::DateTime { auto_now_add: true, .. }
    );
    // Rows made before the field was have no moment of making that it could know: Django asks for that too.
    let has_fill = Fill::of(field, None).is_some() && !adds_itself;
    if field.null || sets_itself || has_fill || field.kind.is_auto() {
        warn_of_one_value(detector, model, field)?;
        return Ok(None);
    }
    if let Some(value) = detector.told.value(model, field)? {
        return Ok(Some(value));
    }
    value(detector.questioner.ask(&Question::NotNullAddition { model, field })?).map(Some)
}

/// Asks whether a unique column is to be added although every row gets the same value.
///
/// DIFFERENCE: Django asks where the default is a callable; a constant is no better, and PostgreSQL, SQLite and MySQL all
/// refuse the second row.
fn warn_of_one_value(detector: &mut Detector<'_>, model: &ModelSchema, field: &FieldSchema) -> Result<()> {
    let fill = Fill::of(field, None);
    let same_for_all = fill.as_ref().is_some_and(|fill| *fill != Fill::Uuid);
    if !(field.unique && same_for_all) {
        return Ok(());
    }
    if detector.questioner.ask(&Question::UniqueAddition { model, field })? != Answer::No {
        return Ok(());
    }
    let (name, model) = (&field.name, model.model_name());
    Err(Error::new(
        ErrorKind::Migration,
        format!("field `{name}` on model `{model}` not migrated: it is unique, and its rows would all get one value"),
    )
    .with_hint(
        "take three migrations: add it as an `Option`, fill it (`makemigrations --empty`), then take the `Option` away",
    ))
}

fn value(answer: Answer) -> Result<DefaultValue> {
    match answer {
        Answer::Value(value) => Ok(value),
        _ => Err(Error::new(
            ErrorKind::Migration,
            "a field that is neither NULL nor has a default needs a one-off value",
        )
        .with_hint("make it an `Option`, or give it `#[field(default = ..)]`")),
    }
}
