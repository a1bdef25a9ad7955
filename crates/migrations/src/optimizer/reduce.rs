//! The rules: what two operations that follow one another come to.

use rjango_schema::{ConstraintSchema, DefaultValue, FieldSchema};

use crate::operations::renamed;
use crate::sql::{Fate, Held, fate};
use crate::state::{target, through};
use crate::{
    AddField, AddIndex, AlterField, AlterModelOptions, AlterModelTable, AlterUniqueTogether, CreateModel, Operation,
    RenameField, RenameIndex, RenameModel,
};

/// What stands for both operations; `None` where they stay two.
pub(super) fn reduce(one: &Operation, other: &Operation) -> Option<Vec<Operation>> {
    match one {
        Operation::CreateModel(create) => after_create(create, other),
        Operation::RenameModel(rename) => match other {
            Operation::RenameModel(next) if next.from == rename.to => {
                let (from, to) = (rename.from.clone(), next.to.clone());
                Some(if from == to { Vec::new() } else { vec![Operation::RenameModel(RenameModel { from, to })] })
            }
            _ => None,
        },
        Operation::AddField(add) => after_add(add, other),
        Operation::AlterField(alter) => after_alter(alter, other),
        Operation::RenameField(rename) => match other {
            Operation::RenameField(next) if next.model == rename.model && next.from == rename.to => {
                let (from, to) = (rename.from.clone(), next.to.clone());
                let rename = RenameField { model: rename.model.clone(), from, to };
                Some(if rename.from == rename.to { Vec::new() } else { vec![Operation::RenameField(rename)] })
            }
            Operation::DeleteModel(delete) if delete.name == rename.model => Some(vec![other.clone()]),
            _ => None,
        },
        Operation::RemoveField(remove) => deleted(&remove.model, other),
        Operation::AddIndex(add) => match other {
            Operation::RemoveIndex(remove) if remove.model == add.model && remove.name == add.index.name => {
                Some(Vec::new())
            }
            Operation::RenameIndex(rename) if rename.model == add.model && rename.from == add.index.name => {
                let mut index = add.index.clone();
                index.name.clone_from(&rename.to);
                Some(vec![Operation::AddIndex(AddIndex { model: add.model.clone(), index })])
            }
            _ => deleted(&add.model, other),
        },
        Operation::RenameIndex(rename) => match other {
            Operation::RenameIndex(next) if next.model == rename.model && next.from == rename.to => {
                let (model, from, to) = (rename.model.clone(), rename.from.clone(), next.to.clone());
                let rename = RenameIndex { model, from, to };
                Some(if rename.from == rename.to { Vec::new() } else { vec![Operation::RenameIndex(rename)] })
            }
            _ => deleted(&rename.model, other),
        },
        Operation::AddConstraint(add) => match other {
            Operation::RemoveConstraint(remove)
                if remove.model == add.model && remove.name == add.constraint.name() =>
            {
                Some(Vec::new())
            }
            _ => deleted(&add.model, other),
        },
        Operation::RemoveIndex(remove) => deleted(&remove.model, other),
        Operation::RemoveConstraint(remove) => deleted(&remove.model, other),
        Operation::AlterUniqueTogether(alter) => match other {
            Operation::AlterUniqueTogether(next) if next.model == alter.model => Some(vec![other.clone()]),
            _ => deleted(&alter.model, other),
        },
        Operation::AlterModelOptions(alter) => match other {
            Operation::AlterModelOptions(next) if next.model == alter.model => Some(vec![other.clone()]),
            _ => deleted(&alter.model, other),
        },
        Operation::AlterModelTable(alter) => match other {
            Operation::AlterModelTable(next) if next.model == alter.model => Some(vec![other.clone()]),
            _ => deleted(&alter.model, other),
        },
        _ => None,
    }
}

/// A change of a model that is deleted is no change.
fn deleted(model: &str, other: &Operation) -> Option<Vec<Operation>> {
    match other {
        Operation::DeleteModel(delete) if delete.name == *model => Some(vec![other.clone()]),
        _ => None,
    }
}

fn after_create(create: &CreateModel, other: &Operation) -> Option<Vec<Operation>> {
    let mut create = create.clone();
    match other {
        Operation::DeleteModel(delete) if delete.name == create.name => return Some(Vec::new()),
        // What refers to itself would refer to the old name.
        Operation::RenameModel(rename) if rename.from == create.name && !refers_to(&create.fields, &create.name) => {
            create.name.clone_from(&rename.to);
        }
        Operation::AddField(add) if add.model == create.name => create.fields.push(add.field.clone()),
        Operation::AlterField(alter) if alter.model == create.name => {
            for altered in std::iter::once(&alter.field).chain(&alter.former_key) {
                *create.fields.iter_mut().find(|field| field.name == altered.name)? = altered.clone();
            }
        }
        Operation::RemoveField(remove) if remove.model == create.name => {
            if uses(&create, &remove.name) {
                return None;
            }
            create.fields.retain(|field| field.name != remove.name);
        }
        Operation::RenameField(rename) if rename.model == create.name => rename_in(&mut create, rename)?,
        Operation::AddIndex(add) if add.model == create.name => create.indexes.push(add.index.clone()),
        Operation::RemoveIndex(remove) if remove.model == create.name => {
            create.indexes.retain(|index| index.name != remove.name);
        }
        Operation::RenameIndex(rename) if rename.model == create.name => {
            create.indexes.iter_mut().find(|index| index.name == rename.from)?.name.clone_from(&rename.to);
        }
        Operation::AddConstraint(add) if add.model == create.name => create.constraints.push(add.constraint.clone()),
        Operation::RemoveConstraint(remove) if remove.model == create.name => {
            create.constraints.retain(|constraint| constraint.name() != remove.name);
        }
        Operation::AlterUniqueTogether(AlterUniqueTogether { model, unique_together }) if *model == create.name => {
            create.unique_together.clone_from(unique_together);
        }
        // Whether migrations make the table decides about SQL: such a change stays apart.
        Operation::AlterModelOptions(AlterModelOptions { model, options })
            if *model == create.name && options.managed == create.options.managed =>
        {
            create.options = options.clone();
        }
        Operation::AlterModelTable(AlterModelTable { model, table }) if *model == create.name => {
            create.table.clone_from(table);
        }
        _ => return None,
    }
    Some(vec![Operation::CreateModel(create)])
}

fn after_add(add: &AddField, other: &Operation) -> Option<Vec<Operation>> {
    let mut add = add.clone();
    match other {
        Operation::RemoveField(remove) if remove.model == add.model && remove.name == add.field.name => {
            return Some(Vec::new());
        }
        Operation::AlterField(alter)
            if alter.model == add.model
                && alter.field.name == add.field.name
                && is_plain(alter)
                && keeps_kind(&add.field, &alter.field) =>
        {
            let one_off = one_off(&alter.field, add.one_off_default.as_ref(), alter.one_off_default.as_ref());
            // The column would be NOT NULL from the start, and nothing would fill it.
            if !alter.field.null && add.field.null && one_off.is_none() && alter.field.default.is_none() {
                return None;
            }
            add = AddField { model: add.model, field: alter.field.clone(), one_off_default: one_off };
        }
        Operation::RenameField(rename) if rename.model == add.model && rename.from == add.field.name => {
            add.field.name.clone_from(&rename.to);
        }
        _ => return deleted(&add.model, other),
    }
    Some(vec![Operation::AddField(add)])
}

fn after_alter(alter: &AlterField, other: &Operation) -> Option<Vec<Operation>> {
    match other {
        // Values that pass from kind to kind may come out otherwise than by one step.
        Operation::AlterField(next)
            if next.model == alter.model
                && next.field.name == alter.field.name
                && is_plain(alter)
                && is_plain(next)
                && keeps_kind(&alter.field, &next.field) =>
        {
            let one_off = one_off(&next.field, alter.one_off_default.as_ref(), next.one_off_default.as_ref());
            let altered = AlterField::new(next.model.clone(), next.field.clone());
            Some(vec![Operation::AlterField(AlterField { one_off_default: one_off, ..altered })])
        }
        Operation::RemoveField(remove)
            if remove.model == alter.model && remove.name == alter.field.name && is_plain(alter) =>
        {
            Some(vec![other.clone()])
        }
        Operation::RenameField(rename)
            if rename.model == alter.model && rename.from == alter.field.name && is_plain(alter) =>
        {
            let mut alter = alter.clone();
            alter.field.name.clone_from(&rename.to);
            Some(vec![other.clone(), Operation::AlterField(alter)])
        }
        _ => deleted(&alter.model, other),
    }
}

/// Whether it is about its own field alone.
fn is_plain(alter: &AlterField) -> bool {
    alter.former_key.is_none() && alter.through_defaults.is_empty()
}

/// Whether the values of one field are values of the other as they are.
fn keeps_kind(one: &FieldSchema, other: &FieldSchema) -> bool {
    let stays = match (Held::of(&one.kind), Held::of(&other.kind)) {
        (Some(from), Some(to)) => fate(from, to) == Fate::Stay,
        _ => std::mem::discriminant(&one.kind) == std::mem::discriminant(&other.kind),
    };
    stays && through(one) == through(other)
}

/// What fills the rows: the later value, else the earlier; nothing for a field that may be NULL.
fn one_off(field: &FieldSchema, one: Option<&DefaultValue>, other: Option<&DefaultValue>) -> Option<DefaultValue> {
    if field.null { None } else { other.or(one).cloned() }
}

/// Whether a field refers to a model of this name, whichever app it is of.
fn refers_to(fields: &[FieldSchema], name: &str) -> bool {
    let labels = fields.iter().flat_map(|field| target(field).into_iter().chain(through(field)));
    labels.filter_map(|label| label.split_once('.')).any(|(_, target)| target == name)
}

/// Whether something other than a field names a field.
fn uses(create: &CreateModel, name: &str) -> bool {
    let names = create.unique_together.iter().flatten();
    let names = names.chain(create.indexes.iter().flat_map(|index| &index.fields)).chain(&create.options.ordering);
    names.map(|name| name.trim_start_matches('-')).any(|used| used == name)
        || create.constraints.iter().any(|constraint| match constraint {
            ConstraintSchema::Unique { fields, .. } => fields.iter().any(|field| field == name),
            ConstraintSchema::Check { .. } => true,
        })
}

/// A renamed field, wherever the model names it. A condition in SQL is a person's to change.
fn rename_in(create: &mut CreateModel, rename: &RenameField) -> Option<()> {
    let checked = |constraint: &ConstraintSchema| matches!(constraint, ConstraintSchema::Check { .. });
    if create.constraints.iter().any(checked) {
        return None;
    }
    create.fields.iter_mut().find(|field| field.name == rename.from)?.name.clone_from(&rename.to);
    let fields = create.unique_together.iter_mut().flatten();
    let fields = fields.chain(create.indexes.iter_mut().flat_map(|index| index.fields.iter_mut()));
    let fields = fields.chain(create.options.ordering.iter_mut());
    let fields = fields.chain(create.constraints.iter_mut().flat_map(|constraint| match constraint {
        ConstraintSchema::Unique { fields, .. } => fields.iter_mut(),
        ConstraintSchema::Check { .. } => [].iter_mut(),
    }));
    for name in fields {
        *name = renamed(name, &rename.from, &rename.to);
    }
    Some(())
}
