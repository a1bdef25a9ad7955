//! The run: engines, tasks, rounds. In each round everybody does the task once, and who begins changes from round to
//! round, so that a noisy moment hits all alike.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::Result;
use crate::checksum::Checksum;
use crate::contender::{Contender, Done};
use crate::contenders;
use crate::place::{Engine, Place};
use crate::rows;
use crate::task::Task;

/// What the words on the command line leave of the run.
pub struct Wanted(Vec<String>);

impl Wanted {
    /// Takes names of engines, tasks and contenders.
    pub fn from_arguments(words: impl Iterator<Item = String>) -> Result<Self> {
        let words: Vec<String> = words.collect();
        let known: Vec<&str> = engines().chain(tasks()).chain(names()).collect();
        match words.iter().find(|word| !known.contains(&word.as_str())) {
            Some(word) => Err(format!("expected names among {}, found `{word}`", known.join(", ")).into()),
            None => Ok(Self(words)),
        }
    }

    /// Whether this one is to run: none of its kind is named, or it is.
    fn has(&self, name: &str, kind: impl Iterator<Item = &'static str>) -> bool {
        let mut named = kind.filter(|other| self.0.iter().any(|word| word == other)).peekable();
        named.peek().is_none() || named.any(|other| other == name)
    }
}

fn engines() -> impl Iterator<Item = &'static str> {
    Engine::ALL.into_iter().map(Engine::name)
}

fn tasks() -> impl Iterator<Item = &'static str> {
    Task::ALL.into_iter().map(Task::name)
}

fn names() -> impl Iterator<Item = &'static str> {
    contenders::ALL.into_iter().map(|(name, _)| name)
}

/// A line of the table: what each contender took, in the order of [`contenders::ALL`].
pub struct Line {
    pub engine: Engine,
    pub task: Task,
    pub times: Vec<Option<Times>>,
}

/// How long a contender took for the task once.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// The median round.
    pub median: Duration,
    /// The fastest round, which a noisy machine falsifies the least.
    pub fastest: Duration,
}

/// Runs everything that is wanted.
pub async fn run(wanted: &Wanted) -> Result<Vec<Line>> {
    let place = Place::from_environment()?;
    let mut lines = Vec::new();
    for engine in Engine::ALL.into_iter().filter(|engine| wanted.has(engine.name(), engines())) {
        lines.extend(on_engine(engine, &place, wanted).await?);
    }
    Ok(lines)
}

/// Who takes part on an engine, by name.
type TakingPart = Vec<(&'static str, Arc<dyn Contender>)>;

async fn on_engine(engine: Engine, place: &Place, wanted: &Wanted) -> Result<Vec<Line>> {
    let mut taking_part = TakingPart::new();
    for (name, open) in contenders::ALL.into_iter().filter(|(name, _)| wanted.has(name, names())) {
        taking_part.push((name, open(engine, place)?));
    }
    // The tables are full from here on, and everybody has warmed up.
    for (name, contender) in taking_part.iter().filter(|(_, one)| one.does(engine, Task::BulkCreate)) {
        create(engine, place, name, contender).await?;
    }
    let mut lines = Vec::new();
    for task in Task::ALL.into_iter().filter(|task| wanted.has(task.name(), tasks())) {
        eprintln!("{}: {}, {} rounds", engine.name(), task.name(), task.rounds());
        if task != Task::BulkCreate {
            settle(engine, place, &taking_part).await?;
        }
        lines.push(Line { engine, task, times: rounds(engine, place, task, &taking_part).await? });
    }
    Ok(lines)
}

async fn settle(engine: Engine, place: &Place, taking_part: &TakingPart) -> Result<()> {
    for (name, _) in taking_part {
        place.settle(engine, name).await?;
    }
    Ok(())
}

async fn rounds(engine: Engine, place: &Place, task: Task, taking_part: &TakingPart) -> Result<Vec<Option<Times>>> {
    let doing: Vec<_> = taking_part.iter().filter(|(_, contender)| contender.does(engine, task)).collect();
    let mut took: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    let mut agreed = None;
    for round in 0..task.rounds() {
        for turn in 0..doing.len() {
            let (name, contender) = doing[(round + turn) % doing.len()];
            let done = match task {
                Task::BulkCreate => create(engine, place, name, contender).await?,
                _ => Arc::clone(contender).run(task).await?,
            };
            check(name, task, done.sum, *agreed.get_or_insert(done.sum))?;
            took.entry(name).or_default().push(done.took / u32::try_from(task.times())?);
        }
    }
    Ok(names().map(|name| took.get_mut(name).and_then(|times| times_of(times))).collect())
}

/// A round of `bulk_create`: into an empty table, and the database is asked what came of it.
async fn create(engine: Engine, place: &Place, name: &str, contender: &Arc<dyn Contender>) -> Result<Done> {
    place.empty(engine, name).await?;
    let done = Arc::clone(contender).run(Task::BulkCreate).await?;
    check(name, Task::BulkCreate, done.sum, rows::checksum())?;
    check(name, Task::BulkCreate, place.checksum(engine, name).await?, rows::checksum())?;
    Ok(done)
}

fn check(name: &str, task: Task, found: Checksum, expected: Checksum) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    Err(format!("`{}` of {name} came to another result: expected {expected:?}, found {found:?}", task.name()).into())
}

fn times_of(rounds: &mut [Duration]) -> Option<Times> {
    rounds.sort_unstable();
    Some(Times { median: *rounds.get(rounds.len() / 2)?, fastest: *rounds.first()? })
}
