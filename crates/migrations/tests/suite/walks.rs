//! Random models, random changes of them, and what must hold of any: the migrated tables are those that the new models
//! would make afresh, rows survive, and the way back gives the old tables.
//!
//! Everything is the real thing: the autodetector, the writer's files on disk, the loader, the executor, the database. The
//! walks are the same in each run; `RJANGO_WALKS=5000` makes more of them, `RJANGO_WALKS_SEED=7` makes others. A failure is
//! shrunk and told with its seed, the models before and after, and the SQL.

mod catalog;
mod generate;
mod keys;
mod mischief;
mod place;
mod random;
mod rows;
mod run;
mod shrink;
mod valid;
mod values;
mod world;

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use rjango_migrations::{CreateModel, Operation};
use rjango_orm::Engine;

use run::{Failure, run};
use world::World;

#[test]
fn walks_on_sqlite_end_where_fresh_tables_begin() {
    check(Engine::Sqlite, 2_000);
}

#[test]
fn walks_on_postgres_end_where_fresh_tables_begin() {
    check(Engine::Postgres, 200);
}

#[test]
fn walks_on_mysql_end_where_fresh_tables_begin() {
    check(Engine::MySql, 200);
}

/// Walks so many times, in several threads.
fn check(engine: Engine, walks: u64) {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let walks = number("RJANGO_WALKS").unwrap_or(walks);
    let seed = number("RJANGO_WALKS_SEED").unwrap_or(1) * 1_000_000_007;
    let most = number("RJANGO_WALKS_FAILURES").unwrap_or(1) as usize;
    let next = AtomicU64::new(0);
    let failures: Mutex<Vec<String>> = Mutex::new(Vec::new());
    // A server's time is mostly its disk's.
    let threads = match engine {
        Engine::Sqlite => std::thread::available_parallelism().map_or(2, usize::from).min(8),
        _ => 8,
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let walk = next.fetch_add(1, Ordering::Relaxed);
                    if walk >= walks || failures.lock().unwrap().len() >= most {
                        break;
                    }
                    let worlds = generate::walk(seed + walk);
                    if let Some(failure) = attempt(engine, &worlds) {
                        let (worlds, failure) = shrink::shrink(worlds, failure, &|worlds| attempt(engine, worlds));
                        failures.lock().unwrap().push(told(walk, &worlds, &failure));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// One walk; a panic is a failure too.
fn attempt(engine: Engine, worlds: &[World]) -> Option<Failure> {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(engine, worlds))
    }));
    match outcome {
        Ok(outcome) => outcome.err(),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            let (detail, sql) = (text.unwrap_or_default(), String::new());
            Some(Failure { step: worlds.len() - 1, back: false, what: "a panic", detail, sql })
        }
    }
}

fn told(walk: u64, worlds: &[World], failure: &Failure) -> String {
    let direction = if failure.back { "back from" } else { "to" };
    let mut text = format!("walk {walk}, on the way {direction} moment {}: {}\n", failure.step, failure.what);
    writeln!(text, "{}\n", failure.detail.trim_end()).unwrap();
    for (moment, world) in worlds.iter().enumerate().filter(|(moment, _)| moment + 1 >= failure.step) {
        let World { line_ends, by_hand, detour, .. } = world;
        writeln!(text, "--- models at moment {moment}; {line_ends:?}, {by_hand:?}").unwrap();
        if let Some(detour) = detour {
            writeln!(text, "--- first tried\n{}--- models", models(detour)).unwrap();
        }
        text.push_str(&models(world));
    }
    writeln!(text, "--- migrations\n{}", failure.sql.trim_end()).unwrap();
    text
}

fn models(world: &World) -> String {
    let mut text = String::new();
    for model in &world.models {
        let operation = Operation::CreateModel(CreateModel::new(&world.schema(model)));
        let toml = operation.to_toml().unwrap();
        let rows = if model.populated { "with rows" } else { "without rows" };
        let hint = model.renamed_from.as_ref().map(|old| format!(" renamed_from={old}")).unwrap_or_default();
        writeln!(text, "# {} {rows}{hint}\n{}", model.app, toml.trim_end()).unwrap();
    }
    text
}
