//! The settings as a list, for `diffsettings` and for the error page: what each is, where it was set, its default.

use super::Settings;
use super::database::MASK;
use super::environment::PREFIX;
use super::keys::KEYS;
use super::value::Origin;
use crate::Error;

/// One setting as `diffsettings` shows it; secrets are masked.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Django's name.
    pub name: &'static str,
    /// What it means, in one sentence.
    pub doc: &'static str,
    /// Its value, as the file would write it.
    pub value: String,
    /// Its default, as the file would write it.
    pub default: String,
    /// Where it was set; `None` where nothing set it.
    pub origin: Option<Origin>,
    /// The environment variable that sets it.
    pub variable: String,
}

impl Listed {
    /// Whether the value is not the default.
    pub fn is_changed(&self) -> bool {
        self.value != self.default
    }
}

impl Settings {
    /// Every setting, in the order of the documentation.
    pub fn listed(&self) -> Vec<Listed> {
        let defaults = Self::new(&self.base_dir);
        let text = |value: toml::Value| match value {
            // TOML writes a table's entries on lines of their own unless it stands inside of something.
            toml::Value::Table(_) => inline(&value),
            value => value.to_string(),
        };
        KEYS.iter()
            .map(|key| {
                let (value, default) = ((key.show)(self), (key.show)(&defaults));
                let masked = key.secret && value != default;
                Listed {
                    name: key.name,
                    doc: key.doc.trim(),
                    value: if masked { format!("\"{MASK}\"") } else { text(value) },
                    default: text(default),
                    origin: self.loaded.origins.get(key.name).cloned(),
                    variable: format!("{PREFIX}{}", key.name),
                }
            })
            .collect()
    }

    /// Where a setting was set; `None` where nothing set it.
    pub fn origin(&self, name: &str) -> Option<&Origin> {
        self.loaded.origins.get(name)
    }

    /// The error with the place of the setting that it is about, where a file has set it.
    #[must_use]
    pub fn locate(&self, error: Error, name: &str) -> Error {
        match self.origin(name) {
            Some(Origin::File { file, line, column }) => error.at(file.to_string(), *line, *column),
            _ => error,
        }
    }
}

pub(super) fn inline(value: &toml::Value) -> String {
    match value {
        toml::Value::Table(table) => {
            let entries: Vec<_> =
                table.iter().map(|(key, value)| format!("{} = {}", inline_key(key), inline(value))).collect();
            if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
        }
        value => value.to_string(),
    }
}

fn inline_key(key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if bare { key.to_owned() } else { toml::Value::String(key.to_owned()).to_string() }
}
