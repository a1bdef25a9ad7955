//! Fields that changed in any attribute but their name.

use rjango_core::Result;
use rjango_schema::FieldSchema;

use super::{Answer, Detector, Question};
use crate::sql::Fill;
use crate::state::{plain_field, same_field};
use crate::{AlterField, Operation};

/// Keys that become plain columns: a table has one key, and another field may be about to become it.
pub(super) fn given_up_keys(detector: &mut Detector<'_>) -> Result<()> {
    alter(detector, |old, new| old.primary_key && !new.primary_key)
}

/// Every field that differs.
pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    alter(detector, |_, _| true)
}

fn alter(detector: &mut Detector<'_>, which: impl Fn(&FieldSchema, &FieldSchema) -> bool) -> Result<()> {
    for (old_model, new_model) in detector.kept() {
        for new in &new_model.fields {
            let Some(old) = old_model.field(&new.name) else {
                continue;
            };
            if same_field(old, new) || !which(old, new) {
                continue;
            }
            let forbids_null = old.null && !new.null && new.is_concrete();
            let mut one_off_default = None;
            if forbids_null && Fill::of(new, None).is_none() {
                one_off_default = detector.told.value(&new_model, new)?;
                let question = Question::NotNullAlteration { model: &new_model, field: new };
                if one_off_default.is_none()
                    && let Answer::Value(value) = detector.questioner.ask(&question)?
                {
                    one_off_default = Some(value);
                }
            }
            let operation = AlterField { model: new_model.name.clone(), field: plain_field(new), one_off_default };
            detector.emit(&new_model.app, Operation::AlterField(operation))?;
        }
    }
    Ok(())
}
