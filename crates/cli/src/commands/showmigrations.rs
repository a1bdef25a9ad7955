//! `showmigrations`: every migration, and whether it is applied.

use clap::{Arg, ArgAction, ArgMatches};
use rjango_core::Result;
use rjango_migrations::executor::History;
use rjango_migrations::{Graph, Migration};

use crate::migration_files::{check_labels, database, graph};
use crate::{Command, ExitStatus, Paint, Project, Running, Terminal};

/// Django's `showmigrations`.
pub struct ShowMigrations;

impl Command for ShowMigrations {
    fn name(&self) -> &'static str {
        "showmigrations"
    }

    fn about(&self) -> &'static str {
        "Lists the migrations, and which are applied"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command
            .arg(
                Arg::new("app_label")
                    .value_name("APP")
                    .action(ArgAction::Append)
                    .help("The apps to list (default: all)"),
            )
            .arg(
                Arg::new("database")
                    .long("database")
                    .value_name("ALIAS")
                    .default_value("default")
                    .help("The database to look into"),
            )
            .arg(
                Arg::new("list")
                    .short('l')
                    .long("list")
                    .action(ArgAction::SetTrue)
                    .conflicts_with("plan")
                    .help("List them app by app (the default)"),
            )
            .arg(
                Arg::new("plan")
                    .short('p')
                    .long("plan")
                    .action(ArgAction::SetTrue)
                    .help("List them in the order in which they are applied; with -v 2 what each depends on"),
            )
    }

    fn run<'a>(&'a self, project: &'a Project, matches: &'a ArgMatches, terminal: &'a mut Terminal) -> Running<'a> {
        Box::pin(async move {
            let labels: Vec<&str> =
                matches.get_many::<String>("app_label").into_iter().flatten().map(String::as_str).collect();
            check_labels(project, &labels)?;
            let alias = matches.get_one::<String>("database").map_or("default", String::as_str);
            let graph = graph(project)?;
            let history = History::read(&database(project, alias)?, &graph).await?;
            let graph = graph.with_history(&history)?;
            if matches.get_flag("plan") {
                plan(&graph, &history, &labels, terminal)?;
            } else {
                list(project, &graph, &history, &labels, terminal)?;
            }
            Ok(ExitStatus::Success)
        })
    }
}

fn list(project: &Project, graph: &Graph, history: &History, labels: &[&str], terminal: &mut Terminal) -> Result<()> {
    // A built-in app without migrations has no models; it is listed only where it is asked for.
    let listed = project.migrations.iter().filter(|app| {
        let has_place = app.folder().is_some() || graph.leaf(&app.app).is_some();
        labels.contains(&app.app.as_ref()) || (labels.is_empty() && has_place)
    });
    let mut apps: Vec<&str> = listed.map(|migrations| migrations.app.as_ref()).collect();
    apps.sort_unstable();
    for app in apps {
        terminal.line(terminal.paint_data(Paint::Strong, app))?;
        if graph.leaf(app).is_none() {
            terminal.line(" (no migrations)")?;
        }
        for migration in graph.order().iter().filter(|key| key.app == app).filter_map(|key| graph.get(key)) {
            terminal.line(format!(" {}", entry(graph, history, migration, terminal)))?;
        }
        for (key, half) in history.unfinished().filter(|(key, _)| key.app == app && graph.get(key).is_none()) {
            terminal.line(format!(" [?] {} ({half}; its files are missing)", key.name))?;
        }
    }
    Ok(())
}

/// A migration with its mark, as Django shows it: `[-]` stands for a squashed one that is only applied in its parts.
fn entry(graph: &Graph, history: &History, migration: &Migration, terminal: &Terminal) -> String {
    let key = &migration.key;
    let mut title = key.name.clone();
    if !migration.replaces.is_empty() {
        title.push_str(&format!(" ({} squashed migrations)", migration.replaces.len()));
    }
    title.push_str(&history.half_applied_note(key));
    if !history.is_applied(graph, key) {
        return format!("[ ] {title}");
    }
    match history.applied_on(key) {
        None => format!("[-] {title} Run 'rjango migrate' to finish recording."),
        Some(on) if terminal.verbosity() >= 2 => format!("[X] {title} (applied at {})", moment(on)),
        Some(_) => format!("[X] {title}"),
    }
}

/// `2026-01-31T12:00:00.123Z` without its fraction, as Django shows it.
fn moment(rfc3339: &str) -> String {
    rfc3339.chars().take(19).map(|character| if character == 'T' { ' ' } else { character }).collect()
}

fn plan(graph: &Graph, history: &History, labels: &[&str], terminal: &mut Terminal) -> Result<()> {
    let keys = if labels.is_empty() {
        graph.order().to_vec()
    } else {
        graph.with_ancestors(labels.iter().flat_map(|app| graph.leaves(app)))
    };
    if keys.is_empty() {
        return terminal.line("(no migrations)");
    }
    for key in keys {
        let mark = if history.is_applied(graph, &key) { 'X' } else { ' ' };
        let parents: Vec<String> = graph.parents(&key).map(ToString::to_string).collect();
        let dependencies = if terminal.verbosity() >= 2 && !parents.is_empty() {
            format!(" ... ({})", parents.join(", "))
        } else {
            String::new()
        };
        let half = history.half_applied_note(&key);
        terminal.line(format!("[{mark}]  {key}{half}{dependencies}"))?;
    }
    for (key, half) in history.unfinished().filter(|(key, _)| graph.get(key).is_none()) {
        terminal.line(format!("[?]  {key} ({half}; its files are missing)"))?;
    }
    Ok(())
}
