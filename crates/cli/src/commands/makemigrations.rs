//! `makemigrations`: the difference between the models and the migrations becomes new migrations. No database is touched.

use std::collections::BTreeSet;

use clap::{Arg, ArgAction, ArgMatches};
use rjango_core::{Error, ErrorKind, Result};
use rjango_migrations::autodetector::{NeedsAnswer, NonInteractive, Questioner, changes};
use rjango_migrations::{Graph, MigrationKey, NewMigration, ProjectState, writer};

use crate::data_migrations;
use crate::migration_files::{check_labels, engines, graph, shown, wanted_state};
use crate::questioner::TerminalQuestioner;
use crate::report::report;
use crate::{Command, ExitStatus, Paint, Project, Running, Terminal};

/// Django's `makemigrations`.
pub struct MakeMigrations;

impl Command for MakeMigrations {
    fn name(&self) -> &'static str {
        "makemigrations"
    }

    fn about(&self) -> &'static str {
        "Writes new migrations for what changed in the models"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        let flag =
            |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
        command
            .arg(
                Arg::new("app_label")
                    .value_name("APP")
                    .action(ArgAction::Append)
                    .help("The apps to write migrations for (default: all of the project's)"),
            )
            .arg(flag("dry-run", "Show what would be written, and write nothing"))
            .arg(flag("check", "Write nothing, and exit with 1 if there is something to write"))
            .arg(flag("empty", "Write an empty migration for SQL of your own"))
            .arg(
                flag("noinput", "Ask nothing: nothing was renamed, and a question without an answer exits with 3")
                    .visible_alias("no-input"),
            )
            .arg(
                Arg::new("name")
                    .short('n')
                    .long("name")
                    .value_name("NAME")
                    .help("The migration's name, without the number"),
            )
    }

    fn run<'a>(&'a self, project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move {
            match make(project, &Wanted::from_matches(matches)?, terminal) {
                Err(error) if error.downcast_ref::<NeedsAnswer>().is_some() => {
                    terminal.say_at(0, format!("{}: {error}", terminal.paint(Paint::Error, "error")));
                    if let Some(hint) = error.hint() {
                        terminal.say_at(0, format!("{}: {hint}", terminal.paint(Paint::Hint, "hint")));
                    }
                    Ok(ExitStatus::NeedsAnswer)
                }
                outcome => outcome,
            }
        })
    }
}

/// The command line.
struct Wanted<'a> {
    labels: Vec<&'a str>,
    name: Option<&'a str>,
    dry_run: bool,
    check: bool,
    empty: bool,
    no_input: bool,
}

impl<'a> Wanted<'a> {
    fn from_matches(matches: &'a ArgMatches) -> Result<Self> {
        let name = matches.get_one::<String>("name").map(String::as_str);
        if let Some(name) = name
            && (name.is_empty() || !name.chars().all(|character| character.is_alphanumeric() || character == '_'))
        {
            return Err(Error::new(ErrorKind::Command, format!("`{name}` cannot be a migration's name"))
                .with_hint("use letters, digits and underscores, such as `add_price`"));
        }
        Ok(Self {
            labels: matches.get_many::<String>("app_label").into_iter().flatten().map(String::as_str).collect(),
            name,
            dry_run: matches.get_flag("dry-run"),
            check: matches.get_flag("check"),
            empty: matches.get_flag("empty"),
            no_input: matches.get_flag("noinput"),
        })
    }
}

fn make(project: &Project, wanted: &Wanted<'_>, terminal: &mut Terminal) -> Result<ExitStatus> {
    check_labels(project, &wanted.labels)?;
    let graph = graph(project)?;
    graph.check_conflicts()?;
    if wanted.check {
        let problems = data_migrations::problems(project, &graph, &engines(project)?);
        for problem in &problems {
            terminal.say_at(0, report(problem, false, terminal));
        }
        if !problems.is_empty() {
            return Ok(ExitStatus::Failure);
        }
    }
    let from = graph.state()?;
    let migrations =
        if wanted.empty { empty(project, wanted, &graph)? } else { detect(project, wanted, &graph, &from, terminal)? };
    if migrations.is_empty() {
        let apps = match wanted.labels.as_slice() {
            [] => String::new(),
            [app] => format!(" in app '{app}'"),
            apps => format!(" in apps '{}'", apps.join("', '")),
        };
        terminal_line(terminal, format!("No changes detected{apps}"))?;
        return Ok(ExitStatus::Success);
    }
    write(project, wanted, &migrations, from, terminal)?;
    Ok(if wanted.check { ExitStatus::Failure } else { ExitStatus::Success })
}

fn detect(
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
    let changes = changes(from, &to, questioner)?;
    let changes = changes.for_apps(|app| wanted.labels.is_empty() || wanted.labels.contains(&app));
    changes.arrange(graph, wanted.name)
}

fn empty(project: &Project, wanted: &Wanted<'_>, graph: &Graph) -> Result<Vec<NewMigration>> {
    if wanted.labels.is_empty() {
        return Err(Error::new(ErrorKind::Command, "`--empty` needs the app that is to get the migration")
            .with_hint("for example `rjango makemigrations --empty shop --name fill_sku`"));
    }
    wanted
        .labels
        .iter()
        .map(|app| {
            folder(project, app)?;
            let leaf = graph.leaf(app).cloned();
            let number = leaf.as_ref().map_or(1, |leaf| leaf.number() + 1);
            let key = MigrationKey::new(*app, format!("{number:04}_{}", wanted.name.unwrap_or("custom")));
            let (initial, dependencies) = (leaf.is_none(), leaf.into_iter().collect());
            Ok(NewMigration { key, initial, dependencies, replaces: Vec::new(), operations: Vec::new() })
        })
        .collect()
}

fn folder<'a>(project: &'a Project, app: &str) -> Result<&'a std::path::Path> {
    let found = project.migrations.iter().find(|migrations| migrations.app == app).and_then(|app| app.folder());
    found.ok_or_else(|| {
        Error::new(ErrorKind::Command, format!("the migrations of `{app}` are built in and cannot be added to"))
            .with_hint("models of your own belong into an app of the project")
    })
}

/// Tells what there is, app by app, and writes it unless only told to.
fn write(
    project: &Project,
    wanted: &Wanted<'_>,
    migrations: &[NewMigration],
    from: ProjectState,
    terminal: &mut Terminal,
) -> Result<()> {
    let engines = engines(project)?;
    let mut state = from;
    let mut last_app = "";
    for migration in migrations {
        let app = migration.key.app.as_str();
        let folder = folder(project, app)?;
        let files = writer::files(migration, &state, &engines)?;
        for operation in &migration.operations {
            operation.apply(app, &mut state)?;
        }
        if last_app != app {
            let heading = terminal.paint_data(Paint::Strong, format!("Migrations for '{app}':"));
            terminal_line(terminal, heading)?;
            last_app = app;
        }
        let path = shown(project, &folder.join(&migration.key.name));
        let path = terminal.paint_data(Paint::Strong, path);
        terminal_line(terminal, format!("  {path}"))?;
        for operation in &migration.operations {
            terminal_line(terminal, format!("    {}", operation.describe_with_symbol()))?;
        }
        if wanted.dry_run || wanted.check {
            if terminal.verbosity() >= 3 {
                for (name, text) in &files {
                    terminal.line(format!("\n{path}/{name}:\n{text}"))?;
                }
            }
            continue;
        }
        writer::write(folder, &migration.key, &files)?;
    }
    Ok(())
}

/// A line of data, unless all is to be quiet.
fn terminal_line(terminal: &mut Terminal, text: impl std::fmt::Display) -> Result<()> {
    if terminal.verbosity() >= 1 { terminal.line(text) } else { Ok(()) }
}
