//! JSON: ways into documents, the lookups on keys, and keys that would like to be SQL.

use rjango_orm::dynamic::Argument;
use rjango_orm::{Database, Engine, Value};
use serde_json::{Value as Json, json};

use crate::database;
use crate::library::models::*;
use crate::prelude::*;

async fn store(documents: impl IntoIterator<Item = Json>) -> Result<()> {
    let rows = documents.into_iter().map(|json| Everything { json, ..Default::default() });
    Everything::objects().bulk_create(rows).await?;
    Ok(())
}

async fn found(rows: QuerySet<Everything>) -> Result<Vec<i16>> {
    let mut keys = Vec::new();
    for row in rows.order_by(f!(id)).await? {
        keys.push(row.id.get().unwrap_or_default());
    }
    Ok(keys)
}

async fn documents() -> Result<()> {
    store([
        json!({"name": "Tea", "price": 2, "sizes": ["s", "m"], "maker": {"city": "Oslo", "year": 1999}, "hot": true}),
        json!({"name": "Coffee", "price": 10.5, "sizes": [], "maker": {"city": "oslo"}, "hot": false}),
        json!({"name": "{\"price\": 3}", "price": "2", "maker": null, "hot": 1}),
        json!([1, "Tea", {"price": 9}]),
        json!("Tea"),
        json!(7),
    ])
    .await
}

#[test]
fn what_a_path_leads_to_is_compared() {
    database::run(async || {
        documents().await?;
        let all = || Everything::objects();
        let none: [i16; 0] = [];
        assert_eq!(found(all().filter(|e| e.json().key("name").exact("Tea"))).await?, [1]);
        assert_eq!(found(all().filter(|e| e.json().key("name").exact("tea"))).await?, none);
        assert_eq!(found(all().filter(|e| e.json().key("price").exact(2))).await?, [1]);
        assert_eq!(found(all().filter(|e| e.json().key("price").exact(2.0))).await?, [1]);
        assert_eq!(found(all().filter(|e| e.json().key("price").exact("2"))).await?, [3]);
        assert_eq!(found(all().filter(|e| e.json().key("price").range((9, 20)))).await?, [2]);
        assert_eq!(found(all().filter(|e| e.json().key("price").in_([json!(2), json!("2")]))).await?, [1, 3]);
        assert_eq!(found(all().filter(|e| e.json().key("price").range((1, 3)))).await?, [1]);
        assert_eq!(found(all().filter(|e| e.json().key("hot").exact(true))).await?, [1]);
        assert_eq!(found(all().filter(|e| e.json().key("hot").exact(1))).await?, [3]);
        assert_eq!(found(all().filter(|e| e.json().key("hot").in_([false, true]))).await?, [1, 2]);
        assert_eq!(found(all().filter(|e| e.json().key("maker").key("city").exact("Oslo"))).await?, [1]);
        assert_eq!(found(all().filter(|e| e.json().key("maker").exact(Json::Null))).await?, [3]);
        assert_eq!(found(all().filter(|e| e.json().key("maker").isnull(true))).await?, [4, 5, 6]);
        assert_eq!(found(all().filter(|e| e.json().key("sizes").index(1).exact("m"))).await?, [1]);
        assert_eq!(found(all().filter(|e| e.json().key("sizes").exact(json!(["s", "m"])))).await?, [1]);
        assert_eq!(found(all().filter(|e| e.json().index(2).key("price").gte(9))).await?, [4]);
        // A text that looks like a document is a text.
        assert_eq!(found(all().filter(|e| e.json().key("name").key("price").isnull(false))).await?, none);
        assert_eq!(found(all().filter(q!(json = "Tea"))).await?, [5]);
        assert_eq!(found(all().filter(q!(json = 7))).await?, [6]);
        // DIFFERENCE: what has no such key is not equal to the value. Django leaves it out of `filter` and of `exclude`.
        assert_eq!(found(all().exclude(|e| e.json().key("name").exact("Tea"))).await?, [2, 3, 4, 5, 6]);
        Ok(())
    });
}

#[test]
fn a_text_in_a_document_has_the_lookups_of_text() {
    database::run(async || {
        documents().await?;
        let all = || Everything::objects();
        assert_eq!(found(all().filter(|e| e.json().key("maker").key("city").text().iexact("OSLO"))).await?, [1, 2]);
        assert_eq!(found(all().filter(|e| e.json().key("name").text().icontains("EA"))).await?, [1]);
        assert_eq!(found(all().filter(|e| e.json().key("name").text().regex("^[TC]"))).await?, [1, 2]);
        assert_eq!(found(all().filter(|e| e.json().key("hot").text().exact("true"))).await?, [1]);
        assert_eq!(found(all().filter(|e| e.json().key("maker").text().isnull(true))).await?, [3, 4, 5, 6]);
        let names: Vec<Option<String>> =
            all().order_by(f!(id)).slice(..2).values_list(|e| e.json().key("name").text()).await?;
        assert_eq!(names, [Some("Tea".to_owned()), Some("Coffee".to_owned())]);
        let sizes: Vec<Option<Json>> = all().order_by(f!(id)).slice(..3).values_list(|e| e.json().key("sizes")).await?;
        assert_eq!(sizes, [Some(json!(["s", "m"])), Some(json!([])), None]);
        Ok(())
    });
}

#[test]
fn keys_are_looked_for() {
    database::run(async || {
        documents().await?;
        let all = || Everything::objects();
        let none: [i16; 0] = [];
        assert_eq!(found(all().filter(|e| e.json().has_key("maker"))).await?, [1, 2, 3]);
        assert_eq!(found(all().filter(q!(json__has_key = "sizes"))).await?, [1, 2]);
        assert_eq!(found(all().exclude(q!(json__has_key = "maker"))).await?, [4, 5, 6]);
        assert_eq!(found(all().filter(|e| e.json().has_keys(["maker", "sizes"]))).await?, [1, 2]);
        assert_eq!(found(all().filter(|e| e.json().has_any_keys(["sizes", "zzz"]))).await?, [1, 2]);
        assert_eq!(found(all().filter(|e| e.json().has_any_keys([] as [&str; 0]))).await?, none);
        assert_eq!(found(all().filter(|e| e.json().key("maker").has_key("year"))).await?, [1]);
        Ok(())
    });
}

#[test]
fn documents_contain_documents() {
    database::run(async || {
        documents().await?;
        let all = || Everything::objects();
        let contains = all().filter(q!(json__contains = json!({"maker": {"city": "Oslo"}})));
        if Database::current(None)?.engine() == Engine::Sqlite {
            let error = contains.count().await.expect_err("SQLite cannot");
            assert!(error.to_string().ends_with("has no lookup `contains` on JSON documents"), "{error}");
            return Ok(());
        }
        assert_eq!(found(contains).await?, [1]);
        assert_eq!(found(all().filter(|e| e.json().key("sizes").contains(json!(["m"])))).await?, [1]);
        let whole = json!({"city": "oslo", "more": 1});
        assert_eq!(found(all().filter(|e| e.json().key("maker").contained_by(whole))).await?, [2]);
        Ok(())
    });
}

#[test]
fn paths_by_name_are_djangos() {
    database::run(async || {
        documents().await?;
        let count = async |lookup: &str, value: Argument| {
            database::objects("library.Everything")?.filter([(lookup, value)])?.count().await
        };
        assert_eq!(count("json__name", "Tea".into()).await?, 1);
        assert_eq!(count("json__maker__city__iexact", "OSLO".into()).await?, 2);
        assert_eq!(count("json__maker__year__lt", 2000.into()).await?, 1);
        assert_eq!(count("json__sizes__0", "s".into()).await?, 1);
        assert_eq!(count("json__maker", Value::Null.into()).await?, 1);
        assert_eq!(count("json__maker__isnull", true.into()).await?, 3);
        assert_eq!(count("json__price__in", vec![Value::Int(2), "2".into()].into()).await?, 2);
        assert_eq!(count("json__has_keys", vec![Value::from("name"), "hot".into()].into()).await?, 3);
        assert_eq!(count("json__2__price", 9.into()).await?, 1);
        Ok(())
    });
}

#[test]
fn hostile_keys_are_keys() {
    database::run(async || {
        let long = "k".repeat(10_000);
        let hostile = [
            "'",
            "''",
            "\"",
            "\\",
            "\\\"",
            "a\"b",
            "a'b",
            "a.b",
            "a[0]",
            "$",
            "$.a",
            "*",
            "**",
            "?",
            "?1",
            "$1",
            "--",
            "/* */",
            "'; DROP TABLE library_everything; --",
            "\") OR 1=1 --",
            "é",
            "🦀",
            "",
            " ",
            "\n",
            "\t",
            "%_",
            "{0}",
            "0",
            "[0]",
            &long,
        ];
        for key in hostile {
            Everything::objects().all().delete().await?;
            store([json!({key: {key: "here"}}), json!({"other": 1})]).await?;
            let all = || Everything::objects();
            // FIXME: MariaDB reads no path whose key begins with `-`, so that it finds nothing there.
            let cannot = key.starts_with('-') && Database::current(None)?.engine() == Engine::MySql;
            let some = |count: i64| count == 1 || (cannot && count == 0);
            assert!(
                some(all().filter(|e| e.json().key(key).key(key).exact("here")).count().await?),
                "by path: {key:?}"
            );
            assert!(some(all().filter(|e| e.json().has_key(key)).count().await?), "has_key: {key:?}");
            assert!(some(all().filter(|e| e.json().has_keys([key])).count().await?), "has_keys: {key:?}");
            assert!(some(all().filter(|e| e.json().has_any_keys([key])).count().await?), "has_any_keys: {key:?}");
            assert_eq!(all().filter(|e| e.json().key("other").exact(key)).count().await?, 0, "as a value: {key:?}");
            assert_eq!(all().count().await?, 2);
        }
        Ok(())
    });
}
