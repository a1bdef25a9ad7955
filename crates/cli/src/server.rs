//! Running the site's server: the socket, the log, the signals, and the process that watches over it.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use rjango_core::{Error, ErrorKind, Result, ResultExt};
use rjango_http::Handler;
use rjango_orm::Database;
use tokio::sync::Notify;

use crate::migration_files;
use crate::{Project, READY_FILE, SUPERVISOR};

/// How the server is to run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Serving {
    /// Whether each request is logged on stderr.
    pub log: bool,
    /// How long requests may take to finish once the server is asked to end.
    pub grace: Duration,
}

/// Answers requests on the socket until the process is asked to end, then lets those that are under way finish.
pub(crate) async fn serve(project: &Project, listener: TcpListener, serving: Serving) -> Result<()> {
    rjango_http::logging::install(project.settings());
    rjango_http::logging::install_panic_hook();
    let mut handler = Handler::new(Arc::clone(&project.site))?;
    if serving.log {
        handler = handler.with_access_log();
    }
    let ended = Arc::new(Notify::new());
    let asked = Arc::clone(&ended);
    let shutdown = async move {
        asked_to_end().await;
        asked.notify_one();
    };
    let running = rjango_http::server::serve(listener, handler.clone(), shutdown);
    tell_ready()?;
    tokio::select! {
        outcome = running => return outcome,
        () = async {
            ended.notified().await;
            // Whoever asks a second time does not want to wait.
            tokio::select! {
                () = tokio::time::sleep(serving.grace) => {}
                () = asked_to_end() => {}
            }
        } => {}
    }
    // What has begun to change something rolls back while its connections still work.
    handler.stop();
    let _ = tokio::time::timeout(ROLLING_BACK, handler.finished()).await;
    Ok(())
}

/// How long cancelled requests may take to roll back when the server ends.
const ROLLING_BACK: Duration = Duration::from_secs(2);

/// How long a server that starts waits for its database.
const FIRST_WAIT: Duration = Duration::from_secs(2);

/// What [`unapplied_migrations`] says, in bounded time, of a database that may be away.
pub(crate) enum Migrations {
    /// All are applied.
    Applied,
    /// Some are not; the text says which apps'.
    Unapplied(String),
    /// The database does not answer, for this reason.
    Unknown(Error),
}

/// Whether migrations wait to be applied. A database that does not answer is no reason not to start: it may come up later.
///
/// # Errors
/// Where the migrations or the settings are wrong.
pub(crate) async fn migrations(project: &Project) -> Result<Migrations> {
    match tokio::time::timeout(FIRST_WAIT, unapplied_migrations(project)).await {
        Ok(Ok(None)) => Ok(Migrations::Applied),
        Ok(Ok(Some(warning))) => Ok(Migrations::Unapplied(warning)),
        Ok(Err(error)) if matches!(error.kind(), ErrorKind::Database | ErrorKind::Unavailable) => {
            Ok(Migrations::Unknown(error))
        }
        Ok(Err(error)) => Err(error),
        Err(_) => {
            let message = format!("the database `default` gave no answer within {} s", FIRST_WAIT.as_secs());
            Ok(Migrations::Unknown(Error::new(ErrorKind::Unavailable, message)))
        }
    }
}

/// Tells whoever started the server that it takes requests.
fn tell_ready() -> Result<()> {
    match std::env::var_os(READY_FILE) {
        Some(file) => {
            std::fs::write(&file, "ready\n").context(format!("cannot write the file that {READY_FILE} names"))
        }
        None => Ok(()),
    }
}

/// CONTROL-C, `kill`, or the end of the process that watches over this one.
async fn asked_to_end() {
    let signal = signalled();
    let orphaned = orphaned(std::env::var(SUPERVISOR).ok().and_then(|id| id.parse().ok()));
    tokio::select! {
        () = signal => {}
        () = orphaned => {}
    }
}

#[cfg(unix)]
async fn signalled() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        // Without handlers the signals end the process by themselves.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signalled() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Waits until the parent is no longer the process of this id.
#[cfg(unix)]
async fn orphaned(supervisor: Option<u32>) {
    let Some(supervisor) = supervisor else { return std::future::pending().await };
    while std::os::unix::process::parent_id() == supervisor {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

#[cfg(not(unix))]
async fn orphaned(_supervisor: Option<u32>) {
    std::future::pending().await
}

/// `You have 3 unapplied migration(s). ...`, where there are any.
///
/// # Errors
/// Where the migrations cannot be read or the database cannot be opened.
async fn unapplied_migrations(project: &Project) -> Result<Option<String>> {
    use rjango_migrations::executor::{Executor, Target};
    let database = Database::current(None)?;
    let graph = migration_files::graph(project)?;
    let history = Executor::new(&database, &graph).history().await?;
    let steps = history.plan(&graph, &Target::All);
    if steps.is_empty() {
        return Ok(None);
    }
    let mut apps: Vec<&str> = steps.iter().map(|step| step.key.app.as_str()).collect();
    apps.sort_unstable();
    apps.dedup();
    Ok(Some(format!(
        "You have {} unapplied migration(s). Your project may not work properly until you apply the migrations for \
         app(s): {}.\nRun `rjango migrate` to apply them.",
        steps.len(),
        apps.join(", ")
    )))
}

/// Stops for serious messages of the checks, as every server does before it listens.
///
/// # Errors
/// Where a check found an error.
pub(crate) fn refuse_serious(report: &rjango_core::checks::CheckReport) -> Result<()> {
    if report.is_serious() {
        return Err(Error::command("the system check found errors").with_hint("they are listed above"));
    }
    Ok(())
}
