//! Lists of 100,000 values, on every engine: as many rows as there should be, by few statements.
#![allow(clippy::unwrap_used)]

mod engine;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta};
use engine::{on_every_engine, tables};
use rjango_core::Site;
use rjango_orm::dynamic::{Argument, Objects, parse_lookup};
use rjango_orm::query::Condition;
use rjango_orm::{Database, Engine, Models, Value, execute};
use rjango_schema::{FieldKind, FieldSchema, ManyToManySchema, ModelSchema};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

/// How many values a list has.
const LONG: usize = 100_000;

/// How many rows there are; each has one of the list's values in each field.
const ROWS: usize = 300;

fn models() -> Models {
    let mut key = FieldSchema::new("id", FieldKind::BigAuto);
    key.primary_key = true;
    let date = FieldKind::Date { auto_now: false, auto_now_add: false };
    let time = FieldKind::Time { auto_now: false, auto_now_add: false };
    let moment = FieldKind::DateTime { auto_now: false, auto_now_add: false };
    let fields = [
        ("text", FieldKind::Char { max_length: 100 }),
        ("long_text", FieldKind::Text),
        ("address", FieldKind::IpAddress { protocol: rjango_schema::IpProtocol::Both }),
        ("whole", FieldKind::BigInteger),
        ("real", FieldKind::Float),
        ("price", FieldKind::Decimal { max_digits: 12, decimal_places: 3 }),
        ("day", date),
        ("clock", time),
        ("moment", moment),
        ("length", FieldKind::Duration),
        ("token", FieldKind::Uuid),
        ("data", FieldKind::Binary),
        ("document", FieldKind::Json),
    ];
    let mut thing = ModelSchema::new("long", "Thing");
    thing.fields.push(key.clone());
    thing.fields.extend(fields.map(|(name, kind)| FieldSchema::new(name, kind)));
    let mut note = FieldSchema::new("note", FieldKind::Char { max_length: 10 });
    note.null = true;
    thing.fields.push(note);
    let mut tag = ModelSchema::new("long", "Tag");
    tag.fields = vec![key.clone(), FieldSchema::new("label", FieldKind::Char { max_length: 40 })];
    let mut post = ModelSchema::new("long", "Post");
    let tags = FieldKind::ManyToMany(ManyToManySchema {
        to: "long.Tag".to_owned(),
        through: None,
        db_table: None,
        related_name: None,
        symmetrical: false,
    });
    post.fields =
        vec![key, FieldSchema::new("title", FieldKind::Char { max_length: 40 }), FieldSchema::new("tags", tags)];
    Models::from_schemas([thing, tag, post].map(Arc::new)).unwrap()
}

/// The value of a field that has this number.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // The numbers are small.
fn value(field: &str, number: usize) -> Value {
    let n = number as i64;
    match field {
        // Quotes, backslashes, and letters of every width.
        "text" => Value::Text(format!("te\"x\\t 'é😀' {number}")),
        "long_text" => Value::Text(format!("{}{number}", "long ".repeat(20))),
        "address" => Value::Text(format!("10.{}.{}.{}", number / 65_536, number / 256 % 256, number % 256)),
        "whole" => Value::Int(n - 5_000_000_000),
        "real" => Value::Float((n as f64 + 0.1) / 7.0 * 1e-3),
        "price" => Value::Decimal(Decimal::new(n * 10, 3)),
        "day" => Value::Date(NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + TimeDelta::days(n)),
        "clock" => Value::Time(
            NaiveTime::from_num_seconds_from_midnight_opt(number as u32 % 86_400, number as u32 * 1_000).unwrap(),
        ),
        "moment" => Value::DateTime(DateTime::from_timestamp_micros(1_700_000_000_000_000 + n * 1_000_003).unwrap()),
        "length" => Value::Duration(TimeDelta::microseconds((n - 50_000) * 3_600_000_001)),
        "token" => Value::Uuid(Uuid::from_u128(0x1234_5678_9abc_def0_0000_0000_0000_0000 + number as u128)),
        "data" => Value::Bytes(format!("\0\u{7f}{number}").into_bytes()),
        "document" => Value::Json(match number % 5 {
            0 => json!(n),
            1 => json!(n as f64 / 8.0),
            2 => json!(format!("te\"x\\t 'é😀' {number}")),
            3 => json!({ "b": n, "a": [format!("{number}"), null] }),
            _ => json!([n, true]),
        }),
        other => panic!("no such field: {other}"),
    }
}

fn list(field: &str) -> Argument {
    Argument::List((0..LONG).map(|number| value(field, number)).collect())
}

fn objects(model: &str) -> Objects {
    let site = Site::current().unwrap();
    Objects::new(site.require::<Models>().unwrap(), &format!("long.{model}")).unwrap()
}

async fn in_models(engine: Engine, test: impl AsyncFnOnce(Database)) {
    let sql = tables(engine, &models());
    engine::in_site(engine, models(), async |database| {
        database.execute_script(&sql).await.unwrap();
        test(database).await;
    })
    .await;
}

async fn every_kind_of_value_is_found_in_a_long_list(engine: Engine) {
    in_models(engine, async |database| {
        let schema = Arc::clone(&objects("Thing").meta().schema);
        let names: Vec<&str> = schema.fields.iter().map(|field| field.name.as_str()).collect();
        let names = &names[1..names.len() - 1];
        // Every other row's values are beyond the list.
        let numbers: Vec<usize> = (0..ROWS).map(|row| if row % 2 == 0 { row * 331 } else { LONG + row }).collect();
        let rows = numbers.iter().map(|number| names.iter().map(|name| value(name, *number)).collect()).collect();
        execute::insert("long.Thing", names, rows, None).await.unwrap();
        for name in names.iter().copied() {
            // Times of day come again after a day.
            let inside = if name == "clock" {
                let listed: std::collections::BTreeSet<String> =
                    (0..LONG).map(|number| value(name, number).to_string()).collect();
                numbers.iter().filter(|number| listed.contains(&value(name, **number).to_string())).count()
            } else {
                ROWS / 2
            };
            let (inside, all) = (i64::try_from(inside).unwrap(), i64::try_from(ROWS).unwrap());
            let before = database.statement_count();
            let (lookup, list) = (format!("{name}__in"), list(name));
            let found = objects("Thing").filter([(lookup.as_str(), list.clone())]).unwrap();
            assert_eq!(found.count().await.unwrap(), inside, "{name} on {engine}");
            let others = objects("Thing").exclude([(lookup.as_str(), list.clone())]).unwrap();
            assert_eq!(others.count().await.unwrap(), all - inside, "not {name} on {engine}");
            assert_eq!(database.statement_count() - before, 2, "{name} on {engine}");
            if !["text", "whole", "document"].contains(&name) {
                continue;
            }
            let either = {
                let site = Site::current().unwrap();
                let models = site.require::<Models>().unwrap();
                let meta = Arc::clone(objects("Thing").meta());
                let one = |lookup: &str, argument| parse_lookup(models, &meta, lookup, argument).unwrap();
                Condition::Any(vec![one(&lookup, list), one("id__gt", 0.into())])
            };
            assert_eq!(objects("Thing").filter_by(either).unwrap().count().await.unwrap(), all, "{name} or");
            assert_eq!(found.update([("note", "found")]).await.unwrap(), u64::try_from(inside).unwrap(), "{name}");
            assert_eq!(database.statement_count() - before, 4, "{name} on {engine}");
        }
        // What a list finds goes by few statements.
        let found = objects("Thing").filter([("whole__in", list("whole"))]).unwrap();
        let before = database.statement_count();
        assert_eq!(found.delete().await.unwrap().total, u64::try_from(ROWS / 2).unwrap());
        assert_eq!(database.statement_count() - before, 1);
    })
    .await;
}

async fn a_relation_is_set_to_many_rows_by_few_statements(engine: Engine) {
    in_models(engine, async |database| {
        const MANY: usize = 20_000;
        let rows = (0..MANY).map(|number| vec![Value::Text(format!("tag-{number}"))]).collect();
        let keys = execute::insert("long.Tag", &["label"], rows, None).await.unwrap();
        let post = objects("Post").create([("title", "many")]).await.unwrap();
        let tags = post.many("tags").unwrap();
        let before = database.statement_count();
        tags.set(keys.clone()).await.unwrap();
        let first = database.statement_count() - before;
        assert_eq!(tags.objects().count().await.unwrap(), i64::try_from(MANY).unwrap());
        let before = database.statement_count();
        tags.set(keys[MANY / 2..].to_vec()).await.unwrap();
        let second = database.statement_count() - before;
        assert_eq!(tags.keys().await.unwrap().len(), MANY / 2);
        let before = database.statement_count();
        tags.remove(keys).await.unwrap();
        let third = database.statement_count() - before;
        assert_eq!(tags.objects().count().await.unwrap(), 0);
        // One for each thousand keys, and a few.
        let most = u64::try_from(MANY / 1_000).unwrap() + 5;
        assert!(first <= most && second <= most && third <= most, "{first}, {second}, {third}");
    })
    .await;
}

async fn a_long_list_of_texts_compares_as_the_column_does(engine: Engine) {
    in_models(engine, async |database| {
        // Other programs' tables have collations and character sets that are not the connection's.
        for kind in [
            "varchar(40) COLLATE utf8mb4_unicode_ci",
            "varchar(40) CHARACTER SET latin1",
            "varchar(40) COLLATE utf8mb4_bin",
        ] {
            database.execute_script(&format!("ALTER TABLE long_tag MODIFY label {kind} NOT NULL")).await.unwrap();
            objects("Tag").delete().await.unwrap();
            for label in ["Tag-1", "TAG-2", "tag-3", "other"] {
                objects("Tag").create([("label", label)]).await.unwrap();
            }
            let list = || Argument::List((0..LONG).map(|number| Value::Text(format!("tag-{number}"))).collect());
            let expected = if kind.ends_with("_bin") { 1 } else { 3 };
            let found = objects("Tag").filter([("label__in", list())]).unwrap();
            assert_eq!(found.count().await.unwrap(), expected, "{kind}");
            let others = objects("Tag").exclude([("label__in", list())]).unwrap();
            assert_eq!(others.count().await.unwrap(), 4 - expected, "{kind}");
        }
    })
    .await;
}

on_every_engine!(every_kind_of_value_is_found_in_a_long_list, a_relation_is_set_to_many_rows_by_few_statements);
on_every_engine!([mysql] a_long_list_of_texts_compares_as_the_column_does);
