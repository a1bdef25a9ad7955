//! What is applied: one history table an app, in the shape of refinery's, with its checksums.
//!
//! A row's version says the order in which the app's migrations were applied, its name is the migration's full name. A
//! migration is known by that name alone, for two branches may give the same number. To refinery the row is the migration
//! `V1__0001_initial`: its runner verifies our histories, and we read its own (`tests/suite/refinery.rs`).

use std::collections::{BTreeMap, BTreeSet};

use md5::{Digest, Md5};
use refinery_core::Migration as Versioned;
use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::{Database, Engine, Statement, Value, ValueType, refusal_code};

use super::Step;
use super::progress::Unfinished;
use crate::{Direction, Graph, Migration, MigrationKey};

const PREFIX: &str = "rjango_migrations_";

/// The checksum of what was recorded when its files were gone already: a squashed migration replaces it.
pub(super) const UNKNOWN: u64 = 0;

/// How much of a label a table's name can hold: PostgreSQL cuts names after 63 bytes.
const LONGEST_LABEL: usize = 45;

/// The history table of an app. The name needs no quotes and is the same on every engine: in lower case, for PostgreSQL
/// folds what has no quotes, and ended by a hash where the label is too long or has other letters.
pub(super) fn history_table(app: &str) -> String {
    let label = app.to_lowercase();
    // The table of the progress begins with an underscore where the label stands.
    let is_plain =
        !label.starts_with('_') && label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if is_plain && label.len() <= LONGEST_LABEL {
        return format!("{PREFIX}{label}");
    }
    let hash: String = Md5::digest(label.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let plain = label.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' });
    let short: String = plain.take(LONGEST_LABEL - hash.len() - 1).collect();
    format!("{PREFIX}{short}_{hash}")
}

/// The name that the history table of an app had before, where it was another one: the label as it is, folded and cut by the
/// server.
pub(super) fn former_table(app: &str, engine: Engine) -> Option<String> {
    let mut name = format!("{PREFIX}{app}");
    match engine {
        Engine::Sqlite => name = name.to_lowercase(),
        Engine::Postgres => {
            name.make_ascii_lowercase();
            name.truncate(name.floor_char_boundary(63));
        }
        Engine::MySql => {}
    }
    (name != history_table(app) && name != super::progress::TABLE).then_some(name)
}

/// Where the history of an app is, as far as it has one: under its name, or under the one that it had before.
pub(super) fn table_of(app: &str, engine: Engine, tables: &BTreeSet<String>) -> Option<String> {
    [Some(history_table(app)), former_table(app, engine)].into_iter().flatten().find(|table| tables.contains(table))
}

/// The error where two apps share a table that was made when names were cut: nobody can tell whose rows it has.
fn shared_table(graph: &Graph, engine: Engine, tables: &BTreeSet<String>) -> Option<Error> {
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    for app in graph.installed() {
        let Some(table) = table_of(app, engine, tables).filter(|table| *table != history_table(app)) else { continue };
        if let Some(other) = owners.get(&table) {
            let message = format!("the table `{table}` holds the history of both apps `{other}` and `{app}`");
            return Some(Error::new(ErrorKind::Migration, message).with_hint(format!(
                "an earlier version cut its name; rename it to `{}` or `{}`, whichever app it belongs to, and record what is \
                 applied of the other app with `rjango migrate --fake`",
                history_table(other),
                history_table(app)
            )));
        }
        owners.insert(table, app);
    }
    None
}

/// The error where two apps would share a history: their labels differ in case alone.
pub fn clashing_labels(graph: &Graph) -> Option<Error> {
    let mut tables: BTreeMap<String, &str> = BTreeMap::new();
    for app in graph.installed() {
        if let Some(other) = tables.insert(history_table(app), app) {
            return Some(
                Error::new(
                    ErrorKind::Migration,
                    format!("the apps `{other}` and `{app}` cannot be told apart by the databases: their labels differ in case alone"),
                )
                .with_hint("give one of them another label"),
            );
        }
    }
    None
}

/// The checksum of the SQL that applies a migration, as refinery makes it from the row's version, its name and the text. The
/// text is the file's without a byte order mark, and with a line feed at each line's end, whatever a checkout made of it.
pub(super) fn checksum(migration: &Migration, engine: Engine, version: i64) -> Result<u64> {
    hashed(&migration.key, &migration.recorded_sql(engine)?, &format!("V{version}__{}", migration.key.name))
}

fn hashed(key: &MigrationKey, sql: &str, name: &str) -> Result<u64> {
    Versioned::unapplied(name, sql).map(|versioned| versioned.checksum()).map_err(|error| {
        Error::new(ErrorKind::Migration, format!("`{key}` is not the name of a migration")).with_source(error)
    })
}

/// What is applied on a database, app by app.
#[derive(Debug, Clone, Default)]
pub struct History {
    apps: BTreeMap<String, Vec<Recorded>>,
    /// Version and checksum.
    by_key: BTreeMap<MigrationKey, (i64, u64)>,
    unfinished: Vec<Unfinished>,
}

/// A history row.
#[derive(Debug, Clone)]
struct Recorded {
    name: String,
    on: String,
}

/// A migration that is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// App and name.
    pub key: MigrationKey,
    /// When, as RFC 3339 in UTC.
    pub on: String,
}

impl History {
    /// Reads the history tables of a graph's apps, as far as there are any, without changing anything.
    ///
    /// # Errors
    /// `Database` where the database cannot be read, `Migration` where a table holds what rjango did not write.
    pub async fn read(database: &Database, graph: &Graph) -> Result<Self> {
        if let Some(clash) = clashing_labels(graph) {
            return Err(clash);
        }
        let engine = database.engine();
        let tables = tables(database).await?;
        if let Some(shared) = shared_table(graph, engine, &tables) {
            return Err(shared);
        }
        let mut history = Self::default();
        if tables.contains(super::progress::TABLE) {
            history.unfinished = Unfinished::read(database).await?;
        }
        for app in graph.installed() {
            let Some(table) = table_of(app, engine, &tables) else {
                refuse_hidden(database, &history_table(app)).await?;
                continue;
            };
            let quoted = database.quote(&table);
            let sql = format!("SELECT version, name, applied_on, checksum FROM {quoted} ORDER BY version");
            let types = [ValueType::Int, ValueType::Text, ValueType::Text, ValueType::Text];
            let rows = database.fetch(&Statement::new(sql), &types).await?;
            let mut recorded = Vec::with_capacity(rows.len());
            for row in rows {
                let [Value::Int(version), Value::Text(name), Value::Text(on), Value::Text(checksum)] = row.as_slice()
                else {
                    return Err(garbled(&table));
                };
                let checksum = checksum.parse().map_err(|_| garbled(&table))?;
                history.by_key.insert(MigrationKey::new(app, name), (*version, checksum));
                recorded.push(Recorded { name: name.clone(), on: on.clone() });
            }
            history.apps.insert(app.to_owned(), recorded);
        }
        Ok(history)
    }

    /// The migrations that an earlier run has begun and not ended, each with what is known of it, in words: what engines
    /// without transactions for tables leave, and `atomic = false`.
    pub fn unfinished(&self) -> impl Iterator<Item = (&MigrationKey, String)> {
        self.unfinished.iter().map(|left| (&left.key, left.in_words()))
    }

    /// What an earlier run left unfinished and these steps do not finish.
    pub(super) fn left_behind(&self, steps: &[Step]) -> Option<&Unfinished> {
        self.unfinished.iter().find(|left| !left.goes_on_in(steps))
    }

    /// What is known of a migration that is applied or taken back by half.
    pub fn half_applied(&self, key: &MigrationKey) -> Option<String> {
        self.unfinished().find(|(unfinished, _)| *unfinished == key).map(|(_, words)| words)
    }

    /// The same in parentheses, to stand after the migration's name; empty where nothing is half applied.
    pub fn half_applied_note(&self, key: &MigrationKey) -> String {
        self.half_applied(key).map(|half| format!(" ({half})")).unwrap_or_default()
    }

    /// Whether a migration is in the history by its own name.
    pub fn is_recorded(&self, key: &MigrationKey) -> bool {
        self.by_key.contains_key(key)
    }

    /// Whether a migration is applied: recorded, or a squashed one whose replaced migrations all are.
    pub fn is_applied(&self, graph: &Graph, key: &MigrationKey) -> bool {
        let replaces = || graph.get(key).map_or(&[][..], |migration| &migration.replaces);
        self.is_recorded(key)
            || (!replaces().is_empty() && replaces().iter().all(|replaced| self.is_applied(graph, replaced)))
    }

    /// Whether one migration of an app was applied before another one.
    pub(super) fn is_before(&self, one: &MigrationKey, other: &MigrationKey) -> bool {
        let recorded = self.apps.get(&one.app).map_or(&[][..], Vec::as_slice);
        let position = |key: &MigrationKey| recorded.iter().position(|row| row.name == key.name);
        position(one) < position(other)
    }

    /// Everything that is recorded: by app, in the order of application.
    pub fn applied(&self) -> impl Iterator<Item = Applied> {
        self.apps.iter().flat_map(|(app, recorded)| {
            let applied = |row: &Recorded| Applied { key: MigrationKey::new(app, &row.name), on: row.on.clone() };
            recorded.iter().map(applied).collect::<Vec<_>>()
        })
    }

    /// When a migration was applied, as RFC 3339 in UTC.
    pub fn applied_on(&self, key: &MigrationKey) -> Option<&str> {
        let mut recorded = self.apps.get(&key.app)?.iter();
        recorded.find(|row| row.name == key.name).map(|row| row.on.as_str())
    }

    /// The newest applied migration of an app before those whose files are missing.
    fn last_known<'a>(&'a self, graph: &Graph, app: &str) -> &'a str {
        let recorded = self.apps.get(app).map_or(&[][..], Vec::as_slice);
        let known = recorded.iter().take_while(|row| graph.get(&MigrationKey::new(app, &row.name)).is_some());
        known.last().map_or("zero", |row| &row.name)
    }

    pub(super) fn problems(
        &self,
        graph: &Graph,
        engine: Engine,
        recorded_next: &BTreeSet<MigrationKey>,
    ) -> Result<Vec<Error>> {
        let mut problems = Vec::new();
        let replaced: BTreeSet<&MigrationKey> = graph.files().flat_map(|migration| &migration.replaces).collect();
        for (key, (version, recorded)) in &self.by_key {
            let Some(migration) = graph.get(key) else {
                // A squashed migration stands for it: its files may go.
                if replaced.contains(key) {
                    continue;
                }
                problems.push(lost(graph, key, self.last_known(graph, &key.app)));
                continue;
            };
            if !migration.has_sql(engine) {
                problems.push(migration.missing_sql(engine));
            } else if *recorded != UNKNOWN && !is_text_of(*recorded, *version, migration, engine)? {
                let message = format!("the SQL of `{key}` was changed after it was applied");
                let problem = Error::new(ErrorKind::Migration, message)
                    .at(migration.file(&Direction::Up.file_name(engine)), 0, 0)
                    .with_hint("restore the file from version control, and put the change into a new migration");
                problems.push(problem);
            }
            if !graph.contains(key) {
                continue;
            }
            let is_missing =
                |parent: &&MigrationKey| !self.is_applied(graph, parent) && !recorded_next.contains(*parent);
            if let Some(missing) = graph.parents(key).find(is_missing) {
                if let Some(swapped) =
                    migration.swapped.as_ref().filter(|swapped| swapped.by_swap.as_ref() == Some(missing))
                {
                    problems.push(swapped.too_late(key, missing));
                    continue;
                }
                let message = format!("`{key}` is applied, but `{missing}`, on which it depends, is not");
                let hint = format!(
                    "was the dependency added later? If its tables are there, record it with `rjango migrate {} {} --fake`",
                    missing.app, missing.name
                );
                let problem = Error::new(ErrorKind::Migration, message);
                problems.push(problem.at(migration.file("migration.toml"), 0, 0).with_hint(hint));
            }
        }
        Ok(problems)
    }
}

/// An applied migration has no folder: it was lost, has another name now, or is on another branch. `last` is the newest one
/// before it that is there.
fn lost(graph: &Graph, key: &MigrationKey, last: &str) -> Error {
    let app = &key.app;
    let renamed = graph.of_app(app).find(|other| other.key.number() == key.number());
    let renamed = renamed.filter(|other| !other.key.name.contains("_squashed_") && other.replaces.is_empty());
    let third = match renamed {
        Some(other) => format!("was `{}` given another name? Give it the old one", other.key.name),
        None => format!("did it go on purpose? `rjango migrate {app} --prune` forgets it"),
    };
    let hint = format!(
        "is it on another branch? Switch back to that branch, take it back with `rjango migrate {app} {last}`, and return; was \
         the folder lost? Restore it from version control; {third}"
    );
    Error::new(ErrorKind::Migration, format!("`{key}` is applied, but its files are missing"))
        .at(format!("{app}/migrations/{}", key.name), 0, 0)
        .with_hint(hint)
}

/// Whether a recorded checksum is that of a migration's SQL. Versions before this one took the migration's number and words for its
/// name, and the text as the checkout had it, with other line ends or a byte order mark.
fn is_text_of(recorded: u64, version: i64, migration: &Migration, engine: Engine) -> Result<bool> {
    if recorded == checksum(migration, engine, version)? {
        return Ok(true);
    }
    let text = migration.recorded_sql(engine)?;
    let former_name = format!("V{}__{}", migration.key.number(), migration.key.words());
    let is = |text: &str| hashed(&migration.key, text, &former_name).map(|former| former == recorded);
    for mark in ["", "\u{feff}"] {
        let text = format!("{mark}{text}");
        if is(&text)? || is(&text.replace('\n', "\r\n"))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// That a table which the catalog does not show is not there at all: MySQL's hides what this user may not read.
///
/// # Errors
/// `Database` where the user may not read it.
async fn refuse_hidden(database: &Database, table: &str) -> Result<()> {
    if database.engine() != Engine::MySql {
        return Ok(());
    }
    match database.fetch(&Statement::new(format!("SELECT 1 FROM `{table}` LIMIT 0")), &[ValueType::Int]).await {
        Err(error) if matches!(refusal_code(&error).as_deref(), Some("1142" | "1143" | "1044")) => Err(error),
        _ => Ok(()),
    }
}

/// The history tables that are there.
///
/// # Errors
/// `Database` where the catalog cannot be read, or this user may use no schema of PostgreSQL's search path.
pub(super) async fn tables(database: &Database) -> Result<BTreeSet<String>> {
    let sql = match database.engine() {
        Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
        Engine::MySql => "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()",
        // The information schema hides what this role may not read: that would look like a history without a row.
        _ => {
            "SELECT c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY (current_schemas(false))"
        }
    };
    let rows = database.fetch(&Statement::new(sql), &[ValueType::Text]).await?;
    if rows.is_empty() && database.engine() == Engine::Postgres {
        refuse_no_schema(database).await?;
    }
    let names = rows.into_iter().filter_map(|row| match row.into_iter().next() {
        // To SQLite the case of a name makes no difference.
        Some(Value::Text(name)) if name.starts_with(PREFIX) => {
            Some(if database.engine() == Engine::Sqlite { name.to_lowercase() } else { name })
        }
        _ => None,
    });
    Ok(names.collect())
}

/// That there is a schema. One that the role may not use is not among those that the server looks at.
async fn refuse_no_schema(database: &Database) -> Result<()> {
    let sql = "SELECT current_schema()::text, current_setting('search_path'), current_user::text";
    let rows = database.fetch(&Statement::new(sql), &[ValueType::Text; 3]).await?;
    match rows.first().map(Vec::as_slice) {
        Some([Value::Null, Value::Text(path), Value::Text(user)]) => Err(Error::new(
            ErrorKind::Database,
            format!("permission denied: the role `{user}` can use no schema of the search path `{path}`"),
        )
        .with_hint(format!(
            "as the schema's owner run `GRANT USAGE, CREATE ON SCHEMA .. TO {user}`; or create the schema, or name another one \
             in the option `options`: `-c search_path=..`"
        ))),
        _ => Ok(()),
    }
}

fn garbled(table: &str) -> Error {
    Error::new(ErrorKind::Migration, format!("the table `{table}` holds a row that rjango did not write"))
        .with_hint("restore the table from a backup, or remove the row")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_tables_fit_every_engine_and_differ() {
        assert_eq!(history_table("shop"), "rjango_migrations_shop");
        assert_eq!(history_table("Shop"), "rjango_migrations_shop");
        let long = "a".repeat(45);
        let progress = super::super::progress::TABLE.to_owned();
        let tables =
            [&long, &format!("{long}b"), &format!("{long}c"), "größe", "grösse", "_progress"].map(history_table);
        assert!(!tables.contains(&progress));
        for table in &tables {
            assert!(table.len() <= 63 && table.is_ascii(), "{table}");
        }
        assert_eq!(BTreeSet::from(tables.clone()).len(), tables.len(), "{tables:?}");
    }
}
