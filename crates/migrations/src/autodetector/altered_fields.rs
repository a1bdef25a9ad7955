//! Fields that changed in any attribute but their name.

use rjango_core::Result;

use super::removed_fields::lose;
use super::{Answer, Detector, Question};
use crate::sql::{Fate, Fill, Held, fate};
use crate::state::{plain_field, same_field};
use crate::{AlterField, Operation};

/// Every field that differs.
pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    for (old_model, new_model) in detector.kept() {
        for new in &new_model.fields {
            let Some(old) = old_model.field(&new.name) else {
                continue;
            };
            if same_field(old, new) {
                continue;
            }
            if let (Some(from), Some(to)) = (Held::of(&old.kind), Held::of(&new.kind))
                && let Fate::Loses(what) = fate(from, to)
            {
                lose(detector, &new_model, new, what)?;
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
            let operation = AlterField::new(new_model.name.clone(), plain_field(new));
            let operation = AlterField { one_off_default, ..operation };
            detector.emit(&new_model.app, Operation::AlterField(operation))?;
        }
    }
    Ok(())
}
