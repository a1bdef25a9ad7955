//! `optimizemigration`: fewer operations in a migration that is not applied yet.

use clap::{Arg, ArgAction, ArgMatches};
use rjango_core::{Error, ErrorKind, Result};
use rjango_migrations::{MigrationKey, edited_by_hand, optimize, writer};
use rjango_orm::Engine;

use crate::migration_files::{alone, applied, check_labels, find, folder, graph, shown};
use crate::{Command, ExitStatus, Paint, Project, Running, Terminal};

/// Django's `optimizemigration`.
pub struct OptimizeMigration;

impl Command for OptimizeMigration {
    fn name(&self) -> &'static str {
        "optimizemigration"
    }

    fn about(&self) -> &'static str {
        "Reduces the operations of a migration"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command
            .arg(Arg::new("app_label").value_name("APP").required(true).help("The migration's app"))
            .arg(
                Arg::new("migration_name")
                    .value_name("MIGRATION")
                    .required(true)
                    .help("The migration's number, or the beginning of its name"),
            )
            .arg(
                Arg::new("check")
                    .long("check")
                    .action(ArgAction::SetTrue)
                    .help("Write nothing, and exit with 1 if there is something to reduce"),
            )
    }

    fn run<'a>(&'a self, project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move { run(project, matches, terminal).await })
    }
}

async fn run(project: &Project, matches: &ArgMatches, terminal: &mut Terminal) -> Result<ExitStatus> {
    let word = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    let app = word("app_label");
    check_labels(project, &[app])?;
    let folder = folder(project, app)?;
    let _alone = alone(project, terminal);
    let graph = graph(project)?;
    let migration = find(&graph, app, word("migration_name"))?;
    let before: Vec<MigrationKey> =
        graph.with_ancestors([&migration.key]).into_iter().filter(|key| *key != migration.key).collect();
    let before = graph.state_after(&before)?;
    let operations = optimize(app, &migration.operations, &before);
    let loud = terminal.verbosity() >= 1;
    if operations.len() == migration.operations.len() {
        if loud {
            terminal.line("No optimizations possible.")?;
        }
        return Ok(ExitStatus::Success);
    }
    if loud {
        let (from, to) = (migration.operations.len(), operations.len());
        terminal.line(format!("Optimizing from {from} operations to {to} operations."))?;
    }
    if matches.get_flag("check") {
        return Ok(ExitStatus::Failure);
    }
    let cannot =
        |why: &str| Error::new(ErrorKind::Command, format!("`{}` cannot be written anew: {why}", migration.key));
    if let Some(file) = edited_by_hand(migration, &before)? {
        let hint = "leave it as it is; or, to have the SQL written anew, remove its files and run `rjango makemigrations \
                    --engine`";
        return Err(cannot("its SQL was written by hand").at(migration.file(&file), 0, 0).with_hint(hint));
    }
    if applied(project, &graph).await.is_applied(&graph, &migration.key) {
        return Err(cannot("it is applied, and a database that has it refuses other SQL").with_hint(format!(
            "leave it as it is, or run `rjango squashmigrations {app} {0} {0}`, which puts an optimized one beside it",
            migration.key.name
        )));
    }
    let engines: Vec<Engine> = Engine::ALL.into_iter().filter(|engine| migration.has_sql(*engine)).collect();
    let mut new = migration.as_new();
    new.operations = operations;
    let path = writer::replace(folder, &migration.key, &new.key, &writer::files(&new, &before, &engines)?)?;
    if loud {
        let optimized = format!("Optimized migration {}", shown(project, &path));
        terminal.line(terminal.paint_data(Paint::Strong, optimized))?;
    }
    Ok(ExitStatus::Success)
}
