//! Applying migrations and taking them back, each with its history row in one transaction.
//!
//! MySQL has no transaction around statements about tables: there the statements run one by one, and their progress is kept
//! (see `stepwise`). So do those of a migration with `atomic = false` on the other engines (see `nonatomic`). The SQL that
//! runs is the text of the SQL files. Here are the order across apps, the history (one table an app, in the shape and with
//! the checksums of refinery's), refusal with words of a history that does not fit the files, the way back, and what SQLite
//! needs around a rebuilt table (foreign keys off and checked, triggers and indexes put back).

mod branches;
mod functions;
mod guards;
mod history;
mod nonatomic;
mod plan;
mod progress;
mod rebuild;
mod dependents;
mod pieces;
mod session;
mod soft_applied;
mod stepwise;
mod told;
mod unknown_columns;
mod unsynced;

use std::collections::BTreeSet;
use std::ops::Range;

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::{Database, Engine, refusal_code};

pub use branches::script;
pub use functions::{FunctionUse, check_functions, functions_of};
pub use history::{Applied, History, clashing_labels};
pub use plan::{Step, Target};
pub(crate) use session::LOCK as MYSQL_LOCK;

use crate::reader::Statement;
use crate::{Direction, Graph, Migration, MigrationKey};
use pieces::{Piece, pieces};
use progress::Unfinished;
use session::Session;

/// Runs the migrations of a graph on a database.
#[derive(Debug, Clone)]
pub struct Executor<'a> {
    database: Database,
    graph: &'a Graph,
}

/// Who watches.
pub trait Progress {
    /// A step begins.
    fn started(&mut self, step: &Step);
    /// A step is done, and committed.
    fn finished(&mut self, step: &Step, outcome: Outcome);
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Its SQL ran.
    Done,
    /// Only its history row was written or removed.
    Faked,
    /// Another run had done it in the meantime.
    AlreadyDone,
}

/// Nobody watches.
impl Progress for () {
    fn started(&mut self, _step: &Step) {}
    fn finished(&mut self, _step: &Step, _outcome: Outcome) {}
}

impl<'a> Executor<'a> {
    /// An executor; nothing connects yet.
    pub fn new(database: &Database, graph: &'a Graph) -> Self {
        Self { database: database.clone(), graph }
    }

    /// What is applied, read without changing anything.
    ///
    /// # Errors
    /// `Database` where the database cannot be read.
    pub async fn history(&self) -> Result<History> {
        History::read(&self.database, self.graph).await
    }

    /// That what is applied is what the files say.
    ///
    /// # Errors
    /// The first of [`Executor::problems`].
    pub fn verify(&self, history: &History) -> Result<()> {
        self.problems(history)?.into_iter().next().map_or(Ok(()), Err)
    }

    /// Where what is applied is not what the files say: an applied migration is missing, was changed, or was applied
    /// before one that it depends on. Each names the file and the next step.
    ///
    /// # Errors
    /// `Migration` where a file cannot be read.
    pub fn problems(&self, history: &History) -> Result<Vec<Error>> {
        self.problems_before_recording(history, &BTreeSet::new())
    }

    /// As [`Executor::problems`], where these are about to be recorded: that they are missing is no problem then.
    ///
    /// # Errors
    /// As [`Executor::problems`].
    pub fn problems_before_recording(
        &self,
        history: &History,
        recorded_next: &BTreeSet<MigrationKey>,
    ) -> Result<Vec<Error>> {
        history.problems(self.graph, self.database.engine(), recorded_next)
    }

    /// Applies and takes back these steps, one transaction each. What was done before a failure stays done.
    ///
    /// # Errors
    /// `Migration` where a step fails: schema, rows and history are then as they were before that step.
    pub async fn run(&self, steps: &[Step], fake: bool, progress: &mut dyn Progress) -> Result<()> {
        if steps.is_empty() && self.squashed().next().is_none() && !self.keeps_progress() {
            return Ok(());
        }
        // All of them before the first runs: what is known to be missing must not stop the run in its midst.
        for step in steps {
            let migration = self.graph.get(&step.key).ok_or_else(|| unknown(&step.key))?;
            match step.backwards {
                false => migration.check_sql(self.database.engine(), Direction::Up)?,
                true if fake => {}
                true => migration.check_sql(self.database.engine(), Direction::Down)?,
            }
        }
        self.database
            .with_connection(async || {
                let session = &mut Session::new(&self.database);
                session.open().await?;
                let mut outcome = self.refuse_unfinished(steps).await;
                for step in steps {
                    if outcome.is_err() {
                        break;
                    }
                    progress.started(step);
                    match self.step(session, step, fake).await {
                        Ok(how) => progress.finished(step, how),
                        Err(error) => outcome = Err(error),
                    }
                }
                if outcome.is_ok() {
                    outcome = self.record_squashed(session).await;
                }
                let closed = session.close().await;
                outcome.and(closed)
            })
            .await
    }

    /// Removes history rows without taking anything back, and what is kept of those that are applied by half: Django's
    /// `migrate --prune`.
    ///
    /// # Errors
    /// `Database` where the rows cannot be removed.
    pub async fn forget(&self, keys: &[MigrationKey]) -> Result<()> {
        self.database
            .with_connection(async || {
                let session = &mut Session::new(&self.database);
                let unfinished = Unfinished::read(&self.database).await?;
                session.prepare(keys).await?;
                session.begin().await?;
                for key in keys {
                    let outcome = match unfinished.iter().any(|left| left.key == *key) {
                        true => Unfinished::finish(key, &self.database).await,
                        false => Ok(()),
                    };
                    if let Err(error) = outcome.and(session.forget(key).await) {
                        session.rollback().await?;
                        return Err(error);
                    }
                }
                session.commit().await
            })
            .await
    }

    fn squashed(&self) -> impl Iterator<Item = &Migration> {
        self.graph.files().filter(|migration| !migration.replaces.is_empty())
    }

    /// Records each squashed migration whose replaced ones are all applied by now: their files may go from then on.
    async fn record_squashed(&self, session: &mut Session<'_>) -> Result<()> {
        'squashed: for migration in self.squashed() {
            for key in migration.replaces.iter() {
                if !session.is_recorded(key).await? {
                    continue 'squashed;
                }
            }
            session.begin().await?;
            let outcome = async {
                if !session.is_recorded(&migration.key).await? {
                    session.record(&migration.key, Some(migration)).await?;
                }
                session.commit().await
            };
            if let Err(error) = outcome.await {
                session.rollback().await?;
                return Err(error);
            }
        }
        Ok(())
    }

    /// Whether each statement about tables commits by itself.
    fn is_stepwise(&self) -> bool {
        self.database.engine() == Engine::MySql
    }

    /// Whether an earlier run may have left a migration in its midst: on such an engine, or by `atomic = false`.
    fn keeps_progress(&self) -> bool {
        self.is_stepwise() || self.graph.files().any(|migration| !migration.atomic)
    }

    /// The error for what an earlier run left unfinished and these steps do not finish.
    pub fn left_behind(&self, history: &History, steps: &[Step]) -> Option<Error> {
        history.left_behind(steps).map(|left| left.in_the_way(self.graph))
    }

    /// That what an earlier run left unfinished is among these steps: nothing can be built on half a migration.
    async fn refuse_unfinished(&self, steps: &[Step]) -> Result<()> {
        if !self.keeps_progress() {
            return Ok(());
        }
        let unfinished = Unfinished::read(&self.database).await?;
        match unfinished.iter().find(|left| !left.goes_on_in(steps)) {
            None => Ok(()),
            Some(left) => Err(left.in_the_way(self.graph)),
        }
    }

    async fn step(&self, session: &mut Session<'_>, step: &Step, fake: bool) -> Result<Outcome> {
        let migration = self.graph.get(&step.key).ok_or_else(|| unknown(&step.key))?;
        let explained = |error, line| self.explained(error, migration, step.backwards, line);
        if self.is_stepwise() || !migration.atomic {
            let keys = migration.replaces.iter().chain([&migration.key]);
            session.prepare(keys).await.map_err(|error| explained(error, None))?;
            if !fake {
                return self.step_by_statement(session, migration, step.backwards).await;
            }
        }
        session.begin().await.map_err(|error| explained(error, None))?;
        let ready = if fake { Ok(()) } else { self.expect_calls(session, migration, step.backwards).await };
        let outcome = if let Err(error) = ready {
            Err(error)
        } else if step.backwards {
            self.take_back(session, migration, fake).await
        } else {
            self.apply(session, migration, fake).await
        };
        let outcome = match outcome {
            Ok(Outcome::Done) => session.check_foreign_keys().await.map(|()| Outcome::Done),
            outcome => outcome,
        };
        match outcome {
            Ok(outcome) => match session.commit().await {
                Ok(()) => Ok(outcome),
                // Where the connection is lost on the way, nobody here knows whether the server had committed.
                Err(error) if refusal_code(&error).is_none_or(|code| is_lost(&code)) => {
                    let error = self.named(error, migration, step.backwards, None);
                    Err(error.with_hint(
                        "the connection was lost at the commit: `rjango showmigrations` says whether it was carried out",
                    ))
                }
                Err(error) => {
                    let _ = session.rollback().await;
                    Err(explained(error, None))
                }
            },
            Err(error) => {
                // What failed first is told. A connection that cannot roll back is lost, and the server rolls back.
                let _ = session.rollback().await;
                let line = session.take_failed_line();
                Err(explained(error, line))
            }
        }
    }

    /// A step on an engine that commits each statement about tables: its progress is kept, and it goes on from there.
    async fn step_by_statement(
        &self,
        session: &mut Session<'_>,
        migration: &Migration,
        backwards: bool,
    ) -> Result<Outcome> {
        let (key, engine) = (&migration.key, self.database.engine());
        let (script, direction) = match backwards {
            true => (migration.down_sql(engine)?, Direction::Down),
            false => (migration.up_sql(engine)?, Direction::Up),
        };
        if self.is_done(session, migration, backwards).await? {
            return Ok(Outcome::AlreadyDone);
        }
        let pieces = pieces(&script, engine);
        let outcome = async {
            session.refuse(&pieces)?;
            self.expect_calls(session, migration, backwards).await?;
            Unfinished::make_table(&self.database).await?;
            let left = Unfinished::read(&self.database).await?.into_iter().find(|left| left.key == *key);
            let mut progress = left.unwrap_or_else(|| Unfinished::new(key, direction));
            match self.is_stepwise() {
                true => stepwise::run(session, &pieces, &mut progress).await?,
                false => {
                    for (at, piece) in pieces.iter().enumerate() {
                        let ran = progress.done.min(at);
                        let known = self.refuse_unknown_columns(migration, direction, &pieces, at, ran).await;
                        session.at(piece, known)?;
                    }
                    nonatomic::run(session, &pieces, &mut progress).await?;
                }
            }
            session.begin().await?;
            if self.is_done(session, migration, backwards).await? {
                return session.commit().await;
            }
            match backwards {
                true => self.unrecord(session, migration).await?,
                false => self.record(session, migration).await?,
            }
            Unfinished::finish(key, &self.database).await?;
            session.commit().await
        };
        if let Err(error) = outcome.await {
            // Without a transaction this does nothing; whatever was committed stays.
            let _ = session.rollback().await;
            let line = session.take_failed_line();
            return Err(self.named(error, migration, backwards, line));
        }
        Ok(Outcome::Done)
    }

    /// Finds the Rust functions of a migration's script, and the models as they are where each is called: those of
    /// everything that is applied, and of the migration's own operations up to there.
    async fn expect_calls(&self, session: &mut Session<'_>, migration: &Migration, backwards: bool) -> Result<()> {
        let engine = self.database.engine();
        let direction = if backwards { Direction::Down } else { Direction::Up };
        let script = migration.sql(engine, direction)?;
        if !functions::has_any(migration, &script, engine) {
            return Ok(());
        }
        let mut applied = self.history().await?.applied_in(self.graph);
        applied.retain(|key| *key != migration.key);
        let before = self.graph.state_after(&applied)?;
        session.expect(functions::calls(migration, &script, direction, engine, &before)?);
        Ok(())
    }

    async fn apply(&self, session: &mut Session<'_>, migration: &Migration, fake: bool) -> Result<Outcome> {
        if self.is_done(session, migration, false).await? {
            return Ok(Outcome::AlreadyDone);
        }
        if !fake {
            self.run_script(session, migration, Direction::Up).await?;
        } else if self.keeps_progress() {
            self.give_up(migration).await?;
        }
        self.record(session, migration).await?;
        Ok(if fake { Outcome::Faked } else { Outcome::Done })
    }

    /// Runs the text of an SQL file, and asks its guards where they stand.
    async fn run_script(&self, session: &mut Session<'_>, migration: &Migration, direction: Direction) -> Result<()> {
        let script = &*self.script_of(migration, direction).await?;
        let pieces = pieces(script, self.database.engine());
        session.refuse(&pieces)?;
        let mut at = 0;
        while let Some(first) = pieces.get(at) {
            let until = at + pieces[at..].iter().take_while(|piece| piece.is_sql()).count();
            if until == at {
                session.piece(first).await?;
                at += 1;
                continue;
            }
            let worked = session.dependents_work().await;
            let outcome = self.run_sql(session, migration, direction, &pieces, at..until).await;
            session.dependents_still_work(worked, outcome).await?;
            at = until;
        }
        Ok(())
    }

    async fn run_sql(
        &self,
        session: &mut Session<'_>,
        migration: &Migration,
        direction: Direction,
        pieces: &[Piece<'_>],
        range: Range<usize>,
    ) -> Result<()> {
        let mut at = range.start;
        while at < range.end {
            let statements: Vec<Statement<'_>> = pieces[at..range.end].iter().map_while(Piece::statement).collect();
            session.statements(&statements).await.map_err(|(_, error)| error)?;
            at += statements.len();
            if statements.is_empty() {
                // A person's SQL before it may have added columns.
                let known = self.refuse_unknown_columns(migration, direction, pieces, at, at).await;
                session.at(&pieces[at], known)?;
                session.rebuild(&pieces[at]).await?;
                at += 1;
            }
        }
        Ok(())
    }

    /// Forgets how far a migration has come: a person has seen to the rest.
    async fn give_up(&self, migration: &Migration) -> Result<()> {
        match Unfinished::read(&self.database).await?.iter().any(|left| left.key == migration.key) {
            true => Unfinished::finish(&migration.key, &self.database).await,
            false => Ok(()),
        }
    }

    /// Whether a step is done by now: another run may have come in between.
    async fn is_done(&self, session: &mut Session<'_>, migration: &Migration, backwards: bool) -> Result<bool> {
        let key = &migration.key;
        let mut recorded = session.is_recorded(key).await?;
        if !backwards {
            return Ok(recorded);
        }
        for replaced in &migration.replaces {
            recorded |= session.is_recorded(replaced).await?;
        }
        if !recorded {
            return Ok(true);
        }
        for child in self.graph.children(key) {
            if session.is_recorded(child).await? {
                return Err(Error::new(
                    ErrorKind::Migration,
                    format!("`{child}`, which depends on `{key}`, was applied in the meantime"),
                )
                .with_hint("another `migrate` ran in between: run yours again"));
            }
        }
        Ok(false)
    }

    /// Writes a migration's history row, and those of what it replaces: whoever has the old files finds them applied.
    async fn record(&self, session: &mut Session<'_>, migration: &Migration) -> Result<()> {
        for key in &migration.replaces {
            if !session.is_recorded(key).await? {
                session.record(key, self.graph.get(key)).await?;
            }
        }
        session.record(&migration.key, Some(migration)).await
    }

    async fn take_back(&self, session: &mut Session<'_>, migration: &Migration, fake: bool) -> Result<Outcome> {
        if self.is_done(session, migration, true).await? {
            return Ok(Outcome::AlreadyDone);
        }
        if !fake {
            self.run_script(session, migration, Direction::Down).await?;
        } else if self.keeps_progress() {
            self.give_up(migration).await?;
        }
        self.unrecord(session, migration).await?;
        Ok(if fake { Outcome::Faked } else { Outcome::Done })
    }

    /// Removes a migration's history row, and those of what it replaces.
    async fn unrecord(&self, session: &mut Session<'_>, migration: &Migration) -> Result<()> {
        for key in migration.replaces.iter().chain([&migration.key]) {
            session.forget(key).await?;
        }
        Ok(())
    }
}

/// Whether a server ends the connection with this code: class 57 and 08 of PostgreSQL; MySQL's numbers for it.
fn is_lost(code: &str) -> bool {
    code.starts_with("57P") || code.starts_with("08") || matches!(code, "1053" | "1927" | "2006" | "2013" | "4031")
}

fn unknown(key: &MigrationKey) -> Error {
    Error::new(ErrorKind::Migration, format!("there is no migration `{key}`"))
        .with_hint("`rjango showmigrations` lists them")
}
