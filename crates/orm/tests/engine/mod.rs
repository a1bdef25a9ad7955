//! One suite, every engine: a database of its own for each test, and a test for each engine that is built.
//!
//! The servers are those of `RJANGO_TEST_POSTGRES` and `RJANGO_TEST_MYSQL`, URLs without a database's name; a test fails
//! where they are not running. `scripts/test` starts them. Where `RJANGO_TEST_PGBOUNCER` names the host and port of a pooler
//! before the PostgreSQL server, the databases are made at the server, and reached through it.
#![allow(clippy::unwrap_used, dead_code, unused_macros, unused_imports)] // Test code; each file uses a part.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rjango_core::{DatabaseSettings, Settings, Site};
use rjango_orm::{Database, Databases, Engine, Models, Statement, Value, ValueType};
use tokio::sync::OnceCell;

mod tables;

pub use tables::tables;

/// Makes a test of an async function for each engine: `on_every_engine!(a_test, another)`. Where a list of engines
/// stands first, for those alone: `on_every_engine!([postgres, mysql] a_test)`.
macro_rules! on_every_engine {
    ([$($engine:ident),*] $test:ident $($rest:tt)*) => {
        mod $test {
            $($crate::engine::one_engine!($engine, $test);)*
        }
        $crate::engine::on_every_engine!(@rest [$($engine),*] $($rest)*);
    };
    (@rest [$($engine:ident),*] $(,)?) => {};
    (@rest [$($engine:ident),*], $($rest:tt)*) => {
        $crate::engine::on_every_engine!([$($engine),*] $($rest)*);
    };
    ($($test:ident),* $(,)?) => {
        $crate::engine::on_every_engine!([sqlite, postgres, mysql] $($test),*);
    };
}

macro_rules! one_engine {
    (sqlite, $test:ident) => {
        #[cfg(feature = "sqlite")]
        #[test]
        fn sqlite() {
            $crate::engine::run(rjango_orm::Engine::Sqlite, super::$test);
        }
    };
    (postgres, $test:ident) => {
        #[cfg(feature = "postgres")]
        #[test]
        fn postgres() {
            $crate::engine::run(rjango_orm::Engine::Postgres, super::$test);
        }
    };
    (mysql, $test:ident) => {
        #[cfg(feature = "mysql")]
        #[test]
        fn mysql() {
            $crate::engine::run(rjango_orm::Engine::MySql, super::$test);
        }
    };
}

pub(crate) use {on_every_engine, one_engine};

/// Runs a test of one engine.
#[track_caller]
pub fn run<F: Future<Output = ()>>(engine: Engine, test: impl FnOnce(Engine) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(test(engine));
}

/// The server's address, as settings have it.
pub fn server(engine: Engine) -> DatabaseSettings {
    let (variable, default) = match engine {
        Engine::Postgres => ("RJANGO_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432"),
        _ => ("RJANGO_TEST_MYSQL", "mysql://root@127.0.0.1:3306"),
    };
    let url = std::env::var(variable).unwrap_or_else(|_| default.to_owned());
    let (_, rest) = url.split_once("://").expect("a URL");
    let (user, address) = rest.trim_end_matches('/').rsplit_once('@').expect("a user");
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let (host, port) = address.split_once(':').expect("a port");
    let mut settings = DatabaseSettings::sqlite("");
    settings.engine = engine.name().to_owned();
    settings.user = user.to_owned();
    settings.password = password.to_owned();
    settings.host = host.to_owned();
    settings.port = Some(port.parse().unwrap());
    // The server's own database, which is there before any other.
    settings.name = if engine == Engine::Postgres { "postgres" } else { "mysql" }.to_owned();
    settings
}

pub fn databases(settings: &DatabaseSettings) -> Databases {
    let mut all = Settings::for_tests();
    all.databases.insert("default".to_owned(), settings.clone());
    Databases::from_settings(&all).unwrap()
}

/// Runs statements on the server's own database.
async fn on_server(engine: Engine, statements: &[String]) {
    let databases = databases(&server(engine));
    let database = databases.get("default").unwrap();
    for statement in statements {
        if let Err(error) = database.execute_script(statement).await {
            panic!("`{statement}`: {error}; {}", error.hint().unwrap_or_default());
        }
    }
    databases.close().await;
}

/// Once in a process, drops the databases of processes that are gone: nobody else will. A server elsewhere may have those of
/// other machines, whose processes are not known here.
async fn sweep(engine: Engine) {
    static SWEPT: [OnceCell<()>; 2] = [OnceCell::const_new(), OnceCell::const_new()];
    let is_here = ["localhost", "127.0.0.1"].contains(&server(engine).host.as_str());
    if !is_here || !Path::new("/proc/self").exists() {
        return;
    }
    let clear = async || {
        let databases = databases(&server(engine));
        let database = databases.get("default").unwrap();
        let names = match engine {
            Engine::Postgres => "SELECT datname::text FROM pg_database",
            _ => "SELECT concat(schema_name, '') FROM information_schema.schemata",
        };
        for row in database.fetch(&Statement::new(names), &[ValueType::Text]).await.unwrap() {
            let [Value::Text(name)] = row.as_slice() else { continue };
            let process = name.strip_prefix("rjango_orm_").and_then(|rest| rest.split_once('_')?.0.parse::<u32>().ok());
            if process.is_some_and(|process| !Path::new(&format!("/proc/{process}")).exists()) {
                // Another process may be sweeping too, and be first.
                let _ = database.execute_script(&format!("DROP DATABASE IF EXISTS {name}")).await;
            }
        }
        databases.close().await;
    };
    SWEPT[usize::from(engine == Engine::Postgres)].get_or_init(clear).await;
}

/// As they are reached: through the pooler, if there is one.
fn through_pooler(engine: Engine, mut settings: DatabaseSettings) -> DatabaseSettings {
    if engine == Engine::Postgres
        && let Ok(address) = std::env::var("RJANGO_TEST_PGBOUNCER")
    {
        let (host, port) = address.split_once(':').expect("a host and a port");
        settings.host = host.to_owned();
        settings.port = Some(port.parse().unwrap());
    }
    settings
}

/// Runs a test with the settings of a database that is new and empty, and removes it.
pub async fn with_settings<T>(engine: Engine, test: impl AsyncFnOnce(DatabaseSettings) -> T) -> T {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    if engine == Engine::Sqlite {
        let folder = tempfile::tempdir().unwrap();
        return test(DatabaseSettings::sqlite(folder.path().join("db.sqlite3").display().to_string())).await;
    }
    sweep(engine).await;
    let mut settings = server(engine);
    settings.name = format!("rjango_orm_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let (name, utf8) = (&settings.name, if engine == Engine::MySql { " CHARACTER SET utf8mb4" } else { "" });
    on_server(engine, &[format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}{utf8}")]).await;
    let result = test(through_pooler(engine, settings.clone())).await;
    let force = if engine == Engine::Postgres { " WITH (FORCE)" } else { "" };
    on_server(engine, &[format!("DROP DATABASE {name}{force}")]).await;
    result
}

/// The engines that are built.
pub fn built() -> impl Iterator<Item = Engine> {
    Engine::ALL.into_iter().filter(|engine| rjango_orm::sql::dialect(*engine).is_ok())
}

/// Runs a test inside a site of these models, with an empty database.
pub async fn in_site<T>(engine: Engine, models: Models, test: impl AsyncFnOnce(Database) -> T) -> T {
    with_settings(engine, async |database| {
        let mut settings = Settings::for_tests();
        settings.databases.insert("default".to_owned(), database);
        let databases = Databases::from_settings(&settings).unwrap();
        let site = Arc::new(Site::new(settings).with(databases).with(models));
        site.scope(async {
            let database = Database::current(None).unwrap();
            let result = test(database.clone()).await;
            database.close().await;
            result
        })
        .await
    })
    .await
}
