//! `squashmigrations`: several migrations of an app become one, for new databases.

use clap::{Arg, ArgAction, ArgMatches};
use rjango_core::{Error, ErrorKind, Result};
use rjango_migrations::{Graph, MigrationKey, Squash, squash, writer};

use crate::migration_files::{alone, check_labels, check_name, engines, find, folder, graph, shown, tell, unrendered};
use crate::{Command, ExitStatus, Paint, Project, Running, Terminal};

/// Django's `squashmigrations`.
pub struct SquashMigrations;

impl Command for SquashMigrations {
    fn name(&self) -> &'static str {
        "squashmigrations"
    }

    fn about(&self) -> &'static str {
        "Makes one migration of several, for new databases"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        let flag =
            |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
        let word = |name: &'static str, value: &'static str| Arg::new(name).value_name(value).required(true);
        command
            .arg(word("app_label", "APP").help("The app whose migrations are squashed"))
            .arg(
                word("migrations", "MIGRATION")
                    .num_args(1..=2)
                    .help("The last migration to squash; or the first and the last, by number or name"),
            )
            .arg(flag("no-optimize", "Keep all operations as they are"))
            .arg(
                Arg::new("squashed-name")
                    .long("squashed-name")
                    .value_name("NAME")
                    .help("The new migration's name, without the number"),
            )
            .arg(flag("no-header", "Leave out the comment that opens migration.toml"))
            .arg(flag("noinput", "Ask nothing").visible_alias("no-input"))
    }

    fn run<'a>(&'a self, project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move { run(project, matches, terminal) })
    }
}

fn run(project: &Project, matches: &ArgMatches, terminal: &mut Terminal) -> Result<ExitStatus> {
    let app = matches.get_one::<String>("app_label").map_or("", String::as_str);
    let words: Vec<&str> = matches.get_many::<String>("migrations").into_iter().flatten().map(String::as_str).collect();
    let name = matches.get_one::<String>("squashed-name").map(String::as_str);
    name.map_or(Ok(()), check_name)?;
    check_labels(project, &[app])?;
    let folder = folder(project, app)?;
    let _alone = alone(project, terminal);
    let graph = graph(project)?;
    let mut problems = unrendered(&graph, engines(project)?);
    problems.extend(graph.check_conflicts().err());
    if !problems.is_empty() {
        tell(&problems, terminal);
        return Ok(ExitStatus::Failure);
    }
    let (start, keys) = chosen(&graph, app, &words)?;
    let loud = terminal.verbosity() >= 1;
    if loud {
        terminal.line(terminal.paint_data(Paint::Strong, "Will squash the following migrations:"))?;
        for key in &keys {
            terminal.line(format!(" - {}", key.name))?;
        }
    }
    if !matches.get_flag("noinput") && !agreed(terminal)? {
        return Ok(ExitStatus::Failure);
    }
    let optimized = !matches.get_flag("no-optimize");
    let mut squashed = squash(&graph, &keys, optimized)?;
    squashed.migration.key.name = squashed_name(start.as_ref(), &squashed.migration.key, name);
    if loud {
        show(&squashed, optimized, terminal)?;
    }
    let mut files = writer::files(&squashed.migration, &squashed.before, &squashed.engines)?;
    if matches.get_flag("no-header") {
        for (_, text) in files.iter_mut().filter(|(name, _)| name == "migration.toml") {
            *text = writer::without_header(text);
        }
    }
    let path = writer::write(folder, &squashed.migration.key, &files)?;
    if loud {
        let created = format!("Created new squashed migration {}", shown(project, &path));
        terminal.line(terminal.paint_data(Paint::Strong, created))?;
        terminal.line(
            "  You should commit this migration but leave the old ones in place;\n  \
             the new migration will be used for new installs. Once you are sure\n  \
             all instances of the codebase have applied the migrations you squashed,\n  \
             you can delete them.",
        )?;
    }
    Ok(ExitStatus::Success)
}

/// The first migration where it is named, and all that are squashed, in order.
fn chosen(graph: &Graph, app: &str, words: &[&str]) -> Result<(Option<MigrationKey>, Vec<MigrationKey>)> {
    let (start, end) = match words {
        [start, end] => (Some(find(graph, app, start)?.key.clone()), find(graph, app, end)?.key.clone()),
        [end] => (None, find(graph, app, end)?.key.clone()),
        _ => (None, find(graph, app, "")?.key.clone()),
    };
    let mut keys = graph.with_ancestors([&end]);
    keys.retain(|key| key.app == app);
    if let Some(start) = &start {
        let Some(at) = keys.iter().position(|key| key == start) else {
            return Err(Error::new(
                ErrorKind::Command,
                format!("The migration '{start}' cannot be found. Maybe it comes after the migration '{end}'?"),
            )
            .with_hint(format!("`rjango showmigrations {app}` lists them in order")));
        };
        keys.drain(..at);
    }
    Ok((start, keys))
}

fn agreed(terminal: &mut Terminal) -> Result<bool> {
    if !terminal.is_interactive() {
        return Err(Error::new(ErrorKind::Command, "nobody is there to say whether to proceed")
            .with_hint("add `--noinput` to go on without being asked"));
    }
    loop {
        let answer = terminal.ask("Do you wish to proceed? [y/N] ")?.unwrap_or_default();
        match answer.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => return Ok(true),
            "" | "n" | "no" => return Ok(false),
            _ => terminal.say_at(0, "Please answer yes or no."),
        }
    }
}

fn squashed_name(start: Option<&MigrationKey>, end: &MigrationKey, name: Option<&str>) -> String {
    match (start, name) {
        (Some(start), Some(name)) => format!("{:04}_{name}", start.number()),
        (Some(start), None) => format!("{}_squashed_{}", start.name, end.name),
        (None, Some(name)) => format!("0001_{name}"),
        (None, None) => format!("0001_squashed_{}", end.name),
    }
}

fn show(squashed: &Squash, optimized: bool, terminal: &mut Terminal) -> Result<()> {
    let heading = if optimized { "Optimizing..." } else { "(Skipping optimization.)" };
    terminal.line(terminal.paint_data(Paint::Strong, heading))?;
    let (before, after) = (squashed.operations, squashed.migration.operations.len());
    if optimized {
        terminal.line(match before == after {
            true => "  No optimizations possible.".to_owned(),
            false => format!("  Optimized from {before} operations to {after} operations."),
        })?;
    }
    for (key, file) in &squashed.by_hand {
        terminal.line(format!("  Carried over as it is: {}, whose {file} was written by hand.", key.name))?;
    }
    Ok(())
}
