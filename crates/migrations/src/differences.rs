//! What an operation changes, in words: `max_length 200 -> 100`. Pure.

use std::collections::BTreeSet;

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::{FieldKind, FieldSchema, ModelSchema};
use serde::Serialize;

use crate::operations::{inline, label};
use crate::sql::{Fate, Held, fate};
use crate::state::through;
use crate::{AlterField, ModelOptions, Operation, ProjectState};

/// The attributes that an operation changes, with their values before and after; nothing for operations whose description
/// says it all. `before` is the state before it.
///
/// # Errors
/// `Migration` where the operation does not fit the state.
pub fn differences(operation: &Operation, app: &str, before: &ProjectState) -> Result<Vec<String>> {
    match operation {
        Operation::AlterField(alter) => {
            let model = before.require(&label(app, &alter.model))?;
            let Some(old) = model.field(&alter.field.name) else { return Ok(Vec::new()) };
            let mut words = compare(old, &alter.field)?;
            words.extend(values(alter, model, old));
            Ok(words)
        }
        Operation::RemoveField(remove) => {
            let model = before.require(&label(app, &remove.model))?;
            let field = model.field(&remove.name).filter(|_| model.managed);
            Ok(field.and_then(|field| dropped(before, model, field)).into_iter().collect())
        }
        Operation::DeleteModel(delete) => {
            let model = before.require(&label(app, &delete.name))?;
            let mut words = Vec::new();
            if model.managed {
                words.push(format!("drops the table `{}` and its rows", model.table()));
                words.extend(model.many_to_many().filter_map(|field| dropped(before, model, field)));
            }
            Ok(words)
        }
        Operation::AlterModelOptions(alter) => {
            compare(&ModelOptions::of(before.require(&label(app, &alter.model))?), &alter.options)
        }
        Operation::AlterModelTable(alter) => {
            let model = before.require(&label(app, &alter.model))?;
            let shown = |table: &Option<String>| table.clone().unwrap_or_else(|| "(default)".to_owned());
            Ok(vec![format!("table {} -> {}", shown(&model.table), shown(&alter.table))])
        }
        Operation::AlterUniqueTogether(alter) => {
            let model = before.require(&label(app, &alter.model))?;
            let shown = |groups: &[Vec<String>]| {
                let groups: Vec<String> = groups.iter().map(|group| format!("({})", group.join(", "))).collect();
                if groups.is_empty() { "none".to_owned() } else { groups.join(", ") }
            };
            Ok(vec![format!("unique_together {} -> {}", shown(&model.unique_together), shown(&alter.unique_together))])
        }
        _ => Ok(Vec::new()),
    }
}

/// What goes with a field; nothing for a many-to-many field with a through model, which stays.
fn dropped(state: &ProjectState, model: &ModelSchema, field: &FieldSchema) -> Option<String> {
    if field.is_concrete() {
        return Some(format!("drops the column `{}` of `{}` and its values", field.column(), model.table()));
    }
    let join = state.join_model(model, field)?;
    Some(format!("drops the table `{}` and its rows", join.table()))
}

/// What becomes of the values of a field that is altered.
fn values(alter: &AlterField, model: &ModelSchema, old: &FieldSchema) -> Vec<String> {
    let mut words = Vec::new();
    if alter.former_key.is_some() {
        words.push("becomes the key, and what refers to the model follows".to_owned());
    }
    if let (Some(from), Some(to)) = (Held::of(&old.kind), Held::of(&alter.field.kind)) {
        let is_key_anew = old.primary_key
            && alter.field.primary_key
            && (matches!(alter.field.kind, FieldKind::Uuid) || alter.field.kind.is_auto());
        match fate(from, to) {
            Fate::Loses(what) => words.push(format!("each value loses {what}")),
            Fate::Refused if is_key_anew => {
                words.push("each row gets a new key, and what refers to it follows".to_owned());
            }
            Fate::Refused => words.push("rows with a value refuse it".to_owned()),
            Fate::Converts => words.push("values that do not fit refuse it".to_owned()),
            Fate::Stay => {}
        }
    }
    if old.is_concrete() != alter.field.is_concrete() || through(old) != through(&alter.field) {
        words.push(format!("what `{}.{}` relates is kept", model.label(), old.name));
    }
    words
}

/// The keys of two descriptions whose values differ, each with the values in words.
fn compare(old: &impl Serialize, new: &impl Serialize) -> Result<Vec<String>> {
    let table = |value: toml::Value| match value {
        toml::Value::Table(table) => table,
        _ => toml::Table::new(),
    };
    let unwritable =
        |error| Error::new(ErrorKind::Migration, "a field has an attribute without a TOML form").with_source(error);
    let old = table(toml::Value::try_from(old).map_err(unwritable)?);
    let new = table(toml::Value::try_from(new).map_err(unwritable)?);
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut differences = Vec::new();
    for key in keys.into_iter().filter(|key| old.get(*key) != new.get(*key)) {
        let shown = |value: Option<&toml::Value>| match (key.as_str(), value) {
            (_, None) => Ok("none".to_owned()),
            ("default", Some(value)) => value_in_words(value),
            ("choices", Some(toml::Value::Array(choices))) => {
                Ok(choices.iter().map(choice_in_words).collect::<Result<Vec<_>>>()?.join(", "))
            }
            (_, Some(toml::Value::String(text))) => Ok(text.clone()),
            (_, Some(value)) => inline(value),
        };
        // A flag is left out where it is false.
        let flag = |value: Option<&toml::Value>, other: Option<&toml::Value>| match (value, other) {
            (None, Some(toml::Value::Boolean(other))) => Ok((!other).to_string()),
            _ => shown(value),
        };
        differences.push(format!(
            "{key} {} -> {}",
            flag(old.get(key), new.get(key))?,
            flag(new.get(key), old.get(key))?
        ));
    }
    Ok(differences)
}

/// A default or a choice's value: text in quotes, numbers as they are, a function by its path.
fn value_in_words(value: &toml::Value) -> Result<String> {
    let (kind, value) = match value {
        toml::Value::Table(table) if table.len() == 1 => {
            table.iter().next().map_or(("", value), |(kind, value)| (kind, value))
        }
        other => ("", other),
    };
    match (kind, value) {
        ("function", toml::Value::String(path)) => Ok(format!("the function {path}")),
        ("json", toml::Value::String(document)) => Ok(document.clone()),
        (_, toml::Value::String(text)) => Ok(format!("{text:?}")),
        (_, value) => inline(value),
    }
}

fn choice_in_words(choice: &toml::Value) -> Result<String> {
    let value = choice.get("value").map_or_else(|| inline(choice), value_in_words)?;
    Ok(match choice.get("label").and_then(toml::Value::as_str) {
        Some(label) => format!("{value} ({label})"),
        None => value,
    })
}
