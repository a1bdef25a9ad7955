//! A pool of connections, and the lease of one, which knows what its connection is in the middle of.
//!
//! A connection comes back into the pool only as it was: no transaction open, no answer half read. A lease that is dropped
//! in any other state gives its connection to a task of its own, which stops the statement at the server, rolls back,
//! and closes what cannot be trusted. The engine's part of that is [`Manage`].

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rjango_core::{Error, ErrorKind, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long [`Pool::close`] waits for connections that are still in use.
const CLOSING: Duration = Duration::from_secs(5);
/// A connection that was idle for longer is closed rather than kept.
const MOST_IDLE: Duration = Duration::from_secs(600);

/// An engine's connections: how one is made, looked at, brought back and closed.
pub(super) trait Manage: Send + Sync + Sized + 'static {
    type Connection: Send + 'static;

    /// Makes a connection, once.
    fn connect(&self) -> impl Future<Output = Result<Self::Connection>> + Send;

    /// Whether an idle connection still works. It is asked before the connection is leased.
    fn is_alive(&self, connection: &mut Self::Connection, idle: Duration) -> impl Future<Output = bool> + Send;

    /// Runs SQL without parameters and without rows.
    fn run(&self, connection: &mut Self::Connection, sql: &str) -> impl Future<Output = Result<()>> + Send;

    /// Makes a connection ready for its next statement after a future was dropped in the middle of one: waits for the
    /// statement's end, and stops it first where `stop` says so.
    fn drain(&self, connection: &mut Self::Connection, stop: bool) -> impl Future<Output = Result<()>> + Send;

    /// What a failed statement did to its transaction.
    fn fate(&self, connection: &mut Self::Connection, error: &Error) -> impl Future<Output = Fate> + Send;

    /// Makes a connection as it was before its lease, or closes it.
    fn recover(
        &self,
        connection: Self::Connection,
        left: Left,
    ) -> impl Future<Output = Option<Self::Connection>> + Send;

    /// Closes a connection in good order.
    fn close(&self, connection: Self::Connection) -> impl Future<Output = ()> + Send;

    /// The error where no connection became free in time.
    fn exhausted(&self, waited: Duration) -> Error;

    /// The error where a connection is not made in time.
    fn unanswered(&self) -> Error;
}

/// In what state a lease was dropped.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Left {
    /// A statement was written, or begun to be, and its answer was not read whole.
    pub(super) in_statement: bool,
    /// A transaction may be open at the server.
    pub(super) in_transaction: bool,
    /// A script ran, which may have left anything behind.
    pub(super) scripted: bool,
    /// The connection failed.
    pub(super) dead: bool,
}

impl Left {
    fn is_clean(self) -> bool {
        !(self.in_statement || self.in_transaction || self.scripted || self.dead)
    }
}

/// What a failed statement did to its transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing: the next statement may run.
    Unharmed,
    /// The transaction does nothing more until it is rolled back, to a savepoint or whole.
    Aborted,
    /// The server has rolled the whole transaction back.
    RolledBack,
    /// The connection is gone.
    Dead,
}

/// The bounds of a pool.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// How many connections at once.
    pub(super) most: u32,
    /// How long to wait for one that is free.
    pub(super) wait: Duration,
    /// How long looking at an idle connection and making a new one may take together.
    pub(super) connect: Duration,
    /// When a connection is closed, however well it works.
    pub(super) lifetime: Option<Duration>,
}

/// A pool of connections.
pub(super) struct Pool<M: Manage>(Arc<Shared<M>>);

struct Shared<M: Manage> {
    manage: M,
    bounds: Bounds,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Idle<M::Connection>>>,
    /// Each connection holds one of these for as long as it exists, idle or not.
    exists: Arc<()>,
    /// When a connection last could not be made, and why: whoever has waited since then need not try again.
    failed: Mutex<Option<(Instant, Arc<Error>)>>,
}

/// A connection that exists.
struct Made<C> {
    connection: C,
    at: Instant,
    _exists: Arc<()>,
}

struct Idle<C> {
    made: Made<C>,
    since: Instant,
}

impl<M: Manage> Clone for Pool<M> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<M: Manage> Pool<M> {
    pub(super) fn new(manage: M, bounds: Bounds) -> Self {
        Self(Arc::new(Shared {
            manage,
            bounds,
            permits: Arc::new(Semaphore::new(bounds.most as usize)),
            idle: Mutex::default(),
            exists: Arc::default(),
            failed: Mutex::default(),
        }))
    }

    /// What makes the connections: of a server there is more to ask than of a file.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(super) fn manage(&self) -> &M {
        &self.0.manage
    }

    /// A connection for oneself.
    pub(super) async fn lease(&self) -> Result<Lease<M>> {
        let asked = Instant::now();
        let permit = match Arc::clone(&self.0.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(tokio::sync::TryAcquireError::Closed) => return Err(closed()),
            Err(tokio::sync::TryAcquireError::NoPermits) => self.wait().await?,
        };
        if let Some(idle) = self.pop() {
            return self.look_at(permit, idle, asked).await;
        }
        self.connect(permit, asked).await
    }

    async fn wait(&self) -> Result<OwnedSemaphorePermit> {
        let free = Arc::clone(&self.0.permits).acquire_owned();
        match tokio::time::timeout(self.0.bounds.wait, free).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) => Err(closed()),
            Err(_) => Err(self.0.manage.exhausted(self.0.bounds.wait)),
        }
    }

    fn pop(&self) -> Option<Idle<M::Connection>> {
        self.0.idle().pop()
    }

    async fn look_at(
        &self,
        permit: OwnedSemaphorePermit,
        mut idle: Idle<M::Connection>,
        asked: Instant,
    ) -> Result<Lease<M>> {
        let looking = async {
            loop {
                if self.0.manage.is_alive(&mut idle.made.connection, idle.since.elapsed()).await {
                    return Some(idle.made);
                }
                drop(idle);
                idle = self.pop()?;
            }
        };
        match tokio::time::timeout(self.0.bounds.connect, looking).await {
            Ok(Some(made)) => Ok(self.leased(permit, made)),
            Ok(None) => self.connect(permit, asked).await,
            Err(_) => Err(self.0.failing(self.0.manage.unanswered())),
        }
    }

    async fn connect(&self, permit: OwnedSemaphorePermit, asked: Instant) -> Result<Lease<M>> {
        if let Some(error) = self.0.failed_since(asked) {
            return Err(error);
        }
        match tokio::time::timeout(self.0.bounds.connect, self.0.manage.connect()).await {
            Ok(Ok(connection)) => {
                let made = Made { connection, at: Instant::now(), _exists: Arc::clone(&self.0.exists) };
                Ok(self.leased(permit, made))
            }
            Ok(Err(error)) => Err(self.0.failing(error)),
            Err(_) => Err(self.0.failing(self.0.manage.unanswered())),
        }
    }

    fn leased(&self, permit: OwnedSemaphorePermit, made: Made<M::Connection>) -> Lease<M> {
        Lease {
            shared: Arc::clone(&self.0),
            made: Some(made),
            permit: Some(permit),
            left: Left::default(),
            depth: 0,
            fate: Fate::Unharmed,
            undo: None,
        }
    }

    /// Closes every connection: the idle ones now, the others when they come back. Waits for these, within a bound.
    pub(super) async fn close(&self) {
        self.0.permits.close();
        let idle = std::mem::take(&mut *self.0.idle());
        for idle in idle {
            self.0.manage.close(idle.made.connection).await;
        }
        let gone = async {
            while Arc::strong_count(&self.0.exists) > 1 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        let _ = tokio::time::timeout(CLOSING, gone).await;
    }
}

impl<M: Manage> Shared<M> {
    fn idle(&self) -> MutexGuard<'_, Vec<Idle<M::Connection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failing(&self, error: Error) -> Error {
        let kept = Arc::new(error);
        let error = again(&kept);
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), kept));
        error
    }

    /// The failure to connect that happened while somebody waited for their turn.
    fn failed_since(&self, asked: Instant) -> Option<Error> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.as_ref().filter(|(at, _)| *at > asked).map(|(_, error)| again(error))
    }

    /// Puts a connection back, or says which one is to be closed.
    fn keep(&self, made: Made<M::Connection>) -> Option<Made<M::Connection>> {
        let too_old = self.bounds.lifetime.is_some_and(|most| made.at.elapsed() > most);
        if too_old || self.permits.is_closed() {
            return Some(made);
        }
        let mut idle = self.idle();
        idle.push(Idle { made, since: Instant::now() });
        // The longest idle one is the first.
        let is_old = |first: &Idle<_>| first.since.elapsed() > MOST_IDLE;
        idle.first().is_some_and(is_old).then(|| idle.remove(0).made)
    }

    /// Ends a lease: the permit is given on once the connection is back or gone.
    async fn end(self: Arc<Self>, made: Made<M::Connection>, left: Left, permit: OwnedSemaphorePermit) {
        let Made { connection, at, _exists } = made;
        if let Some(connection) = self.manage.recover(connection, left).await
            && let Some(closing) = self.keep(Made { connection, at, _exists })
        {
            self.manage.close(closing.connection).await;
        }
        drop(permit);
    }

    async fn close(self: Arc<Self>, made: Made<M::Connection>) {
        self.manage.close(made.connection).await;
    }
}

/// The same error once more, for another who met it.
fn again(error: &Arc<Error>) -> Error {
    let told = Error::new(error.kind(), error.to_string()).with_told_source(SharedError(Arc::clone(error)));
    match error.hint() {
        Some(hint) => told.with_hint(hint),
        None => told,
    }
}

/// An error that several have met.
#[derive(Debug)]
struct SharedError(Arc<Error>);

impl std::fmt::Display for SharedError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for SharedError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

#[cold]
fn closed() -> Error {
    Error::new(ErrorKind::Database, "the database is closed")
}

/// The savepoint of a block inside of so many others.
pub(super) fn savepoint_name(depth: usize) -> String {
    format!("rjango_{depth}")
}

/// A connection that is leased, and what is known of its transaction.
pub(super) struct Lease<M: Manage> {
    shared: Arc<Shared<M>>,
    made: Option<Made<M::Connection>>,
    permit: Option<OwnedSemaphorePermit>,
    left: Left,
    /// How many transactions and savepoints are open.
    depth: usize,
    /// What the last failed statement did to the transaction.
    fate: Fate,
    /// The depth to which everything is rolled back before the next statement: its block was dropped.
    undo: Option<usize>,
}

impl<M: Manage> Lease<M> {
    pub(super) fn manage(&self) -> &M {
        &self.shared.manage
    }

    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The connection for a statement. From here until [`Lease::done`] the lease is in the middle of one.
    ///
    /// # Errors
    /// `Database` where the connection is gone, or where the transaction can do nothing more.
    pub(super) async fn statement(&mut self) -> Result<&mut M::Connection> {
        self.settle().await?;
        match self.fate {
            Fate::RolledBack => return Err(rolled_back()),
            Fate::Dead => return Err(gone()),
            _ => {}
        }
        self.left.in_statement = true;
        self.connection()
    }

    /// The statement ended, well or badly.
    pub(super) async fn done<T>(&mut self, result: Result<T>) -> Result<T> {
        let Err(error) = result else {
            self.left.in_statement = false;
            return result;
        };
        let fate = match self.parts() {
            Ok((manage, connection)) => manage.fate(connection, &error).await,
            Err(_) => Fate::Dead,
        };
        self.left.in_statement = false;
        self.left.dead |= fate == Fate::Dead;
        if fate == Fate::Dead || (self.depth > 0 && fate != Fate::Unharmed) {
            self.fate = fate;
        }
        Err(error)
    }

    /// A script is about to run: what it leaves behind is not known.
    pub(super) fn scripted(&mut self) {
        self.left.scripted = true;
    }

    /// Begins a transaction by this SQL, or a savepoint inside one.
    pub(super) async fn begin(&mut self, sql: &str) -> Result<()> {
        let depth = self.depth;
        let savepoint;
        let sql = if depth == 0 {
            sql
        } else {
            savepoint = format!("SAVEPOINT {}", savepoint_name(depth));
            &savepoint
        };
        self.statement().await?;
        // Before the first byte: whoever drops the future from here on leaves a transaction that may be open.
        self.left.in_transaction = true;
        if depth == 0 {
            // A savepoint too many does no harm; a transaction too many takes what comes after it along.
            self.undo = Some(0);
            self.fate = Fate::Unharmed;
        }
        let result = self.run(sql).await;
        self.done(result).await?;
        self.undo = None;
        self.depth = depth + 1;
        Ok(())
    }

    /// Commits the innermost.
    pub(super) async fn commit(&mut self) -> Result<()> {
        match self.depth {
            0 => return Err(Error::new(ErrorKind::Database, "there is no transaction to commit")),
            1 => {
                self.settle().await?;
                if self.fate == Fate::Aborted {
                    return Err(aborted());
                }
                self.statement().await?;
                let result = self.run("COMMIT").await;
                self.done(result).await?;
                self.left.in_transaction = false;
            }
            depth => {
                let sql = format!("RELEASE SAVEPOINT {}", savepoint_name(depth - 1));
                self.statement().await?;
                let result = self.run(&sql).await;
                self.done(result).await?;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Rolls the innermost back.
    pub(super) async fn rollback(&mut self) -> Result<()> {
        self.start_rollback();
        self.settle().await
    }

    /// The innermost is to be rolled back before anything else happens; for destructors.
    pub(super) fn start_rollback(&mut self) {
        if self.depth == 0 {
            return;
        }
        self.depth -= 1;
        self.undo = Some(self.undo.map_or(self.depth, |undo| undo.min(self.depth)));
    }

    /// Finishes what dropped futures have left: a statement whose answer was not read, a block that was not ended.
    async fn settle(&mut self) -> Result<()> {
        if self.fate == Fate::Dead {
            return Err(gone());
        }
        if self.left.in_statement {
            let stop = self.undo.is_some();
            let (manage, connection) = self.parts()?;
            let drained = manage.drain(connection, stop).await;
            if let Err(error) = drained {
                self.left.dead = true;
                self.fate = Fate::Dead;
                return Err(error);
            }
            self.left.in_statement = false;
        }
        let Some(depth) = self.undo else {
            return Ok(());
        };
        if self.fate == Fate::RolledBack && depth > 0 {
            self.undo = None;
            return Ok(());
        }
        let sql = match depth {
            0 => "ROLLBACK".to_owned(),
            depth => {
                let name = savepoint_name(depth);
                format!("ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}")
            }
        };
        self.left.in_statement = true;
        let result = self.run(&sql).await;
        match self.done(result).await {
            // Where no transaction is open any more, or none was begun, SQLite refuses, and the others warn.
            Err(_) if depth == 0 && self.fate != Fate::Dead => {}
            outcome => outcome?,
        }
        self.undo = None;
        self.fate = Fate::Unharmed;
        if depth == 0 {
            self.left.in_transaction = false;
        }
        Ok(())
    }

    /// The connection, for whoever has asked for [`Lease::statement`] before.
    pub(super) fn connection(&mut self) -> Result<&mut M::Connection> {
        self.made.as_mut().map(|made| &mut made.connection).ok_or_else(gone)
    }

    /// The connection, and what manages it.
    pub(super) fn parts(&mut self) -> Result<(&M, &mut M::Connection)> {
        match &mut self.made {
            Some(made) => Ok((&self.shared.manage, &mut made.connection)),
            None => Err(gone()),
        }
    }

    /// Runs SQL without rows, for whoever has asked for [`Lease::statement`] before.
    pub(super) async fn run(&mut self, sql: &str) -> Result<()> {
        let (manage, connection) = self.parts()?;
        manage.run(connection, sql).await
    }

    /// Undoes a statement that failed, by SQL of the engine's own.
    pub(super) async fn undo_by(&mut self, sql: &str) -> Result<()> {
        self.left.in_statement = true;
        let result = self.run(sql).await;
        self.done(result).await?;
        self.fate = Fate::Unharmed;
        Ok(())
    }
}

impl<M: Manage> Drop for Lease<M> {
    fn drop(&mut self) {
        let (Some(made), Some(permit)) = (self.made.take(), self.permit.take()) else {
            return;
        };
        let mut left = self.left;
        left.in_transaction |= self.depth > 0;
        let runtime = tokio::runtime::Handle::try_current();
        if left.is_clean() {
            // The permit goes on after that: whoever gets it finds the connection.
            if let (Some(closing), Ok(runtime)) = (self.shared.keep(made), runtime) {
                runtime.spawn(Arc::clone(&self.shared).close(closing));
            }
            return;
        }
        // Without a runtime nobody can speak to the server: the connection is closed, which ends what it was at.
        if let Ok(runtime) = runtime {
            runtime.spawn(Arc::clone(&self.shared).end(made, left, permit));
        }
    }
}

#[cold]
fn gone() -> Error {
    Error::new(ErrorKind::Database, "the connection of this transaction is gone")
        .with_hint("let the error end the outermost `atomic` block, and run it again")
}

#[cold]
fn rolled_back() -> Error {
    Error::new(ErrorKind::Database, "the database has rolled this transaction back after an earlier error")
        .with_hint("let that error end the outermost `atomic` block, and run it again")
}

#[cold]
fn aborted() -> Error {
    Error::new(ErrorKind::Database, "the transaction cannot be committed: a statement in it failed")
        .with_hint("let the error leave the `atomic` block, or put what may fail into an `atomic` block of its own")
}
