//! Another field becomes the primary key: it takes the key over while the former one is still there, so that whatever refers
//! to the model can follow.

use rjango_core::Result;
use rjango_schema::{DefaultValue, FieldKind, FieldSchema, ModelSchema};

use super::{Detector, added_fields};
use crate::state::{plain_field, same_field};
use crate::{AddField, AlterField, Operation};

pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    for (old, new) in detector.kept() {
        let (Some(old_key), Some(new_key)) = (old.primary_key(), new.primary_key()) else { continue };
        if old_key.name == new_key.name {
            continue;
        }
        prepare(detector, &old, &new, new_key)?;
        let former = former(old_key, &new);
        let operation = AlterField::new(new.name.clone(), plain_field(new_key));
        let operation = AlterField { former_key: Some(former), ..operation };
        detector.emit(&new.app, Operation::AlterField(operation))?;
    }
    Ok(())
}

/// Makes the field that is to be the key what it will be, but for that.
fn prepare(detector: &mut Detector<'_>, old: &ModelSchema, new: &ModelSchema, key: &FieldSchema) -> Result<()> {
    let mut field = plain_field(key);
    field.primary_key = false;
    field.unique = true;
    let Some(before) = old.field(&key.name) else {
        let one_off_default = match field.kind {
            _ if field.kind.is_auto() => None,
            FieldKind::Uuid if field.default.is_none() => Some(DefaultValue::Function("uuid::Uuid::new_v4".to_owned())),
            _ => added_fields::one_off(detector, new, &field)?,
        };
        let operation = AddField { model: new.name.clone(), field, one_off_default };
        return detector.emit(&new.app, Operation::AddField(operation));
    };
    // Whether it is unique by now makes no difference: a key is.
    (field.unique, field.db_index, field.blank) = (before.unique, before.db_index, before.blank);
    if same_field(before, &field) {
        return Ok(());
    }
    let operation = AlterField::new(new.name.clone(), field);
    detector.emit(&new.app, Operation::AlterField(operation))
}

/// The former key as a plain field: as it is to be, or until it goes.
fn former(old_key: &FieldSchema, new: &ModelSchema) -> FieldSchema {
    let mut former = plain_field(old_key);
    former.primary_key = false;
    former.unique = true;
    match new.field(&former.name) {
        Some(field) if std::mem::discriminant(&field.kind) == std::mem::discriminant(&former.kind) => {
            let mut kept = plain_field(field);
            // Translation finds each row by it.
            kept.column.clone_from(&former.column);
            kept
        }
        _ => former,
    }
}
