//! Models that are gone, each after the models that referred to it. A circle is broken by removing the field that closes
//! it first.

use rjango_core::Result;
use rjango_schema::ModelSchema;

use super::Detector;
use crate::state::target;
use crate::{DeleteModel, Operation, RemoveField};

pub(super) fn run(detector: &mut Detector<'_>) -> Result<()> {
    let mut gone: Vec<ModelSchema> =
        detector.state.iter().filter(|model| detector.to.get(&model.label()).is_none()).cloned().collect();
    // Emitted before each deletion: whatever took the last reference to the model away.
    while !gone.is_empty() {
        let free = gone.iter().position(|model| {
            let label = model.label();
            !gone.iter().any(|other| other.label() != label && refers(other, &label))
        });
        match free {
            Some(position) => {
                let model = gone.remove(position);
                delete(detector, &model)?;
            }
            None => {
                // Every model left is referred to: the first gives up its references to the others.
                let first = &mut gone[0];
                let label = first.label();
                let (app, name) = (first.app.clone(), first.name.clone());
                let references: Vec<String> = first
                    .fields
                    .iter()
                    .filter(|field| target(field).is_some_and(|to| to != label && detector.to.get(to).is_none()))
                    .map(|field| field.name.clone())
                    .collect();
                first.fields.retain(|field| !references.contains(&field.name));
                if references.is_empty() {
                    let model = gone.remove(0);
                    delete(detector, &model)?;
                    continue;
                }
                for field in references {
                    let operation = RemoveField { model: name.clone(), name: field };
                    detector.emit(&app, Operation::RemoveField(operation))?;
                }
            }
        }
    }
    Ok(())
}

fn refers(model: &ModelSchema, label: &str) -> bool {
    model.fields.iter().any(|field| target(field) == Some(label))
}

/// Deletes a model once everything that touched a model which referred to it has run.
pub(super) fn delete(detector: &mut Detector<'_>, model: &ModelSchema) -> Result<()> {
    let label = model.label();
    let referred: Vec<String> =
        detector.from.iter().filter(|other| refers(other, &label)).map(ModelSchema::label).collect();
    detector.emit_after(&model.app, Operation::DeleteModel(DeleteModel { name: model.name.clone() }), &referred)
}
