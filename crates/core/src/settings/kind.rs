//! The types that settings have: how each is read from a value, shown, and made absolute.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::database::DatabaseSettings;
use super::password_validator::PasswordValidator;
use super::problem::Problem;
use super::same_site::SameSite;
use super::toml_file;
use super::value::{Data, Value};
use crate::timezone::Zone;

/// A type that a setting can have.
pub(super) trait Setting: Sized {
    /// What its values are called in errors.
    const EXPECTS: &'static str;
    /// Whether the file writes it as a table.
    const TABLE: bool = false;

    /// The typed value, or problems.
    fn read(name: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Self>;

    /// As the file would write it.
    fn show(&self) -> toml::Value;

    /// Makes relative paths start at the project's folder.
    fn resolve(&mut self, _base_dir: &Path) {}
}

/// `Some`, or the problem that the value has another type.
fn or_expected<T: Setting>(name: &str, value: &Value, problems: &mut Vec<Problem>, read: Option<T>) -> Option<T> {
    if read.is_none() {
        problems.push(value.expected(name, T::EXPECTS));
    }
    read
}

/// The words that an environment variable may say a boolean with.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

impl Setting for bool {
    const EXPECTS: &'static str = "`true` or `false`";

    fn read(name: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let read = match &value.data {
            Data::Boolean(flag) => Some(*flag),
            Data::Raw(text) => boolean(text),
            _ => None,
        };
        or_expected(name, value, problems, read)
    }

    fn show(&self) -> toml::Value {
        toml::Value::Boolean(*self)
    }
}

macro_rules! integers {
    ($($type:ty, $expects:literal;)+) => {$(
        impl Setting for $type {
            const EXPECTS: &'static str = $expects;

            fn read(name: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
                let read = match &value.data {
                    Data::Integer(number) => Self::try_from(*number).ok(),
                    Data::Raw(text) => match text.trim().strip_prefix("0o") {
                        Some(octal) => Self::from_str_radix(octal, 8).ok(),
                        None => text.trim().parse().ok(),
                    },
                    _ => None,
                };
                or_expected(name, value, problems, read)
            }

            fn show(&self) -> toml::Value {
                // A `u64` above `i64::MAX` cannot come from a file; a program that sets one sees the bound.
                toml::Value::Integer(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        }
    )+};
}

integers! {
    u16, "an integer from 0 to 65535";
    u64, "an integer from 0 on";
}

impl Setting for String {
    const EXPECTS: &'static str = "a string";

    fn read(name: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let read = match &value.data {
            Data::String(text) | Data::Raw(text) => Some(text.clone()),
            _ => None,
        };
        or_expected(name, value, problems, read)
    }

    fn show(&self) -> toml::Value {
        toml::Value::String(self.clone())
    }
}

impl Setting for PathBuf {
    const EXPECTS: &'static str = "a path, as a string";

    fn read(name: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let read = match &value.data {
            Data::String(text) | Data::Raw(text) if !text.is_empty() => Some(Self::from(text)),
            _ => None,
        };
        or_expected(name, value, problems, read)
    }

    fn show(&self) -> toml::Value {
        toml::Value::String(self.display().to_string())
    }

    fn resolve(&mut self, base_dir: &Path) {
        *self = base_dir.join(&*self);
    }
}

impl Setting for SameSite {
    const EXPECTS: &'static str = "`\"Lax\"`, `\"Strict\"` or `\"None\"`";

    fn read(name: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let read = match &value.data {
            Data::String(text) | Data::Raw(text) => {
                [Self::Lax, Self::Strict, Self::None].into_iter().find(|s| s.as_str().eq_ignore_ascii_case(text))
            }
            _ => None,
        };
        or_expected(name, value, problems, read)
    }

    fn show(&self) -> toml::Value {
        toml::Value::String(self.as_str().to_owned())
    }
}

impl Setting for Zone {
    const EXPECTS: &'static str = "the name of a time zone, such as `Europe/Berlin`";

    fn read(name: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let zone = String::read(name, value, problems)?;
        match Self::named(&zone) {
            Ok(zone) => Some(zone),
            Err(error) => {
                let problem =
                    value.refused(name, format!("expects a time zone such as `Europe/Berlin`, found `{zone}`"));
                problems.push(error.hint().map_or_else(|| problem.clone(), |hint| problem.clone().with_hint(hint)));
                None
            }
        }
    }

    fn show(&self) -> toml::Value {
        toml::Value::String(self.name().to_owned())
    }
}

/// None is written `false`: TOML has no null, and no type that a setting has would take it for something else.
impl<T: Setting> Setting for Option<T> {
    const EXPECTS: &'static str = T::EXPECTS;
    const TABLE: bool = T::TABLE;

    fn read(name: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        match &value.data {
            Data::Boolean(false) => Some(None),
            // An empty variable unsets; so does `false`, as in the file.
            Data::Raw(text) if text.is_empty() || text == "false" => Some(None),
            _ => T::read(name, value, problems).map(Some),
        }
    }

    fn show(&self) -> toml::Value {
        self.as_ref().map_or(toml::Value::Boolean(false), Setting::show)
    }

    fn resolve(&mut self, base_dir: &Path) {
        if let Some(inner) = self {
            inner.resolve(base_dir);
        }
    }
}

impl<T: Setting> Setting for Vec<T> {
    const EXPECTS: &'static str = "a list";
    const TABLE: bool = T::TABLE;

    fn read(name: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let parsed;
        let items = match &value.data {
            Data::Array(items) => items,
            Data::Raw(text) => {
                parsed = raw_list(name, text, value, problems)?;
                &parsed
            }
            _ => {
                problems.push(value.expected(name, &format!("a list, each entry {}", T::EXPECTS)));
                return None;
            }
        };
        let before = problems.len();
        let read: Vec<T> = items.iter().filter_map(|item| T::read(name, item, problems)).collect();
        (problems.len() == before).then_some(read)
    }

    fn show(&self) -> toml::Value {
        toml::Value::Array(self.iter().map(Setting::show).collect())
    }

    fn resolve(&mut self, base_dir: &Path) {
        for item in self {
            item.resolve(base_dir);
        }
    }
}

/// A list in an environment variable: TOML where it starts with `[`, else entries between commas.
pub(super) fn raw_list(name: &str, text: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Vec<Value>> {
    if text.trim_start().starts_with('[') {
        return match toml_file::parse_value(text, &value.origin) {
            Ok(Value { data: Data::Array(items), .. }) => Some(items),
            Ok(_) => {
                problems.push(value.expected(name, "a list"));
                None
            }
            Err(message) => {
                problems.push(value.refused(name, format!("is no list in TOML: {message}")));
                None
            }
        };
    }
    let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    Some(entries.map(|entry| Value { data: Data::Raw(entry.to_owned()), origin: value.origin.clone() }).collect())
}

impl Setting for (String, String) {
    const EXPECTS: &'static str = "a pair of strings, as `[\"..\", \"..\"]`";

    fn read(name: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let parsed;
        let items = match &value.data {
            Data::Array(items) => items.as_slice(),
            Data::Raw(text) => {
                parsed = raw_list(name, text, value, problems)?;
                &parsed
            }
            _ => &[],
        };
        let read = match items {
            [first, second] => match (&first.data, &second.data) {
                (Data::String(first) | Data::Raw(first), Data::String(second) | Data::Raw(second)) => {
                    Some((first.clone(), second.clone()))
                }
                _ => None,
            },
            _ => None,
        };
        or_expected(name, value, problems, read)
    }

    fn show(&self) -> toml::Value {
        toml::Value::Array(vec![self.0.show(), self.1.show()])
    }
}

impl Setting for PasswordValidator {
    const EXPECTS: &'static str = "a validator's name, or a table with `NAME` and `OPTIONS`";

    fn read(name: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let table = match &value.data {
            Data::String(text) | Data::Raw(text) => return Some(Self::new(text)),
            Data::Table(table) => table,
            _ => {
                problems.push(value.expected(name, Self::EXPECTS));
                return None;
            }
        };
        let before = problems.len();
        let mut read = Self::new("");
        for (key, entry) in table {
            let path = format!("{name}.{key}");
            match (key.as_str(), &entry.value.data) {
                ("NAME", _) => read.name = String::read(&path, &entry.value, problems).unwrap_or_default(),
                ("OPTIONS", Data::Table(options)) => {
                    read.options = options.iter().map(|(key, entry)| (key.clone(), entry.value.to_toml())).collect();
                }
                ("OPTIONS", _) => problems.push(entry.value.expected(&path, "a table")),
                _ => problems.push(Problem::unknown(&entry.key, &path, key, &["NAME", "OPTIONS"])),
            }
        }
        if !table.contains_key("NAME") {
            problems.push(value.refused(name, "has an entry without `NAME`".to_owned()));
        }
        (problems.len() == before).then_some(read)
    }

    fn show(&self) -> toml::Value {
        if self.options.is_empty() {
            return self.name.show();
        }
        toml::Value::Table(toml::Table::from_iter([
            ("NAME".to_owned(), self.name.show()),
            ("OPTIONS".to_owned(), toml::Value::Table(self.options.clone())),
        ]))
    }
}

impl Setting for BTreeMap<String, DatabaseSettings> {
    const EXPECTS: &'static str = "a table of databases by alias";
    const TABLE: bool = true;

    fn read(name: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let Data::Table(table) = &value.data else {
            problems.push(value.expected_secret(name, Self::EXPECTS).with_hint("write `[DATABASES.default]`"));
            return None;
        };
        let before = problems.len();
        let mut read = Self::new();
        for (alias, entry) in table {
            if let Some(database) = DatabaseSettings::read(&format!("{name}.{alias}"), &entry.value, problems) {
                read.insert(alias.clone(), database);
            }
        }
        if problems.len() == before && !read.contains_key("default") {
            problems.push(value.refused(name, "has no `default`".to_owned()).with_hint("write `[DATABASES.default]`"));
        }
        (problems.len() == before).then_some(read)
    }

    fn show(&self) -> toml::Value {
        toml::Value::Table(self.iter().map(|(alias, database)| (alias.clone(), database.show())).collect())
    }

    fn resolve(&mut self, base_dir: &Path) {
        for database in self.values_mut() {
            database.resolve(base_dir);
        }
    }
}
