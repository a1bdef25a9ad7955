//! Servers that go away and come back, tables that change under a running server, transactions that the server ends.

use std::time::{Duration, Instant};

use rjango_core::{DatabaseSettings, ErrorKind};
use rjango_orm::{Database, Engine, Statement, Value, ValueType};

use super::{add, count, databases, in_database, on_every_engine, server};
use crate::engine::with_settings;

fn another(settings: &DatabaseSettings) -> Database {
    databases(settings).get("default").unwrap()
}

/// Closes every connection to this database but one's own, as a restart does.
async fn close_all(database: &Database) {
    let sql = match database.engine() {
        Engine::Postgres => {
            "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE datname = current_database() AND pid <> \
             pg_backend_pid()"
        }
        _ => {
            "SELECT CONCAT(id, '') FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"
        }
    };
    for row in database.fetch(&Statement::new(sql), &[ValueType::Text]).await.unwrap() {
        if let ([Value::Text(id)], Engine::MySql) = (row.as_slice(), database.engine()) {
            let _ = database.execute_script(&format!("KILL {id}")).await;
        }
    }
}

async fn idle_connections_that_the_server_closed_are_replaced(engine: Engine) {
    with_settings(engine, async |settings| {
        let (database, others) = (another(&settings), another(&settings));
        for _ in 0..3 {
            let one = Statement::new("SELECT 1");
            // Several at once, so that several connections are made.
            let (a, b, c) = tokio::join!(database.execute(&one), database.execute(&one), database.execute(&one));
            for done in [a, b, c] {
                done.unwrap();
            }
            close_all(&others).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            for _ in 0..6 {
                database.execute(&one).await.unwrap();
            }
        }
        database.close().await;
        others.close().await;
    })
    .await;
}

async fn a_server_that_does_not_answer_is_named_to_all_who_wait(engine: Engine) {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut settings = server(engine);
    (settings.host, settings.port) = ("127.0.0.1".to_owned(), Some(silent.local_addr().unwrap().port()));
    settings.options.insert("max_connections".to_owned(), "2".to_owned());
    settings.options.insert("connect_timeout".to_owned(), "0.5".to_owned());
    let database = another(&settings);
    let begun = Instant::now();
    let asked: Vec<_> = (0..12)
        .map(|_| {
            let database = database.clone();
            tokio::spawn(async move { database.execute(&Statement::new("SELECT 1")).await })
        })
        .collect();
    for asked in asked {
        let error = asked.await.unwrap().unwrap_err();
        assert!(error.to_string().contains("nobody answers in time"), "{error}");
        assert!(error.hint().unwrap().starts_with("start the server"), "{:?}", error.hint());
    }
    // One after another the six pairs would take three seconds.
    assert!(begun.elapsed() < Duration::from_millis(2500), "it took {:?}", begun.elapsed());
}

async fn a_table_altered_by_others_does_not_end_a_transaction(engine: Engine) {
    in_database(engine, async |database| {
        let label = Statement::new("SELECT label FROM everything ORDER BY label");
        let read = async || database.fetch(&label, &[ValueType::Text]).await;
        add(&database, "0").await.unwrap();
        let mut rows = 1;
        for (number, length) in (0..4).zip([300, 400, 500, 600]) {
            // The statement is prepared on the connection that the transaction gets.
            assert_eq!(read().await.unwrap().len(), rows);
            let alter = format!("ALTER TABLE everything ALTER COLUMN label TYPE varchar({length})");
            let other = another(database.settings());
            other.execute_script(&alter).await.unwrap();
            other.close().await;
            let seen = database
                .atomic(async || match number {
                    // The first statement of its block.
                    0 => read().await,
                    // After others, whose work must stay.
                    1 => {
                        add(&database, "1").await?;
                        read().await
                    }
                    // In a block inside, first and not.
                    2 => {
                        add(&database, "2").await?;
                        database.atomic(async || read().await).await
                    }
                    _ => {
                        add(&database, "3").await?;
                        count(&database).await;
                        database
                            .atomic(async || {
                                add(&database, "4").await?;
                                read().await
                            })
                            .await
                    }
                })
                .await
                .unwrap();
            rows = seen.len();
            assert_eq!(count(&database).await, i64::try_from(rows).unwrap(), "in step {number}");
        }
        assert_eq!(rows, 5);
    })
    .await;
}

/// After a deadlock MySQL has rolled everything back, and would commit each later statement by itself.
async fn a_deadlock_that_is_swallowed_commits_nothing(engine: Engine) {
    in_database(engine, async |database| {
        for label in ["a", "b"] {
            add(&database, label).await.unwrap();
        }
        let update =
            |label: &str| Statement::new(format!("UPDATE everything SET number = number + 1 WHERE label = '{label}'"));
        let barrier = tokio::sync::Barrier::new(2);
        let block = async |first: &str, second: &str, mark: &str| {
            database
                .atomic(async || {
                    database.execute(&update(first)).await?;
                    barrier.wait().await;
                    if let Err(error) = database.execute(&update(second)).await {
                        assert_eq!(error.kind(), ErrorKind::Database, "{error}");
                    }
                    add(&database, mark).await
                })
                .await
        };
        let (one, other) = tokio::join!(block("a", "b", "one"), block("b", "a", "other"));
        assert!(one.is_err() || other.is_err(), "one of them is the deadlock's victim");
        for (outcome, mark) in [(one, "one"), (other, "other")] {
            let sql = format!("SELECT count(*) FROM everything WHERE label = '{mark}'");
            let found = database.fetch(&Statement::new(sql), &[ValueType::Int]).await.unwrap();
            assert_eq!(found, [[Value::Int(i64::from(outcome.is_ok()))]], "{mark}: {outcome:?}");
        }
    })
    .await;
}

on_every_engine!([postgres, mysql] idle_connections_that_the_server_closed_are_replaced,
    a_server_that_does_not_answer_is_named_to_all_who_wait, a_deadlock_that_is_swallowed_commits_nothing);
on_every_engine!([postgres] a_table_altered_by_others_does_not_end_a_transaction);
