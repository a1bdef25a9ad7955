//! What Django 5.2 answers to some hundreds of queries over the same rows, engine by engine, recorded by `django/record.py`.
#![allow(clippy::unwrap_used)]

mod shop;

use rjango_core::Site;
use rjango_orm::dynamic::{Argument, Objects, parse_lookup};
use rjango_orm::query::{AggregateFunction, Condition, Expression};
use rjango_orm::{Database, Engine, Models, Value, ValueType, execute};
use serde_json::Value as Json;
use shop::{column, in_shop};

fn argument(json: &Json) -> Argument {
    match json {
        Json::Null => Value::Null.into(),
        Json::Bool(flag) => (*flag).into(),
        Json::Number(number) => number.as_i64().unwrap().into(),
        Json::String(text) => text.as_str().into(),
        Json::Array(items) => {
            let value = |item: &Json| match argument(item) {
                Argument::Value(value) => value,
                other => panic!("no value: {other:?}"),
            };
            items.iter().map(value).collect::<Vec<_>>().into()
        }
        Json::Object(_) => panic!("no argument: {json}"),
    }
}

fn names(json: &Json) -> Vec<&str> {
    json.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

fn lookups(json: &Json) -> Vec<(&str, Argument)> {
    json.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), argument(value))).collect()
}

fn build(query: &Json) -> Objects {
    let site = Site::current().unwrap();
    let models = site.require::<Models>().unwrap();
    let mut objects = Objects::new(models, &format!("shop.{}", query["model"].as_str().unwrap())).unwrap();
    for step in query["steps"].as_array().unwrap() {
        objects = match step[0].as_str().unwrap() {
            "filter" => objects.filter(lookups(&step[1])).unwrap(),
            "exclude" => objects.exclude(lookups(&step[1])).unwrap(),
            "order_by" => objects.order_by(names(&step[1])).unwrap(),
            "distinct" => objects.distinct().unwrap(),
            either => {
                let all = |lookup: &Json| {
                    let conditions = lookups(lookup)
                        .into_iter()
                        .map(|(name, argument)| parse_lookup(models, objects.meta(), name, argument).unwrap());
                    Condition::All(conditions.collect())
                };
                let any = Condition::Any(step[1].as_array().unwrap().iter().map(all).collect());
                objects.filter_by(if either == "either" { any } else { Condition::Not(Box::new(any)) }).unwrap()
            }
        };
    }
    objects
}

#[tokio::test]
async fn every_query_answers_as_django() {
    in_shop(async || {
        let recorded = match Database::current(None).unwrap().engine() {
            Engine::Sqlite => include_str!("django/queries.json"),
            Engine::Postgres => include_str!("django/queries.postgres.json"),
            Engine::MySql => include_str!("django/queries.mysql.json"),
        };
        let queries: Vec<Json> = serde_json::from_str(recorded).unwrap();
        assert!(queries.len() > 300);
        let mut wrong = Vec::new();
        for query in &queries {
            let objects = build(query);
            let ordered = query["steps"].to_string().contains("order_by") || query["model"] == "Category";
            let mut keys: Vec<i64> =
                objects.all().await.unwrap().iter().map(|instance| instance.pk().as_int().unwrap()).collect();
            if !ordered {
                keys.sort_unstable();
            }
            let max = Expression::Aggregate {
                function: AggregateFunction::Max,
                over: Some(Box::new(column("pk"))),
                distinct: false,
                filter: None,
            };
            let max = execute::aggregate(objects.query(), &[(max, ValueType::Int)]).await.unwrap();
            let found = serde_json::json!({
                "model": query["model"],
                "steps": query["steps"],
                "keys": keys,
                "count": objects.count().await.unwrap(),
                "exists": objects.exists().await.unwrap(),
                "max": max[0].to_string(),
            });
            if found != *query {
                wrong.push(format!("Django: {query}\n found: {found}"));
            }
        }
        assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), queries.len(), wrong.join("\n"));
    })
    .await;
}
