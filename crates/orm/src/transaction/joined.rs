//! A transaction that a script has begun, as `atomic` and `on_commit` see it.
//!
//! The migrations' executor begins its transactions by SQL of its own. What runs inside them by way of the ORM finds a
//! connection here whose `begin` is a savepoint, whatever sqlx believes.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;
use rjango_core::{Error, ErrorKind, Result};

use super::{AMBIENT, Hook, Pinned, Session, pinned};
use crate::connection::{Database, Executed, IsolationLevel, Link, Row, Statement, Wanted};

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

pub(crate) async fn join<T>(database: &Database, future: impl Future<Output = Result<T>>) -> Result<(T, AfterCommit)> {
    let outer = pinned(database).ok_or_else(|| {
        Error::new(ErrorKind::Database, "no connection is held here, so no transaction can be joined")
            .with_hint("call it inside `Database::with_connection`")
    })?;
    let savepoints = Arc::new(Savepoints::default());
    let link = Joined { outer: Arc::clone(&outer), savepoints: Arc::clone(&savepoints) };
    let session = Session {
        database: database.clone(),
        link: tokio::sync::Mutex::new(Some(Box::new(link))),
        broken: std::sync::atomic::AtomicBool::new(false),
    };
    let inner = Arc::new(Pinned {
        session: Arc::new(session),
        depth: 1,
        hooks: Mutex::default(),
        turn: tokio::sync::Mutex::default(),
        outer: Some(Arc::clone(&outer)),
    });
    let result = AMBIENT.scope(Arc::clone(&inner), future).await?;
    savepoints.settle(&outer).await?;
    let hooks = std::mem::take(&mut *inner.hooks.lock().unwrap_or_else(PoisonError::into_inner));
    Ok((result, AfterCommit(hooks)))
}

/// The savepoints that are open.
#[derive(Default)]
struct Savepoints(Mutex<Open>);

#[derive(Default)]
struct Open {
    count: usize,
    /// The savepoint to go back to before anything else: a block was dropped.
    undo: Option<usize>,
}

impl Savepoints {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Rolls back what dropped blocks have left.
    async fn settle(&self, outer: &Pinned) -> Result<()> {
        let undo = self.open().undo.take();
        match undo {
            Some(number) => roll_back(outer, number).await,
            None => Ok(()),
        }
    }
}

/// The outer connection, with savepoints for transactions.
struct Joined {
    outer: Arc<Pinned>,
    savepoints: Arc<Savepoints>,
}

impl Link for Joined {
    fn fetch<'a>(&'a mut self, statement: &'a Statement, wanted: Wanted<'a>) -> BoxFuture<'a, Result<Vec<Row>>> {
        Box::pin(async move {
            self.savepoints.settle(&self.outer).await?;
            self.outer.link().await?.get()?.fetch(statement, wanted).await
        })
    }

    fn execute<'a>(&'a mut self, statement: &'a Statement) -> BoxFuture<'a, Result<Executed>> {
        Box::pin(async move {
            self.savepoints.settle(&self.outer).await?;
            self.outer.link().await?.get()?.execute(statement).await
        })
    }

    fn execute_script<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.savepoints.settle(&self.outer).await?;
            script(&self.outer, sql).await
        })
    }

    fn begin(&mut self, _isolation: Option<IsolationLevel>) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.savepoints.settle(&self.outer).await?;
            let number = self.savepoints.open().count + 1;
            script(&self.outer, &format!("SAVEPOINT rjango_{number}")).await?;
            self.savepoints.open().count = number;
            Ok(())
        })
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.savepoints.settle(&self.outer).await?;
            let number = self.savepoints.open().count;
            script(&self.outer, &format!("RELEASE SAVEPOINT rjango_{number}")).await?;
            self.savepoints.open().count = number.saturating_sub(1);
            Ok(())
        })
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        self.start_rollback();
        Box::pin(async move { self.savepoints.settle(&self.outer).await })
    }

    fn start_rollback(&mut self) {
        let mut open = self.savepoints.open();
        // Going back to an outer savepoint undoes the inner ones too.
        open.undo = Some(open.count);
        open.count = open.count.saturating_sub(1);
    }
}

async fn roll_back(outer: &Pinned, number: usize) -> Result<()> {
    script(outer, &format!("ROLLBACK TO SAVEPOINT rjango_{number}")).await?;
    script(outer, &format!("RELEASE SAVEPOINT rjango_{number}")).await
}

async fn script(outer: &Pinned, sql: &str) -> Result<()> {
    outer.link().await?.get()?.execute_script(sql).await
}
