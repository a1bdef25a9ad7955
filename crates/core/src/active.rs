//! What a request, or another piece of work, has chosen for itself: its time zone and its language.
//!
//! The choice is ambient in a task, as the site is. Each of the two is a cell: what runs inside a scope shares it, so that a
//! middleware's or a view's choice holds for the rest of the request.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use crate::timezone::Zone;
use crate::{Error, ErrorKind, Result};

tokio::task_local! {
    static ACTIVE: Active;
}

type Cell<T> = Arc<Mutex<Option<T>>>;

/// The ambient choice, to be taken along to where the task's own is not: another task, a thread, a body that is sent later.
///
/// A clone shares the choice; a [`copy`](Active::copy) begins with it and goes its own way.
#[derive(Debug, Clone, Default)]
pub struct Active {
    zone: Cell<Zone>,
    language: Cell<Arc<str>>,
}

impl Active {
    /// The choice that is ambient here; outside of a scope a new one, in which nothing is chosen.
    pub fn capture() -> Self {
        ACTIVE.try_with(Clone::clone).unwrap_or_default()
    }

    /// A choice of its own that begins with this one.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self { zone: cell(get(&self.zone)), language: cell(get(&self.language)) }
    }

    /// Runs a future with this choice.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        ACTIVE.scope(self, future).await
    }

    /// Runs a closure with this choice.
    pub fn enter<T>(self, closure: impl FnOnce() -> T) -> T {
        ACTIVE.sync_scope(self, closure)
    }

    pub(crate) fn with_zone(self, zone: Option<Zone>) -> Self {
        Self { zone: cell(zone), ..self }
    }

    pub(crate) fn with_language(self, language: Option<Arc<str>>) -> Self {
        Self { language: cell(language), ..self }
    }

    pub(crate) fn zone() -> Option<Zone> {
        ACTIVE.try_with(|active| get(&active.zone)).ok().flatten()
    }

    pub(crate) fn language() -> Option<Arc<str>> {
        ACTIVE.try_with(|active| get(&active.language)).ok().flatten()
    }

    pub(crate) fn set_zone(zone: Option<Zone>) -> Result<()> {
        ACTIVE.try_with(|active| set(&active.zone, zone)).map_err(|_| no_scope("time zone", "timezone::with_zone"))
    }

    pub(crate) fn set_language(language: Option<Arc<str>>) -> Result<()> {
        ACTIVE
            .try_with(|active| set(&active.language, language))
            .map_err(|_| no_scope("language", "translation::with_language"))
    }
}

fn cell<T>(value: Option<T>) -> Cell<T> {
    Arc::new(Mutex::new(value))
}

fn get<T: Clone>(cell: &Cell<T>) -> Option<T> {
    cell.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn set<T>(cell: &Cell<T>, value: Option<T>) {
    *cell.lock().unwrap_or_else(PoisonError::into_inner) = value;
}

/// Runs a future in which a time zone and a language can be activated. They end with it, and none of before is in force in it.
///
/// The handler runs each request in one, and a program each command.
pub async fn scope<F: Future>(future: F) -> F::Output {
    Active::default().scope(future).await
}

#[cold]
fn no_scope(what: &str, with: &str) -> Error {
    Error::new(ErrorKind::Other, format!("a {what} was activated where nothing would end it"))
        .with_hint(format!("use `{with}`, or run this inside a request or `timezone::scope`"))
}
