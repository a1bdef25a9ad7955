//! The project that a command works on.

use std::path::PathBuf;
use std::sync::Arc;

use rjango_core::{Settings, Site};
use rjango_migrations::AppMigrations;
use rjango_orm::Models;

/// A project: its description, settings and databases, wherever they came from.
///
/// The toolchain reads it from source; the project's own binary makes it from what is compiled in.
#[derive(Clone)]
pub struct Project {
    /// The folder of `Cargo.toml` and `manage.rs`. In production it need not exist: see [`Project::compiled`].
    pub base_dir: PathBuf,
    /// The site: settings, models, databases; in the project's own binary URLs, templates and middleware too.
    pub site: Arc<Site>,
    /// The models of the installed apps. The site has them too, as a part.
    pub models: Models,
    /// The migrations of the installed apps, framework's and own, in the order of INSTALLED_APPS.
    pub migrations: Vec<AppMigrations>,
    /// Whether this is the project's own binary, which knows views and URLs, and not the toolchain reading source.
    pub compiled: bool,
}

impl Project {
    /// The settings.
    pub fn settings(&self) -> &Settings {
        self.site.settings()
    }
}
