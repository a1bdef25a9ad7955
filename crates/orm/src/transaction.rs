//! Transactions: `atomic` blocks, savepoints inside them, and what to do after the commit.
//!
//! A block's connection is ambient: every query of the same database inside the block, however deep in the call
//! stack, runs on it. It belongs to the task (and to what runs inside it by `.sync()`); `tokio::spawn` leaves it.

mod joined;

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rjango_core::{Error, ErrorKind, Result};
use tokio::sync::MutexGuard;

use crate::connection::{Access, Begin, Database, IsolationLevel, Link, ambient_alias, enter_database, scope_database};

pub use joined::AfterCommit;
pub(crate) use joined::{begin_held, commit_held, join, roll_back_held};

tokio::task_local! {
    static AMBIENT: Arc<Pinned>;
}

/// Runs a closure in a transaction on the default database: commits when it gives `Ok`, rolls back when it gives
/// `Err` or when the future is dropped. Inside another `atomic` it is a savepoint.
///
/// ```
/// # async fn save_order() -> rjango_core::Result<()> { Ok(()) }
/// # async fn save_stock() -> rjango_core::Result<()> { Ok(()) }
/// # async fn example() -> rjango_core::Result<()> {
/// rjango_orm::atomic(async || {
///     save_order().await?;
///     save_stock().await
/// })
/// .await
/// # }
/// ```
///
/// # Errors
/// The closure's, or `Database` where the transaction cannot be begun or committed.
pub async fn atomic<T>(f: impl AsyncFnOnce() -> Result<T>) -> Result<T> {
    atomic_in(Database::current(None)?, f).await
}

/// [`atomic`] on the database of this alias.
///
/// # Errors
/// As [`atomic`]; `ImproperlyConfigured` where the settings name no such database.
pub async fn atomic_on<T>(alias: &str, f: impl AsyncFnOnce() -> Result<T>) -> Result<T> {
    atomic_in(Database::current(Some(alias))?, f).await
}

/// Runs a function once the outermost transaction of the default database is committed: at once where there is
/// none, never where the block that asked is rolled back.
///
/// # Errors
/// `ImproperlyConfigured` outside of a site.
pub fn on_commit(f: impl FnOnce() + Send + 'static) -> Result<()> {
    on_commit_in(&Database::current(None)?, f);
    Ok(())
}

/// [`on_commit`] on the database of this alias.
///
/// # Errors
/// `ImproperlyConfigured` where the settings name no such database.
pub fn on_commit_on(alias: &str, f: impl FnOnce() + Send + 'static) -> Result<()> {
    on_commit_in(&Database::current(Some(alias))?, f);
    Ok(())
}

fn on_commit_in(database: &Database, f: impl FnOnce() + Send + 'static) {
    match pinned(database).filter(|pinned| pinned.depth > 0) {
        Some(pinned) => pinned.hooks.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(f)),
        None => f(),
    }
}

/// Whether a transaction is open here on this database.
pub fn in_atomic_block(database: &Database) -> bool {
    pinned(database).is_some_and(|pinned| pinned.depth > 0)
}

/// The transactions and the database that are ambient here, to be carried to another thread or task.
#[derive(Clone)]
pub(crate) struct Ambient {
    pinned: Option<Arc<Pinned>>,
    alias: Option<Arc<str>>,
}

impl Ambient {
    pub(crate) fn capture() -> Self {
        Self { pinned: AMBIENT.try_with(Arc::clone).ok(), alias: ambient_alias() }
    }

    pub(crate) fn enter<T>(self, f: impl FnOnce() -> T) -> T {
        enter_database(self.alias, || match self.pinned {
            Some(pinned) => AMBIENT.sync_scope(pinned, f),
            None => f(),
        })
    }

    pub(crate) async fn scope<T>(self, future: impl Future<Output = T>) -> T {
        scope_database(self.alias, async {
            match self.pinned {
                Some(pinned) => AMBIENT.scope(pinned, future).await,
                None => future.await,
            }
        })
        .await
    }
}

type Hook = Box<dyn FnOnce() + Send>;

/// A connection that is ambient, and how deep in transactions the present block is on it.
pub(crate) struct Pinned {
    session: Arc<Session>,
    /// 0: pinned without a transaction; 1: a transaction; more: savepoints.
    depth: usize,
    /// What this block wants done after the commit.
    hooks: Mutex<Vec<Hook>>,
    /// Blocks inside this one, as from `join!`, take turns: savepoints must nest.
    turn: tokio::sync::Mutex<()>,
    outer: Option<Arc<Pinned>>,
}

/// A connection held for a while.
struct Session {
    database: Database,
    link: tokio::sync::Mutex<Option<Box<dyn Link>>>,
    /// A rollback could not be done; nothing more may run before the whole transaction is rolled back.
    broken: AtomicBool,
}

/// The innermost pinned connection of this database.
pub(crate) fn pinned(database: &Database) -> Option<Arc<Pinned>> {
    AMBIENT
        .try_with(|innermost| {
            let mut pinned = Some(innermost);
            while let Some(candidate) = pinned {
                if candidate.session.database == *database {
                    return Some(Arc::clone(candidate));
                }
                pinned = candidate.outer.as_ref();
            }
            None
        })
        .ok()
        .flatten()
}

impl Pinned {
    /// A connection of one's own, outside of any transaction.
    pub(crate) fn new(database: Database, link: Box<dyn Link>) -> Arc<Self> {
        let session = Session { database, link: tokio::sync::Mutex::new(Some(link)), broken: AtomicBool::new(false) };
        Arc::new(Self {
            session: Arc::new(session),
            depth: 0,
            hooks: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            outer: AMBIENT.try_with(Arc::clone).ok(),
        })
    }

    /// The connection, once no other statement uses it.
    pub(crate) async fn link(&self) -> Result<LinkGuard<'_>> {
        let guard = self.session.link.lock().await;
        if self.session.broken.load(Ordering::Relaxed) {
            return Err(Error::new(
                ErrorKind::Database,
                "the transaction is broken: an inner block was not rolled back",
            )
            .with_hint("let the error or the cancellation end the outermost `atomic` block"));
        }
        Ok(LinkGuard(guard))
    }

    /// Makes the connection ambient inside a future, and gives it back after it.
    pub(crate) async fn scope<T>(self: Arc<Self>, future: impl Future<Output = T>) -> T {
        let _release = Release(Arc::clone(&self.session));
        AMBIENT.scope(self, future).await
    }
}

/// A held connection while one statement uses it.
pub(crate) struct LinkGuard<'a>(MutexGuard<'a, Option<Box<dyn Link>>>);

impl LinkGuard<'_> {
    /// The connection.
    ///
    /// # Errors
    /// `Database` where the block that held it has ended.
    pub(crate) fn get(&mut self) -> Result<&mut dyn Link> {
        match self.0.as_mut() {
            Some(link) => Ok(&mut **link),
            None => Err(Error::new(ErrorKind::Database, "the `atomic` block of this query has ended")),
        }
    }
}

/// Gives a session's connection back when the scope that owns it ends, in whatever way.
struct Release(Arc<Session>);

impl Drop for Release {
    fn drop(&mut self) {
        if let Ok(mut link) = self.0.link.try_lock() {
            link.take();
        }
    }
}

/// An `atomic` block with more to say: on which database, that it is the outermost, how isolated it is.
///
/// ```
/// # async fn example() -> rjango_core::Result<()> {
/// use rjango_orm::{Atomic, IsolationLevel};
///
/// Atomic::new().durable().isolation(IsolationLevel::Serializable).run(async || Ok(())).await
/// # }
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a block does nothing before `run`"]
pub struct Atomic {
    alias: Option<String>,
    durable: bool,
    begin: Begin,
}

impl Atomic {
    /// A block as [`atomic`] begins it.
    pub fn new() -> Self {
        Self::default()
    }

    /// On the database of this alias.
    pub fn using(mut self, alias: impl Into<String>) -> Self {
        self.alias = Some(alias.into());
        self
    }

    /// Outermost, so that what it did is kept once it has ended: inside another block it is an error.
    pub fn durable(mut self) -> Self {
        self.durable = true;
        self
    }

    /// Of this isolation, which the outermost block alone can choose. SQLite's transactions are always serializable.
    pub fn isolation(mut self, level: IsolationLevel) -> Self {
        self.begin.isolation = Some(level);
        self
    }

    /// Writing nothing, which the outermost block alone can choose: the database refuses what writes. On SQLite such a block
    /// runs beside the one that writes, and sees the rows as they were when it first read.
    pub fn read_only(mut self) -> Self {
        self.begin.read_only = true;
        self
    }

    /// Runs a closure in the block; see [`atomic`].
    ///
    /// # Errors
    /// As [`atomic`]; `Other` where the block must be the outermost and is not.
    pub async fn run<T>(self, f: impl AsyncFnOnce() -> Result<T>) -> Result<T> {
        let database = Database::current(self.alias.as_deref())?;
        if in_atomic_block(&database) {
            let refused = if self.durable {
                Some("a durable `atomic` block stands inside another one")
            } else {
                let chosen = [
                    (
                        self.begin.isolation.is_some(),
                        "an `atomic` block inside another one cannot choose its isolation",
                    ),
                    (self.begin.read_only, "an `atomic` block inside another one cannot choose to be read-only"),
                ];
                chosen.into_iter().find_map(|(is_chosen, message)| is_chosen.then_some(message))
            };
            if let Some(message) = refused {
                return Err(Error::new(ErrorKind::Other, message)
                    .with_hint("call it outside of `atomic`, and of views with ATOMIC_REQUESTS"));
            }
        }
        begun_in(database, self.begin, f).await
    }
}

pub(crate) async fn atomic_in<T>(database: Database, f: impl AsyncFnOnce() -> Result<T>) -> Result<T> {
    begun_in(database, Begin::default(), f).await
}

async fn begun_in<T>(database: Database, begin: Begin, f: impl AsyncFnOnce() -> Result<T>) -> Result<T> {
    let (outer, release) = match pinned(&database) {
        Some(outer) => (outer, None),
        None => {
            let link = database.acquire(if begin.read_only { Access::Read } else { Access::Write }).await?;
            let outer = Pinned::new(database, link);
            let release = Release(Arc::clone(&outer.session));
            (outer, Some(release))
        }
    };
    let turn = outer.turn.lock().await;
    let block = Block::begin(&outer, begin).await?;
    let result = AMBIENT.scope(Arc::clone(&block.pinned), f()).await;
    let hooks = match &result {
        Ok(_) => block.commit(&outer).await?,
        Err(_) => {
            block.rollback().await;
            Vec::new()
        }
    };
    drop(turn);
    // Hooks may query: the connection must be free again.
    drop(release);
    for hook in hooks {
        hook();
    }
    result
}

/// An open transaction or savepoint; dropping it unfinished rolls it back.
struct Block {
    pinned: Arc<Pinned>,
    open: bool,
}

impl Block {
    async fn begin(outer: &Arc<Pinned>, begin: Begin) -> Result<Self> {
        let pinned = Arc::new(Pinned {
            session: Arc::clone(&outer.session),
            depth: outer.depth + 1,
            hooks: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            outer: Some(Arc::clone(outer)),
        });
        // Where this is dropped on its way, the lease knows that the server may have begun.
        outer.link().await?.get()?.begin(begin).await?;
        Ok(Self { pinned, open: true })
    }

    /// Commits; gives the hooks to run now, which are none inside another block.
    async fn commit(mut self, outer: &Pinned) -> Result<Vec<Hook>> {
        let mut link = self.pinned.link().await?;
        if let Err(error) = link.get()?.commit().await {
            drop(link);
            self.rollback().await;
            return Err(error);
        }
        drop(link);
        self.open = false;
        let mut hooks = std::mem::take(&mut *self.pinned.hooks.lock().unwrap_or_else(PoisonError::into_inner));
        if outer.depth > 0 {
            outer.hooks.lock().unwrap_or_else(PoisonError::into_inner).append(&mut hooks);
        }
        Ok(hooks)
    }

    async fn rollback(mut self) {
        let session = &self.pinned.session;
        let mut link = session.link.lock().await;
        let done = match link.as_mut() {
            Some(link) => link.rollback().await.is_ok(),
            None => false,
        };
        drop(link);
        if self.pinned.depth == 1 {
            session.broken.store(false, Ordering::Relaxed);
        } else if !done {
            session.broken.store(true, Ordering::Relaxed);
        }
        self.open = false;
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        // The future was dropped, or it panicked.
        let session = &self.pinned.session;
        match session.link.try_lock() {
            Ok(mut link) => {
                if let Some(link) = link.as_mut() {
                    link.start_rollback();
                }
            }
            // A sibling is in the middle of a statement: its block must not commit what this one did.
            Err(_) => session.broken.store(true, Ordering::Relaxed),
        }
    }
}
