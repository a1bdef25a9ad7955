//! What an operation touches of the models: whether two of them can change places, whether two branches meet. Pure.

use rjango_schema::{ConstraintSchema, FieldSchema};

use crate::Operation;
use crate::operations::label;
use crate::state::{target, through};

/// A part of a model that an operation touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Touched {
    model: String,
    part: Part,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// The model itself comes, goes or is renamed.
    Model,
    /// The model must stay under its name.
    Target,
    /// A field comes or changes.
    Field(String),
    /// A field goes or is renamed.
    Gone(String),
    /// A field must stay under its name.
    Used(String),
    /// Some fields must stay under their names; which is not known.
    SomeUsed,
    /// Something else with a name: an index, a constraint.
    Named(String),
    /// The table's name.
    Table,
}

/// What two operations both touch in a way that one of them would undo or refuse the other's, in words.
pub(crate) fn met(one: &[Touched], other: &[Touched]) -> Vec<String> {
    let mut met = Vec::new();
    for (one, other) in one.iter().flat_map(|one| other.iter().map(move |other| (one, other))) {
        if one.model != other.model {
            continue;
        }
        let model = &one.model;
        let what = match (&one.part, &other.part) {
            (Part::Target, Part::Target) => continue,
            (Part::Model, _) | (_, Part::Model) => format!("the model `{model}`"),
            (Part::Field(name) | Part::Gone(name), Part::Field(other) | Part::Gone(other))
            | (Part::Gone(name), Part::Used(other))
            | (Part::Used(name), Part::Gone(other))
                if name == other =>
            {
                format!("the field `{name}` of `{model}`")
            }
            (Part::Named(name), Part::Named(other)) if name == other => format!("{name} of `{model}`"),
            (Part::Table, Part::Table) => format!("the table's name of `{model}`"),
            _ => continue,
        };
        if !met.contains(&what) {
            met.push(what);
        }
    }
    met
}

/// Whether two operations that follow one another can change places, and nothing else changes by it.
pub(crate) fn commute(app: &str, one: &Operation, other: &Operation) -> bool {
    let (Some(one), Some(other)) = (touched(app, one), touched(app, other)) else {
        return false;
    };
    let uses = |one: &Touched, other: &Touched| {
        one.model == other.model
            && match (&one.part, &other.part) {
                (Part::Used(name), Part::Field(field)) => name == field,
                (Part::SomeUsed, Part::Field(_) | Part::Gone(_)) => true,
                (Part::Table, part) => *part != Part::Target,
                _ => false,
            }
    };
    met(&one, &other).is_empty()
        && !one.iter().any(|one| other.iter().any(|other| uses(one, other) || uses(other, one)))
}

/// What an operation touches in the state: of SQL and Rust functions, what they say they change of the models.
pub(crate) fn touched_in_state(app: &str, operation: &Operation) -> Vec<Touched> {
    let within = match operation {
        Operation::RunSql(run) => &run.state_operations,
        Operation::SeparateDatabaseAndState(separate) => &separate.state_operations,
        _ => return touched(app, operation).unwrap_or_default(),
    };
    within.iter().flat_map(|operation| touched_in_state(app, operation)).collect()
}

/// What an operation touches; `None` where that cannot be known.
fn touched(app: &str, operation: &Operation) -> Option<Vec<Touched>> {
    let model = operation.model_label(app)?;
    let on = |part: Part| Touched { model: model.clone(), part };
    let used = |name: &String| on(Part::Used(name.trim_start_matches('-').to_owned()));
    let index = |name: &str| on(Part::Named(format!("the index `{name}`")));
    let constraint = |name: &str| on(Part::Named(format!("the constraint `{name}`")));
    let with_targets = |fields: &[FieldSchema], own: Part| {
        let labels = fields.iter().flat_map(|field| target(field).into_iter().chain(through(field)));
        let targets = labels.filter(|label| **label != *model);
        let targets = targets.map(|label| Touched { model: label.to_owned(), part: Part::Target });
        targets.chain([on(own)]).collect::<Vec<_>>()
    };
    Some(match operation {
        Operation::CreateModel(create) => with_targets(&create.fields, Part::Model),
        Operation::DeleteModel(_) => vec![on(Part::Model)],
        Operation::RenameModel(rename) => {
            vec![on(Part::Model), Touched { model: label(app, &rename.to), part: Part::Model }]
        }
        Operation::AddField(add) => with_targets(std::slice::from_ref(&add.field), Part::Field(add.field.name.clone())),
        Operation::AlterField(alter) => {
            let mut touched = with_targets(std::slice::from_ref(&alter.field), Part::Field(alter.field.name.clone()));
            touched.extend(alter.former_key.iter().map(|former| on(Part::Field(former.name.clone()))));
            touched
        }
        Operation::RemoveField(remove) => vec![on(Part::Gone(remove.name.clone()))],
        Operation::RenameField(rename) => vec![on(Part::Gone(rename.from.clone())), on(Part::Gone(rename.to.clone()))],
        Operation::AddIndex(add) => {
            let name = add.index.name.as_str();
            add.index.fields.iter().map(used).chain([index(name)]).collect()
        }
        Operation::RemoveIndex(remove) => vec![on(Part::SomeUsed), index(&remove.name)],
        Operation::RenameIndex(rename) => vec![on(Part::SomeUsed), index(&rename.from), index(&rename.to)],
        Operation::MoveModel(moved) => {
            vec![on(Part::Model), Touched { model: moved.to.clone(), part: Part::Model }]
        }
        Operation::AddConstraint(add) => {
            let name = constraint(add.constraint.name());
            match &add.constraint {
                ConstraintSchema::Unique { fields, .. } => fields.iter().map(used).chain([name]).collect(),
                ConstraintSchema::Check { .. } => vec![on(Part::SomeUsed), name],
            }
        }
        Operation::RemoveConstraint(remove) => vec![on(Part::SomeUsed), constraint(&remove.name)],
        Operation::AlterUniqueTogether(alter) => {
            let named = on(Part::Named("`unique_together`".to_owned()));
            alter.unique_together.iter().flatten().map(used).chain([named, on(Part::SomeUsed)]).collect()
        }
        Operation::AlterModelOptions(alter) => {
            let named = on(Part::Named("the options".to_owned()));
            alter.options.ordering.iter().map(used).chain([named]).collect()
        }
        Operation::AlterModelTable(_) => vec![on(Part::Table)],
        _ => return None,
    })
}
