//! What is applied: one history table an app, in the shape of refinery's, with its checksums.
//!
//! A row's version says the order in which the app's migrations were applied, its name is the migration's full name. A
//! migration is known by that name alone, for two branches may give the same number. To refinery the row is the migration
//! `V1__0001_initial`: its runner verifies our histories, and we read its own (`tests/suite/refinery.rs`).

use std::collections::{BTreeMap, BTreeSet};

use md5::{Digest, Md5};
use refinery_core::Migration as Versioned;
use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::{Database, Engine, Statement, Value, ValueType};

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
    let is_plain = label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if is_plain && label.len() <= LONGEST_LABEL {
        return format!("{PREFIX}{label}");
    }
    let hash: String = Md5::digest(label.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let plain = label.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' });
    let short: String = plain.take(LONGEST_LABEL - hash.len() - 1).collect();
    format!("{PREFIX}{short}_{hash}")
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
    hashed(migration, engine, &format!("V{version}__{}", migration.key.name))
}

/// The checksum in histories of before: of the migration's number and words, and the same text.
fn checksum_of_before(migration: &Migration, engine: Engine) -> Result<u64> {
    hashed(migration, engine, &format!("V{}__{}", migration.key.number(), migration.key.words()))
}

fn hashed(migration: &Migration, engine: Engine, name: &str) -> Result<u64> {
    let sql = migration.up_sql(engine)?;
    Versioned::unapplied(name, &sql).map(|versioned| versioned.checksum()).map_err(|error| {
        let message = format!("`{}` is not the name of a migration", migration.key);
        Error::new(ErrorKind::Migration, message).with_source(error)
    })
}

/// What is applied on a database, app by app.
#[derive(Debug, Clone, Default)]
pub struct History {
    apps: BTreeMap<String, Vec<Recorded>>,
    /// Version and checksum.
    by_key: BTreeMap<MigrationKey, (i64, u64)>,
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
        let tables = tables(database).await?;
        let mut history = Self::default();
        for app in graph.installed() {
            let table = history_table(app);
            if !tables.contains(&table) {
                continue;
            }
            let sql = format!("SELECT version, name, applied_on, checksum FROM {table} ORDER BY version");
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

    pub(super) fn problems(&self, graph: &Graph, engine: Engine) -> Result<Vec<Error>> {
        let mut problems = Vec::new();
        let replaced: BTreeSet<&MigrationKey> = graph.files().flat_map(|migration| &migration.replaces).collect();
        for (key, (version, recorded)) in &self.by_key {
            let Some(migration) = graph.get(key) else {
                // A squashed migration stands for it: its files may go.
                if replaced.contains(key) {
                    continue;
                }
                problems.push(lost(graph, key));
                continue;
            };
            if !migration.has_sql(engine) {
                problems.push(migration.missing_sql(engine));
            } else if *recorded != UNKNOWN
                && *recorded != checksum(migration, engine, *version)?
                && *recorded != checksum_of_before(migration, engine)?
            {
                let message = format!("the SQL of `{key}` was changed after it was applied");
                let problem = Error::new(ErrorKind::Migration, message)
                    .at(migration.file(&Direction::Up.file_name(engine)), 0, 0)
                    .with_hint("restore the file from version control, and put the change into a new migration");
                problems.push(problem);
            }
            if !graph.contains(key) {
                continue;
            }
            if let Some(missing) = graph.parents(key).find(|parent| !self.is_applied(graph, parent)) {
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

/// An applied migration has no folder: it was lost, or has another name now.
fn lost(graph: &Graph, key: &MigrationKey) -> Error {
    let renamed = graph.of_app(&key.app).find(|other| other.key.number() == key.number());
    let hint = match renamed {
        Some(other) if other.key.name.contains("_squashed_") || !other.replaces.is_empty() => format!(
            "restore the folder from version control; where it went on purpose, `rjango migrate {} --prune` forgets it",
            key.app
        ),
        Some(other) => {
            format!(
                "restore the folder from version control; was `{}` given another name? Give it the old one",
                other.key.name
            )
        }
        None => format!(
            "restore the folder from version control; where it went on purpose, `rjango migrate {} --prune` forgets it",
            key.app
        ),
    };
    Error::new(ErrorKind::Migration, format!("`{key}` is applied, but its files are missing"))
        .at(format!("{}/migrations/{}", key.app, key.name), 0, 0)
        .with_hint(hint)
}

/// The history tables that are there.
async fn tables(database: &Database) -> Result<BTreeSet<String>> {
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
    let names = rows.into_iter().filter_map(|row| match row.into_iter().next() {
        // To SQLite the case of a name makes no difference.
        Some(Value::Text(name)) if name.starts_with(PREFIX) => {
            Some(if database.engine() == Engine::Sqlite { name.to_lowercase() } else { name })
        }
        _ => None,
    });
    Ok(names.collect())
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
        let tables = [&long, &format!("{long}b"), &format!("{long}c"), "größe", "grösse"].map(history_table);
        for table in &tables {
            assert!(table.len() <= 63 && table.is_ascii(), "{table}");
        }
        assert_eq!(BTreeSet::from(tables.clone()).len(), tables.len(), "{tables:?}");
    }
}
