//! `lintmigrations`: what the migrations would do to a site that is running, and the safer way.

mod report;
mod since;

use std::collections::BTreeSet;

use clap::{Arg, ArgAction, ArgMatches};
use rjango_core::{Error, ErrorKind, Result};
use rjango_migrations::executor::{Executor, Target};
use rjango_migrations::lint::{Selection, Severity, lint, rules};
use rjango_migrations::{Graph, MigrationKey};
use rjango_orm::Engine;

use crate::migration_files::{check_labels, database, engines, graph};
use crate::{Command, ExitStatus, Project, Running, Terminal};

/// Django has none; the words are those that its third-party linters use.
pub struct LintMigrations;

impl Command for LintMigrations {
    fn name(&self) -> &'static str {
        "lintmigrations"
    }

    fn about(&self) -> &'static str {
        "Finds what in the migrations would lock or break a running site"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        let flag =
            |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
        command
            .arg(Arg::new("app_label").value_name("APP").help("The app to look at (default: all of the project's)"))
            .arg(
                Arg::new("migration_name")
                    .value_name("MIGRATION")
                    .requires("app_label")
                    .help("The one migration to look at: its number, or the beginning of its name"),
            )
            .arg(Arg::new("since").long("since").value_name("POINT").conflicts_with("migration_name").help(
                "Only what came after a migration (shop.0003), or what git says changed since a commit or branch",
            ))
            .arg(
                flag("unapplied", "Only what the database has not, which is then asked")
                    .conflicts_with_all(["since", "migration_name"]),
            )
            .arg(
                Arg::new("database")
                    .long("database")
                    .value_name("ALIAS")
                    .default_value("default")
                    .help("The database that --unapplied asks"),
            )
            .arg(
                Arg::new("engine")
                    .long("engine")
                    .value_name("ENGINE")
                    .action(ArgAction::Append)
                    .help("The engine to judge for: sqlite, postgres or mysql (default: those of the settings)"),
            )
            .arg(
                Arg::new("exclude")
                    .long("exclude")
                    .value_name("RULE")
                    .action(ArgAction::Append)
                    .help("Leave a rule out; `[lint] allow = [\"...\"]` in a migration.toml leaves it out there"),
            )
            .arg(
                Arg::new("format")
                    .long("format")
                    .value_name("FORMAT")
                    .value_parser(["text", "json", "github"])
                    .default_value("text")
                    .help("text, json, or github for annotations of a pull request"),
            )
            .arg(flag("warnings-as-errors", "Exit with 1 for warnings too"))
            .arg(flag("rules", "List the rules, and look at nothing"))
    }

    fn run<'a>(&'a self, project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move {
            if matches.get_flag("rules") {
                return list_rules(terminal);
            }
            let graph = graph(project)?;
            let selection = select(project, &graph, matches).await?;
            let engines = wanted_engines(project, matches)?;
            let excluded: Vec<String> = matches.get_many("exclude").into_iter().flatten().cloned().collect();
            let findings = lint(&graph, &selection, &engines, &excluded)?;
            let checked = selection.keys.len();
            match matches.get_one::<String>("format").map(String::as_str) {
                Some("json") => report::json(&findings, checked, terminal)?,
                Some("github") => report::github(&findings, checked, terminal)?,
                _ => report::text(&findings, checked, &engines, terminal)?,
            }
            let strict = matches.get_flag("warnings-as-errors");
            let failed = findings.iter().any(|finding| strict || finding.severity == Severity::Error);
            Ok(if failed { ExitStatus::Failure } else { ExitStatus::Success })
        })
    }
}

fn list_rules(terminal: &mut Terminal) -> Result<ExitStatus> {
    let width = rules().map(|rule| rule.name.len()).max().unwrap_or_default();
    for rule in rules() {
        let engines =
            if rule.engines.len() == Engine::ALL.len() { String::new() } else { format!(" ({})", names(rule.engines)) };
        terminal.line(format!("{:width$}  {}{engines}", rule.name, rule.summary))?;
    }
    Ok(ExitStatus::Success)
}

fn names(engines: &[Engine]) -> String {
    engines.iter().map(|engine| engine.name()).collect::<Vec<_>>().join(", ")
}

fn wanted_engines(project: &Project, matches: &ArgMatches) -> Result<Vec<Engine>> {
    let named: BTreeSet<Engine> = matches
        .get_many::<String>("engine")
        .into_iter()
        .flatten()
        .map(|name| Engine::from_name(name))
        .collect::<Result<_>>()?;
    if named.is_empty() { engines(project) } else { Ok(named.into_iter().collect()) }
}

/// The migrations to look at: those of the project's folders, as far as the command line does not say otherwise. What is
/// built in is as its own makers left it.
async fn select(project: &Project, graph: &Graph, matches: &ArgMatches) -> Result<Selection> {
    let app = matches.get_one::<String>("app_label").map(String::as_str);
    check_labels(project, app.as_slice())?;
    let own = graph.order().iter().filter(|key| {
        let on_disk = graph.get(key).is_some_and(|migration| migration.folder().is_some());
        on_disk && app.is_none_or(|app| key.app == app)
    });
    let mut keys: BTreeSet<MigrationKey> = own.cloned().collect();
    let mut together = false;
    if let Some(name) = matches.get_one::<String>("migration_name") {
        let Target::Migration(key) = Target::parse(graph, app, Some(name))? else {
            return Err(Error::new(ErrorKind::Command, "`zero` is no migration: there is nothing to look at")
                .with_hint("name a migration; `rjango showmigrations` lists them"));
        };
        if graph.get(&key).is_some_and(|migration| migration.folder().is_none()) {
            return Err(Error::new(ErrorKind::Command, format!("the migration `{key}` is built in"))
                .with_hint("only migrations of the project's own apps are looked at"));
        }
        keys = BTreeSet::from([key]);
    } else if let Some(point) = matches.get_one::<String>("since") {
        let newer = since::since(project, graph, point)?;
        keys.retain(|key| newer.contains(key));
        together = true;
    } else if matches.get_flag("unapplied") {
        let alias = matches.get_one::<String>("database").map_or("default", String::as_str);
        let history = Executor::new(&database(project, alias)?, graph).history().await?;
        keys.retain(|key| !history.is_applied(graph, key));
        together = true;
    }
    Ok(Selection { keys, together })
}
