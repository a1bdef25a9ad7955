//! The migrations for what changed in the models.

use std::collections::BTreeSet;

use rjango_core::{Error, ErrorKind, Result};
use rjango_migrations::autodetector::{Changes, NeedsAnswer, changes_as_told};
use rjango_migrations::{Graph, NewMigration, Operation, ProjectState, differences, writer};
use rjango_orm::Engine;

use super::absent::{Absent, Reading};
use super::{Output, Wanted, show_files, show_migration, with_header};
use crate::migration_files::{folder, shown, wanted_state};
use crate::questioner::TerminalQuestioner;
use crate::{OwnBinary, Paint, Project, Terminal};

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
    let changes = if !wanted.no_input && terminal.is_interactive() {
        changes_as_told(from, &to, &wanted.told, &mut TerminalQuestioner { terminal })?
    } else {
        unasked(wanted, from, &to, terminal)?
    };
    // No model is taken for deleted whose text is still in its app's folder.
    if let Some(own) = project.site.get::<OwnBinary>() {
        for (app, operation) in changes.operations() {
            if let Operation::DeleteModel(delete) = operation {
                (own.unreached)(app, &delete.name)?;
            }
        }
    }
    let changes = changes.for_apps(|app| wanted.labels.is_empty() || wanted.labels.contains(&app));
    changes.arrange(graph, wanted.name)
}

/// The changes where nobody is asked.
///
/// # Errors
/// With the cause [`NeedsAnswer`] where a run that writes would have to guess.
fn unasked(wanted: &Wanted<'_>, from: &ProjectState, to: &ProjectState, terminal: &mut Terminal) -> Result<Changes> {
    let mut absent = Absent { lists: !wanted.writes(), ..Absent::default() };
    let changes = changes_as_told(from, to, &wanted.told, &mut absent);
    if wanted.writes() && !wanted.no_input && !absent.renames.is_empty() {
        // A rename that is told may leave nothing else to ask: it comes first.
        let gone: Vec<&str> = absent.renames.iter().map(|reading| reading.decided.as_str()).collect();
        let options: Vec<&str> = absent.renames.iter().map(|reading| reading.option.as_str()).collect();
        return Err(Error::new(ErrorKind::Command, format!("{}: is one the other under a new name?", gone.join("; ")))
            .with_hint(format!(
                "if so, run `rjango makemigrations {}`; if not, `rjango makemigrations --noinput`, which drops what is removed",
                options.join(" ")
            ))
            .with_source(NeedsAnswer));
    }
    let changes = changes?;
    for Reading { decided, option } in &absent.renames {
        let note = terminal.paint(Paint::Warning, "note:");
        terminal.say_at(0, format!("{note} {decided}; if it was renamed, say so: `{option}`"));
    }
    for need in &absent.needs {
        let note = terminal.paint(Paint::Warning, "note:");
        terminal.say_at(0, format!("{note} a run that writes needs an answer: {need}"));
    }
    Ok(changes)
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
