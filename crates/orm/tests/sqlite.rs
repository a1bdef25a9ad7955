//! SQLite's side: Django's storage formats, errors and options.
#![allow(clippy::unwrap_used)]

mod shop;

use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use futures_util::TryStreamExt;
use rjango_core::ErrorKind;
use rjango_orm::query::{AggregateFunction, Assignment, BinaryOperator, Expression};
use rjango_orm::sql::Columns;
use rjango_orm::{Atomic, Database, Databases, Statement, Value, ValueType, execute};
use shop::{TABLES, column, empty_site, in_sqlite, is, query, settings};

/// What a value is stored as: the storage class and the text.
async fn stored(value: Value) -> String {
    let database = Database::current(None).unwrap();
    let statement = Statement::new("SELECT typeof(v) || ' ' || quote(v) FROM (SELECT ? AS v)").bind(value);
    let rows = database.fetch(&statement, &[ValueType::Text]).await.unwrap();
    rows[0][0].to_string()
}

#[tokio::test]
async fn values_are_stored_as_django_stores_them() {
    in_sqlite(async || {
        let moment = Utc.with_ymd_and_hms(2026, 11, 22, 16, 39, 5).unwrap();
        let uuid = uuid::Uuid::parse_str("01234567-89ab-cdef-0123-456789abcdef").unwrap();
        let cases: Vec<(Value, &str)> = vec![
            (Value::Null, "null NULL"),
            (true.into(), "integer 1"),
            (5.into(), "integer 5"),
            (1.5.into(), "real 1.5"),
            (rust_decimal::Decimal::new(350, 2).into(), "text '3.50'"),
            ("it's".into(), "text 'it''s'"),
            (vec![0xAB_u8].into(), "blob X'AB'"),
            (moment.into(), "text '2026-11-22 16:39:05'"),
            ((moment + TimeDelta::microseconds(123_456)).into(), "text '2026-11-22 16:39:05.123456'"),
            (NaiveDate::from_ymd_opt(2026, 11, 22).unwrap().into(), "text '2026-11-22'"),
            (NaiveTime::from_hms_micro_opt(16, 39, 5, 100).unwrap().into(), "text '16:39:05.000100'"),
            (TimeDelta::milliseconds(1_500).into(), "integer 1500000"),
            (uuid.into(), "text '0123456789abcdef0123456789abcdef'"),
            (serde_json::json!({"a": [1, "é"]}).into(), "text '{\"a\": [1, \"\\u00e9\"]}'"),
        ];
        for (value, expected) in cases {
            assert_eq!(stored(value).await, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn values_come_back_as_they_went() {
    in_sqlite(async || {
        let database = Database::current(None).unwrap();
        let moment = Utc.with_ymd_and_hms(2026, 11, 22, 16, 39, 5).unwrap() + TimeDelta::microseconds(7);
        for value in [
            Value::from(moment),
            NaiveDate::from_ymd_opt(1, 2, 3).unwrap().into(),
            NaiveTime::from_hms_opt(0, 0, 0).unwrap().into(),
            TimeDelta::days(-3).into(),
            uuid::Uuid::from_u128(7).into(),
            serde_json::json!([null, {"k": "ü\n\"\\"}]).into(),
            vec![0_u8, 255].into(),
            false.into(),
            i64::MIN.into(),
            "".into(),
            Vec::<u8>::new().into(),
        ] {
            let value_type = value.value_type().unwrap();
            let rows = database.fetch(&Statement::new("SELECT ?").bind(value.clone()), &[value_type]).await.unwrap();
            assert_eq!(rows, [[value]]);
        }
    })
    .await;
}

#[tokio::test]
async fn decimals_compare_and_compute_as_numbers() {
    in_sqlite(async || {
        let price = || Box::new(column("price"));
        let doubled = Expression::Binary(price(), BinaryOperator::Multiply, Box::new(Expression::Value(2.into())));
        let condition = |right: &str| rjango_orm::query::Condition::Lookup {
            left: doubled.clone(),
            lookup: rjango_orm::query::Lookup::Lt,
            right: rjango_orm::query::Operand::One(Expression::Value(right.into())),
        };
        assert_eq!(execute::count(&query("Product", [condition("7")])).await.unwrap(), 2);
        assert_eq!(execute::count(&query("Product", [condition("10")])).await.unwrap(), 4);
        let raise = Expression::Binary(
            price(),
            BinaryOperator::Add,
            Box::new(Expression::Value(rust_decimal::Decimal::new(50, 2).into())),
        );
        let all = query("Product", []);
        let assignments = [Assignment { field: "price".into(), value: raise }];
        assert_eq!(execute::update(&all, &assignments).await.unwrap(), 4);
        let aggregate = |function, places| {
            let expression = Expression::Aggregate { function, over: Some(price()), distinct: false, filter: None };
            (expression, ValueType::Decimal(places))
        };
        let row = execute::aggregate(
            &all,
            &[aggregate(AggregateFunction::Sum, Some(2)), aggregate(AggregateFunction::Max, Some(2))],
        )
        .await
        .unwrap();
        assert_eq!(row.iter().map(ToString::to_string).collect::<Vec<_>>(), ["12.75", "4.75"]);
        assert_eq!(execute::count(&query("Product", [is("price", "4.00")])).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_stream_gives_the_rows_and_lets_others_work() {
    in_sqlite(async || {
        let mut rows = execute::stream(&query("Product", []), Columns::Model);
        let mut seen = 0;
        while let Some(row) = rows.try_next().await.unwrap() {
            assert_eq!(row.len(), 8);
            seen += execute::count(&query("Product", [is("pk", row[0].clone())])).await.unwrap();
        }
        assert_eq!(seen, 4);
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let site = empty_site(folder.path().join("db.sqlite3").to_str().unwrap());
    Arc::clone(&site)
        .scope(async {
            let database = Database::current(None).unwrap();
            database.execute_script(TABLES).await.unwrap();
            database.execute_script(shop::ROWS).await.unwrap();
            let rows: Vec<_> = execute::stream(&query("Product", []), Columns::Model).try_collect().await.unwrap();
            assert_eq!(rows.len(), 4);
            database.close().await;
        })
        .await;
}

#[tokio::test]
async fn refusals_name_the_constraint_and_the_statement() {
    in_sqlite(async || {
        let insert = |fields: &'static [&'static str], row: Vec<Value>| async move {
            execute::insert("shop.Review", fields, vec![row], None).await.unwrap_err()
        };
        let check = insert(&["product", "stars", "text"], vec![1.into(), 9.into(), "x".into()]).await;
        assert_eq!((check.kind(), check.constraint()), (ErrorKind::Integrity, Some("stars")));
        assert!(check.sql().unwrap().starts_with("INSERT INTO \"shop_review\""));
        let missing = insert(&["product", "stars", "text"], vec![1.into(), Value::Null, "x".into()]).await;
        assert_eq!(missing.constraint(), Some("shop_review.stars"));
        let nobody = insert(&["product", "stars", "text"], vec![99.into(), 1.into(), "x".into()]).await;
        assert_eq!(nobody.kind(), ErrorKind::Integrity);
        let database = Database::current(None).unwrap();
        let table = database.execute(&Statement::new("DELETE FROM nowhere")).await.unwrap_err();
        assert_eq!((table.kind(), table.hint()), (ErrorKind::Database, Some("run `rjango migrate`")));
        let text = database.fetch(&Statement::new("SELECT 'x' AS n"), &[ValueType::Int]).await.unwrap_err();
        assert_eq!(text.to_string(), "the column `n` holds the text \"x\", expected a whole number of 64 bits");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_named() {
    let site = empty_site("/nonexistent/folder/db.sqlite3");
    site.scope(async {
        let error = execute::count(&query("Product", [])).await.unwrap_err();
        assert_eq!(error.to_string(), "cannot open the database `/nonexistent/folder/db.sqlite3`");
        assert!(error.hint().unwrap().contains("the folder `/nonexistent/folder` does not exist"));
    })
    .await;
}

#[tokio::test]
async fn options_are_heeded_and_wrong_ones_refused() {
    let folder = tempfile::tempdir().unwrap();
    let open = |name: &str, value: &str| {
        let mut settings = settings(folder.path().join("db.sqlite3").to_str().unwrap());
        let database = settings.databases.get_mut("default").unwrap();
        database.options.insert(name.to_owned(), value.to_owned());
        Databases::from_settings(&settings).unwrap().get("default").unwrap()
    };
    let journal = Statement::new("PRAGMA journal_mode");
    for (name, value, mode) in [("journal_mode", "delete", "delete"), ("max_connections", "4", "wal")] {
        let database = open(name, value);
        assert_eq!(database.fetch(&journal, &[ValueType::Text]).await.unwrap(), [[mode.into()]]);
        let synchronous = Statement::new("PRAGMA synchronous");
        assert_eq!(database.fetch(&synchronous, &[ValueType::Int]).await.unwrap(), [[Value::Int(2)]]);
        database.close().await;
    }
    let immediate = open("transaction_mode", "immediate");
    immediate.atomic(async || immediate.execute_script("CREATE TABLE t (x)").await).await.unwrap();
    immediate.close().await;
    let wrong = open("journal_mood", "x");
    assert!(wrong.execute_script("SELECT 1").await.unwrap_err().hint().unwrap().contains("journal_mode"));
}

/// One connection writes and others read beside it.
#[tokio::test]
async fn a_stream_and_a_block_that_only_reads_do_not_keep_others_from_writing() {
    let folder = tempfile::tempdir().unwrap();
    let site = empty_site(folder.path().join("db.sqlite3").to_str().unwrap());
    Arc::clone(&site)
        .scope(async {
            let database = Database::current(None).unwrap();
            database.execute_script(TABLES).await.unwrap();
            database.execute_script(shop::ROWS).await.unwrap();
            let write =
                async |label: &str| execute::insert("shop.Tag", &["label"], vec![vec![label.into()]], None).await;
            let mut rows = execute::stream(&query("Product", []), Columns::Model);
            rows.try_next().await.unwrap().unwrap();
            write("while a stream is open").await.unwrap();
            assert_eq!(rows.try_collect::<Vec<_>>().await.unwrap().len(), 3);
            let tags = async || execute::count(&query("Tag", [])).await;
            let read_only = Atomic::new().read_only().run(async || {
                let before = tags().await?;
                let elsewhere = Arc::clone(&site);
                let writing = async move {
                    execute::insert("shop.Tag", &["label"], vec![vec!["beside a reader".into()]], None).await
                };
                tokio::spawn(async move { elsewhere.scope(writing).await }).await.unwrap()?;
                // The block sees the rows as they were when it first read.
                assert_eq!(tags().await?, before);
                let refused = execute::insert("shop.Tag", &["label"], vec![vec!["inside".into()]], None).await;
                assert!(refused.unwrap_err().to_string().contains("readonly"));
                Ok(before)
            });
            let before = read_only.await.unwrap();
            assert_eq!(tags().await.unwrap(), before + 1);
            database.close().await;
        })
        .await;
}

/// What is written to a file that has lost its name is lost with it.
#[cfg(unix)]
#[tokio::test]
async fn a_file_that_was_replaced_under_a_running_program_is_opened_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("db.sqlite3"), folder.path().join("other.sqlite3"));
    let open = |path: &std::path::Path| {
        Databases::from_settings(&settings(path.to_str().unwrap())).unwrap().get("default").unwrap()
    };
    let (database, replacement) = (open(&path), open(&other));
    for (database, number) in [(&database, 1), (&replacement, 2)] {
        database.execute_script(&format!("CREATE TABLE t (x); INSERT INTO t VALUES ({number})")).await.unwrap();
    }
    let sum = Statement::new("SELECT sum(x) FROM t");
    assert_eq!(database.fetch(&sum, &[ValueType::Int]).await.unwrap(), [[Value::Int(1)]]);
    replacement.close().await;
    for rest in ["db.sqlite3-wal", "db.sqlite3-shm"] {
        let _ = std::fs::remove_file(folder.path().join(rest));
    }
    std::fs::rename(&other, &path).unwrap();
    database.execute(&Statement::new("INSERT INTO t VALUES (3)")).await.unwrap();
    assert_eq!(database.fetch(&sum, &[ValueType::Int]).await.unwrap(), [[Value::Int(5)]]);
    database.close().await;
}

/// A script may leave anything behind: a transaction, a pragma. The next one to use the connection does not find it.
#[tokio::test]
async fn what_a_script_left_open_is_nobody_elses() {
    let folder = tempfile::tempdir().unwrap();
    for name in [folder.path().join("db.sqlite3").to_str().unwrap(), ":memory:"] {
        let database = Databases::from_settings(&settings(name)).unwrap().get("default").unwrap();
        database.execute_script("CREATE TABLE t (x)").await.unwrap();
        database.execute_script("PRAGMA foreign_keys = OFF; BEGIN; INSERT INTO t VALUES (1)").await.unwrap();
        database.execute(&Statement::new("INSERT INTO t VALUES (2)")).await.unwrap();
        let sum = Statement::new("SELECT sum(x) FROM t");
        assert_eq!(database.fetch(&sum, &[ValueType::Int]).await.unwrap(), [[Value::Int(2)]], "{name}");
        let enforced = database.fetch(&Statement::new("PRAGMA foreign_keys"), &[ValueType::Int]).await.unwrap();
        assert_eq!(enforced, [[Value::Int(1)]], "{name}");
        database.close().await;
    }
}

#[tokio::test]
async fn several_rows_are_inserted_in_one_statement_with_their_keys() {
    in_sqlite(async || {
        let rows = (0..3).map(|n| vec![Value::Null, format!("bulk-{n}").into()]).collect();
        let keys = execute::insert("shop.Tag", &["id", "label"], rows, None).await.unwrap();
        assert_eq!(keys, [Value::Int(4), Value::Int(5), Value::Int(6)]);
        let mixed = vec![vec![Value::Int(50), "given".into()], vec![Value::Null, "next".into()]];
        let keys = execute::insert("shop.Tag", &["id", "label"], mixed, None).await.unwrap();
        assert_eq!(keys, [Value::Int(50), Value::Int(51)]);
    })
    .await;
}

#[tokio::test]
async fn a_list_may_be_longer_than_parameters_are_many() {
    in_sqlite(async || {
        let keys = (2..40_000_i64).map(Value::from);
        assert_eq!(execute::count(&query("Product", [shop::one_of("pk", keys)])).await.unwrap(), 3);
        let prices = (0..20_000_i64).map(|cents| Value::from(rust_decimal::Decimal::new(cents, 2)));
        assert_eq!(execute::count(&query("Product", [shop::one_of("price", prices)])).await.unwrap(), 4);
        let names = (0..20_000).map(|n| format!("name {n}")).chain(["Tea".to_owned()]);
        assert_eq!(execute::count(&query("Product", [shop::one_of("name", names)])).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_connection_of_ones_own_keeps_its_settings_through_a_transaction() {
    in_sqlite(async || {
        let database = Database::current(None).unwrap();
        let pragma = async || {
            let rows = database.fetch(&Statement::new("PRAGMA foreign_keys"), &[ValueType::Int]).await.unwrap();
            rows[0][0].clone()
        };
        database
            .with_connection(async || {
                database.execute_script("PRAGMA foreign_keys = OFF").await?;
                database
                    .atomic(async || {
                        assert_eq!(pragma().await, Value::Int(0));
                        database.execute_script("DELETE FROM shop_category").await
                    })
                    .await?;
                database.execute_script("PRAGMA foreign_keys = ON").await
            })
            .await
            .unwrap();
        assert_eq!(pragma().await, Value::Int(1));
        assert_eq!(execute::count(&query("Category", [])).await.unwrap(), 0);
    })
    .await;
}
