//! From plain code into the ORM and back: what `.sync()` does, and how plain code leaves the async workers alone.

use std::future::Future;
use std::pin::pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, Waker};

use rjango_core::{Active, Error, ErrorKind, Result, Site};
use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};
use tokio::sync::watch;
use tokio::task::coop::cooperative;

use crate::transaction::Ambient;

tokio::task_local! {
    /// Closed once nobody waits any more for the plain code of this thread.
    static WANTED: watch::Receiver<()>;
}

/// Waits for a future on this thread, inside the ambient site and transaction.
///
/// On a thread for blocking work, and where no runtime is, it simply waits. On a worker of a multi-thread runtime it
/// hands the worker's other tasks to another thread first.
///
/// Inside [`unblock`] the future is dropped when whoever waits for the plain code is: a statement is stopped, a transaction is
/// rolled back.
///
/// # Errors
/// The future's own; `Other` on the only thread of a current-thread runtime, which would wait for itself for ever, and where
/// nobody waits for the plain code any more.
pub fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    match WANTED.try_with(watch::Receiver::clone) {
        Ok(mut wanted) => wait(async {
            tokio::select! {
                biased;
                // It never changes: this is its end.
                _ = wanted.changed() => Err(unwanted()),
                result = future => result,
            }
        }),
        Err(_) => wait(future),
    }
}

#[cold]
fn unwanted() -> Error {
    Error::new(ErrorKind::Other, "nobody waits for this plain code any more: its request was dropped")
        .with_hint("a client that hangs up ends its GET, and a POST that runs on for too long after it is cancelled")
}

fn wait<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let Ok(handle) = Handle::try_current() else {
        return own_runtime()?.block_on(future);
    };
    if handle.runtime_flavor() == RuntimeFlavor::MultiThread {
        return tokio::task::block_in_place(|| handle.block_on(future));
    }
    if is_async_thread() {
        return Err(Error::new(
            ErrorKind::Other,
            "`.sync()` was called on the only thread of a current-thread runtime, which must not wait",
        )
        .with_hint(
            "use `.await`, or run the plain code in `unblock`, or use a multi-thread runtime: \
                    `#[tokio::test(flavor = \"multi_thread\")]`",
        ));
    }
    handle.block_on(future)
}

/// Runs plain code that may wait on a thread for blocking work, inside the ambient site and transaction, and with the time
/// zone and the language that are in force here. What it activates is in force here too.
///
/// Dropping the future does not end the code, but each `.sync()` in it is an error from then on.
///
/// # Errors
/// The closure's.
///
/// # Panics
/// Where the closure panics.
pub async fn unblock<T: Send + 'static>(f: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let site = Site::current().ok();
    let ambient = Ambient::capture();
    // Shared: what a plain view activates holds for the rest of its request.
    let active = Active::capture();
    // Dropped with this future.
    let (_waiting, wanted) = watch::channel(());
    let f = || WANTED.sync_scope(wanted, f);
    let work = move || {
        active.enter(|| {
            ambient.enter(|| match site {
                Some(site) => site.enter(f),
                None => f(),
            })
        })
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(failure) => match failure.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(failure) => Err(Error::from(failure).wrap("the runtime is shutting down")),
        },
    }
}

/// A runtime for programs without one: the toolchain's commands. It has a thread of its own, so that connections
/// find their way back into their pool when nobody waits.
fn own_runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("rjango").enable_all().build()?;
    Ok(RUNTIME.get_or_init(|| runtime))
}

/// Whether this thread is polling a task. Tokio does not say so; but it gives each task a budget of operations to a
/// poll, and a thread for blocking work none: here alone can a ready future be made to wait.
fn is_async_thread() -> bool {
    let mut context = Context::from_waker(Waker::noop());
    (0..1024).any(|_| pin!(cooperative(std::future::ready(()))).poll(&mut context) == Poll::Pending)
}
