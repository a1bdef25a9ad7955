//! A site with its own SQLite, in a file of a temporary folder.

use std::sync::Arc;

use rjango_core::{DatabaseSettings, Result, Settings, Site};
use rjango_orm::{Database, Databases, Models};

/// The tables of every model in these tests, as migrations would make them.
const TABLES: &str = include_str!("tables.sql");

/// Runs a test inside a site whose database is new and has every table.
#[track_caller]
pub fn run(test: impl AsyncFnOnce() -> Result<()>) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime starts");
    let outcome = runtime.block_on(async {
        let folder = tempfile::tempdir()?;
        let mut settings = Settings::for_tests();
        let file = folder.path().join("db.sqlite3").display().to_string();
        settings.databases.insert("default".to_owned(), DatabaseSettings::sqlite(file));
        let databases = Databases::from_settings(&settings)?;
        let site = Arc::new(Site::new(settings).with(databases).with(Models::from_inventory(|_| true)?));
        site.scope(async {
            Database::current(None)?.execute_script(TABLES).await?;
            test().await
        })
        .await
    });
    if let Err(error) = outcome {
        panic!("{error:?}\n{}\nraised at {}", error.sql().unwrap_or_default(), error.raised());
    }
}
