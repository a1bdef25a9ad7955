//! Running the system checks and telling what they found, as `check`, `runserver` and `serve` do.

use std::fmt::Write as _;

use rjango_core::Result;
use rjango_core::checks::{CheckContext, CheckMessage, CheckReport, Level, run_checks};

use crate::{Paint, Project, Terminal};

/// What of the checks is wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted<'a> {
    /// Only checks with one of these tags; all where empty.
    pub tags: &'a [&'a str],
    /// A deployment's checks too.
    pub deploy: bool,
}

/// Runs the checks; what they found goes to stderr, grouped by level, the most serious first.
pub(crate) fn run(project: &Project, wanted: Wanted<'_>, terminal: &mut Terminal) -> Result<CheckReport> {
    let report = run_checks(&CheckContext::new(&project.site, wanted.deploy), wanted.tags)?;
    let shown: Vec<&CheckMessage> =
        report.messages.iter().filter(|message| message.level >= Level::Warning || terminal.verbosity() > 1).collect();
    if !shown.is_empty() {
        let text = list(&shown, terminal);
        terminal.say_at(0, text);
    }
    Ok(report)
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
            let place = message.place.as_ref().map_or_else(|| "?".to_owned(), ToString::to_string);
            let _ = writeln!(text, "{place}: ({}) {}", message.id, message.message);
            if let Some(hint) = &message.hint {
                let _ = writeln!(text, "\tHINT: {hint}");
            }
        }
    }
    text
}
