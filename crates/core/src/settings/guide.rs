//! `docs/settings.md` is held against the tables: each setting's row there, and each refused one's.

use super::keys::KEYS;
use super::listing::inline;
use super::refused::REFUSED;
use super::{Settings, database, foreign};

const GUIDE: &str = include_str!("../../../../docs/settings.md");

/// A default that would fill the page is left to `diffsettings`.
const LONG: usize = 40;

#[test]
fn every_setting_has_its_row() {
    let defaults = Settings::unresolved("".as_ref());
    let rows = KEYS.iter().map(|key| {
        let default = inline(&(key.show)(&defaults));
        let default = if default.len() > LONG { "...".to_owned() } else { format!("`{default}`") };
        format!("| `{}` | {default} | {} |", key.name, key.doc.trim())
    });
    let missing: Vec<String> = rows.filter(|row| !GUIDE.contains(row)).collect();
    assert!(missing.is_empty(), "the guide lacks\n{}", missing.join("\n"));
}

#[test]
fn every_refused_setting_has_its_row() {
    let refused = REFUSED.iter().map(|refused| (refused.name, refused.hint));
    let has_row = |name: &str, hint: &str| {
        let mut rows = GUIDE.lines().filter(|line| line.starts_with("| `"));
        rows.any(|row| row.contains(&format!("`{name}`")) && row.ends_with(&format!(" | {hint} |")))
    };
    let missing: Vec<String> = refused
        .chain(foreign::FOREIGN.iter().copied())
        .filter(|(name, hint)| !has_row(name, hint))
        .map(|(name, hint)| format!("| `{name}` | {hint} |"))
        .collect();
    assert!(missing.is_empty(), "the guide lacks\n{}", missing.join("\n"));
}

#[test]
fn every_key_of_a_database_has_its_row() {
    let missing: Vec<&&str> = database::KEYS.iter().filter(|key| !GUIDE.contains(&format!("\n| `{key}` | "))).collect();
    assert!(missing.is_empty(), "the guide lacks {missing:?}");
}

#[test]
fn the_guide_names_no_other_setting() {
    let named = GUIDE.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let known = |name: &str| {
        KEYS.iter().any(|key| key.name == name)
            || REFUSED.iter().any(|refused| refused.name == name)
            || foreign::instead(name).is_some()
            || database::KEYS.contains(&name)
    };
    let unknown: Vec<&str> = named.filter(|name| !known(name)).collect();
    assert!(unknown.is_empty(), "the guide has rows of {unknown:?}");
}
