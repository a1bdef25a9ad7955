//! Documents: the order of their keys, and NULL beside JSON's `null`.

use rjango_orm::dynamic::Argument;
use rjango_orm::{Engine, JSONNull, Statement, Value, ValueType};
use serde_json::{Value as Json, json};

use crate::database::{objects, run};
use crate::page;
use crate::prelude::*;
use crate::store::models::*;

async fn with_extra(extra: Option<Json>) -> Result<Auto> {
    Ok(Item::objects().create(Item { extra, ..Item::plain() }).await?.id)
}

#[test]
fn keys_keep_their_order() {
    run(async |engine, database| {
        let data = json!({"zebra": 1, "apple": {"y": 1, "x": 2}, "mango": [{"b": 1, "a": 2}]});
        let item = Item::objects().create(Item { data: data.clone(), ..Item::plain() }).await?;
        let read = Item::objects().get(q!(pk = item.id)).await?;
        assert_eq!(read.data, data, "equal whatever the order");
        let text = |json: &Json| json.to_string();
        assert_eq!(text(&data), r#"{"zebra":1,"apple":{"y":1,"x":2},"mango":[{"b":1,"a":2}]}"#);
        // `jsonb` orders the keys by itself: by length, then by the alphabet.
        let expected = match engine {
            Engine::Postgres => r#"{"apple":{"x":2,"y":1},"mango":[{"a":2,"b":1}],"zebra":1}"#.to_owned(),
            _ => text(&data),
        };
        assert_eq!(text(&read.data), expected);
        let by_name = objects("store.Item")?.get([("pk", Value::from(item.id))]).await?;
        assert!(matches!(by_name.get("data")?, Value::Json(json) if text(json) == expected));
        if engine != Engine::Postgres {
            let rows = database.fetch(&Statement::new("SELECT data FROM store_item"), &[ValueType::Text]).await?;
            assert_eq!(
                rows,
                [[Value::from(r#"{"zebra": 1, "apple": {"y": 1, "x": 2}, "mango": [{"b": 1, "a": 2}]}"#)]],
                "as `json.dumps` writes it"
            );
        }
        Ok(())
    });
}

#[test]
fn none_asks_for_the_null_of_json_and_isnull_for_that_of_sql() {
    run(async |_, _| {
        let absent = with_extra(None).await?;
        let null = with_extra(Some(Json::Null)).await?;
        let other = with_extra(Some(json!({"a": null, "b": 1}))).await?;
        let keys = async |rows: QuerySet<Item>| rows.order_by(f!(id)).values_list(f!(id)).await;
        let items = || Item::objects();
        assert_eq!(keys(items().filter(q!(extra = None))).await?, [null]);
        assert_eq!(keys(items().filter(q!(extra = JSONNull))).await?, [null]);
        assert_eq!(keys(items().filter(q!(extra = Json::Null))).await?, [null]);
        assert_eq!(keys(items().exclude(q!(extra = None))).await?, [absent, other]);
        assert_eq!(keys(items().filter(q!(extra__isnull = true))).await?, [absent]);
        assert_eq!(keys(items().filter(q!(extra__isnull = false))).await?, [null, other]);
        assert_eq!(keys(items().filter(|i| i.extra().key("a").exact(None::<Json>))).await?, [other]);
        assert_eq!(keys(items().filter(|i| i.extra().key("a").isnull(true))).await?, [absent, null]);
        let named = async |name: &str, value: Argument| {
            let rows = objects("store.Item")?.filter([(name, value)])?.order_by(["id"])?.all().await?;
            Ok::<_, rjango_core::Error>(rows.into_iter().map(|row| row.pk().clone()).collect::<Vec<_>>())
        };
        assert_eq!(named("extra", Value::Null.into()).await?, [Value::from(null)]);
        assert_eq!(named("extra", Argument::from(JSONNull)).await?, [Value::from(null)]);
        assert_eq!(named("extra__isnull", Value::Bool(true).into()).await?, [Value::from(absent)]);
        assert_eq!(named("extra__a", Value::Null.into()).await?, [Value::from(other)]);
        Ok(())
    });
}

#[test]
fn both_nulls_can_be_written() {
    run(async |_, _| {
        let item = with_extra(Some(json!(1))).await?;
        let nulls = async || {
            let item = Item::objects().get(q!(pk = item)).await?;
            Ok::<_, rjango_core::Error>(item.extra)
        };
        Item::objects().update(set!(extra = JSONNull)).await?;
        assert_eq!(nulls().await?, Some(Json::Null));
        Item::objects().update(set!(extra = None)).await?;
        assert_eq!(nulls().await?, None);
        objects("store.Item")?.update([("extra", Value::from(JSONNull))]).await?;
        assert_eq!(nulls().await?, Some(Json::Null));
        objects("store.Item")?.update([("extra", Value::Null)]).await?;
        assert_eq!(nulls().await?, None);
        let shell = async |line: &str| page::shown(line, &page::globals()).await;
        assert_eq!(shell("Item.objects.update(extra=JSONNull())").await?, "1");
        assert_eq!(nulls().await?, Some(Json::Null));
        assert_eq!(shell("Item.objects.filter(extra=None).count()").await?, "1");
        assert_eq!(shell("Item.objects.filter(extra__isnull=True).count()").await?, "0");
        // What makes a row finds it again.
        let (_, made) = Item::objects()
            .get_or_create_with(set!(extra = None, name = "once"), set!(day = Item::plain().day))
            .await?;
        let (_, again) = Item::objects()
            .get_or_create_with(set!(extra = None, name = "once"), set!(day = Item::plain().day))
            .await?;
        assert!(made && !again);
        Ok(())
    });
}
