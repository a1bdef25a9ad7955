//! One connection for a run of migrations: transactions, SQLite's pragmas, and refinery's view of it.

use std::fmt;

use refinery_core::traits::r#async::{AsyncQuery, AsyncTransaction};
use refinery_core::{AsyncMigrate, Migration as Versioned};
use rjango_core::{Error, ErrorKind, Result, ResultExt};
use rjango_orm::{Database, Engine, Statement, Value, ValueType};

use super::history::{history_table, rows_to_versions};
use super::rebuild::{self, Kept};

/// A run's connection. It lives inside `Database::with_connection`, which pins it.
pub(super) struct Session<'a> {
    database: &'a Database,
    /// Whether foreign keys were enforced before.
    enforced: bool,
    /// The error behind the one that refinery carries.
    failure: Option<Error>,
}

impl<'a> Session<'a> {
    pub(super) fn new(database: &'a Database) -> Self {
        Self { database, enforced: false, failure: None }
    }

    /// Makes the connection ready for rebuilt tables. SQLite changes this only outside of a transaction.
    pub(super) async fn open(&mut self) -> Result<()> {
        if self.is_sqlite() {
            let rows = self.fetch("PRAGMA foreign_keys", &[ValueType::Int]).await?;
            self.enforced = matches!(rows.first().and_then(|row| row.first()), Some(Value::Int(1)));
            self.database.execute_script("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = OFF;").await?;
        }
        Ok(())
    }

    /// Makes the connection what it was.
    pub(super) async fn close(&mut self) -> Result<()> {
        if self.is_sqlite() && self.enforced {
            self.database.execute_script("PRAGMA foreign_keys = ON;").await?;
        }
        Ok(())
    }

    /// Begins a transaction that holds the write lock from its start, so that two runs follow one another.
    pub(super) async fn begin(&mut self) -> Result<()> {
        let begin = if self.is_sqlite() { "BEGIN IMMEDIATE" } else { "BEGIN" };
        self.database.execute_script(begin).await.context("the migrations cannot begin to write").hint(
            "another process is writing to this database, perhaps another `migrate`: wait for it and run yours again",
        )
    }

    pub(super) async fn commit(&mut self) -> Result<()> {
        self.database.execute_script("COMMIT").await
    }

    /// Undoes everything since `begin`. SQLite may have done so already, after a full disk for example.
    pub(super) async fn rollback(&mut self) -> Result<()> {
        self.failure = None;
        let outcome = self.database.execute_script("ROLLBACK").await;
        if self.is_sqlite() {
            // A rebuild that failed midway left this on.
            self.database.execute_script("PRAGMA legacy_alter_table = OFF;").await?;
            return Ok(());
        }
        outcome
    }

    /// Runs the text of an SQL file.
    pub(super) async fn script(&mut self, sql: &str) -> Result<()> {
        refuse_transactions(sql)?;
        if !self.is_sqlite() {
            return self.database.execute_script(sql).await;
        }
        for part in rebuild::parts(sql) {
            let Some(table) = &part.rebuilds else {
                self.database.execute_script(part.sql).await?;
                continue;
            };
            let before = Kept::read(self.database, table).await?;
            self.database.execute_script(part.sql).await?;
            before.restore(self.database, table).await?;
        }
        Ok(())
    }

    /// That no row refers to one that is not there: enforcement was off while the script ran.
    pub(super) async fn check_foreign_keys(&mut self) -> Result<()> {
        if !self.is_sqlite() {
            return Ok(());
        }
        let types = [ValueType::Text, ValueType::Int, ValueType::Text, ValueType::Int];
        let rows = self.fetch("PRAGMA foreign_key_check", &types).await?;
        match rows.first().map(Vec::as_slice) {
            Some([Value::Text(table), row, Value::Text(parent), ..]) => {
                let row = match row {
                    Value::Int(row) => format!(" (the first is row {row})"),
                    _ => String::new(),
                };
                Err(Error::new(
                    ErrorKind::Integrity,
                    format!("rows of `{table}` would refer to rows of `{parent}` that do not exist{row}"),
                )
                .with_hint("mend or delete those rows first"))
            }
            _ => Ok(()),
        }
    }

    /// What is applied of an app, the history table being made where there is none.
    pub(super) async fn applied(&mut self, app: &str) -> Result<Vec<Versioned>> {
        let table = history_table(app);
        self.database.execute_script(&<Self as AsyncMigrate>::assert_migrations_table_query(&table)).await?;
        self.versions(&<Self as AsyncMigrate>::get_applied_migrations_query(&table)).await
    }

    /// Removes a history row.
    pub(super) async fn forget(&mut self, app: &str, number: i32) -> Result<()> {
        let sql = format!("DELETE FROM {} WHERE version = {number}", history_table(app));
        self.database.execute_script(&sql).await
    }

    /// The error behind refinery's.
    pub(super) fn failure(&mut self, error: refinery_core::Error) -> Error {
        self.failure.take().unwrap_or_else(|| {
            Error::new(ErrorKind::Migration, "the history changed while the migrations ran")
                .with_hint("run `migrate` again")
                .with_source(error)
        })
    }

    async fn versions(&self, sql: &str) -> Result<Vec<Versioned>> {
        let types = [ValueType::Int, ValueType::Text, ValueType::Text, ValueType::Text];
        rows_to_versions(self.fetch(sql, &types).await?)
    }

    async fn fetch(&self, sql: &str, types: &[ValueType]) -> Result<Vec<Vec<Value>>> {
        self.database.fetch(&Statement::new(sql), types).await
    }

    fn is_sqlite(&self) -> bool {
        self.database.engine() == Engine::Sqlite
    }
}

/// Refuses a file that ends the transaction in which it runs.
fn refuse_transactions(sql: &str) -> Result<()> {
    for (number, line) in sql.lines().enumerate() {
        let word = line.trim().trim_end_matches(';').trim_end().to_ascii_uppercase();
        let word = word.strip_suffix(" TRANSACTION").unwrap_or(&word);
        // `BEGIN` alone on a line opens the body of a trigger; with a semicolon it opens a transaction.
        if matches!(word, "COMMIT" | "ROLLBACK") || (word == "BEGIN" && line.trim_end().ends_with(';')) {
            return Err(Error::new(ErrorKind::Migration, format!("`{}` in line {}", line.trim(), number + 1))
                .with_hint("remove it: each migration runs in a transaction of its own"));
        }
    }
    Ok(())
}

/// That something failed; [`Session::failure`] has the error itself.
#[derive(Debug)]
pub(super) struct Failed;

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a statement failed")
    }
}

impl std::error::Error for Failed {}

impl AsyncTransaction for Session<'_> {
    type Error = Failed;

    async fn execute<'b, T: Iterator<Item = &'b str> + Send + 'b>(&'b mut self, queries: T) -> Result<usize, Failed> {
        let mut count = 0;
        for sql in queries {
            if let Err(error) = self.script(sql).await {
                self.failure = Some(error);
                return Err(Failed);
            }
            count += 1;
        }
        Ok(count)
    }
}

impl AsyncQuery<Vec<Versioned>> for Session<'_> {
    async fn query<'b>(&'b mut self, query: &'b str) -> Result<Vec<Versioned>, Failed> {
        match self.versions(query).await {
            Ok(versions) => Ok(versions),
            Err(error) => {
                self.failure = Some(error);
                Err(Failed)
            }
        }
    }
}

impl AsyncMigrate for Session<'_> {}
