//! Models that have a new name: told by `renamed_from`, or asked about where the fields are the same.

use rjango_core::Result;
use rjango_schema::ModelSchema;

use super::{Answer, Detector, Question};
use crate::state::{plain_field, retarget};
use crate::{Operation, RenameModel};

pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    let new: Vec<ModelSchema> =
        detector.to.iter().filter(|model| detector.from.get(&model.label()).is_none()).cloned().collect();
    for new in &new {
        let gone: Vec<ModelSchema> = detector
            .state
            .iter()
            .filter(|model| model.app == new.app && detector.to.get(&model.label()).is_none())
            .cloned()
            .collect();
        let told = gone.iter().find(|old| new.renamed_from.as_deref() == Some(old.name.as_str()));
        let old = match told {
            Some(old) => Some(old),
            None => {
                let mut found = None;
                for old in gone.iter().filter(|old| has_fields_of(old, new)) {
                    if detector.questioner.ask(&Question::RenameModel { old, new })? == Answer::Yes {
                        found = Some(old);
                        break;
                    }
                }
                found
            }
        };
        if let Some(old) = old {
            let operation = RenameModel { from: old.name.clone(), to: new.name.clone() };
            detector.emit(&new.app, Operation::RenameModel(operation))?;
        }
    }
    Ok(())
}

/// Whether the fields are the same but for references to the model itself.
fn has_fields_of(old: &ModelSchema, new: &ModelSchema) -> bool {
    let fields = |model: &ModelSchema| {
        let mut fields: Vec<_> = model.fields.iter().map(plain_field).collect();
        for field in &mut fields {
            retarget(field, &old.label(), &new.label());
        }
        fields.sort_by(|one, other| one.name.cmp(&other.name));
        fields
    };
    fields(old) == fields(new)
}
