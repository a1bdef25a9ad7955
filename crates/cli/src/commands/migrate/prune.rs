//! `--prune`: forgets the applied migrations whose files are gone, once a squashed one has taken their place.

use rjango_core::{Error, ErrorKind, Result};
use rjango_migrations::executor::{Executor, History};
use rjango_migrations::{Graph, MigrationKey};

use crate::{ExitStatus, Paint, Terminal};

pub(super) async fn run(
    executor: &Executor<'_>,
    graph: &Graph,
    history: &History,
    app: Option<&str>,
    terminal: &mut Terminal,
) -> Result<ExitStatus> {
    let Some(app) = app else {
        return Err(Error::new(ErrorKind::Command, "Migrations can be pruned only when an app is specified.")
            .with_hint("for example `rjango migrate shop --prune`"));
    };
    let gone = history.applied().map(|applied| applied.key).filter(|key| key.app == app && graph.get(key).is_none());
    let half = history.unfinished().map(|(key, _)| key.clone());
    let mut gone: Vec<MigrationKey> =
        gone.chain(half.filter(|key| key.app == app && graph.get(key).is_none())).collect();
    gone.sort();
    gone.dedup();
    // Until the squashed migration is recorded itself, these rows are what says that it is applied.
    let waiting = gone.iter().filter_map(|key| graph.replacement(key)).find(|squashed| !history.is_recorded(squashed));
    if let Some(squashed) = waiting {
        return Err(Error::new(
            ErrorKind::Migration,
            format!("the squashed migration `{squashed}` is not recorded as applied yet"),
        )
        .with_hint("run `rjango migrate` first, which records it, and then prune"));
    }
    let quiet = terminal.verbosity() == 0;
    if !quiet {
        terminal.line(terminal.paint_data(Paint::Strong, "Pruning migrations:"))?;
    }
    executor.forget(&gone).await?;
    if gone.is_empty() && !quiet {
        terminal.line("  No migrations to prune.")?;
    }
    for key in gone.iter().filter(|_| !quiet) {
        terminal.line(format!("  Pruning {key} OK"))?;
    }
    Ok(ExitStatus::Success)
}
