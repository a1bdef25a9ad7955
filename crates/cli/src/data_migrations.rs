//! Migrations that run functions of the project: whether those are there, and who can run them.

use rjango_core::named::SourceItems;
use rjango_core::{Error, Result};
use rjango_migrations::executor::{Step, functions_of};
use rjango_migrations::{DataMigration, Graph, executor};
use rjango_orm::Engine;

use crate::{ExitStatus, OwnBinary, Project, Terminal};

/// The paths of all functions that a migration may name: those compiled into this binary, and in the toolchain those
/// that the project's source shows.
fn known(project: &Project) -> Vec<String> {
    let mut known = DataMigration::paths();
    if let Some(source) = project.site.get::<SourceItems>() {
        known.extend(source.of("data_migration").map(|item| item.name.replace('.', "::")));
    }
    known
}

/// What is wrong with the functions that migrations name: one that does not exist, one that the SQL does not run.
pub(crate) fn problems(project: &Project, graph: &Graph, engines: &[Engine]) -> Vec<Error> {
    executor::check_functions(graph, engines, &known(project))
}

/// Lets the project's own binary go on where the steps run a function that is not compiled into this one, and gives how
/// it ended. `None` where this binary can run the steps.
///
/// # Errors
/// Where a function exists nowhere, or the project cannot be built.
pub(crate) fn hand_over(
    project: &Project,
    graph: &Graph,
    steps: &[Step],
    engine: Engine,
    terminal: &mut Terminal,
) -> Result<Option<ExitStatus>> {
    let uses = functions_of(graph, steps, engine);
    let Some(first) = uses.iter().find(|named| DataMigration::find(&named.function).is_none()) else {
        return Ok(None);
    };
    let known = known(project);
    if let Some(missing) = uses.iter().find(|named| !named.is_among(&known)) {
        return Err(missing.missing(&known));
    }
    let Some(own) = project.site.get::<OwnBinary>() else { return Err(first.missing(&known)) };
    terminal
        .say(format!("`{}` runs `{}`: building the project, whose own binary migrates.", first.key, first.function));
    (own.run)(terminal.has_colour()).map(Some)
}
