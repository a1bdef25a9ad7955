//! A run of migrations whose future is dropped at any of its polls: no later row is missing, no lock is left, and the next run
//! completes what the dropped one began.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use rjango_migrations::executor::Target;
use rjango_orm::{Engine, Statement, Value, ValueType};

use crate::killed::{AFTER, BEFORE, Ground};
use crate::models::state;
use crate::project::{Project, Scripted};

/// Polls a future so many times at most, and drops it.
async fn polled<T>(most: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut polls = 0;
    poll_fn(move |context| {
        polls += 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if polls >= most => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

async fn drop_at_each_poll(engine: Engine) {
    let files = Project::new();
    for source in std::iter::once(BEFORE).chain(AFTER) {
        files.make(&state(source), &mut Scripted::new(Vec::new())).unwrap();
    }
    let folder = files.folder.path();
    let first = "0001_initial";
    let calm = Ground::new(engine, folder, first, 0).await;
    Project::at(folder, calm.database.clone()).migrate(&Target::All).await.unwrap();
    let expected = calm.seen().await;
    calm.remove().await;

    let ground = Ground::new(engine, folder, first, 1).await;
    let database = ground.database.clone();
    database.execute_script("CREATE TABLE later (number integer)").await.unwrap();
    let mut dropped = 0;
    // Each run goes on where the last one that was dropped had come to, so its polls are many more than one run's.
    for most in 1.. {
        assert!(most < 5000, "the migrations do not end");
        let run = Project::at(folder, database.clone());
        let ended = polled(most, run.migrate(&Target::All)).await;
        database.execute(&Statement::new(format!("INSERT INTO later VALUES ({most})"))).await.unwrap();
        let count = Statement::new("SELECT count(*) FROM later");
        let count = database.fetch(&count, &[ValueType::Int]).await.unwrap();
        assert_eq!(count, [[Value::Int(i64::try_from(most).unwrap())]], "dropped at poll {most}");
        match ended {
            None => dropped += 1,
            Some(outcome) => {
                outcome.unwrap_or_else(|error| panic!("after {dropped} drops: {error:?}"));
                break;
            }
        }
    }
    // How many depends on how often a server lets a run wait; a run that is never dropped tests nothing.
    assert!(dropped > 5, "only {dropped} drops");
    database.execute_script("DROP TABLE later").await.unwrap();
    assert_eq!(ground.seen().await, expected);
    ground.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_dropped_at_any_poll_is_completed_by_the_next_on_sqlite() {
    drop_at_each_poll(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_dropped_at_any_poll_is_completed_by_the_next_on_postgres() {
    drop_at_each_poll(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_dropped_at_any_poll_is_completed_by_the_next_on_mysql() {
    drop_at_each_poll(Engine::MySql).await;
}
