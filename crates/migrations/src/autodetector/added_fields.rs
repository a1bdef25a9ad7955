//! New fields. Where rows that are already there would have nothing to hold, the person is asked for a value.

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

fn one_off(detector: &mut Detector<'_>, model: &ModelSchema, field: &FieldSchema) -> Result<Option<DefaultValue>> {
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
    if field.null || !field.is_concrete() || sets_itself || has_fill {
        return Ok(None);
    }
    value(detector.questioner.ask(&Question::NotNullAddition { model, field })?).map(Some)
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
