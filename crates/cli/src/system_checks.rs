//! Running the system checks and telling what they found, as `check`, `runserver` and `serve` do.

mod columns;
mod zones;

use std::fmt::Write as _;

use rjango_core::Result;
use rjango_core::checks::{CheckContext, CheckMessage, CheckReport, Level, run_checks};
use rjango_core::named::Checked;
use rjango_http::Handler;
use rjango_orm::Engine;

use crate::{Paint, Project, Terminal};
use crate::{data_migrations, migration_files};

/// What of the checks is wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted<'a> {
    /// Only checks with one of these tags; all where empty.
    pub tags: &'a [&'a str],
    /// A deployment's checks too.
    pub deploy: bool,
    /// What [`in_database`] found.
    pub found: &'a [CheckMessage],
}

/// What is wrong with the columns of a database, and whether it knows the site's time zone.
///
/// # Errors
/// `ImproperlyConfigured` where the settings have no database of this alias, `Database` where it cannot be asked.
pub(crate) async fn in_database(project: &Project, alias: &str) -> Result<Vec<CheckMessage>> {
    let mut found = columns::check(project, alias).await?;
    found.extend(zones::check(project, alias).await?);
    Ok(found)
}

/// What of the models no migration could be written for, unless a setting silences it. It goes to stderr; whether there is
/// anything comes back.
pub(crate) fn of_models(project: &Project, terminal: &mut Terminal) -> Result<bool> {
    let mut report = CheckReport::default();
    let engines = migration_files::engines(project)?;
    add(project, rjango_migrations::check_models(&project.models, &engines), &mut report);
    let shown: Vec<&CheckMessage> = report.messages.iter().collect();
    if !shown.is_empty() {
        let text = list(&shown, terminal);
        terminal.say_at(0, text);
    }
    Ok(!shown.is_empty())
}

/// Runs the checks; what they found goes to stderr, grouped by level, the most serious first.
pub(crate) fn run(project: &Project, wanted: Wanted<'_>, terminal: &mut Terminal) -> Result<CheckReport> {
    let mut report = run_checks(&CheckContext::new(&project.site, wanted.deploy), wanted.tags)?;
    if wanted.tags.is_empty() {
        add_project_checks(project, &mut report);
    }
    add(project, wanted.found.iter().cloned(), &mut report);
    let shown: Vec<&CheckMessage> =
        report.messages.iter().filter(|message| message.level >= Level::Warning || terminal.verbosity() > 1).collect();
    if !shown.is_empty() {
        let text = list(&shown, terminal);
        terminal.say_at(0, text);
    }
    Ok(report)
}

/// What takes more than the site to see: the migrations' files, and in the project's own binary URLs and middleware.
fn add_project_checks(project: &Project, report: &mut CheckReport) {
    let engines: Vec<Engine> = migration_files::engines(project).into_iter().flatten().collect();
    let migrations: Vec<CheckMessage> = match migration_files::graph(project) {
        Err(error) => vec![CheckMessage::from_error("migrations.E001", &error)],
        Ok(graph) => {
            let problems = data_migrations::problems(project, &graph, &engines);
            let problems = problems.iter().map(|error| CheckMessage::from_error("migrations.E002", error));
            let clash = rjango_migrations::executor::clashing_labels(&graph);
            problems.chain(clash.map(|error| CheckMessage::from_error("migrations.E003", &error))).collect()
        }
    };
    let models = rjango_migrations::check_models(&project.models, &engines);
    let migrations = models.into_iter().chain(migrations);
    let pipeline = if project.compiled { Handler::check(&project.site) } else { Vec::new() };
    // What a registered check has told is not told twice.
    let pipeline = pipeline.iter().filter(|error| !Checked::is_in(error));
    let pipeline = pipeline.map(|error| CheckMessage::from_error("urls.E001", error));
    add(project, migrations.chain(pipeline), report);
}

fn add(project: &Project, found: impl IntoIterator<Item = CheckMessage>, report: &mut CheckReport) {
    for found in found {
        if project.settings().silenced_system_checks.contains(&found.id) {
            report.silenced += 1;
        } else {
            report.messages.push(found);
        }
    }
    report.messages.sort_by_key(|message| std::cmp::Reverse(message.level));
}

/// `System check identified no issues (0 silenced).`
pub(crate) fn summary(report: &CheckReport) -> String {
    let issues = match report.messages.len() {
        0 => "no issues".to_owned(),
        1 => "1 issue".to_owned(),
        many => format!("{many} issues"),
    };
    format!("System check identified {issues} ({} silenced).", report.silenced)
}

fn list(messages: &[&CheckMessage], terminal: &Terminal) -> String {
    let mut text = "System check identified some issues:\n".to_owned();
    for group in messages.chunk_by(|left, right| left.level == right.level) {
        let (heading, paint) = match group[0].level {
            Level::Critical => ("CRITICALS:", Paint::Error),
            Level::Error => ("ERRORS:", Paint::Error),
            Level::Warning => ("WARNINGS:", Paint::Warning),
            Level::Info => ("INFOS:", Paint::Hint),
            Level::Debug => ("DEBUGS:", Paint::Faint),
        };
        let _ = write!(text, "\n{}\n", terminal.paint(paint, heading));
        for message in group {
            let place = message.place.as_ref().map_or_else(String::new, |place| format!("{place}: "));
            let _ = writeln!(text, "{place}({}) {}", message.id, message.message);
            if let Some(hint) = &message.hint {
                let _ = writeln!(text, "\tHINT: {hint}");
            }
        }
    }
    text
}
