//! Models that have a new name or belong to another app: told by `renamed_from` or on the command line, or asked about.
//!
//! A model whose fields are the same is asked about, as in Django. DIFFERENCE: so is one that shares most of its fields,
//! for a model is often renamed and changed in one go, and to drop its table would lose the rows; and so is one of the same
//! name in another app, for which Django has no operation.

use std::collections::{BTreeMap, BTreeSet};

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::{FieldSchema, ModelSchema};

use super::name_chain::{pending, steps};
use super::{Answer, Detector, Question};
use crate::state::{retarget, same_field, target, through};
use crate::{AlterModelTable, MoveModel, MovedModel, Operation, ProjectState, RenameModel};

/// The models that were called otherwise: new labels to old ones.
pub(super) fn find(detector: &mut Detector<'_>) -> Result<BTreeMap<String, String>> {
    let mut found = told(detector)?;
    same_but_for_case(detector, &mut found);
    let taken: BTreeSet<String> = found.values().cloned().collect();
    let (from, to) = (detector.from, detector.to);
    let mut gone: Vec<&ModelSchema> =
        from.iter().filter(|model| to.get(&model.label()).is_none() && !taken.contains(&model.label())).collect();
    let new: Vec<&ModelSchema> =
        to.iter().filter(|model| from.get(&model.label()).is_none() && !found.contains_key(&model.label())).collect();
    for new in new {
        let mut candidates: Vec<(Likeness, &ModelSchema)> =
            gone.iter().filter_map(|old| Some((likeness(old, new, from, to)?, *old))).collect();
        // The sort is stable: candidates of one kind stay in the order of their labels.
        candidates.sort_by_key(|(likeness, _)| *likeness);
        for (_, old) in candidates {
            let question = match old.app == new.app {
                true => Question::RenameModel { old, new },
                false => Question::MoveModel { old, new },
            };
            if detector.questioner.ask(&question)? == Answer::Yes {
                found.insert(new.label(), old.label());
                gone.retain(|other| other.label() != old.label());
                break;
            }
        }
    }
    Ok(found)
}

/// A name that differs from an old one in case alone is no other model: its table, its content type and its URLs are the
/// same. Nobody is asked.
fn same_but_for_case(detector: &Detector<'_>, found: &mut BTreeMap<String, String>) {
    let (from, to) = (detector.from, detector.to);
    let folded = |model: &ModelSchema| (model.app.to_lowercase(), model.name.to_lowercase());
    let taken: BTreeSet<String> = found.values().cloned().collect();
    for new in to.iter().filter(|model| from.get(&model.label()).is_none()) {
        let alike = |model: &&ModelSchema| model.app == new.app && folded(model) == folded(new);
        let rivals = to.iter().filter(alike).count();
        let mut old = from.iter().filter(alike).filter(|old| to.get(&old.label()).is_none());
        if let (Some(old), None, 1) = (old.next(), old.next(), rivals)
            && !taken.contains(&old.label())
            && !found.contains_key(&new.label())
        {
            found.insert(new.label(), old.label());
        }
    }
}

/// Makes the renames and moves.
pub(super) fn run(detector: &mut Detector<'_>, found: &BTreeMap<String, String>) -> Result<()> {
    let pairs = found.iter().map(|(new, old)| (old.clone(), new.clone())).collect();
    let (from, to) = (detector.from, detector.to);
    let free = |label: &str| {
        let mut aside = format!("{label}Temporary");
        while from.get(&aside).is_some() || to.get(&aside).is_some() {
            aside.push('X');
        }
        aside
    };
    for (old, new) in steps(pairs, free) {
        let ((old_app, old_name), (new_app, new_name)) = (split(&old), split(&new));
        let table = to.get(&new).and_then(|model| model.table.clone());
        if old_app == new_app {
            // A table that is to be named by the model gets its name first: it may be the one that it has.
            if table.is_some() && detector.state.require(&old)?.table != table {
                let operation = AlterModelTable { model: old_name.to_owned(), table };
                detector.emit(old_app, Operation::AlterModelTable(operation))?;
            }
            let operation = RenameModel { from: old_name.to_owned(), to: new_name.to_owned() };
            detector.emit(old_app, Operation::RenameModel(operation))?;
        } else {
            let operation = MoveModel { from: old.clone(), to: new.clone(), table };
            detector.emit(new_app, Operation::MoveModel(operation))?;
            let operation = MovedModel { name: old_name.to_owned(), to: new.clone() };
            detector.emit(old_app, Operation::MovedModel(operation))?;
        }
    }
    Ok(())
}

/// The label of a name that may stand without its app.
pub(super) fn full_label(app: &str, name: &str) -> String {
    if name.contains('.') { name.to_owned() } else { format!("{app}.{name}") }
}

fn split(label: &str) -> (&str, &str) {
    label.split_once('.').unwrap_or(("", label))
}

/// What `renamed_from` and the command line tell.
fn told(detector: &Detector<'_>) -> Result<BTreeMap<String, String>> {
    let (from, to) = (detector.from, detector.to);
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    for model in to.iter() {
        let label = model.label();
        let hint = model.renamed_from.as_deref().map(|old| full_label(&model.app, old));
        if let Some(old) = detector.told.model(&label).map(str::to_owned).or(hint)
            && old != label
        {
            told.insert(label, old);
        }
    }
    let fits = |circle: &[(&str, &str)]| {
        let by_command_line = circle.iter().all(|(_, new)| detector.told.model(new).is_some());
        let shared = |old: &str, new: &str| match (from.get(old), to.get(new)) {
            (Some(old), Some(new)) => common(old, new),
            _ => 0,
        };
        let made: usize = circle.iter().map(|(old, new)| shared(old, new)).sum();
        let left: usize = circle.iter().map(|(_, new)| shared(new, new)).sum();
        by_command_line || made > left
    };
    let pending = pending(told, |label| from.get(label).is_some(), fits);
    let mut origins: BTreeMap<&str, &str> = BTreeMap::new();
    for (new, old) in &pending {
        if let Some(other) = origins.insert(old, new) {
            return Err(Error::new(
                ErrorKind::Migration,
                format!("`{other}` and `{new}` are both said to have been `{old}`"),
            )
            .with_hint("keep `renamed_from` on the one that is to have its rows"));
        }
    }
    Ok(pending)
}

/// How much speaks for two models being one; the smaller is asked about first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    /// The same name and fields, in another app.
    Moved,
    /// The same fields under another name.
    Renamed,
    /// The same name in another app, and most of the fields.
    MovedAndAltered,
    /// Most of the fields under another name.
    RenamedAndAltered,
}

fn likeness(old: &ModelSchema, new: &ModelSchema, from: &ProjectState, to: &ProjectState) -> Option<Likeness> {
    let moves = old.app != new.app;
    if moves && old.name != new.name {
        return None;
    }
    if has_fields_of(old, new, from, to) {
        return Some(if moves { Likeness::Moved } else { Likeness::Renamed });
    }
    // Every model has a key; it says nothing.
    let count = |model: &ModelSchema| model.fields.iter().filter(|field| !field.primary_key).count();
    let most = common(old, new) * 2 > count(old).max(count(new));
    most.then_some(if moves { Likeness::MovedAndAltered } else { Likeness::RenamedAndAltered })
}

/// How many fields, keys not counted, have the same name and kind in both.
fn common(old: &ModelSchema, new: &ModelSchema) -> usize {
    let same = |field: &&FieldSchema| {
        new.field(&field.name)
            .is_some_and(|new| std::mem::discriminant(&new.kind) == std::mem::discriminant(&field.kind))
    };
    old.fields.iter().filter(|field| !field.primary_key).filter(same).count()
}

/// Whether the fields are the same but for references to models that may have been renamed as well.
fn has_fields_of(old: &ModelSchema, new: &ModelSchema, from: &ProjectState, to: &ProjectState) -> bool {
    let renamed = |old: Option<&str>, new: Option<&str>| match (old, new) {
        (Some(old), Some(new)) => to.get(old).is_none() && from.get(new).is_none(),
        _ => false,
    };
    let same = |old: &FieldSchema, new: &FieldSchema| {
        let mut field = old.clone();
        for at in [target, through] {
            if let (Some(old), Some(new)) = (at(old), at(new))
                && renamed(Some(old), Some(new))
            {
                retarget(&mut field, old, new);
            }
        }
        same_field(&field, new)
    };
    old.fields.len() == new.fields.len()
        && old.fields.iter().all(|field| new.field(&field.name).is_some_and(|new| same(field, new)))
}
