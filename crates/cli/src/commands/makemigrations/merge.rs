//! `--merge`: joins the branches of the apps that have two newest migrations.

use std::collections::BTreeSet;

use rjango_core::Result;
use rjango_migrations::{Graph, Merge, ProjectState, writer};
use rjango_orm::Engine;

use super::{Output, Wanted, show_files, with_header};
use crate::migration_files::{engines, folder, shown, tell};
use crate::{ExitStatus, Paint, Project};

pub(super) fn run(
    project: &Project,
    wanted: &Wanted<'_>,
    graph: &Graph,
    output: &mut Output<'_>,
) -> Result<ExitStatus> {
    let mut merges = graph.merges();
    merges.retain(|merge| wanted.labels.is_empty() || wanted.labels.contains(&merge.app.as_str()));
    if merges.is_empty() {
        output.line("No conflicts detected to merge.")?;
        return Ok(ExitStatus::Success);
    }
    let mut status = ExitStatus::Success;
    for merge in &merges {
        show(merge, output)?;
        if let Err(error) = merge.check(graph) {
            tell(&[error], output.terminal);
            status = ExitStatus::Failure;
            continue;
        }
        for clash in &merge.clashes {
            let warning = output.terminal.paint(Paint::Warning, "warning:");
            output.terminal.say_at(0, format!("{warning} {clash}: the one that is applied last wins"));
        }
        if !agreed(merge, wanted, output)? {
            status = ExitStatus::Failure;
            continue;
        }
        write(project, wanted, merge, output)?;
        if wanted.check {
            status = ExitStatus::Failure;
        }
    }
    Ok(status)
}

/// Django's listing of what each branch does.
fn show(merge: &Merge, output: &mut Output<'_>) -> Result<()> {
    let heading = output.strong(format!("Merging {}", merge.app));
    output.line(heading)?;
    for branch in &merge.branches {
        let heading = output.strong(format!("Branch {}", branch.leaf.name));
        output.line(format!("  {heading}"))?;
        for (_, operation) in &branch.operations {
            output.line(format!("    {}", operation.describe_with_symbol()))?;
        }
    }
    Ok(())
}

/// Whether to merge: the person says so, or nobody is there and the branches do not meet.
fn agreed(merge: &Merge, wanted: &Wanted<'_>, output: &mut Output<'_>) -> Result<bool> {
    if !wanted.writes() {
        return Ok(true);
    }
    if wanted.no_input || !output.terminal.is_interactive() {
        if !merge.clashes.is_empty() {
            let hint = output.terminal.paint(Paint::Hint, "hint:");
            output.terminal.say_at(
                0,
                format!(
                    "{hint} decide which of them is to come last, and run `rjango makemigrations --merge` in a terminal"
                ),
            );
        }
        return Ok(merge.clashes.is_empty());
    }
    let advice = if merge.clashes.is_empty() {
        "The operations printed above do not touch the same fields."
    } else {
        "Merging will only work if the operations printed above do not conflict\nwith each other (working on different fields or models)"
    };
    output.terminal.say_at(0, format!("\n{advice}"));
    output.confirm("Do you want to merge these migration branches? [y/N] ")
}

fn write(project: &Project, wanted: &Wanted<'_>, merge: &Merge, output: &mut Output<'_>) -> Result<()> {
    let migration = merge.migration(wanted.name);
    let folder = folder(project, &merge.app)?;
    let engines: BTreeSet<Engine> = engines(project)?.into_iter().chain(wanted.engines.iter().copied()).collect();
    let engines: Vec<Engine> = engines.into_iter().collect();
    // It has no operations: the state before it does not matter.
    let files = with_header(wanted, writer::files(&migration, &ProjectState::new(), &engines)?);
    let path = shown(project, &folder.join(&migration.key.name));
    if wanted.writes() {
        writer::write(folder, &migration.key, &files)?;
        output.line(format!("\nCreated new merge migration {path}"))?;
        output.written(&path)
    } else {
        output.line(format!("\nWould create the merge migration {path}"))?;
        show_files(output, &path, &files)
    }
}
