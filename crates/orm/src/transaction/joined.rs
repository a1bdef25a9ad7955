//! A transaction that its owner begins and ends by hand on a connection that is held, as `atomic` and `on_commit` see it.
//!
//! The migrations' executor has such transactions. What runs inside them by way of the ORM finds savepoints.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use rjango_core::{Error, ErrorKind, Result};

use super::{AMBIENT, Hook, Pinned, pinned};
use crate::connection::{Begin, Database};

/// What was left by [`crate::on_commit`] for after the commit of a transaction that somebody else ends.
#[derive(Default)]
pub struct AfterCommit(Vec<Hook>);

impl AfterCommit {
    /// Adds what another part of the transaction left.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Runs it all, in the order in which it was left.
    pub fn run(self) {
        for hook in self.0 {
            hook();
        }
    }
}

impl std::fmt::Debug for AfterCommit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("AfterCommit").field(&self.0.len()).finish()
    }
}

fn held(database: &Database) -> Result<Arc<Pinned>> {
    pinned(database).ok_or_else(|| {
        Error::new(ErrorKind::Database, "no connection is held here, so no transaction can be begun or joined")
            .with_hint("call it inside `Database::with_connection`")
    })
}

pub(crate) async fn begin_held(database: &Database) -> Result<()> {
    let pinned = held(database)?;
    if pinned.depth > 0 {
        return Err(Error::new(ErrorKind::Database, "a transaction is open here already"));
    }
    pinned.link().await?.get()?.begin(Begin::default()).await
}

pub(crate) async fn commit_held(database: &Database) -> Result<()> {
    held(database)?.link().await?.get()?.commit().await
}

pub(crate) async fn roll_back_held(database: &Database) -> Result<()> {
    held(database)?.link().await?.get()?.rollback().await
}

pub(crate) async fn join<T>(database: &Database, future: impl Future<Output = Result<T>>) -> Result<(T, AfterCommit)> {
    let outer = held(database)?;
    let inner = Arc::new(Pinned {
        session: Arc::clone(&outer.session),
        depth: outer.depth.max(1),
        hooks: Mutex::default(),
        turn: tokio::sync::Mutex::default(),
        outer: Some(Arc::clone(&outer)),
    });
    let result = AMBIENT.scope(Arc::clone(&inner), future).await?;
    let hooks = std::mem::take(&mut *inner.hooks.lock().unwrap_or_else(PoisonError::into_inner));
    Ok((result, AfterCommit(hooks)))
}
