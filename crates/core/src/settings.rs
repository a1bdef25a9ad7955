//! The settings: Django's names in TOML, an overlay per environment, environment variables over both.
//!
//! [`Settings::load`] gathers the files and the environment; everything from there is pure
//! ([`Settings::from_sources`]), so a compiled project reads its embedded files through the same lines.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

mod keys;
mod table;
mod languages;
mod sources;
mod layers;
mod toml_file;
mod environment;
mod database_url;
mod value;
mod kind;
mod database;
mod password_validator;
mod same_site;
mod number_grouping;
mod logging;
mod validation;
mod problem;
mod foreign;
mod refused;
mod section;
mod listing;
#[cfg(test)]
mod guide;

pub use database::DatabaseSettings;
pub use keys::Settings;
pub use listing::Listed;
pub use logging::{LogFormat, LogLevel, LoggingSettings};
pub use number_grouping::NumberGrouping;
pub use password_validator::PasswordValidator;
pub use problem::{Problem, SettingsErrors};
pub use same_site::SameSite;
pub use sources::{ENVIRONMENT_VARIABLE, Sources};
pub use value::Origin;

use crate::Result;
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

    /// The settings of the project in this folder: `config/settings.toml`, over it `config/settings.<name>.toml`
    /// where `RJANGO_ENV=<name>`, over both the environment.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where a file is missing or where anything in the settings is wrong: everything at once,
    /// each with its place ([`SettingsErrors`]).
    pub fn load(base_dir: &Path) -> Result<Self> {
        Self::from_sources(&Sources::gather(base_dir)?)
    }

    /// The settings that these sources say. Reads no file, no environment and no clock.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn from_sources(sources: &Sources) -> Result<Self> {
        layers::read(sources)
    }

    /// Settings for a test: a fixed key, any host, a database in memory and no file read.
    pub fn for_tests() -> Self {
        let mut settings = Self::new("/nonexistent");
        settings.secret_key = "rjango-insecure-for-tests-alone-0123456789abcdefghijklmnop".to_owned();
        settings.allowed_hosts = vec!["*".to_owned()];
        settings.databases = BTreeMap::from([("default".to_owned(), DatabaseSettings::sqlite(":memory:"))]);
        settings
    }

    /// What stands before the path of each URL of the site: FORCE_SCRIPT_NAME, or nothing.
    pub fn script_name(&self) -> &str {
        self.force_script_name.as_deref().unwrap_or_default()
    }

    /// A path of the site without FORCE_SCRIPT_NAME: what the URLs are matched with. A path without it stays as it is, as a proxy
    /// may have taken it away.
    pub fn path_info<'a>(&self, path: &'a str) -> &'a str {
        match path.strip_prefix(self.script_name()) {
            Some("") => "/",
            Some(rest) if rest.starts_with('/') => rest,
            _ => path,
        }
    }

    fn resolve(&mut self) {
        let base_dir = self.base_dir.clone();
        for key in KEYS {
            (key.resolve)(self, &base_dir);
        }
        let is_absolute = ["/", "http://", "https://"].iter().any(|start| self.static_url.starts_with(start));
        if !is_absolute && !self.static_url.is_empty() {
            self.static_url = format!("{}/{}", self.script_name(), self.static_url);
        }
    }
}

/// Every setting that differs from its default; secrets are masked.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Settings");
        shown.field("base_dir", &self.base_dir);
        for listed in self.listed().iter().filter(|listed| listed.is_changed()) {
            shown.field(listed.name, &format_args!("{}", listed.value));
        }
        shown.finish_non_exhaustive()
    }
}
