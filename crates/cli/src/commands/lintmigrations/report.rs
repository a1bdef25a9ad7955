//! The findings as text for people, as JSON for programs, and as annotations for GitHub.

use rjango_core::Result;
use rjango_migrations::lint::{Finding, Severity};
use rjango_orm::Engine;
use serde::Serialize;

use super::names;
use crate::{Paint, Terminal};

/// A finding a paragraph, with the safer way below it.
pub(super) fn text(findings: &[Finding], checked: usize, engines: &[Engine], terminal: &mut Terminal) -> Result<()> {
    for (position, finding) in findings.iter().enumerate() {
        if position > 0 {
            terminal.line("")?;
        }
        // Where it is so on every engine, they go without saying.
        let on = if finding.engines.len() == engines.len() {
            String::new()
        } else {
            format!(" ({})", names(&finding.engines))
        };
        let place = terminal.paint_data(Paint::Strong, format!("{}:{}", finding.file, finding.line));
        let paint = if finding.severity == Severity::Error { Paint::Error } else { Paint::Warning };
        let kind = terminal.paint_data(paint, format!("{}[{}]", finding.severity, finding.rule));
        terminal.line(format!("{place}: {kind}{on}"))?;
        terminal.line(format!("  {}", finding.subject))?;
        terminal.line(format!("  {}", finding.message))?;
        for (number, step) in finding.steps.iter().enumerate() {
            let head = if number == 0 { "safer:" } else { "      " };
            terminal.line(format!("  {head} {}. {step}", number + 1))?;
        }
    }
    summary(findings, checked, terminal);
    Ok(())
}

/// The document that `--format json` prints. Keys are only ever added.
#[derive(Serialize)]
struct Document<'a> {
    /// The form of this document.
    version: u32,
    /// How many migrations were looked at.
    migrations: usize,
    errors: usize,
    warnings: usize,
    /// By migration in the order of their application, then by file and line.
    findings: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a str,
    /// `error` or `warning`.
    severity: &'a str,
    /// `app.0002_name`.
    migration: String,
    /// `sqlite`, `postgres`, `mysql`.
    engines: Vec<&'a str>,
    /// From the project's folder on.
    file: &'a str,
    /// From 1.
    line: usize,
    /// The operation or statement.
    subject: &'a str,
    message: &'a str,
    /// The safer way, step by step.
    steps: &'a [String],
}

pub(super) fn json(findings: &[Finding], checked: usize, terminal: &mut Terminal) -> Result<()> {
    let (errors, warnings) = count(findings);
    let document =
        Document { version: 1, migrations: checked, errors, warnings, findings: findings.iter().map(entry).collect() };
    terminal.line(serde_json::to_string_pretty(&document)?)
}

fn entry(finding: &Finding) -> Entry<'_> {
    Entry {
        rule: finding.rule,
        severity: finding.severity.name(),
        migration: finding.migration.to_string(),
        engines: finding.engines.iter().map(|engine| engine.name()).collect(),
        file: &finding.file,
        line: finding.line,
        subject: &finding.subject,
        message: &finding.message,
        steps: &finding.steps,
    }
}

/// Workflow commands, which GitHub shows at the line in the pull request.
pub(super) fn github(findings: &[Finding], checked: usize, terminal: &mut Terminal) -> Result<()> {
    for finding in findings {
        let mut message = format!("{}\n{}", finding.subject, finding.message);
        for (number, step) in finding.steps.iter().enumerate() {
            message.push_str(&format!("\n{}. {step}", number + 1));
        }
        let title = format!("{} ({})", finding.rule, names(&finding.engines));
        terminal.line(format!(
            "::{} file={},line={},title={}::{}",
            finding.severity,
            property(&finding.file),
            finding.line,
            property(&title),
            data(&message)
        ))?;
    }
    summary(findings, checked, terminal);
    Ok(())
}

/// Text of a workflow command, as GitHub's own toolkit escapes it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command, whose ends are `:` and `,`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

fn count(findings: &[Finding]) -> (usize, usize) {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    (errors, findings.len() - errors)
}

fn summary(findings: &[Finding], checked: usize, terminal: &mut Terminal) {
    let some = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let (errors, warnings) = count(findings);
    let among = some(checked, "migration");
    terminal.say(match findings.len() {
        0 => format!("nothing found in {among}"),
        _ => format!("{} and {} in {among}", some(errors, "error"), some(warnings, "warning")),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workflow_commands_are_escaped() {
        assert_eq!(data("50% of\r\na: b, c"), "50%25 of%0D%0Aa: b, c");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }
}
