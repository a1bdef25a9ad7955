//! A site with the models of these tests and a database of its own, on each engine that is built.

use rjango_core::{Error, Result, Site};
use rjango_orm::dynamic::Objects;
use rjango_orm::{Database, Engine, Models};

use crate::engine::{self, in_site, tables};

/// Runs a test inside a site whose database is new and has every table, once an engine.
#[track_caller]
pub fn run(test: impl AsyncFn(Engine, Database) -> Result<()>) {
    run_on(engine::built(), test);
}

/// [`run`] on some engines: for what the others do not have.
#[track_caller]
pub fn run_on(engines: impl IntoIterator<Item = Engine>, test: impl AsyncFn(Engine, Database) -> Result<()>) {
    for engine in engines {
        // Shown where the test fails.
        eprintln!("on {engine}");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let outcome = runtime.expect("a runtime starts").block_on(async {
            let models = Models::from_inventory(|_| true)?;
            let sql = tables(engine, &models);
            in_site(engine, models, async |database| {
                database.execute_script(&sql).await?;
                test(engine, database).await
            })
            .await
        });
        if let Err(error) = outcome {
            panic!("{engine}: {error:?}\n{}\nraised at {}", error.sql().unwrap_or_default(), error.raised());
        }
    }
}

/// The rows of a model by its name.
pub fn objects(label: &str) -> Result<Objects> {
    let site = Site::current()?;
    Objects::new(site.require::<Models>()?, label)
}

/// The error, which must be there and have all of these pieces in its message.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(result: Result<T>, pieces: &[&str]) -> Error {
    let error = result.expect_err("refused");
    let message = error.to_string();
    for piece in pieces {
        assert!(message.contains(piece), "expected `{piece}` in `{message}`");
    }
    error
}
