//! Transactions, savepoints, hooks, cancellation, and plain code.
#![allow(clippy::unwrap_used)]

mod shop;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rjango_core::{Error, Result, Site};
use rjango_orm::dynamic::Objects;
use rjango_orm::{Database, Models, atomic, block_on, execute, in_atomic_block, on_commit, unblock};
use shop::{ROWS, TABLES, empty_site, in_shop};

fn tags() -> Objects {
    let site = Site::current().unwrap();
    Objects::new(site.require::<Models>().unwrap(), "shop.Tag").unwrap()
}

async fn add(label: &str) -> Result<()> {
    tags().create([("label", label)]).await.map(|_| ())
}

async fn count() -> i64 {
    tags().count().await.unwrap()
}

/// A site on a file, where connections are many and a lost one loses nothing.
async fn in_file<T>(test: impl AsyncFnOnce() -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let site = empty_site(folder.path().join("db.sqlite3").to_str().unwrap());
    Arc::clone(&site)
        .scope(async {
            let database = Database::current(None).unwrap();
            database.execute_script(TABLES).await.unwrap();
            database.execute_script(ROWS).await.unwrap();
            let result = test().await;
            database.close().await;
            result
        })
        .await
}

#[tokio::test]
async fn a_block_commits_on_ok_and_rolls_back_on_an_error() {
    in_shop(async || {
        let database = Database::current(None).unwrap();
        assert!(!in_atomic_block(&database));
        atomic(async || {
            assert!(in_atomic_block(&database));
            add("kept").await
        })
        .await
        .unwrap();
        assert_eq!(count().await, 4);
        let failed = atomic(async || {
            add("lost").await?;
            assert_eq!(count().await, 5);
            Err::<(), _>(Error::command("no"))
        });
        assert_eq!(failed.await.unwrap_err().to_string(), "no");
        assert_eq!(count().await, 4);
    })
    .await;
}

#[tokio::test]
async fn a_commit_that_is_refused_rolls_back() {
    in_shop(async || {
        // The foreign keys are checked at the end of the transaction.
        let refused = atomic(async || {
            add("lost").await?;
            let row = vec![99.into(), 1.into(), "nothing there".into()];
            execute::insert("shop.Review", &["product", "stars", "text"], vec![row], None).await.map(|_| ())
        });
        assert!(refused.await.unwrap_err().is_integrity());
        assert_eq!(count().await, 3);
        add("next").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_inner_block_is_a_savepoint() {
    in_shop(async || {
        atomic(async || {
            add("outer").await?;
            let inner = atomic(async || {
                add("inner").await?;
                add("inner").await
            });
            assert!(inner.await.unwrap_err().is_integrity());
            atomic(async || add("second").await).await
        })
        .await
        .unwrap();
        let labels = tags().order_by(["-pk"]).unwrap().slice(0, Some(2)).values(&["label"]).await.unwrap();
        assert_eq!(labels, [["second".into()], ["outer".into()]]);
    })
    .await;
}

#[tokio::test]
async fn blocks_joined_inside_one_take_turns() {
    in_shop(async || {
        atomic(async || {
            let (left, right) = tokio::join!(
                atomic(async || {
                    add("left").await?;
                    tokio::task::yield_now().await;
                    Err::<(), _>(Error::command("no"))
                }),
                atomic(async || add("right").await),
            );
            assert!(left.is_err());
            right
        })
        .await
        .unwrap();
        assert_eq!(count().await, 4);
        assert!(tags().filter([("label", "right")]).unwrap().exists().await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn hooks_run_after_the_outermost_commit_and_never_after_a_rollback() {
    in_shop(async || {
        let ran = Arc::new(AtomicU32::new(0));
        let hook = |add: u32| {
            let ran = Arc::clone(&ran);
            on_commit(move || {
                ran.fetch_add(add, Ordering::Relaxed);
            })
        };
        hook(1).unwrap();
        assert_eq!(ran.load(Ordering::Relaxed), 1);
        atomic(async || {
            hook(10)?;
            atomic(async || hook(100)).await?;
            let lost = atomic(async || {
                hook(1_000)?;
                Err::<(), _>(Error::command("no"))
            });
            assert!(lost.await.is_err());
            assert_eq!(ran.load(Ordering::Relaxed), 1);
            Ok(())
        })
        .await
        .unwrap();
        assert_eq!(ran.load(Ordering::Relaxed), 111);
    })
    .await;
}

#[tokio::test]
async fn a_dropped_future_rolls_back_and_frees_the_database() {
    in_file(async || {
        let stuck = atomic(async || {
            add("lost").await?;
            std::future::pending::<Result<()>>().await
        });
        let waited = tokio::time::timeout(std::time::Duration::from_millis(50), stuck).await;
        assert!(waited.is_err());
        // The write lock is free again.
        add("kept").await.unwrap();
        assert_eq!(count().await, 4);
    })
    .await;
}

#[tokio::test]
async fn a_dropped_inner_future_loses_its_savepoint_alone() {
    in_shop(async || {
        atomic(async || {
            add("outer").await?;
            let stuck = atomic(async || {
                add("lost").await?;
                std::future::pending::<Result<()>>().await
            });
            assert!(tokio::time::timeout(std::time::Duration::from_millis(50), stuck).await.is_err());
            add("after").await
        })
        .await
        .unwrap();
        assert_eq!(count().await, 5);
    })
    .await;
}

#[tokio::test]
async fn other_tasks_do_not_see_what_is_not_committed() {
    in_file(async || {
        let site = Site::current().unwrap();
        atomic(async || {
            add("mine").await?;
            let elsewhere = tokio::spawn(Arc::clone(&site).scope(async { count().await }));
            assert_eq!(elsewhere.await.unwrap(), 3);
            Ok(())
        })
        .await
        .unwrap();
        assert_eq!(count().await, 4);
    })
    .await;
}

#[tokio::test]
async fn plain_code_on_another_thread_stays_in_the_transaction() {
    in_shop(async || {
        let failed = atomic(async || {
            add("first").await?;
            unblock(|| block_on(add("second"))).await?;
            assert_eq!(count().await, 5);
            Err::<(), _>(Error::command("no"))
        });
        assert!(failed.await.is_err());
        assert_eq!(count().await, 3);
    })
    .await;
}

#[tokio::test]
async fn waiting_on_the_only_thread_is_an_error_and_no_hang() {
    in_shop(async || {
        let error = block_on(add("x")).unwrap_err();
        assert!(error.to_string().contains("only thread"));
        assert_eq!(count().await, 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_on_a_worker_of_many_is_allowed() {
    in_shop(async || {
        block_on(add("x")).unwrap();
        assert_eq!(block_on(async { Ok(count().await) }).unwrap(), 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_inside_waiting_is_allowed_on_threads_for_blocking_work() {
    in_shop(async || {
        unblock(|| {
            block_on(add("x"))?;
            // As a template inside an async view does when it reads a relation.
            block_on(async { block_on(add("y")) })
        })
        .await
        .unwrap();
        assert_eq!(count().await, 5);
    })
    .await;
}

#[test]
fn waiting_without_a_runtime_brings_one() {
    let folder = tempfile::tempdir().unwrap();
    let site = empty_site(folder.path().join("db.sqlite3").to_str().unwrap());
    site.enter(|| {
        let database = Database::current(None).unwrap();
        block_on(database.execute_script(TABLES)).unwrap();
        block_on(add("x")).unwrap();
        assert_eq!(block_on(async { Ok(count().await) }).unwrap(), 1);
        block_on(async {
            database.close().await;
            Ok(())
        })
        .unwrap();
    });
}

/// `tokio::spawn` and axum's handlers want futures that are `Send`.
#[test]
fn a_block_around_sendable_work_is_sendable() {
    fn sendable<T>(_: &(impl Future<Output = T> + Send)) {}
    let mut name = String::from("x");
    let block = atomic(async || {
        add(&name).await?;
        name.push('y');
        atomic(async || add(&name).await).await
    });
    sendable(&block);
    sendable(&tags_in_a_block());
}

async fn tags_in_a_block() -> Result<i64> {
    atomic(async || tags().count().await).await
}
