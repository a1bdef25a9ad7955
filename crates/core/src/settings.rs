//! The settings: Django's names in TOML, an overlay per environment, environment variables over both.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Every setting of the framework, typed; an app's own sections through [`Settings::section`].
///
/// The fields carry Django's names in lower case and Django's defaults.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The project's folder: relative paths in the settings start here.
    pub base_dir: PathBuf,
    /// Whether errors show their insides.
    pub debug: bool,
    /// The key behind sessions, tokens and signatures.
    pub secret_key: String,
    /// Earlier keys whose signatures are still accepted.
    pub secret_key_fallbacks: Vec<String>,
    /// The host names that requests may carry; `.example.com` and `*` as in Django.
    pub allowed_hosts: Vec<String>,
    /// The apps, framework's and own.
    pub installed_apps: Vec<String>,
    /// The middleware, outermost first.
    pub middleware: Vec<String>,
    /// Databases by alias; `default` is always there.
    pub databases: BTreeMap<String, DatabaseSettings>,
}

/// One database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseSettings {
    /// `sqlite`, `postgres` or `mysql`.
    pub engine: String,
    /// The file's path (SQLite; `:memory:` too) or the database's name.
    pub name: String,
    /// The user; empty for none.
    pub user: String,
    /// The password; empty for none.
    pub password: String,
    /// The host; empty for the engine's default.
    pub host: String,
    /// The port; `None` for the engine's default.
    pub port: Option<u16>,
    /// The engine's own options.
    pub options: BTreeMap<String, String>,
}
