//! From sources to settings: files over one another, the environment over them, then every key is read.

use super::keys::KEYS;
use super::problem::{Problem, SettingsErrors};
use super::sources::Sources;
use super::value::{Data, Entry, Table, Value};
use super::{Settings, environment, foreign, refused, toml_file};
use crate::nearest;

pub(super) fn read(sources: &Sources) -> crate::Result<Settings> {
    let mut problems = Vec::new();
    let mut merged = Table::new();
    for (name, text) in &sources.files {
        match toml_file::parse(name, text) {
            Ok(table) => merge(&mut merged, table),
            Err(wrong) => problems.extend(wrong),
        }
    }
    if !problems.is_empty() {
        // Whatever else there is to say rests on what that file would have said.
        return Err(SettingsErrors::into_error(problems));
    }
    environment::overlay(&mut merged, &sources.environment, &mut problems);

    let mut settings = Settings::unresolved(&sources.base_dir);
    for key in KEYS {
        if let Some(entry) = merged.remove(key.name) {
            let before = problems.len();
            (key.read)(&mut settings, &entry.value, &mut problems);
            if key.secret {
                problems[before..].iter_mut().for_each(Problem::conceal);
            }
            settings.loaded.origins.insert(key.name, entry.value.origin);
        }
    }
    for (name, entry) in merged {
        match section(&name, &entry, &settings.installed_apps) {
            Ok(true) => {
                settings.loaded.sections.insert(name, entry);
            }
            Ok(false) => {}
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(SettingsErrors::into_error(problems));
    }
    settings.resolve();
    Ok(settings)
}

/// Tables are merged key by key, everything else is replaced: a list in the overlay is the whole list.
fn merge(below: &mut Table, above: Table) {
    for (key, entry) in above {
        match (below.get_mut(&key), entry) {
            (
                Some(Entry { value: Value { data: Data::Table(below), .. }, .. }),
                Entry { value: Value { data: Data::Table(above), .. }, .. },
            ) => merge(below, above),
            (_, entry) => {
                below.insert(key, entry);
            }
        }
    }
}

/// Whether a key that is not a setting is an app's own section: a table with a name in capitals. One of Django's settings that says
/// what rjango does anyway is neither a section nor an error.
///
/// A name that is nearly that of one of the framework's tables is a slip, unless an installed app bears it.
fn section(name: &str, entry: &Entry, installed_apps: &[String]) -> Result<bool, Problem> {
    let unknown = || {
        let known: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
        Problem::unknown(&entry.key, name, name, &known)
    };
    if let Some(instead) = foreign::instead(name) {
        return Err(refused::not_here(name, entry).with_hint(instead));
    }
    let is_table = matches!(entry.value.data, Data::Table(_));
    let is_app =
        installed_apps.iter().any(|app| app.rsplit('.').next().is_some_and(|label| label.eq_ignore_ascii_case(name)));
    if let Some(refused) = refused::find(name)
        && !(is_app && is_table)
    {
        return refused.check(entry).map_or(Ok(false), Err);
    }
    if !is_table {
        return Err(unknown().with_more_hint("a key of your own goes into a section, such as `[SHOP]`"));
    }
    let capitals = name.to_ascii_uppercase();
    let slip = nearest(name, KEYS.iter().filter(|key| key.table).map(|key| key.name));
    match slip {
        Some(_) if !is_app => Err(unknown()),
        _ if capitals != name => {
            Err(Problem::new(&entry.key, name, format!("the section `[{name}]` is not in capitals"))
                .with_hint(format!("write `[{capitals}]`")))
        }
        _ => Ok(true),
    }
}
