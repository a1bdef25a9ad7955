//! What an operation changes, in words: `max_length 200 -> 100`. Pure.

use std::collections::BTreeSet;

use rjango_core::{Error, ErrorKind, Result};
use serde::Serialize;

use crate::operations::{inline, label};
use crate::{ModelOptions, Operation, ProjectState};

/// The attributes that an operation changes, with their values before and after; nothing for operations whose description
/// says it all. `before` is the state before it.
///
/// # Errors
/// `Migration` where the operation does not fit the state.
pub fn differences(operation: &Operation, app: &str, before: &ProjectState) -> Result<Vec<String>> {
    match operation {
        Operation::AlterField(alter) => {
            let model = before.require(&label(app, &alter.model))?;
            model.field(&alter.field.name).map_or_else(|| Ok(Vec::new()), |old| compare(old, &alter.field))
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

/// The keys of two descriptions whose values differ, as TOML spells them.
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
        let shown = |value: Option<&toml::Value>| match value {
            None => Ok("none".to_owned()),
            Some(toml::Value::String(text)) => Ok(text.clone()),
            Some(value) => inline(value),
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
