//! PostgreSQL and MySQL/MariaDB for the tests: a schema or database of its own for each project, and what is in it as text.
//!
//! `RJANGO_TEST_POSTGRES` and `RJANGO_TEST_MYSQL` say where the servers are (`postgres://user:password@host:port`); by default
//! they are on this machine with their usual ports and superusers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use rjango_core::{DatabaseSettings, Settings};
use rjango_orm::{Database, Databases, Engine};
use tokio::sync::OnceCell;

use crate::project::texts;

/// A database of a test's own, which goes when the test is over.
pub struct Place {
    pub database: Database,
    server: Database,
    name: String,
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

impl Place {
    /// An empty one.
    pub async fn new(engine: Engine) -> Self {
        let name = format!("rjango_m{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let server = open(&settings(engine));
        sweep(&server).await;
        let sql = match engine {
            Engine::Postgres => format!("CREATE SCHEMA {name}"),
            _ => format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"),
        };
        server.execute_script(&sql).await.unwrap();
        Self { database: open(&settings_in(engine, &name)), server, name }
    }

    /// The schema's or database's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The place with all that is in it goes.
    pub async fn remove(self) {
        self.database.close().await;
        let sql = match self.server.engine() {
            Engine::Postgres => format!("DROP SCHEMA {} CASCADE", self.name),
            _ => format!("DROP DATABASE {}", self.name),
        };
        self.server.execute_script(&sql).await.unwrap();
        self.server.close().await;
    }
}

/// Once in a process, drops the places of processes that are gone: nobody else will. A server elsewhere may have those of
/// other machines, whose processes are not known here.
async fn sweep(server: &Database) {
    static SWEPT: [OnceCell<()>; 2] = [OnceCell::const_new(), OnceCell::const_new()];
    let engine = server.engine();
    let is_here = ["", "localhost", "127.0.0.1", "::1"].contains(&settings(engine).host.as_str());
    if !is_here || !Path::new("/proc/self").exists() {
        return;
    }
    let clear = async || {
        let names =
            "SELECT concat(schema_name, '') FROM information_schema.schemata WHERE schema_name LIKE 'rjango\\_m%'";
        for row in texts(server, names, 1).await {
            let name = &row[0];
            let process = name.strip_prefix("rjango_m").and_then(|rest| rest.split_once('_')?.0.parse::<u32>().ok());
            let is_gone = |process| process == std::process::id() || !Path::new(&format!("/proc/{process}")).exists();
            if process.is_some_and(is_gone) {
                let cascade = if engine == Engine::Postgres { " CASCADE" } else { "" };
                // Another process may be sweeping too, and be first.
                let _ = server.execute_script(&format!("DROP SCHEMA IF EXISTS {name}{cascade}")).await;
            }
        }
    };
    SWEPT[usize::from(engine == Engine::Postgres)].get_or_init(clear).await;
}

/// The place of this name on the engine's server.
pub fn settings_in(engine: Engine, name: &str) -> DatabaseSettings {
    let mut settings = settings(engine);
    match engine {
        Engine::Postgres => {
            // Nothing here must outlive the machine.
            let options = format!("-c search_path={name} -c synchronous_commit=off -c client_min_messages=warning");
            settings.options.insert("options".to_owned(), options);
        }
        _ => name.clone_into(&mut settings.name),
    }
    settings
}

/// Where the engine's server is.
pub fn settings(engine: Engine) -> DatabaseSettings {
    let (variable, default, database) = match engine {
        Engine::Postgres => ("RJANGO_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432", "postgres"),
        _ => ("RJANGO_TEST_MYSQL", "mysql://root@127.0.0.1:3306", "mysql"),
    };
    let url = std::env::var(variable).unwrap_or_else(|_| default.to_owned());
    let mut settings = DatabaseSettings::sqlite("");
    let (_, rest) = url.split_once("://").unwrap();
    let (login, rest) = rest.split_once('@').unwrap_or(("", rest));
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let (address, name) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = address.split_once(':').unwrap_or((address, ""));
    settings.engine = engine.name().to_owned();
    settings.user = user.to_owned();
    settings.password = password.to_owned();
    settings.host = host.to_owned();
    settings.port = port.parse().ok();
    settings.name = if name.is_empty() { database } else { name }.to_owned();
    settings
}

pub fn open(database: &DatabaseSettings) -> Database {
    let mut settings = Settings::for_tests();
    settings.databases = BTreeMap::from([("default".to_owned(), database.clone())]);
    Databases::from_settings(&settings).unwrap().get("default").unwrap()
}

/// The tables that are not the migrations' own.
pub async fn tables(database: &Database) -> Vec<String> {
    let sql = match database.engine() {
        Engine::Postgres => {
            "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() \
             AND tablename NOT LIKE 'rjango\\_migrations\\_%' ORDER BY 1"
        }
        _ => {
            "SELECT table_name FROM information_schema.tables WHERE table_schema = database() \
             AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'rjango\\_migrations\\_%' ORDER BY 1"
        }
    };
    texts(database, sql, 1).await.into_iter().map(|mut row| row.remove(0)).collect()
}

/// Tables, columns (in any order), constraints, indexes and views, as text.
pub async fn schema(database: &Database) -> String {
    match database.engine() {
        Engine::Postgres => postgres_schema(database).await,
        _ => mysql_schema(database).await,
    }
}

async fn postgres_schema(database: &Database) -> String {
    let here = "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()";
    let ours = "c.relname NOT LIKE 'rjango\\_migrations\\_%'";
    let columns = format!(
        "SELECT c.relname::text || ': ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' notnull=' || a.attnotnull \
         || ' identity=' || a.attidentity::text || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') \
         {here} JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
         LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum \
         WHERE c.relkind IN ('r', 'v') AND {ours} ORDER BY 1"
    );
    let constraints = format!(
        "SELECT c.relname::text || ': ' || k.conname || ' ' || pg_get_constraintdef(k.oid) \
         {here} JOIN pg_constraint k ON k.conrelid = c.oid WHERE {ours} ORDER BY 1"
    );
    let indexes = format!(
        "SELECT c.relname::text || ': ' || replace(pg_get_indexdef(i.indexrelid), current_schema() || '.', '') || \
         CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END \
         {here} JOIN pg_index i ON i.indrelid = c.oid WHERE {ours} ORDER BY 1"
    );
    let others = format!(
        "SELECT c.relname || ': trigger ' || t.tgname {here} JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal \
         ORDER BY 1"
    );
    let mut out = String::new();
    for sql in [columns, constraints, indexes, others] {
        for row in texts(database, &sql, 1).await {
            writeln!(out, "{}", row[0]).unwrap();
        }
    }
    out
}

async fn mysql_schema(database: &Database) -> String {
    let mut out = String::new();
    for table in tables(database).await {
        let sql = texts(database, &format!("SHOW CREATE TABLE `{table}`"), 2).await.remove(0).remove(1);
        let mut lines: Vec<&str> = sql.lines().map(|line| line.trim().trim_end_matches(',')).collect();
        let last = lines.pop().unwrap();
        let first = lines.remove(0);
        lines.sort_unstable();
        writeln!(out, "{first}").unwrap();
        for line in lines {
            writeln!(out, "    {line}").unwrap();
        }
        // The next number is no part of the shape.
        let last: Vec<&str> = last.split(' ').filter(|word| !word.starts_with("AUTO_INCREMENT=")).collect();
        writeln!(out, "{}", last.join(" ")).unwrap();
    }
    let views =
        "SELECT concat('view ', table_name) FROM information_schema.views WHERE table_schema = database() ORDER BY 1";
    let triggers = "SELECT concat('trigger ', trigger_name) FROM information_schema.triggers \
                    WHERE trigger_schema = database() ORDER BY 1";
    for sql in [views, triggers] {
        for row in texts(database, sql, 1).await {
            writeln!(out, "{}", row[0]).unwrap();
        }
    }
    out
}

/// Every row of every table, columns by name, values as SQLite's `quote` shows them.
pub async fn rows(database: &Database) -> String {
    let mut out = String::new();
    for table in tables(database).await {
        let (names, quote) = match database.engine() {
            Engine::Postgres => (
                format!(
                    "SELECT column_name::text, data_type::text FROM information_schema.columns \
                     WHERE table_schema = current_schema() AND table_name = '{table}' ORDER BY column_name COLLATE \"C\""
                ),
                '"',
            ),
            _ => (
                format!(
                    "SELECT column_name, data_type FROM information_schema.columns \
                     WHERE table_schema = database() AND table_name = '{table}' ORDER BY binary column_name"
                ),
                '`',
            ),
        };
        let is_number = |kind: &str| {
            ["int", "integer", "tinyint", "smallint", "bigint", "numeric", "decimal", "double", "double precision"]
                .contains(&kind)
        };
        let shown: Vec<String> = texts(database, &names, 2)
            .await
            .into_iter()
            .map(|row| {
                let (name, column) = (&row[0], format!("{quote}{}{quote}", row[0]));
                let value = match (database.engine(), row[1].as_str()) {
                    (Engine::Postgres, "boolean") => format!("{column}::integer::text"),
                    (Engine::Postgres, kind) if is_number(kind) => format!("{column}::text"),
                    (Engine::Postgres, _) => format!("quote_literal({column}::text)"),
                    (_, kind) if is_number(kind) => format!("cast({column} AS char)"),
                    _ => format!("concat('''', replace(cast({column} AS char), '''', ''''''), '''')"),
                };
                format!("concat('{name}=', coalesce({value}, 'NULL'))")
            })
            .collect();
        let collation = if quote == '"' { " COLLATE \"C\"" } else { "" };
        let sql =
            format!("SELECT concat_ws(' ', {}){collation} FROM {quote}{table}{quote} ORDER BY 1", shown.join(", "));
        for row in texts(database, &sql, 1).await {
            writeln!(out, "{table}: {}", row[0]).unwrap();
        }
    }
    out
}
