//! One connection for a run of migrations: transactions, SQLite's pragmas, and the history's rows.

use std::collections::{BTreeSet, VecDeque};

use rjango_core::{Error, ErrorKind, Result, ResultExt};
use rjango_orm::{AfterCommit, Database, Engine, Statement as Query, Value, ValueType, refusal_code, refusal_position};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::dependents;
use super::functions::Call;
use super::history;
use super::history::{UNKNOWN, checksum, history_table};
use super::pieces::{Does, Piece, refuse};
use super::rebuild::Kept;
use super::told::about_the_table;
use super::unsynced::Unsynced;
use crate::reader::{Class, Statement};
use crate::sql::literal;
use crate::waiting::application_name;
use crate::{Migration, MigrationKey};

/// The name of the lock by which two runs on MySQL follow one another. It holds for the whole server, and for the connection:
/// one that dies gives it back.
pub(crate) const LOCK: &str = "concat('rjango_migrate_', md5(DATABASE()))";
/// For how many seconds a run waits for another one, or for a lock of a table, where the server's own bound is longer: MySQL's
/// is a year, and PostgreSQL has none.
const PATIENCE: u32 = 600;
/// How many bytes of statements about rows go to the database together. SQLite copies what is left of them for each. With what stands
/// between them they fit one record of TLS, which has 16 KiB: sqlx leaves Nagle's algorithm on, and a second record would wait for
/// the server to acknowledge the first, 40 ms each time.
const BATCH: usize = 8 * 1024;

/// A run's connection. It lives inside `Database::with_connection`, which pins it.
pub(super) struct Session<'a> {
    database: &'a Database,
    /// Whether foreign keys were enforced before.
    enforced: bool,
    /// Whether the disk is waited for at the end alone.
    unsynced: Option<Unsynced>,
    /// Whether this run holds the server's lock.
    locked: bool,
    /// For how long the connection waited for a lock of a table before, in seconds: on MySQL.
    patience: Option<i64>,
    /// The history tables that are known to be there.
    tables: BTreeSet<String>,
    /// The Rust functions of the script that is about to run.
    calls: VecDeque<Call>,
    /// What those functions left for after the commit.
    after_commit: AfterCommit,
    /// The line of the script whose statement failed.
    failed_line: Option<usize>,
}

impl<'a> Session<'a> {
    pub(super) fn new(database: &'a Database) -> Self {
        Self {
            database,
            enforced: false,
            unsynced: None,
            locked: false,
            patience: None,
            tables: BTreeSet::new(),
            calls: VecDeque::new(),
            after_commit: AfterCommit::default(),
            failed_line: None,
        }
    }

    pub(super) fn database(&self) -> &'a Database {
        self.database
    }

    /// Makes the connection ready: on SQLite for rebuilt tables, which only works outside of a transaction; on MySQL by
    /// waiting for another run to end, for there no transaction holds two runs apart.
    pub(super) async fn open(&mut self) -> Result<()> {
        if self.database.engine() == Engine::MySql {
            let rows = self.fetch(&format!("SELECT GET_LOCK({LOCK}, {PATIENCE})"), &[ValueType::Int]).await?;
            // 0 says that another has it still, NULL that the server could not give it.
            if rows.first().and_then(|row| row.first()) != Some(&Value::Int(1)) {
                return Err(self.locked().await);
            }
            self.locked = true;
            let rows = self.fetch("SELECT @@SESSION.lock_wait_timeout", &[ValueType::Int]).await?;
            if let Some(Value::Int(seconds)) = rows.first().and_then(|row| row.first())
                && *seconds > i64::from(PATIENCE)
            {
                self.patience = Some(*seconds);
                self.database.execute_script(&format!("SET SESSION lock_wait_timeout = {PATIENCE}")).await?;
            }
        }
        if self.is_sqlite() {
            self.unsynced = Unsynced::start(self.database).await?;
            let rows = self.fetch("PRAGMA foreign_keys", &[ValueType::Int]).await?;
            self.enforced = matches!(rows.first().and_then(|row| row.first()), Some(Value::Int(1)));
            self.database.execute_script("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = OFF;").await?;
        }
        Ok(())
    }

    /// The error for a lock that is not to be had, with who holds it.
    #[cold]
    async fn locked(&self) -> Error {
        let holder = self.fetch(&format!("SELECT IS_USED_LOCK({LOCK})"), &[ValueType::Int]).await;
        let holder = match holder.ok().and_then(|rows| rows.into_iter().flatten().next()) {
            Some(Value::Int(id)) => format!("connection {id} of the server holds it"),
            _ => "the server does not give it".to_owned(),
        };
        Error::new(ErrorKind::Migration, format!("another `migrate` has the lock of this database: {holder}"))
            .with_hint("wait for the other run, or end its connection by `KILL`, and run yours again")
    }

    /// Makes the connection what it was.
    pub(super) async fn close(&mut self) -> Result<()> {
        if let Some(seconds) = self.patience.take() {
            self.database.execute_script(&format!("SET SESSION lock_wait_timeout = {seconds}")).await?;
        }
        if std::mem::take(&mut self.locked) {
            self.fetch(&format!("SELECT RELEASE_LOCK({LOCK})"), &[ValueType::Int]).await?;
        }
        if self.is_sqlite() && self.enforced {
            self.database.execute_script("PRAGMA foreign_keys = ON;").await?;
        }
        if let Some(unsynced) = self.unsynced.take() {
            unsynced.finish(self.database).await?;
        }
        Ok(())
    }

    /// Begins a transaction that holds a lock from its start, so that two runs follow one another.
    pub(super) async fn begin(&mut self) -> Result<()> {
        let begun = async {
            self.database.begin_transaction().await?;
            if self.database.engine() == Engine::Postgres {
                // A lock of the transaction, not of the connection: a pool between us and the server may hand that on.
                let name = application_name();
                let lock = format!(
                    "SELECT set_config('lock_timeout', '{PATIENCE}s', true) WHERE current_setting('lock_timeout') = '0'; \
                     SELECT set_config('application_name', '{name}', true) WHERE current_setting('application_name') = ''; \
                     SELECT pg_advisory_xact_lock(hashtext('rjango migrate'), hashtext(current_schema()))"
                );
                self.database.execute_script(&lock).await?;
            }
            Ok::<(), Error>(())
        };
        match begun.await {
            Err(error) if is_about_a_lock(&error) => {
                Err(error).context("the migrations cannot begin to write").hint(WAITED_IN_VAIN)
            }
            outcome => outcome,
        }
    }

    pub(super) async fn commit(&mut self) -> Result<()> {
        self.database.commit_transaction().await?;
        std::mem::take(&mut self.after_commit).run();
        Ok(())
    }

    /// Undoes everything since `begin`. SQLite may have done so already, after a full disk for example.
    pub(super) async fn rollback(&mut self) -> Result<()> {
        // A table that was made in this transaction is gone with it.
        self.tables.clear();
        self.after_commit = AfterCommit::default();
        let outcome = self.database.roll_back_transaction().await;
        if self.is_sqlite() {
            // A rebuild that failed midway left this on.
            self.database.execute_script("PRAGMA legacy_alter_table = OFF;").await?;
            return Ok(());
        }
        outcome
    }

    /// Takes note of the Rust functions of the next script, in its order.
    pub(super) fn expect(&mut self, calls: VecDeque<Call>) {
        self.calls = calls;
    }

    /// Runs statements in their order, those about rows many at a time. An error comes with the position of its statement.
    pub(super) async fn statements(&mut self, statements: &[Statement<'_>]) -> Result<(), (usize, Error)> {
        let mut at = 0;
        while at < statements.len() {
            let batch = &statements[at..at + batch(&statements[at..])];
            let mut done = 0;
            let outcome = match batch {
                [only] => self.database.execute_script(only.text).await,
                batch => {
                    let texts: Vec<&str> = batch.iter().map(|statement| statement.text).collect();
                    self.database.execute_counted(&texts.join(BETWEEN), &mut done).await
                }
            };
            if let Err(error) = outcome {
                let (failed, before) = refused(batch, done, &error);
                let statement = &batch[failed];
                self.failed_at(statement.line + before.matches('\n').count());
                return Err((at + failed, error.with_sql(statement.text)));
            }
            at += batch.len();
        }
        Ok(())
    }

    /// Leaves out the first functions of the script: an earlier run has called them.
    pub(super) fn skip_calls(&mut self, count: usize) {
        self.calls.drain(..count.min(self.calls.len()));
    }

    /// Notes where a script failed.
    pub(super) fn failed_at(&mut self, line: usize) {
        self.failed_line = Some(line);
    }

    /// The line where the script failed, once.
    pub(super) fn take_failed_line(&mut self) -> Option<usize> {
        self.failed_line.take()
    }

    /// Calls the script's next function.
    pub(super) async fn call(&mut self, path: &str) -> Result<()> {
        let call = self.calls.pop_front().ok_or_else(|| {
            Error::new(ErrorKind::Migration, format!("the script names `{path}` only since it was read"))
                .with_hint("run `migrate` again")
        })?;
        self.after_commit.extend(call.run(self.database).await?);
        Ok(())
    }

    /// Makes a table anew, and puts back what the database had on it.
    pub(super) async fn rebuild(&mut self, piece: &Piece<'_>) -> Result<()> {
        let Does::Rebuild { table, statements } = &piece.does else { return Ok(()) };
        let before = Kept::read(self.database, table).await?;
        self.statements(statements).await.map_err(|(_, error)| about_the_table(error, table))?;
        let restored = before.restore(self.database, table).await;
        self.at(piece, restored)
    }

    /// Runs a piece by itself.
    pub(super) async fn piece(&mut self, piece: &Piece<'_>) -> Result<()> {
        if let Does::Call(path) = piece.does {
            let called = self.call(path).await;
            return self.at(piece, called);
        }
        if let Does::Check(guard) = piece.does {
            let checked = guard.check(self.database).await;
            return self.at(piece, checked);
        }
        let worked = self.dependents_work().await;
        let outcome = match piece.statement() {
            Some(statement) => self.statements(&[statement]).await.map_err(|(_, error)| error),
            None => self.rebuild(piece).await,
        };
        self.dependents_still_work(worked, outcome).await
    }

    /// Notes the line of a piece where it failed.
    pub(super) fn at<T>(&mut self, piece: &Piece<'_>, outcome: Result<T>) -> Result<T> {
        outcome.inspect_err(|_| self.failed_at(piece.line))
    }

    /// Refuses a script that cannot run here.
    pub(super) fn refuse(&mut self, pieces: &[Piece<'_>]) -> Result<()> {
        refuse(pieces).map_err(|(line, error)| {
            self.failed_at(line);
            error
        })
    }

    /// Whether views and triggers work: what was broken before is not a migration's fault.
    pub(super) async fn dependents_work(&self) -> bool {
        !self.is_sqlite() || dependents::test(self.database).await.is_ok()
    }

    /// The outcome of SQL, and that views and triggers work as before.
    pub(super) async fn dependents_still_work(&self, worked: bool, outcome: Result<()>) -> Result<()> {
        if !self.is_sqlite() {
            return outcome;
        }
        outcome.map_err(|error| dependents::named(error, worked))?;
        match worked {
            true => dependents::test(self.database).await,
            false => Ok(()),
        }
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
                .with_hint("fix or delete those rows first"))
            }
            _ => Ok(()),
        }
    }

    /// Whether a migration is applied now: another run may have come in between.
    pub(super) async fn is_recorded(&mut self, key: &MigrationKey) -> Result<bool> {
        let table = self.history_table(&key.app).await?;
        let sql = format!("SELECT version FROM {table} WHERE name = {}", literal(&key.name));
        Ok(!self.fetch(&sql, &[ValueType::Int]).await?.is_empty())
    }

    /// Writes a history row as the app's newest. Without the migration, its checksum is not known.
    pub(super) async fn record(&mut self, key: &MigrationKey, migration: Option<&Migration>) -> Result<()> {
        let table = self.history_table(&key.app).await?;
        let now = OffsetDateTime::now_utc().format(&Rfc3339).map_err(|error| {
            Error::new(ErrorKind::Migration, "the clock shows no time that can be written").with_source(error)
        })?;
        let last = self.fetch(&format!("SELECT coalesce(max(version), 0) FROM {table}"), &[ValueType::Int]).await?;
        let Some(Value::Int(last)) = last.into_iter().flatten().next() else {
            return Err(Error::new(
                ErrorKind::Migration,
                format!("the table `{table}` has no versions that are numbers"),
            )
            .with_hint("restore the table from a backup"));
        };
        let version = last + 1;
        let checksum = match migration {
            Some(migration) => checksum(migration, self.database.engine(), version)?,
            None => UNKNOWN,
        };
        let sql = format!(
            "INSERT INTO {table} (version, name, applied_on, checksum) VALUES ({version}, {}, '{now}', '{checksum}')",
            literal(&key.name)
        );
        self.database.execute_script(&sql).await
    }

    /// Removes a history row.
    pub(super) async fn forget(&mut self, key: &MigrationKey) -> Result<()> {
        let table = self.history_table(&key.app).await?;
        let sql = format!("DELETE FROM {table} WHERE name = {}", literal(&key.name));
        self.database.execute_script(&sql).await
    }

    /// Makes the history tables of these migrations: MySQL ends a transaction in which a table is made.
    pub(super) async fn prepare<'k>(&mut self, keys: impl IntoIterator<Item = &'k MigrationKey>) -> Result<()> {
        for key in keys {
            self.history_table(&key.app).await?;
        }
        Ok(())
    }

    /// An app's history table, made where there is none, with the columns of refinery's.
    async fn history_table(&mut self, app: &str) -> Result<String> {
        let table = history_table(app);
        if !self.tables.contains(&table) {
            let engine = self.database.engine();
            // A history that had another name before is kept.
            if history::former_table(app, engine).is_some() {
                let there = history::tables(self.database).await?;
                if let Some(former) = history::table_of(app, engine, &there).filter(|former| *former != table) {
                    let former = self.database.quote(&former);
                    self.database.execute_script(&format!("ALTER TABLE {former} RENAME TO {table}")).await?;
                }
            }
            let sql = format!(
                "CREATE TABLE IF NOT EXISTS {table} (version integer PRIMARY KEY, name varchar(255) NOT NULL UNIQUE, \
                 applied_on varchar(255) NOT NULL, checksum varchar(255) NOT NULL)"
            );
            self.database.execute_script(&sql).await?;
            self.tables.insert(table.clone());
        }
        Ok(table)
    }

    async fn fetch(&self, sql: &str, types: &[ValueType]) -> Result<Vec<Vec<Value>>> {
        self.database.fetch(&Query::new(sql), types).await
    }

    fn is_sqlite(&self) -> bool {
        self.database.engine() == Engine::Sqlite
    }
}

/// The next step where a lock was not to be had.
const WAITED_IN_VAIN: &str = "another process is writing to this database, perhaps another `migrate`: wait for it, or end it, and run yours again";

/// Whether the database gave up waiting for a lock.
fn is_about_a_lock(error: &Error) -> bool {
    let code = refusal_code(error);
    // PostgreSQL: lock_not_available. MySQL: ER_LOCK_WAIT_TIMEOUT, MariaDB's ER_LOCK_NOWAIT. SQLite: SQLITE_BUSY and kin.
    match code.as_deref() {
        Some("55P03" | "1205" | "3572") => true,
        Some(code) => code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6) && code < 0x400),
        None => false,
    }
}

/// What to do about a failure, as far as its error says it. What the ORM advises (`run migrate`, for a table that is missing)
/// is of no use here.
pub(super) fn advice(error: &Error) -> Option<&str> {
    if is_about_a_lock(error) {
        return Some(WAITED_IN_VAIN);
    }
    error.hint().filter(|_| error.kind() != ErrorKind::Database)
}

/// How many statements from the first on go to the database together: those about rows, as long as they are short.
fn batch(statements: &[Statement<'_>]) -> usize {
    let mut bytes = 0;
    let together = statements.iter().take_while(|statement| {
        bytes += statement.text.len();
        statement.class == Class::Rows && bytes <= BATCH
    });
    together.count().max(1)
}

/// What stands between the statements of a batch: a comment at a statement's end must not swallow it.
const BETWEEN: &str = "\n;";

/// Which statement of a batch was refused, when `done` of them have ended, and its text before the refused word.
fn refused<'s>(batch: &[Statement<'s>], done: usize, error: &Error) -> (usize, &'s str) {
    if let Some(mut position) = refusal_position(error) {
        for (at, statement) in batch.iter().enumerate() {
            if let Some((end, _)) = statement.text.char_indices().nth(position) {
                return (at, &statement.text[..end]);
            }
            position = position.saturating_sub(statement.text.chars().count() + BETWEEN.len());
        }
    }
    (done.min(batch.len() - 1), "")
}
