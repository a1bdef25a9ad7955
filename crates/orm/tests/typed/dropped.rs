//! Futures that are dropped half way: a client hangs up, a time-out runs out. Nothing that is written later may be missing, no
//! lock may stay, and no connection may idle in a transaction.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use rjango_core::Site;
use rjango_orm::{Database, Engine, Statement, Value, ValueType};

use crate::database::{run, run_on};
use crate::engine::built;
use crate::prelude::*;
use crate::shop::models::*;

/// Polls a future so many times at most, and drops it.
async fn polled<T>(most: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut polls = 0;
    poll_fn(move |context| {
        if polls == most {
            return Poll::Ready(None);
        }
        polls += 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            // Dropped while it waits, not once it has what it waits for.
            Poll::Pending if polls == most => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Drops a future after one poll, after two, and so on until it ends; after each drop plain rows are written and counted.
async fn dropped_everywhere<T>(what: &str, future: impl AsyncFn(usize) -> Result<T>) -> Result<()> {
    let mut written = 0;
    let prefix = format!("later-{what}-");
    for most in 0.. {
        assert!(most < 2000, "`{what}` does not end");
        let ended = polled(most, future(most)).await;
        for _ in 0..2 {
            written += 1;
            Tag::objects().create(Tag { label: format!("{prefix}{written}"), ..Default::default() }).await?;
        }
        let found = Tag::objects().filter(q!(label__startswith = &prefix)).count().await?;
        assert_eq!(found, written, "rows are missing after `{what}` was dropped at its poll {most}");
        if let Some(output) = ended {
            output?;
            // With fewer polls than that nothing was dropped in the middle.
            assert!(most > 0);
            return nothing_is_left(what).await;
        }
    }
    Ok(())
}

/// That no connection is in a transaction and no row is locked: within half a second of the last drop.
async fn nothing_is_left(what: &str) -> Result<()> {
    let database = Database::current(None)?;
    let sql = match database.engine() {
        Engine::Sqlite => return Ok(()),
        Engine::Postgres => {
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND \
             (state LIKE 'idle in transaction%' OR state = 'active')"
        }
        Engine::MySql => {
            "SELECT count(*) FROM information_schema.innodb_trx t JOIN information_schema.processlist p ON p.id = \
             t.trx_mysql_thread_id WHERE p.db = DATABASE() AND p.id <> CONNECTION_ID()"
        }
    };
    let begun = Instant::now();
    loop {
        let rows = database.fetch(&Statement::new(sql), &[ValueType::Int]).await?;
        if rows == [vec![Value::Int(0)]] {
            return Ok(());
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "`{what}` left {rows:?} transactions open");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn product(name: &str) -> Result<Product> {
    Product::objects().create(Product { name: name.into(), price: dec!(1), ..Default::default() }).await
}

#[test]
fn a_dropped_atomic_block_takes_no_later_row_along() {
    run(async || dropped_everywhere("atomic", async |n| atomic(async || product(&format!("p{n}")).await).await).await);
}

#[test]
fn a_dropped_inner_block_takes_no_later_row_along() {
    run(async || {
        dropped_everywhere("nested atomic", async |n| {
            atomic(async || {
                product(&format!("outer{n}")).await?;
                atomic(async || product(&format!("inner{n}")).await).await
            })
            .await
        })
        .await
    });
}

#[test]
fn a_dropped_row_lock_is_given_up() {
    run(async || {
        product("Coffee").await?;
        dropped_everywhere("select_for_update", async |_| {
            atomic(async || {
                let mut coffee = Product::objects().select_for_update().get(q!(name = "Coffee")).await?;
                coffee.price += dec!(1);
                coffee.save().await
            })
            .await
        })
        .await
    });
}

#[test]
fn a_dropped_stream_save_and_deletion_leave_nothing_open() {
    run(async || {
        for n in 0..30 {
            product(&format!("p{n}")).await?;
        }
        dropped_everywhere("stream", async |_| {
            let mut rows = Product::objects().order_by(f!(pk)).stream();
            let mut count = 0;
            while rows.try_next().await?.is_some() {
                count += 1;
            }
            Ok(count)
        })
        .await?;
        dropped_everywhere("save", async |n| {
            let mut row = Product { name: format!("s{n}"), price: dec!(1), ..Default::default() };
            row.save().await?;
            row.price = dec!(2);
            row.save().await
        })
        .await?;
        dropped_everywhere("delete", async |_| {
            let drinks = Category::objects().get_or_create(set!(name = "Drinks")).await?.0;
            Product::objects().filter(q!(name = "p1")).update(set!(category = &drinks)).await?;
            drinks.delete().await
        })
        .await
    });
}

#[test]
fn a_dropped_change_of_a_many_to_many_leaves_nothing_open() {
    run(async || {
        let coffee = product("Coffee").await?;
        let mut tags = Vec::new();
        for n in 0..5 {
            tags.push(Tag::objects().create(Tag { label: format!("t{n}"), ..Default::default() }).await?);
        }
        dropped_everywhere("m2m.set", async |n| {
            let some: Vec<&Tag> = tags.iter().skip(n % 3).collect();
            coffee.tags.set(some).await
        })
        .await
    });
}

/// The kind of fault that lost rows: a time-out while BEGIN is on its way.
#[test]
fn blocks_that_time_out_at_any_moment_take_no_later_row_along() {
    run(async || {
        for n in 0..200_u32 {
            let block = atomic(async || Product::objects().count().await);
            let _ = tokio::time::timeout(Duration::from_micros(u64::from(n) * 5), block).await;
            Tag::objects().create(Tag { label: format!("t{n}"), ..Default::default() }).await?;
        }
        assert_eq!(Tag::objects().count().await?, 200);
        nothing_is_left("timeout").await
    });
}

/// Many at once, on a pool that they must share.
#[test]
fn blocks_dropped_side_by_side_take_no_later_row_along() {
    run(async || {
        let site = Arc::clone(&Site::current()?);
        let mut tasks: Vec<tokio::task::JoinHandle<Result<()>>> = Vec::new();
        for task in 0..8_u64 {
            let site = Arc::clone(&site);
            tasks.push(tokio::spawn(async move {
                site.scope(async {
                    for n in 0..20_u64 {
                        let block = atomic(async || product("dropped").await);
                        let _ = tokio::time::timeout(Duration::from_micros((task * 131 + n * 37) % 3000), block).await;
                        let label = format!("t{task}-{n}");
                        Tag::objects().create(Tag { label, ..Default::default() }).await?;
                    }
                    Ok(())
                })
                .await
            }));
        }
        for task in tasks {
            task.await.expect("no panic")?;
        }
        assert_eq!(Tag::objects().count().await?, 160);
        nothing_is_left("side by side").await
    });
}

/// A statement that nobody waits for is stopped at the server, and its locks go with it.
#[test]
fn a_block_dropped_in_the_middle_of_a_statement_gives_its_locks_up_soon() {
    run_on(built().filter(|engine| *engine != Engine::Sqlite), async || {
        product("Coffee").await?;
        let database = Database::current(None)?;
        let sleep = match database.engine() {
            Engine::Postgres => "SELECT pg_sleep(30)::text",
            _ => "SELECT CONCAT(SLEEP(30), '')",
        };
        let block = atomic(async || {
            Product::objects().update(set!(price = dec!(5))).await?;
            database.fetch(&Statement::new(sleep), &[ValueType::Text]).await
        });
        assert!(tokio::time::timeout(Duration::from_millis(300), block).await.is_err());
        let begun = Instant::now();
        Product::objects().update(set!(price = dec!(7))).await?;
        // Half a second on a quiet machine; tests share theirs. Unstopped, it would be thirty.
        assert!(begun.elapsed() < Duration::from_secs(5), "the row was locked for {:?}", begun.elapsed());
        assert_eq!(Product::objects().get(q!(name = "Coffee")).await?.price, dec!(7));
        nothing_is_left("sleep").await
    });
}

/// On SQLite the statement runs on a thread of the driver's, which a hang-up must not keep busy.
#[test]
fn a_long_statement_of_sqlite_stops_when_nobody_waits() {
    run_on(built().filter(|engine| *engine == Engine::Sqlite), async || {
        let database = Database::current(None)?;
        let long = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) \
                    SELECT count(*) FROM n";
        let block = atomic(async || {
            product("Coffee").await?;
            database.fetch(&Statement::new(long), &[ValueType::Int]).await
        });
        assert!(tokio::time::timeout(Duration::from_millis(200), block).await.is_err());
        product("Tea").await?;
        assert_eq!(Product::objects().count().await?, 1);
        Ok(())
    });
}

/// A statement dropped inside a block that goes on: the block either goes on whole, or says that it cannot.
#[test]
fn a_block_goes_on_whole_after_a_part_of_it_was_dropped_or_says_that_it_cannot() {
    run(async || {
        for most in 0..40 {
            let label = |part: &str| format!("{part}{most}");
            let outcome = atomic(async || {
                Tag::objects().create(Tag { label: label("before"), ..Default::default() }).await?;
                let inner = atomic(async || {
                    Tag::objects().create(Tag { label: label("inner"), ..Default::default() }).await?;
                    Tag::objects().count().await
                });
                let inner = polled(most, inner).await;
                Tag::objects().create(Tag { label: label("after"), ..Default::default() }).await?;
                Ok(inner.is_some())
            })
            .await;
            let there = async |part: &str| Tag::objects().filter(q!(label = label(part))).exists().await;
            let kept = (there("before").await?, there("inner").await?, there("after").await?);
            match outcome {
                Ok(true) => assert_eq!(kept, (true, true, true), "at poll {most}"),
                Ok(false) => assert_eq!((kept.0, kept.2), (true, true), "at poll {most}"),
                Err(_) => assert_eq!(kept, (false, false, false), "at poll {most}"),
            }
        }
        nothing_is_left("part of a block").await
    });
}

/// PostgreSQL answers COMMIT of such a transaction with a quiet ROLLBACK.
#[test]
fn an_error_that_is_swallowed_does_not_make_a_commit_of_nothing() {
    run(async || {
        Tag::objects().create(Tag { label: "red".into(), ..Default::default() }).await?;
        let outcome = atomic(async || {
            Tag::objects().create(Tag { label: "green".into(), ..Default::default() }).await?;
            let twice = Tag::objects().create(Tag { label: "red".into(), ..Default::default() }).await;
            assert!(twice.is_err_and(|error| error.is_integrity()));
            Ok(())
        })
        .await;
        assert_eq!(outcome.is_ok(), Tag::objects().filter(q!(label = "green")).exists().await?);
        Ok(())
    });
}

#[test]
fn a_held_connection_whose_block_was_dropped_while_it_began_is_not_left_in_a_transaction() {
    run(async || {
        let database = Database::current(None)?;
        for most in 0..12 {
            let held = database
                .with_connection(async || {
                    let _ = polled(most, atomic(async || Product::objects().count().await)).await;
                    Tag::objects().create(Tag { label: format!("held{most}"), ..Default::default() }).await?;
                    Ok(())
                })
                .await;
            let is_there = Tag::objects().filter(q!(label = format!("held{most}"))).exists().await?;
            assert_eq!(held.is_ok(), is_there, "at poll {most}: {held:?}");
        }
        nothing_is_left("held").await
    });
}

#[test]
fn twenty_transactions_that_read_and_then_write_all_succeed() {
    run_on(built().filter(|engine| *engine == Engine::Sqlite), async || {
        product("Coffee").await?;
        let site = Arc::clone(&Site::current()?);
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let site = Arc::clone(&site);
                tokio::spawn(async move {
                    site.scope(atomic(async || {
                        let mut coffee = Product::objects().get(q!(name = "Coffee")).await?;
                        coffee.price += dec!(1);
                        coffee.save().await
                    }))
                    .await
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("no panic")?;
        }
        assert_eq!(Product::objects().get(q!(name = "Coffee")).await?.price, dec!(21));
        Ok(())
    });
}
