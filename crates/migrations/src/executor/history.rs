//! What is applied: one history table an app, kept by refinery.

use std::collections::{BTreeMap, BTreeSet};

use refinery_core::Migration as Versioned;
use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::{Database, Engine, Statement, Value, ValueType};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::{Direction, Graph, Migration, MigrationKey};

const PREFIX: &str = "rjango_migrations_";

/// The history table of an app.
pub(super) fn history_table(app: &str) -> String {
    format!("{PREFIX}{app}")
}

/// A migration as refinery knows it: `0001_initial` is version 1, `initial`.
pub(super) fn versioned(migration: &Migration, engine: Engine) -> Result<Versioned> {
    let key = &migration.key;
    let sql = migration.up_sql(engine)?;
    Versioned::unapplied(&format!("V{}__{}", key.number(), key.words()), &sql)
        .map_err(|error| Error::new(ErrorKind::Migration, format!("`{key}` is no migration's name")).with_source(error))
}

/// History rows: version, name, time, checksum.
pub(super) fn rows_to_versions(rows: Vec<Vec<Value>>) -> Result<Vec<Versioned>> {
    rows.into_iter()
        .map(|row| match row.as_slice() {
            [Value::Int(version), Value::Text(name), Value::Text(on), Value::Text(checksum)] => {
                let version = i32::try_from(*version).map_err(|_| garbled())?;
                let on = OffsetDateTime::parse(on, &Rfc3339).map_err(|error| garbled().with_source(error))?;
                let checksum = checksum.parse().map_err(|error| {
                    let error: std::num::ParseIntError = error;
                    garbled().with_source(error)
                })?;
                Ok(Versioned::applied(version, name.clone(), on, checksum))
            }
            _ => Err(garbled()),
        })
        .collect()
}

fn garbled() -> Error {
    Error::new(ErrorKind::Migration, format!("a table `{PREFIX}..` holds a row that rjango did not write"))
        .with_hint("restore the table from a backup, or remove the row")
}

/// What is applied on a database, app by app.
#[derive(Debug, Clone, Default)]
pub struct History {
    apps: BTreeMap<String, Vec<Versioned>>,
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
    /// Reads the history tables of a graph's apps, as far as there are any.
    pub(super) async fn read(database: &Database, graph: &Graph) -> Result<Self> {
        let sql = match database.engine() {
            Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
            _ => "SELECT table_name FROM information_schema.tables",
        };
        let rows = database.fetch(&Statement::new(sql), &[ValueType::Text]).await?;
        let tables: BTreeSet<String> = rows
            .into_iter()
            .filter_map(|row| match row.into_iter().next() {
                Some(Value::Text(name)) if name.starts_with(PREFIX) => Some(name),
                _ => None,
            })
            .collect();
        let mut apps = BTreeMap::new();
        for app in graph.installed() {
            let table = history_table(app);
            if tables.contains(&table) {
                let sql = format!("SELECT version, name, applied_on, checksum FROM {table} ORDER BY version");
                let types = [ValueType::Int, ValueType::Text, ValueType::Text, ValueType::Text];
                apps.insert(app.to_owned(), rows_to_versions(database.fetch(&Statement::new(sql), &types).await?)?);
            }
        }
        Ok(Self { apps })
    }

    /// Whether a migration is applied.
    pub fn is_applied(&self, key: &MigrationKey) -> bool {
        self.find(key).is_some()
    }

    /// Everything that is applied, by app and number.
    pub fn applied(&self) -> impl Iterator<Item = Applied> {
        self.apps.iter().flat_map(|(app, versions)| {
            versions.iter().map(move |version| Applied {
                key: MigrationKey::new(app, format!("{:04}_{}", version.version(), version.name())),
                on: version.applied_on().and_then(|on| on.format(&Rfc3339).ok()).unwrap_or_default(),
            })
        })
    }

    fn find(&self, key: &MigrationKey) -> Option<&Versioned> {
        let number = i64::from(key.number());
        self.apps.get(&key.app)?.iter().find(|version| i64::from(version.version()) == number)
    }

    pub(super) fn verify(&self, graph: &Graph, engine: Engine) -> Result<()> {
        for applied in self.applied() {
            let key = &applied.key;
            let Some(migration) = graph.of_app(&key.app).find(|migration| migration.key.number() == key.number())
            else {
                return Err(Error::new(ErrorKind::Migration, format!("`{key}` is applied, but its files are missing"))
                    .at(format!("{}/migrations/{}", key.app, key.name), 0, 0)
                    .with_hint("restore the folder from version control"));
            };
            let file = migration.file(&Direction::Up.file_name(engine));
            if migration.key.words() != key.words() {
                return Err(Error::new(
                    ErrorKind::Migration,
                    format!("`{key}` is applied, but the migration of that number is `{}`", migration.key),
                )
                .at(file, 0, 0)
                .with_hint("give the folder its old name, and the new migration the next number"));
            }
            if self.find(key).map(Versioned::checksum) != Some(versioned(migration, engine)?.checksum()) {
                return Err(Error::new(
                    ErrorKind::Migration,
                    format!("the SQL of `{key}` was changed after it was applied"),
                )
                .at(file, 0, 0)
                .with_hint("restore the file from version control, and put the change into a new migration"));
            }
            let missing = migration.dependencies.iter().find(|dependency| !self.is_applied(dependency));
            if let Some(missing) = missing {
                return Err(Error::new(
                    ErrorKind::Migration,
                    format!("`{key}` is applied, but `{missing}`, on which it depends, is not"),
                )
                .at(migration.file("migration.toml"), 0, 0)
                .with_hint(format!(
                    "was the dependency added later? If its tables are there, record it with `rjango migrate {} {} --fake`",
                    missing.app, missing.name
                )));
            }
        }
        Ok(())
    }
}
