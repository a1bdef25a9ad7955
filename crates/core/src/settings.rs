//! The settings: Django's names in TOML, an overlay per environment, environment variables over both.
//!
//! [`Settings::load`] gathers the files and the environment; everything from there is pure
//! ([`Settings::from_sources`]), so a compiled project reads its embedded files through the same lines.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

mod database;
mod keys;
mod kind;
mod languages;
mod nearest;
mod password_validator;
mod problem;
mod same_site;
mod table;
mod toml_file;
mod validation;
mod value;

pub use database::DatabaseSettings;
pub use keys::Settings;
pub use password_validator::PasswordValidator;
pub use problem::{Problem, SettingsErrors};
pub use same_site::SameSite;
pub use value::Origin;

use keys::KEYS;

/// What reading leaves behind beside the typed fields.
#[derive(Debug, Clone, Default)]
pub(crate) struct Loaded {
    /// Where each key that is set was set.
    origins: BTreeMap<&'static str, Origin>,
    /// The apps' own sections.
    sections: value::Table,
}

impl Settings {
    /// Django's defaults for a project in this folder.
    pub fn new(base_dir: impl AsRef<Path>) -> Self {
        let base_dir = base_dir.as_ref();
        let mut settings = Self::unresolved(base_dir);
        settings.resolve();
        settings
    }

    /// Settings for a test: a fixed key, any host, a database in memory and no file read.
    pub fn for_tests() -> Self {
        let mut settings = Self::new("/nonexistent");
        settings.secret_key = "rjango-insecure-for-tests-alone-0123456789abcdefghijklmnop".to_owned();
        settings.allowed_hosts = vec!["*".to_owned()];
        settings.databases = BTreeMap::from([("default".to_owned(), DatabaseSettings::sqlite(":memory:"))]);
        settings
    }

    fn resolve(&mut self) {
        let base_dir = self.base_dir.clone();
        for key in KEYS {
            (key.resolve)(self, &base_dir);
        }
    }
}

/// Every setting that differs from its default; secrets are masked.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let defaults = Self::new(&self.base_dir);
        let mut shown = f.debug_struct("Settings");
        shown.field("base_dir", &self.base_dir);
        for key in KEYS {
            let value = (key.show)(self);
            if value != (key.show)(&defaults) {
                let text = if key.secret { database::MASK.to_owned() } else { value.to_string() };
                shown.field(key.name, &format_args!("{text}"));
            }
        }
        shown.finish_non_exhaustive()
    }
}
