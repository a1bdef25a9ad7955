//! Loading the project from its source: settings, models, migrations. Nothing is compiled and nothing connects.

use std::path::Path;
use std::sync::Arc;

use rjango_cli::{Globals, Project, app_label, app_migrations, site};
use rjango_core::settings::Sources;
use rjango_core::{Result, Settings};
use rjango_migrations::AppMigrations;
use rjango_orm::{ModelEntry, Models};

/// The settings of the project in this folder, with the overlay that the command line names.
pub(crate) fn load_settings(root: &Path, globals: &Globals) -> Result<Settings> {
    Settings::from_sources(&Sources::gather_for(root, globals.settings_env.as_deref())?)
}

/// The project in this folder, as its source shows it.
///
/// # Errors
/// Where the settings or the models are wrong: all of the settings' problems at once, then all of the models'.
pub(crate) fn load_project(root: &Path, globals: &Globals) -> Result<Project> {
    let settings = load_settings(root, globals)?;
    let apps: Vec<String> = settings.installed_apps.clone();
    let labels: Vec<&str> = apps.iter().map(|app| app_label(app)).collect();
    // The framework's own apps are compiled into this binary.
    let framework: Vec<&'static ModelEntry> =
        ModelEntry::all().filter(|entry| labels.contains(&entry.schema().app.as_str())).collect();
    let models = Models::build(framework.iter().map(|entry| (Arc::clone(entry.schema()), Some(*entry))))?;
    let migrations =
        app_migrations(&settings, |label| AppMigrations::directory(label, root.join(label).join("migrations")));
    let site = Arc::new(site(settings, &models)?);
    Ok(Project { base_dir: root.to_owned(), site, models, migrations, compiled: false })
}
