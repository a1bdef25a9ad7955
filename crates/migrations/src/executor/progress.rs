//! How far a migration has come where its statements commit by themselves: a row for each that is under way.
//!
//! The row says how many statements are carried out, and which one was begun. It is written with the rows that statements
//! about rows change, and around each of the others; it goes with the history row that ends the migration.

use md5::{Digest, Md5};
use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::{Database, Engine, Statement, Value, ValueType};

use super::Step;
use crate::sql::literal;
use crate::{Direction, Graph, MigrationKey};

/// The table of the rows. No app's label gives its history this name.
pub(super) const TABLE: &str = "rjango_migrations__progress";

/// A migration that was begun and is not finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unfinished {
    pub(super) key: MigrationKey,
    pub(super) direction: Direction,
    /// How many statements are carried out.
    pub(super) done: usize,
    /// The checksum of those.
    checksum: String,
    /// The checksum of the statement that was begun, while nobody knows its end.
    begun: String,
    /// Whether this run has noted that beginning, and not one that is gone.
    pub(super) own: bool,
}

impl Unfinished {
    pub(super) fn new(key: &MigrationKey, direction: Direction) -> Self {
        let checksum = checksum(&[]);
        Self { key: key.clone(), direction, done: 0, checksum, begun: String::new(), own: false }
    }

    /// Everything that is unfinished on a database.
    pub(super) async fn read(database: &Database) -> Result<Vec<Self>> {
        let exists = match database.engine() {
            Engine::Sqlite => format!("SELECT name FROM sqlite_master WHERE name = '{TABLE}'"),
            Engine::Postgres => format!("SELECT to_regclass('{TABLE}')::text"),
            Engine::MySql => format!(
                "SELECT table_name FROM information_schema.tables \
                 WHERE table_schema = DATABASE() AND table_name = '{TABLE}'"
            ),
        };
        let found = database.fetch(&Statement::new(exists), &[ValueType::Text]).await?;
        if !matches!(found.first().and_then(|row| row.first()), Some(Value::Text(_))) {
            return Ok(Vec::new());
        }
        let sql = format!("SELECT app, name, direction, checksum, begun, done FROM {TABLE} ORDER BY app, name");
        let types =
            [ValueType::Text, ValueType::Text, ValueType::Text, ValueType::Text, ValueType::Text, ValueType::Int];
        let rows = database.fetch(&Statement::new(sql), &types).await?;
        let unfinished = rows.iter().filter_map(|row| match row.as_slice() {
            [
                Value::Text(app),
                Value::Text(name),
                Value::Text(direction),
                Value::Text(checksum),
                Value::Text(begun),
                Value::Int(done),
            ] if *done > 0 || !begun.is_empty() => Some(Self {
                key: MigrationKey::new(app, name),
                direction: if direction == "down" { Direction::Down } else { Direction::Up },
                done: usize::try_from(*done).ok()?,
                checksum: checksum.clone(),
                begun: begun.clone(),
                own: false,
            }),
            _ => None,
        });
        Ok(unfinished.collect())
    }

    /// Makes the table where there is none.
    pub(super) async fn make_table(database: &Database) -> Result<()> {
        let sql = format!(
            "CREATE TABLE IF NOT EXISTS {TABLE} (app varchar(100) NOT NULL, name varchar(255) NOT NULL, \
             direction varchar(4) NOT NULL, done integer NOT NULL, checksum varchar(32) NOT NULL, \
             begun varchar(32) NOT NULL, PRIMARY KEY (app, name))"
        );
        database.execute_script(&sql).await
    }

    /// Whether this statement was begun by a run that did not live to see its end.
    pub(super) fn was_begun(&self, text: &str) -> bool {
        self.begun == checksum(&[text])
    }

    /// Notes that a statement is about to run.
    pub(super) async fn begin(&mut self, database: &Database, text: &str) -> Result<()> {
        self.begun = checksum(&[text]);
        self.write(database).await
    }

    /// Notes that the server refused the statement that was begun. Where those before it, if any, `changed` nothing, nothing is
    /// left of the run.
    pub(super) async fn refused(&mut self, database: &Database, changed: bool) -> Result<()> {
        self.begun.clear();
        if !changed {
            *self = Self::new(&self.key, self.direction);
        }
        if self.done == 0 { Self::finish(&self.key, database).await } else { self.write(database).await }
    }

    /// Notes that these statements, from the first on, are carried out, and that the next one is about to run.
    pub(super) async fn advance(&mut self, database: &Database, texts: &[&str], next: Option<&str>) -> Result<()> {
        self.done = texts.len();
        self.checksum = checksum(texts);
        self.begun = next.map(|text| checksum(&[text])).unwrap_or_default();
        self.own = next.is_some();
        self.write(database).await
    }

    /// The statement that writes the row.
    async fn write(&self, database: &Database) -> Result<()> {
        let Self { key, direction, done, checksum, begun, .. } = self;
        let (app, name) = (literal(&key.app), literal(&key.name));
        let direction = direction.word();
        let values = format!("({app}, {name}, '{direction}', {done}, '{checksum}', '{begun}')");
        let columns = "(app, name, direction, done, checksum, begun)";
        let sql = match database.engine() {
            Engine::MySql => format!("REPLACE INTO {TABLE} {columns} VALUES {values}"),
            Engine::Sqlite | Engine::Postgres => format!(
                "INSERT INTO {TABLE} {columns} VALUES {values} ON CONFLICT (app, name) DO UPDATE SET \
                 direction = excluded.direction, done = excluded.done, checksum = excluded.checksum, \
                 begun = excluded.begun"
            ),
        };
        database.execute_script(&sql).await
    }

    /// The statement that ends it.
    pub(super) async fn finish(key: &MigrationKey, database: &Database) -> Result<()> {
        let sql = format!("DELETE FROM {TABLE} WHERE app = {} AND name = {}", literal(&key.app), literal(&key.name));
        database.execute_script(&sql).await
    }

    /// Whether it is among these steps: they go on with it.
    pub(super) fn goes_on_in(&self, steps: &[Step]) -> bool {
        steps.iter().any(|step| step.key == self.key && step.backwards == (self.direction == Direction::Down))
    }

    /// How far it is, in words: `applied by half: an earlier run stopped after 2 statements`.
    pub(super) fn in_words(&self) -> String {
        let verb = match self.direction {
            Direction::Up => "applied",
            Direction::Down => "taken back",
        };
        match self.done {
            0 => format!("{verb} perhaps by half: an earlier run ended within its first statement"),
            1 => format!("{verb} by half: an earlier run stopped after 1 statement"),
            done => format!("{verb} by half: an earlier run stopped after {done} statements"),
        }
    }

    /// The error where something else is asked for than to go on with it.
    pub(super) fn in_the_way(&self, graph: &Graph) -> Error {
        let Self { key, direction, .. } = self;
        let app = &key.app;
        let message = format!("`{key}` is {}, and what it did stays", self.in_words());
        if graph.get(key).is_none() {
            return Error::new(ErrorKind::Migration, format!("{message}; its files are missing"))
                .at(format!("{app}/migrations/{}", key.name), 0, 0)
                .with_hint(format!(
                    "restore the folder and run `rjango migrate {app}`, which goes on; or undo by hand what it did, and give it \
                     up with `rjango migrate {app} --prune`"
                ));
        }
        let parent = graph.parents(key).find(|parent| parent.app == *app).map_or("zero", |parent| parent.name.as_str());
        let (target, opposite) = match direction {
            Direction::Up => (key.name.as_str(), "undo"),
            Direction::Down => (parent, "restore"),
        };
        Error::new(ErrorKind::Migration, message).with_hint(format!(
            "go on with `rjango migrate {app} {target}` first; or finish it by hand and run \
             `rjango migrate {app} {target} --fake`; or {opposite} by hand what it did, and then run `DELETE FROM {TABLE} \
             WHERE app = '{app}' AND name = '{}'`",
            key.name
        ))
    }

    /// That the statements which are carried out are still the first ones of the file.
    pub(super) fn verify(&self, texts: &[&str]) -> Result<()> {
        if texts.len() >= self.done && checksum(&texts[..self.done]) == self.checksum {
            return Ok(());
        }
        let carried_out = match self.done {
            1 => "the first statement is carried out".to_owned(),
            done => format!("the first {done} statements are carried out"),
        };
        Err(Error::new(ErrorKind::Migration, format!("{carried_out}, and what the file says there was changed since"))
            .with_hint("restore them as they were; only what comes after them may still be changed"))
    }
}

fn checksum(texts: &[&str]) -> String {
    let mut hash = Md5::new();
    for text in texts {
        hash.update(text.as_bytes());
        hash.update(b"\0");
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
