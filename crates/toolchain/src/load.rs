//! Loading the project from its source: settings, models, migrations. Nothing is compiled and nothing connects.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use rjango_cli::{Globals, Project, app_label, app_migrations, site};
use rjango_core::settings::Sources;
use rjango_core::{Error, Result, Settings};
use rjango_migrations::AppMigrations;
use rjango_orm::{ModelEntry, Models};
use rjango_schema::ModelSchema;
use rjango_schema::read::{ExternalKind, ReadError, SourceProject, read_project};

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
    // The framework's own apps are compiled into this binary; their models need no reading.
    let framework: Vec<&'static ModelEntry> = ModelEntry::all().collect();
    let (bundled, own): (Vec<&str>, Vec<&str>) =
        settings.installed_apps.iter().map(String::as_str).partition(|app| app.starts_with("rjango."));
    let read = read_models(root, &own, &framework)?;
    let is_bundled = |entry: &&ModelEntry| bundled.iter().any(|app| app_label(app) == entry.schema().app);
    let compiled = framework.into_iter().filter(is_bundled).map(|entry| (Arc::clone(entry.schema()), Some(entry)));
    let models = Models::build(compiled.chain(read.into_iter().map(|schema| (Arc::new(schema), None))))?;
    let migrations =
        app_migrations(&settings, |label| AppMigrations::directory(label, root.join(label).join("migrations")));
    let site = Arc::new(site(settings, &models)?);
    Ok(Project { base_dir: root.to_owned(), site, models, migrations, compiled: false })
}

/// The models of the project's own apps.
fn read_models(root: &Path, apps: &[&str], framework: &[&ModelEntry]) -> Result<Vec<ModelSchema>> {
    let mut source = SourceProject::new(root, apps.iter().map(|app| app_label(app)));
    for schema in framework.iter().map(|entry| entry.schema()) {
        let path = format!("rjango::contrib::{}::{}", schema.app, schema.name);
        source = source.with_external(path, ExternalKind::Model(schema.label()));
    }
    read_project(&source).map(|read| read.models).map_err(|errors| wrong_models(&errors))
}

/// Everything that is wrong with the models as one error: a single one with its place, several in a list.
fn wrong_models(errors: &[ReadError]) -> Error {
    if let [only] = errors {
        let error = Error::improperly_configured(&*only.message).at(&*only.file, only.line, only.column);
        return match &only.hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        };
    }
    let mut message = format!("the models have {} errors", errors.len());
    for error in errors {
        let ReadError { file, line, column, message: what, hint } = error;
        let _ = match line {
            0 => write!(message, "\n  {file}: {what}"),
            _ => write!(message, "\n  {file}:{line}:{column}: {what}"),
        };
        if let Some(hint) = hint {
            let _ = write!(message, "\n    hint: {hint}");
        }
    }
    Error::improperly_configured(message)
}
