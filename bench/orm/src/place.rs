//! Where the databases are, and what is the same for every pool.

use std::path::PathBuf;
use std::str::FromStr;

use rust_decimal::Decimal;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Executor as _};

use crate::Result;
use crate::checksum::Checksum;

/// How many connections each pool may have.
pub const CONNECTIONS: u32 = 4;

/// SQLite's journal and its care for the disk, in every connection to it, Django's too.
pub const JOURNAL: &str = "WAL";
/// See [`JOURNAL`].
pub const SYNCHRONOUS: &str = "NORMAL";

/// A database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// In the order of the table.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// The word on the command line and in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// What `bench/orm/run` has prepared.
#[derive(Debug, Clone)]
pub struct Place {
    /// A folder with `empty.sqlite3`: the tables as Django makes them, and the categories.
    pub folder: PathBuf,
    /// The address of a PostgreSQL database with the same.
    pub postgres: String,
}

impl Place {
    /// From the environment.
    pub fn from_environment() -> Result<Self> {
        let variable = |name| std::env::var(name).map_err(|_| format!("no `{name}`; start `bench/orm/run`"));
        Ok(Self { folder: variable("BENCH_FOLDER")?.into(), postgres: variable("BENCH_POSTGRES")? })
    }

    /// A SQLite file of a contender's own: each reads what it wrote, for sqlx and Django write moments otherwise.
    pub fn sqlite(&self, contender: &str) -> Result<PathBuf> {
        let path = self.folder.join(format!("{contender}.sqlite3"));
        if !path.exists() {
            std::fs::copy(self.folder.join("empty.sqlite3"), &path)?;
        }
        Ok(path)
    }

    /// A pool on such a file, set up as rjango sets its own up.
    pub fn sqlite_pool(&self, contender: &str) -> Result<SqlitePool> {
        let options = SqliteConnectOptions::new()
            .filename(self.sqlite(contender)?)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::from_str(JOURNAL)?)
            .synchronous(SqliteSynchronous::from_str(SYNCHRONOUS)?)
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS).idle_timeout(None).max_lifetime(None);
        Ok(pool.test_before_acquire(false).connect_lazy_with(options))
    }

    /// A pool on the PostgreSQL database, set up as rjango sets its own up.
    pub fn postgres_pool(&self) -> Result<PgPool> {
        let options = PgConnectOptions::from_str(&self.postgres)?.disable_statement_logging();
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).max_lifetime(None);
        Ok(pool.test_before_acquire(false).connect_lazy_with(options))
    }

    /// Takes every product away, and what the engine remembers of them.
    pub async fn empty(&self, engine: Engine, contender: &str) -> Result<()> {
        match engine {
            Engine::Sqlite => {
                let pool = self.sqlite_pool(contender)?;
                let script = "DELETE FROM shop_product; DELETE FROM sqlite_sequence WHERE name = 'shop_product'; \
                              PRAGMA wal_checkpoint(TRUNCATE)";
                pool.execute(sqlx::raw_sql(script)).await?;
                pool.close().await;
            }
            Engine::Postgres => {
                let pool = self.postgres_pool()?;
                pool.execute(sqlx::raw_sql("TRUNCATE shop_product RESTART IDENTITY; CHECKPOINT")).await?;
                pool.close().await;
            }
        }
        Ok(())
    }

    /// What the database itself says of its products.
    pub async fn checksum(&self, engine: Engine, contender: &str) -> Result<Checksum> {
        // A sum of doubles is a sum of cents once it is rounded.
        let sql = "SELECT count(*), CAST(round(sum(price) * 100) AS BIGINT), CAST(sum(length(name)) AS BIGINT) \
                   FROM shop_product";
        let (rows, cents, letters): (i64, i64, i64) = match engine {
            Engine::Sqlite => {
                let pool = self.sqlite_pool(contender)?;
                let sums = sqlx::query_as(sql).fetch_one(&pool).await?;
                pool.close().await;
                sums
            }
            Engine::Postgres => {
                let pool = self.postgres_pool()?;
                let sums = sqlx::query_as(sql).fetch_one(&pool).await?;
                pool.close().await;
                sums
            }
        };
        Ok(Checksum { rows: rows.try_into()?, prices: Decimal::new(cents, 2), letters: letters.try_into()? })
    }

    /// Readies the filled table for reading: the index that a list by name needs, and what the planner wants to know.
    pub async fn settle(&self, engine: Engine, contender: &str) -> Result<()> {
        let index = "CREATE INDEX IF NOT EXISTS shop_product_name ON shop_product (name)";
        match engine {
            Engine::Sqlite => {
                let pool = self.sqlite_pool(contender)?;
                pool.execute(sqlx::raw_sql(index)).await?;
                pool.execute(sqlx::raw_sql("ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)")).await?;
                pool.close().await;
            }
            Engine::Postgres => {
                let pool = self.postgres_pool()?;
                pool.execute(sqlx::raw_sql(index)).await?;
                pool.execute("VACUUM ANALYZE shop_product").await?;
                pool.execute("CHECKPOINT").await?;
                pool.close().await;
            }
        }
        Ok(())
    }
}
