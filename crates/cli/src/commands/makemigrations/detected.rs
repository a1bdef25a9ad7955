//! The migrations for what changed in the models.

use std::collections::BTreeSet;

use rjango_core::Result;
use rjango_migrations::autodetector::{NonInteractive, Questioner, changes_as_told};
use rjango_migrations::{Graph, NewMigration, ProjectState, differences, writer};
use rjango_orm::Engine;

use super::{Output, Wanted, show_files, show_migration, with_header};
use crate::migration_files::{folder, shown, wanted_state};
use crate::questioner::TerminalQuestioner;
use crate::{Project, Terminal};

pub(super) fn migrations(
    project: &Project,
    wanted: &Wanted<'_>,
    graph: &Graph,
    from: &ProjectState,
    terminal: &mut Terminal,
) -> Result<Vec<NewMigration>> {
    // What is built in is as its own makers left it; only folders can get new migrations.
    let own: BTreeSet<&str> =
        project.migrations.iter().filter(|app| app.folder().is_some()).map(|app| app.app.as_ref()).collect();
    let mut to = wanted_state(project).only_apps(|app| own.contains(app));
    for model in from.iter().filter(|model| !own.contains(model.app.as_str())) {
        to.insert(model.clone());
    }
    let mut interactive;
    let mut silent = NonInteractive;
    let questioner: &mut dyn Questioner = if wanted.no_input || !terminal.is_interactive() {
        &mut silent
    } else {
        interactive = TerminalQuestioner { terminal };
        &mut interactive
    };
    let changes = changes_as_told(from, &to, &wanted.told, questioner)?;
    let changes = changes.for_apps(|app| wanted.labels.is_empty() || wanted.labels.contains(&app));
    changes.arrange(graph, wanted.name)
}

/// Tells what there is, app by app, and writes it unless only told to.
pub(super) fn write(
    project: &Project,
    wanted: &Wanted<'_>,
    migrations: &[NewMigration],
    from: ProjectState,
    engines: &BTreeSet<Engine>,
    output: &mut Output<'_>,
) -> Result<()> {
    let engines: Vec<Engine> = engines.iter().copied().collect();
    let mut state = from;
    let mut last_app = "";
    for migration in migrations {
        let app = migration.key.app.as_str();
        let folder = folder(project, app)?;
        let files = with_header(wanted, writer::files(migration, &state, &engines)?);
        let mut words = Vec::with_capacity(migration.operations.len());
        for operation in &migration.operations {
            words.push(differences(operation, app, &state)?);
            operation.apply(app, &mut state)?;
        }
        if last_app != app {
            let heading = output.strong(format!("Migrations for '{app}':"));
            output.line(heading)?;
            last_app = app;
        }
        let path = shown(project, &folder.join(&migration.key.name));
        show_migration(output, &path, migration, &words)?;
        if wanted.writes() {
            writer::write(folder, &migration.key, &files)?;
            output.written(&path)?;
        } else {
            show_files(output, &path, &files)?;
        }
    }
    Ok(())
}
