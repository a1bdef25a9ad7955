//! Fields that have a new name: told by `renamed_from`, or asked about where everything else is the same.

use rjango_core::Result;
use rjango_schema::{FieldSchema, ModelSchema};

use super::{Answer, Detector, Question};
use crate::state::plain_field;
use crate::{Operation, RenameField};

pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    for (old_model, new_model) in detector.kept() {
        let mut gone: Vec<FieldSchema> =
            old_model.fields.iter().filter(|field| new_model.field(&field.name).is_none()).cloned().collect();
        for new in new_model.fields.iter().filter(|field| old_model.field(&field.name).is_none()) {
            let Some(position) = origin(detector, &new_model, &gone, new)? else {
                continue;
            };
            let old = gone.remove(position);
            let operation = RenameField { model: new_model.name.clone(), from: old.name.clone(), to: new.name.clone() };
            detector.emit(&new_model.app, Operation::RenameField(operation))?;
        }
    }
    Ok(())
}

/// The position of the field that the new one was.
fn origin(
    detector: &mut Detector<'_>,
    model: &ModelSchema,
    gone: &[FieldSchema],
    new: &FieldSchema,
) -> Result<Option<usize>> {
    // A column and a join table never become one another.
    let told = gone.iter().position(|old| {
        new.renamed_from.as_deref() == Some(old.name.as_str()) && old.is_concrete() == new.is_concrete()
    });
    if told.is_some() {
        return Ok(told);
    }
    for (position, old) in gone.iter().enumerate() {
        let mut same = plain_field(old);
        same.name.clone_from(&new.name);
        // As in Django, a column that keeps its name counts as the same field too.
        let keeps_column = new.column.is_some() && new.column() == old.column();
        if keeps_column {
            same.column.clone_from(&new.column);
        }
        if same == plain_field(new)
            && detector.questioner.ask(&Question::RenameField { model, old, new })? == Answer::Yes
        {
            return Ok(Some(position));
        }
    }
    Ok(None)
}
