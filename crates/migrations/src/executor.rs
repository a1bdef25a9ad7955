//! Applying migrations and taking them back, each with its history row in one transaction.
//!
//! The SQL that runs is the text of the SQL files; refinery applies it and keeps one history table an app, with checksums.
//! What this module adds: the order across apps, refusal with words of a history that does not fit the files, the way
//! back, and what SQLite needs around a rebuilt table (foreign keys off and checked, triggers and indexes put back).

mod history;
mod plan;
mod rebuild;
mod session;

use std::collections::BTreeMap;

use refinery_core::{AsyncMigrate, Migration as Versioned, Target as Until};
use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::{Database, Engine};

pub use history::{Applied, History};
pub use plan::{Step, Target};

use crate::{Graph, Migration, MigrationKey};
use history::{history_table, versioned};
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
    /// `Migration`, with the file, where an applied migration is missing, was changed or renumbered, or was applied before
    /// one that it depends on.
    pub fn verify(&self, history: &History) -> Result<()> {
        history.verify(self.graph, self.database.engine())
    }

    /// Applies and takes back these steps, one transaction each. What was done before a failure stays done.
    ///
    /// # Errors
    /// `Migration` where a step fails: schema, rows and history are then as they were before that step.
    pub async fn run(&self, steps: &[Step], fake: bool, progress: &mut dyn Progress) -> Result<()> {
        if steps.is_empty() {
            return Ok(());
        }
        let files = self.files(steps)?;
        self.database
            .with_connection(async || {
                let session = &mut Session::new(&self.database);
                session.open().await?;
                let mut outcome = Ok(());
                for step in steps {
                    progress.started(step);
                    match self.step(session, step, fake, &files).await {
                        Ok(how) => progress.finished(step, how),
                        Err(error) => {
                            outcome = Err(error);
                            break;
                        }
                    }
                }
                let closed = session.close().await;
                outcome.and(closed)
            })
            .await
    }

    /// The migrations of every app that has a step, as refinery knows them.
    fn files(&self, steps: &[Step]) -> Result<BTreeMap<String, Vec<Versioned>>> {
        let mut files: BTreeMap<String, Vec<Versioned>> = BTreeMap::new();
        for step in steps {
            if !files.contains_key(&step.key.app) {
                let engine = self.database.engine();
                let versions = self.graph.of_app(&step.key.app).map(|migration| versioned(migration, engine));
                files.insert(step.key.app.clone(), versions.collect::<Result<_>>()?);
            }
        }
        Ok(files)
    }

    async fn step(
        &self,
        session: &mut Session<'_>,
        step: &Step,
        fake: bool,
        files: &BTreeMap<String, Vec<Versioned>>,
    ) -> Result<Outcome> {
        let migration = self.graph.get(&step.key).ok_or_else(|| unknown(&step.key))?;
        session.begin().await?;
        let outcome = if step.backwards {
            self.take_back(session, migration, fake).await
        } else {
            let all = files.get(&step.key.app).map_or(&[][..], Vec::as_slice);
            self.apply(session, migration, fake, all).await
        };
        let outcome = match outcome {
            Ok(Outcome::Done) => session.check_foreign_keys().await.map(|()| Outcome::Done),
            outcome => outcome,
        };
        match outcome {
            Ok(outcome) => {
                session.commit().await?;
                Ok(outcome)
            }
            Err(error) => {
                session.rollback().await?;
                Err(explained(error, migration, step.backwards, self.database.engine()))
            }
        }
    }

    async fn apply(
        &self,
        session: &mut Session<'_>,
        migration: &Migration,
        fake: bool,
        files: &[Versioned],
    ) -> Result<Outcome> {
        let number = version(&migration.key)?;
        let upto = files.partition_point(|file| file.version() <= number);
        let until = if fake { Until::FakeVersion(number) } else { Until::Version(number) };
        let before = session.applied(&migration.key.app).await?;
        if before.iter().any(|applied| applied.version() == number) {
            return Ok(Outcome::AlreadyDone);
        }
        let table = history_table(&migration.key.app);
        let outcome = session.migrate(&files[..upto], true, true, false, until, &table).await;
        match outcome {
            Ok(_) if fake => Ok(Outcome::Faked),
            Ok(_) => Ok(Outcome::Done),
            Err(error) => Err(session.failure(error)),
        }
    }

    async fn take_back(&self, session: &mut Session<'_>, migration: &Migration, fake: bool) -> Result<Outcome> {
        let number = version(&migration.key)?;
        let applied = session.applied(&migration.key.app).await?;
        if !applied.iter().any(|applied| applied.version() == number) {
            return Ok(Outcome::AlreadyDone);
        }
        if applied.iter().any(|applied| applied.version() > number) {
            return Err(Error::new(
                ErrorKind::Migration,
                format!("`{}` is not the newest that is applied any more", migration.key),
            )
            .with_hint("another `migrate` ran in between: run yours again"));
        }
        if !fake {
            session.script(&migration.down_sql(self.database.engine())?).await?;
        }
        session.forget(&migration.key.app, number).await?;
        Ok(if fake { Outcome::Faked } else { Outcome::Done })
    }
}

fn version(key: &MigrationKey) -> Result<i32> {
    i32::try_from(key.number()).map_err(|_| unknown(key))
}

fn unknown(key: &MigrationKey) -> Error {
    Error::new(ErrorKind::Migration, format!("there is no migration `{key}`"))
        .with_hint("`rjango showmigrations` lists them")
}

/// A failure told with the migration's name and file, and what is left of it: nothing.
fn explained(error: Error, migration: &Migration, backwards: bool, engine: Engine) -> Error {
    if error.place().is_some() {
        return error;
    }
    let (verb, direction) =
        if backwards { ("taken back", crate::Direction::Down) } else { ("applied", crate::Direction::Up) };
    // What the ORM advises (`run migrate`, for a table that is missing) is of no use here.
    let advice = error.hint().filter(|_| error.kind() != ErrorKind::Database);
    let advice = advice.map(|hint| format!("{hint}; ")).unwrap_or_default();
    let hint =
        format!("{advice}the database is as it was before this migration: mend the cause, and run `migrate` again");
    error
        .wrap(format!("`{}` cannot be {verb}", migration.key))
        .at(migration.file(&direction.file_name(engine)), 0, 0)
        .with_hint(hint)
}
