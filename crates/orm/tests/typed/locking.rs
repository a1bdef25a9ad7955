//! What two connections see of each other: row locks, isolation, durable blocks.

use std::sync::Arc;
use std::time::Duration;

use rjango_core::{ErrorKind, Site};
use rjango_orm::query::Lock;
use rjango_orm::{Atomic, Database, Engine, IsolationLevel};

use crate::database::{self, run_on};
use crate::engine::built;
use crate::prelude::*;
use crate::shop::models::*;

/// The engines with row locks and a choice of isolation.
fn servers() -> impl Iterator<Item = Engine> {
    built().filter(|engine| *engine != Engine::Sqlite)
}

async fn stock() -> Result<()> {
    for (name, price) in [("Coffee", dec!(3.50)), ("Tea", dec!(2.00)), ("Bread", dec!(4.20))] {
        Product::objects().create(Product { name: name.into(), price, ..Default::default() }).await?;
    }
    Ok(())
}

/// Runs a future of another request: a task of its own, so a connection of its own.
fn elsewhere<T: Send + 'static>(
    future: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<tokio::task::JoinHandle<Result<T>>> {
    let site = Arc::clone(&Site::current()?);
    Ok(tokio::spawn(async move { site.scope(future).await }))
}

async fn names(lock: Lock) -> Result<Vec<String>> {
    atomic(async || {
        let rows = Product::objects().select_for_update_with(lock).order_by(f!(name)).await?;
        Ok(rows.into_iter().map(|product| product.name).collect())
    })
    .await
}

#[test]
fn a_locked_row_makes_others_wait_fail_or_look_elsewhere() {
    run_on(servers(), async || {
        stock().await?;
        let waiting = atomic(async || {
            let mut coffee = Product::objects().select_for_update().get(q!(name = "Coffee")).await?;
            let refused = elsewhere(names(Lock { nowait: true, ..Lock::default() }))?.await.expect("no panic");
            let error = refused.expect_err("the row is locked");
            assert_eq!(error.kind(), ErrorKind::Database);
            assert!(error.hint().is_some_and(|hint| hint.starts_with("another transaction")), "{error:?}");
            let skipped = elsewhere(names(Lock { skip_locked: true, ..Lock::default() }))?.await.expect("no panic");
            assert_eq!(skipped?, ["Bread", "Tea"]);
            let waiting = elsewhere(atomic(async || {
                let coffee = Product::objects().select_for_update().get(q!(name = "Coffee")).await?;
                Ok(coffee.price)
            }))?;
            tokio::time::sleep(Duration::from_millis(300)).await;
            assert!(!waiting.is_finished(), "the row is locked");
            coffee.price = dec!(9);
            coffee.save().await?;
            Ok(waiting)
        })
        .await?;
        assert_eq!(waiting.await.expect("no panic")?, dec!(9));
        Ok(())
    });
}

#[test]
fn a_lock_may_be_of_some_tables_alone() {
    run_on(servers(), async || {
        stock().await?;
        let drinks = Category::objects().create(Category { name: "Drinks".into(), ..Default::default() }).await?;
        Product::objects().update(set!(category = &drinks)).await?;
        let locked = Product::objects().select_related(f!(category)).order_by(f!(name));
        // PostgreSQL locks no rows that an outer join may leave out; MariaDB has no `OF`.
        let outcome = atomic(async || {
            let rows = locked.clone().select_for_update_of(f!(pk)).await?;
            assert_eq!(rows.len(), 3);
            let rename = Category::objects().filter(q!(pk = drinks.id)).update(set!(name = "Cold drinks"));
            elsewhere(rename)?.await.expect("no panic")?;
            let error = elsewhere(names(Lock { nowait: true, ..Lock::default() }))?.await.expect("no panic");
            assert!(error.is_err(), "the products are locked");
            Ok(())
        })
        .await;
        match Database::current(None)?.engine() {
            Engine::Postgres => outcome?,
            _ => {
                let error = outcome.expect_err("MariaDB has no `OF`");
                assert!(error.hint().is_some_and(|hint| hint.contains("MariaDB")), "{error:?}");
            }
        }
        let error = atomic(async || Product::objects().select_for_update_of(f!(category)).await).await;
        let error = error.expect_err("the category is not read");
        assert_eq!(error.to_string(), "the rows of `category` cannot be locked: they are not read");
        Ok(())
    });
}

#[test]
fn a_lock_without_the_key_lets_others_refer_to_the_row() {
    run_on(servers().filter(|engine| *engine == Engine::Postgres), async || {
        let drinks = Category::objects().create(Category { name: "Drinks".into(), ..Default::default() }).await?;
        atomic(async || {
            let no_key = Lock { no_key: true, ..Lock::default() };
            Category::objects().select_for_update_with(no_key).one().await?;
            let category = Some(ForeignKey::to(&drinks));
            let new = Product { name: "Milk".into(), price: dec!(1), category, ..Default::default() };
            let insert = elsewhere(Product::objects().create(new))?;
            tokio::time::timeout(Duration::from_secs(5), insert).await.expect("it does not wait").expect("no panic")?;
            Ok(())
        })
        .await
    });
}

#[test]
fn a_lock_needs_a_transaction() {
    run_on(servers(), async || {
        let error = Product::objects().select_for_update().await.expect_err("no transaction");
        assert_eq!(error.to_string(), "`select_for_update` stands outside of a transaction");
        Ok(())
    });
}

#[test]
fn a_transaction_is_as_isolated_as_it_says() {
    run_on(servers(), async || {
        stock().await?;
        for level in [
            None,
            Some(IsolationLevel::RepeatableRead),
            Some(IsolationLevel::ReadCommitted),
            Some(IsolationLevel::Serializable),
            None,
        ] {
            let block = level.into_iter().fold(Atomic::new(), Atomic::isolation);
            let found = block
                .run(async || {
                    let before = Product::objects().count().await?;
                    // A MariaDB that serializes locks what it reads: the other one would wait for this one.
                    if level != Some(IsolationLevel::Serializable) {
                        let new = Product { name: "Milk".into(), price: dec!(1), ..Default::default() };
                        elsewhere(Product::objects().create(new))?.await.expect("no panic")?;
                    }
                    Ok((before, Product::objects().count().await?))
                })
                .await?;
            // Django's default on either engine is READ COMMITTED.
            let sees = matches!(level, None | Some(IsolationLevel::ReadCommitted));
            assert_eq!(found.1 - found.0, i64::from(sees), "{level:?}");
        }
        Ok(())
    });
}

#[test]
fn a_durable_block_is_the_outermost() {
    database::run(async || {
        Atomic::new().durable().run(stock).await?;
        assert_eq!(Product::objects().count().await?, 3);
        atomic(async || {
            let error = Atomic::new().durable().run(stock).await.expect_err("inside another");
            assert_eq!(error.to_string(), "a durable `atomic` block stands inside another one");
            let serializable = Atomic::new().isolation(IsolationLevel::Serializable);
            let error = serializable.run(stock).await.expect_err("inside another");
            assert_eq!(error.to_string(), "an `atomic` block inside another one cannot choose its isolation");
            Atomic::new().run(stock).await
        })
        .await?;
        assert_eq!(Product::objects().count().await?, 6);
        Ok(())
    });
}
