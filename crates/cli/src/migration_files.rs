//! What the migration commands share: a project's graph, its engines and its folders.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::path::Path;

use rjango_core::{Error, ErrorKind, Result};
use rjango_migrations::executor::{History, Target};
use rjango_migrations::{Graph, Migration, MigrationKey, ProjectState, loader};
use rjango_orm::{Database, Databases, Engine};

use crate::report::report;
use crate::{Paint, Project, Terminal};

/// The engines of the project's databases, for each of which every migration has SQL.
pub(crate) fn engines(project: &Project) -> Result<Vec<Engine>> {
    let names = project.settings().databases.values().map(|database| Engine::from_name(&database.engine));
    Ok(names.collect::<Result<BTreeSet<_>>>()?.into_iter().collect())
}

/// Every migration of the project's apps, whatever engines it has SQL for.
pub(crate) fn graph(project: &Project) -> Result<Graph> {
    loader::load(&project.migrations, &project.base_dir, &[])
}

/// The migrations without SQL for these engines, each as an error that says how to get it.
pub(crate) fn unrendered(graph: &Graph, engines: impl IntoIterator<Item = Engine>) -> Vec<Error> {
    let missing = |engine: Engine| {
        let without = graph.iter().filter(move |migration| !migration.has_sql(engine));
        without.map(move |migration| migration.missing_sql(engine))
    };
    engines.into_iter().flat_map(missing).collect()
}

/// Tells all that is wrong at once.
pub(crate) fn tell(problems: &[Error], terminal: &mut Terminal) {
    for problem in problems {
        terminal.say_at(0, report(problem, false, terminal));
    }
}

/// The models that the project's migrations are to lead to: those of the apps that have a place for migrations.
pub(crate) fn wanted_state(project: &Project) -> ProjectState {
    let apps: BTreeSet<&str> = project.migrations.iter().map(|app| app.app.as_ref()).collect();
    ProjectState::from_models(&project.models).only_apps(|app| apps.contains(app))
}

/// The migration of these words on a command line.
pub(crate) fn find<'a>(graph: &'a Graph, app: &str, word: &str) -> Result<&'a Migration> {
    let found = match Target::parse(graph, Some(app), Some(word))? {
        Target::Migration(key) => graph.get(&key),
        _ => None,
    };
    found.ok_or_else(|| {
        Error::new(ErrorKind::Command, format!("`{word}` is not a migration"))
            .with_hint("name a migration; `rjango showmigrations` lists them")
    })
}

/// The folder into which an app's migrations are written.
pub(crate) fn folder<'a>(project: &'a Project, app: &str) -> Result<&'a Path> {
    let found = project.migrations.iter().find(|migrations| migrations.app == app).and_then(|app| app.folder());
    found.ok_or_else(|| {
        Error::new(ErrorKind::Command, format!("the migrations of `{app}` are built in and cannot be added to"))
            .with_hint("models of your own belong into an app of the project")
    })
}

/// A migration's folder as the person knows it.
pub(crate) fn shown_folder(project: &Project, key: &MigrationKey) -> Result<String> {
    Ok(shown(project, &folder(project, &key.app)?.join(&key.name)))
}

/// Lets one process at a time write migrations in a project: who comes second sees what the first has written. The lock is the
/// project's folder, which no other program locks, and is given back when the file is dropped. Where the folder cannot be
/// locked, nobody waits.
pub(crate) fn alone(project: &Project, terminal: &mut Terminal) -> Option<File> {
    let folder = File::open(&project.base_dir).ok()?;
    match folder.try_lock() {
        Ok(()) => Some(folder),
        Err(TryLockError::Error(_)) => None,
        Err(TryLockError::WouldBlock) => {
            let note = terminal.paint(Paint::Warning, "note:");
            terminal.say(format!("{note} waiting for another process that writes migrations of this project"));
            folder.lock().ok().map(|()| folder)
        }
    }
}

/// The database of this alias.
pub(crate) fn database(project: &Project, alias: &str) -> Result<Database> {
    project.site.require::<Databases>()?.get(alias)
}

/// What the default database has applied; where it cannot be asked, nobody knows, and Git must.
pub(crate) async fn applied(project: &Project, graph: &Graph) -> History {
    let databases = project.site.require::<Databases>();
    let Ok(database) = databases.and_then(|databases| databases.get("default")) else {
        return History::default();
    };
    // SQLite would make the file of a database that is only asked for.
    let file = project.settings().databases.get("default").map(|settings| settings.name.clone()).unwrap_or_default();
    if database.engine() == Engine::Sqlite && !project.base_dir.join(&file).exists() {
        return History::default();
    }
    History::read(&database, graph).await.unwrap_or_default()
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

/// A name for a migration, without the number.
pub(crate) fn check_name(name: &str) -> Result<()> {
    if name.is_empty() || !name.chars().all(|character| character.is_alphanumeric() || character == '_') {
        return Err(Error::new(ErrorKind::Command, format!("`{name}` cannot be a migration's name"))
            .with_hint("use letters, digits and underscores, such as `add_price`"));
    }
    Ok(())
}
