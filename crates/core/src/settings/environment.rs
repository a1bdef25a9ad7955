//! From environment variables to the same values that files have.
//!
//! `RJANGO_DEBUG` sets `DEBUG`; `RJANGO_DATABASES__DEFAULT__NAME` reaches into tables; `SECRET_KEY` and
//! `DATABASE_URL` are read without the prefix too, as every host sets them. Nothing else is.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::keys::KEYS;
use super::problem::Problem;
use super::value::{Data, Entry, Origin, Table, Value};
use super::{database_url, foreign, refused, toml_file};
use crate::nearest;

/// What stands before a setting's name.
pub(super) const PREFIX: &str = "RJANGO_";

/// Puts the variables over what the files say.
pub(super) fn overlay(table: &mut Table, environment: &BTreeMap<String, String>, problems: &mut Vec<Problem>) {
    if let Some(key) = environment.get("SECRET_KEY") {
        let origin = Origin::Environment(Arc::from("SECRET_KEY"));
        insert(table, "SECRET_KEY".to_owned(), Value { data: Data::Raw(key.clone()), origin });
    }
    for variable in ["DATABASE_URL", "RJANGO_DATABASE_URL"] {
        if let Some(url) = environment.get(variable).filter(|url| !url.is_empty()) {
            database(table, variable, url, problems);
        }
    }
    for (variable, text) in environment {
        let Some(name) = variable.strip_prefix(PREFIX) else { continue };
        let origin = Origin::Environment(Arc::from(variable.as_str()));
        let path: Vec<&str> = name.split("__").collect();
        match known(&path) {
            Known::Setting => set(table, &path, text, &origin, problems),
            Known::Near(near) => problems.push(
                Problem::new(&origin, name, format!("`{variable}` sets no known setting"))
                    .with_hint(format!("did you mean `{PREFIX}{near}`?")),
            ),
            // The commands have variables of their own under the prefix.
            Known::Foreign => {}
        }
    }
}

enum Known {
    Setting,
    Near(&'static str),
    Foreign,
}

fn known(path: &[&str]) -> Known {
    let Some((&first, rest)) = path.split_first() else { return Known::Foreign };
    let key = KEYS.iter().find(|key| key.name == first);
    match (key, rest) {
        (Some(_), []) => Known::Setting,
        (Some(key), _) if key.table => Known::Setting,
        (Some(key), _) => Known::Near(key.name),
        (None, []) if ["ENV", "DATABASE_URL", "BASE_DIR"].contains(&first) => Known::Foreign,
        // Read as the others are, so that it is refused with its reason.
        (None, _) if refused::find(first).is_some() || foreign::instead(first).is_some() => Known::Setting,
        (None, []) => nearest(first, KEYS.iter().map(|key| key.name)).map_or(Known::Foreign, Known::Near),
        (None, _) => {
            let tables = KEYS.iter().filter(|key| key.table).map(|key| key.name);
            nearest(first, tables).map_or(Known::Setting, Known::Near)
        }
    }
}

/// The URL replaces the connection of the default database; how it is used (its age, its transactions) stays.
fn database(table: &mut Table, variable: &str, url: &str, problems: &mut Vec<Problem>) {
    let origin = Origin::Environment(Arc::from(variable));
    let connection = match database_url::parse(url, &origin) {
        Ok(connection) => connection,
        Err(wrong) => {
            let example = "it reads like `postgres://user:password@host:5432/name` or `sqlite:///db.sqlite3`";
            problems.push(Problem::new(&origin, variable, format!("`{variable}` {wrong}")).with_hint(example));
            return;
        }
    };
    let Some(databases) = inner(table, "DATABASES", &origin) else { return };
    let Some(default) = inner(databases, "default", &origin) else { return };
    default.retain(|key, _| !["ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS"].contains(&key.as_str()));
    default.extend(connection);
}

/// The table under a key, made where it is missing; none where something else is there, which its reader will say.
fn inner<'a>(table: &'a mut Table, key: &str, origin: &Origin) -> Option<&'a mut Table> {
    let empty =
        || Entry { key: origin.clone(), value: Value { data: Data::Table(Table::new()), origin: origin.clone() } };
    match &mut table.entry(key.to_owned()).or_insert_with(empty).value.data {
        Data::Table(inner) => Some(inner),
        _ => None,
    }
}

fn insert(table: &mut Table, key: String, value: Value) {
    table.insert(key, Entry { key: value.origin.clone(), value });
}

fn set(table: &mut Table, path: &[&str], text: &str, origin: &Origin, problems: &mut Vec<Problem>) {
    let Some((&first, rest)) = path.split_first() else { return };
    let [parents @ .., last] = rest else {
        let is_table = KEYS.iter().any(|key| key.name == first && key.table);
        let value = if is_table { whole_table(first, text, origin, problems) } else { raw(text, origin) };
        insert(table, first.to_owned(), value);
        return;
    };
    let Some(mut table) = inner(table, first, origin) else { return };
    for (depth, parent) in parents.iter().enumerate() {
        // The aliases of databases are in small letters; elsewhere, and below, keys are as the file has them.
        let fresh = if first == "DATABASES" && depth == 0 { parent.to_ascii_lowercase() } else { (*parent).to_owned() };
        let key = existing(table, parent).unwrap_or(fresh);
        let Some(next) = inner(table, &key, origin) else { return };
        table = next;
    }
    let key = existing(table, last).unwrap_or_else(|| (*last).to_owned());
    insert(table, key, raw(text, origin));
}

/// The key as the file spells it: variables are in capitals.
fn existing(table: &Table, name: &str) -> Option<String> {
    table.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned()
}

fn raw(text: &str, origin: &Origin) -> Value {
    Value { data: Data::Raw(text.to_owned()), origin: origin.clone() }
}

/// A table in one variable is TOML's inline table.
fn whole_table(name: &str, text: &str, origin: &Origin, problems: &mut Vec<Problem>) -> Value {
    toml_file::parse_value(text, origin).unwrap_or_else(|wrong| {
        problems.push(Problem::new(origin, name, format!("`{name}` is no table in TOML: {wrong}")));
        raw("", origin)
    })
}
