//! `makemigrations`: the difference between the models and the migrations becomes new migrations. No database is touched.

mod absent;
mod detected;
mod empty;
mod engines;
mod merge;
mod output;
mod update;

use std::collections::BTreeSet;

use clap::{Arg, ArgAction, ArgMatches};
use rjango_core::{Error, ErrorKind, Result};
use rjango_migrations::NewMigration;
use rjango_migrations::autodetector::{NeedsAnswer, Told};
use rjango_orm::Engine;

use crate::data_migrations;
use crate::migration_files::{alone, check_labels, check_name, engines, graph, tell, unrendered};
use crate::{Command, ExitStatus, Paint, Project, Running, Terminal};
use output::Output;

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
            .arg(flag("check", "Write nothing, and exit with 1 if there is something to write or to fix"))
            .arg(flag("empty", "Write an empty migration for SQL of your own").conflicts_with_all(["merge", "update"]))
            .arg(flag("merge", "Join the branches of an app that has two newest migrations"))
            .arg(flag("update", "Put the changes into the app's newest migration, which nobody has applied yet"))
            .arg(
                Arg::new("engine")
                    .long("engine")
                    .value_name("ENGINE")
                    .action(ArgAction::Append)
                    .value_parser(["sqlite", "postgres", "mysql"])
                    .help("Write the SQL of this engine too, for the migrations that are there as for new ones"),
            )
            .arg(
                flag("noinput", "Ask nothing: nothing was renamed, which is said, and a question without an answer exits with 3")
                    .visible_alias("no-input"),
            )
            .arg(
                Arg::new("name")
                    .short('n')
                    .long("name")
                    .value_name("NAME")
                    .help("The migration's name, without the number"),
            )
            .arg(Arg::new("rename").long("rename").value_name("OLD=NEW").action(ArgAction::Append).help(
                "Answer ahead what was renamed: shop.Product.title=name, shop.Item=Product, shop.Item=catalog.Item",
            ))
            .arg(
                Arg::new("default")
                    .long("default")
                    .value_name("FIELD=VALUE")
                    .action(ArgAction::Append)
                    .help("Answer ahead what existing rows get in a field, this once: shop.Product.sku=''"),
            )
            .arg(Arg::new("keep").long("keep").value_name("FIELD").action(ArgAction::Append).help(
                "Answer ahead that a relation to another model keeps its values, which are keys there too: shop.Product.brand",
            ))
            .arg(Arg::new("lose").long("lose").value_name("FIELD").action(ArgAction::Append).help(
                "Answer ahead that a field which changes may lose what its new kind cannot hold: shop.Product.made",
            ))
            .arg(flag("compiled", "Ask the project's own binary for the models, macros expanded, and not their source"))
            .arg(flag("no-header", "Leave out the comment that opens migration.toml"))
            .arg(flag("scriptable", "Write the paths of new migrations to stdout, and all else to stderr"))
    }

    fn asks_own_binary(&self, matches: &ArgMatches) -> bool {
        matches.get_flag("compiled")
    }

    fn run<'a>(&'a self, project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move {
            match make(project, &Wanted::from_matches(matches)?, terminal).await {
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
    engines: BTreeSet<Engine>,
    dry_run: bool,
    check: bool,
    empty: bool,
    merge: bool,
    update: bool,
    no_input: bool,
    told: Told,
    no_header: bool,
    scriptable: bool,
}

impl<'a> Wanted<'a> {
    fn from_matches(matches: &'a ArgMatches) -> Result<Self> {
        let name = matches.get_one::<String>("name").map(String::as_str);
        name.map_or(Ok(()), check_name)?;
        let texts = |option| matches.get_many::<String>(option).into_iter().flatten().map(String::as_str);
        let engines = matches.get_many::<String>("engine").into_iter().flatten();
        Ok(Self {
            labels: matches.get_many::<String>("app_label").into_iter().flatten().map(String::as_str).collect(),
            name,
            engines: engines.map(|name| Engine::from_name(name)).collect::<Result<_>>()?,
            dry_run: matches.get_flag("dry-run"),
            check: matches.get_flag("check"),
            empty: matches.get_flag("empty"),
            merge: matches.get_flag("merge"),
            update: matches.get_flag("update"),
            no_input: matches.get_flag("noinput"),
            told: Told::parse(texts("rename"), texts("default"))?.with_fates(texts("keep"), texts("lose"))?,
            no_header: matches.get_flag("no-header"),
            scriptable: matches.get_flag("scriptable"),
        })
    }

    fn writes(&self) -> bool {
        !self.dry_run && !self.check
    }
}

async fn make(project: &Project, wanted: &Wanted<'_>, terminal: &mut Terminal) -> Result<ExitStatus> {
    check_labels(project, &wanted.labels)?;
    let _alone = wanted.writes().then(|| alone(project, terminal)).flatten();
    let graph = graph(project)?;
    let mut output = Output { terminal, scriptable: wanted.scriptable };
    if wanted.merge {
        return merge::run(project, wanted, &graph, &mut output);
    }
    let mut problems: Vec<Error> = graph.check_conflicts().err().into_iter().collect();
    let all_engines: BTreeSet<Engine> = engines(project)?.into_iter().chain(wanted.engines.iter().copied()).collect();
    problems.extend(unrendered(&graph, all_engines.iter().copied().filter(|engine| !wanted.engines.contains(engine))));
    if wanted.check {
        for migration in graph.files().filter(|migration| migration.folder().is_some()) {
            problems.extend(engines(project)?.into_iter().flat_map(|engine| migration.problems_of_sql(engine)));
        }
        problems.extend(data_migrations::problems(project, &graph, &engines(project)?));
    }
    if !problems.is_empty() {
        tell(&problems, output.terminal);
        return Ok(ExitStatus::Failure);
    }
    let rendered = engines::run(project, wanted, &graph, &mut output)?;
    let from = graph.state()?;
    let migrations = if wanted.empty {
        empty::migrations(project, wanted, &graph)?
    } else {
        detected::migrations(project, wanted, &graph, &from, output.terminal)?
    };
    if migrations.is_empty() {
        // With `--engine` the SQL was what was asked for.
        if !rendered {
            let apps = match wanted.labels.as_slice() {
                [] => String::new(),
                [app] => format!(" in app '{app}'"),
                apps => format!(" in apps '{}'", apps.join("', '")),
            };
            output.line(format!("No changes detected{apps}"))?;
        }
    } else if wanted.update {
        update::run(project, wanted, &graph, &migrations, &all_engines, &mut output).await?;
    } else {
        detected::write(project, wanted, &migrations, from, &all_engines, &mut output)?;
    }
    let differs = rendered || !migrations.is_empty();
    Ok(if wanted.check && differs { ExitStatus::Failure } else { ExitStatus::Success })
}

/// The files of a migration as the command line wants them.
fn with_header(wanted: &Wanted<'_>, mut files: Vec<(String, String)>) -> Vec<(String, String)> {
    if wanted.no_header {
        for (_, text) in files.iter_mut().filter(|(name, _)| name == "migration.toml") {
            *text = rjango_migrations::writer::without_header(text);
        }
    }
    files
}

/// The error where an app that was not named would have to be written to.
fn needs_app(option: &str, example: &str) -> Error {
    Error::new(ErrorKind::Command, format!("`--{option}` needs the app that is to get the migration"))
        .with_hint(format!("for example `rjango makemigrations {example}`"))
}

/// The files in full, where so much is to be said.
fn show_files(output: &mut Output<'_>, path: &str, files: &[(String, String)]) -> Result<()> {
    if output.terminal.verbosity() >= 3 {
        for (name, text) in files {
            output.line(format!("\n{path}/{name}:\n{text}"))?;
        }
    }
    Ok(())
}

/// A heading, then each operation.
fn show_migration(output: &mut Output<'_>, path: &str, migration: &NewMigration, words: &[Vec<String>]) -> Result<()> {
    let shown = output.strong(path);
    output.line(format!("  {shown}"))?;
    for (operation, words) in migration.operations.iter().zip(words) {
        let words = if words.is_empty() { String::new() } else { format!(": {}", words.join(", ")) };
        output.line(format!("    {}{words}", operation.describe_with_symbol()))?;
    }
    Ok(())
}
