//! A site with every model of these tests and a database of its own, on each engine that is built.

use rjango_core::{Result, Site};
use rjango_orm::dynamic::Objects;
use rjango_orm::{Engine, Models};

use crate::engine::{self, in_site, tables};

/// Runs a test inside a site whose database is new and has every table, once an engine.
#[track_caller]
pub fn run(test: impl AsyncFn() -> Result<()>) {
    run_on(engine::built(), test);
}

/// [`run`] on some engines: for what the others cannot do.
#[track_caller]
pub fn run_on(engines: impl IntoIterator<Item = Engine>, test: impl AsyncFn() -> Result<()>) {
    // Those who want the oracle's many tables say so.
    run_with(engines, |app| app != "oracle", test);
}

/// [`run`] with the models of one app.
#[track_caller]
pub fn run_in(app: &str, test: impl AsyncFn() -> Result<()>) {
    run_with(engine::built(), |installed| installed == app, test);
}

#[track_caller]
fn run_with(
    engines: impl IntoIterator<Item = Engine>,
    installed: impl Fn(&str) -> bool,
    test: impl AsyncFn() -> Result<()>,
) {
    for engine in engines {
        // Shown where the test fails.
        eprintln!("on {engine}");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let outcome = runtime.expect("a runtime starts").block_on(async {
            let models = Models::from_inventory(&installed)?;
            let sql = tables(engine, &models);
            in_site(engine, models, async |database| {
                database.execute_script(&sql).await?;
                test().await
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
