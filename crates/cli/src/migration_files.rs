//! What the migration commands share: a project's graph, its engines and its folders.

use std::collections::BTreeSet;
use std::path::Path;

use rjango_core::{Error, ErrorKind, Result};
use rjango_migrations::{Graph, ProjectState, loader};
use rjango_orm::{Database, Databases, Engine};

use crate::Project;

/// The engines of the project's databases, for each of which every migration has SQL.
pub(crate) fn engines(project: &Project) -> Result<Vec<Engine>> {
    let names = project.settings().databases.values().map(|database| Engine::from_name(&database.engine));
    Ok(names.collect::<Result<BTreeSet<_>>>()?.into_iter().collect())
}

/// Every migration of the project's apps.
pub(crate) fn graph(project: &Project) -> Result<Graph> {
    loader::load(&project.migrations, &project.base_dir, &engines(project)?)
}

/// The models that the project's migrations are to lead to: those of the apps that have a place for migrations.
pub(crate) fn wanted_state(project: &Project) -> ProjectState {
    let apps: BTreeSet<&str> = project.migrations.iter().map(|app| app.app.as_ref()).collect();
    ProjectState::from_models(&project.models).only_apps(|app| apps.contains(app))
}

/// The database of this alias.
pub(crate) fn database(project: &Project, alias: &str) -> Result<Database> {
    project.site.require::<Databases>()?.get(alias)
}

/// A path as the person knows it: from the project's folder on.
pub(crate) fn shown(project: &Project, path: &Path) -> String {
    path.strip_prefix(&project.base_dir).unwrap_or(path).display().to_string()
}

/// Refuses labels that no installed app has.
pub(crate) fn check_labels(project: &Project, labels: &[&str]) -> Result<()> {
    match labels.iter().find(|label| !project.migrations.iter().any(|app| app.app == **label)) {
        None => Ok(()),
        Some(label) => {
            let apps: Vec<&str> = project.migrations.iter().map(|app| app.app.as_ref()).collect();
            Err(Error::new(ErrorKind::Command, format!("there is no installed app with the label `{label}`"))
                .with_hint(format!("the apps with migrations are: {}", apps.join(", "))))
        }
    }
}
