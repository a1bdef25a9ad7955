//! Values that a column cannot keep are refused on every way to it, and what is kept is given back as the row holds it.

use chrono::{NaiveDate, NaiveTime, SubsecRound as _, TimeDelta, TimeZone as _, Utc};
use rjango_orm::{Engine, Statement, Value};
use serde_json::{Value as Json, json};

use crate::database::{objects, refused, run, run_on};
use crate::prelude::*;
use crate::store::models::*;

type Change = fn(&mut Item);

/// Values that no engine keeps: the field, how an item gets the value, and what the message shows of it.
fn hostile() -> Vec<(&'static str, Change, &'static str)> {
    vec![
        ("day", |item| item.day = NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap(), "`+10000-01-01`"),
        ("day", |item| item.day = NaiveDate::from_ymd_opt(0, 12, 31).unwrap(), "`0000-12-31`"),
        ("day", |item| item.day = NaiveDate::from_ymd_opt(-5, 1, 1).unwrap(), "`-0005-01-01`"),
        ("day", |item| item.day = NaiveDate::MAX, "years 1 to 9999"),
        ("moment", |item| item.moment = Utc.with_ymd_and_hms(10_000, 1, 1, 0, 0, 0).unwrap(), "years 1 to 9999"),
        ("moment", |item| item.moment = chrono::DateTime::<Utc>::MIN_UTC, "years 1 to 9999"),
        ("moment", |item| item.moment = leap_day().and_time(leap()).and_utc(), "without leap seconds"),
        ("hour", |item| item.hour = leap(), "without leap seconds"),
        ("span", |item| item.span = TimeDelta::MAX, "durations of at most"),
        ("span", |item| item.span = TimeDelta::MIN, "durations of at most"),
        ("hits", |item| item.hits = u64::MAX, "`18446744073709551615`"),
        ("hits", |item| item.hits = 1 << 63, "`9223372036854775808`"),
        ("name", |item| item.name = "longer than ten".into(), "at most 10 characters, and this has 15"),
        ("name", |item| item.name = "a\0b".into(), "without the character NUL, found the text `a\\0b`"),
        ("notes", |item| item.notes = "\0".into(), "without the character NUL"),
        ("price", |item| item.price = dec!(10000), "at most 6 digits, 2 of them behind the point"),
        ("price", |item| item.price = dec!(-99999.5), "`-99999.5`"),
        ("price", |item| item.price = dec!(9999.999), "at most 6 digits"),
        ("data", |item| item.data = json!({"a": ["x\0"]}), "without the character NUL"),
        ("data", |item| item.data = json!({"a\0": 1}), "without the character NUL"),
        ("data", |item| item.data = (0..200).fold(json!(1), |inner, _| json!([inner])), "nested at most 127 times"),
        ("extra", |item| item.extra = Some(json!("\0")), "without the character NUL"),
    ]
}

fn leap_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2016, 12, 31).unwrap()
}

fn leap() -> NaiveTime {
    NaiveTime::from_hms_nano_opt(23, 59, 59, 1_000_000_000).unwrap()
}

#[test]
fn what_no_engine_keeps_is_refused_on_every_way() {
    run(async |_, _| {
        let kept = Item::objects().create(Item::plain()).await?;
        for (field, change, value) in hostile() {
            let named = format!("`store.Item.{field}` holds ");
            let pieces = [named.as_str(), value];
            let mut item = Item::plain();
            change(&mut item);
            let error = refused(Item::objects().create(item.clone()).await, &pieces);
            assert!(error.is_validation() && error.hint().is_some());
            refused(item.clone().save().await, &pieces);
            refused(Item::objects().bulk_create([Item::plain(), item.clone()]).await, &pieces);
            refused(Item::objects().bulk_create_or_ignore([item.clone()]).await, &pieces);
            let mut old = kept.clone();
            change(&mut old);
            refused(old.save().await, &pieces);
            refused(
                Item::objects()
                    .bulk_update([&old], f!(day, moment, hour, span, hits, name, notes, price, data, extra))
                    .await,
                &pieces,
            );
        }
        assert_eq!(Item::objects().await?, [kept], "no row came of it, and none changed");
        Ok(())
    });
}

#[test]
fn by_name_and_by_update_it_is_refused_too() {
    run(async |_, _| {
        let kept = Item::objects().create(Item::plain()).await?;
        let far = NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap();
        refused(Item::objects().update(set!(day = far)).await, &["`store.Item.day`", "+10000"]);
        refused(Item::objects().update(set!(name = "longer than ten")).await, &["`store.Item.name`"]);
        refused(Item::objects().update(set!(stock = u64::MAX)).await, &["`store.Item.stock`", "18446744073709551615"]);
        refused(
            Item::objects().update(set!(count = 1_i64 << 40)).await,
            &["`store.Item.count`", "from -2147483648 to 2147483647"],
        );
        refused(Item::objects().update(set!(seats = -1)).await, &["`store.Item.seats`", "from 0 to"]);
        refused(
            Item::objects().update_or_create(set!(name = "Tea"), set!(small = 40_000)).await,
            &["`store.Item.small`"],
        );
        let named: Vec<(&str, Value)> = vec![
            ("small", 40_000.into()),
            ("small", (-40_000).into()),
            ("count", (1_i64 << 31).into()),
            ("seats", 65_536.into()),
            ("seats", (-1).into()),
            ("views", (1_i64 << 32).into()),
            ("hits", (-1).into()),
            ("stock", Decimal::from(u64::MAX).into()),
            ("stock", 1.5.into()),
            ("count", Value::Json(json!([]))),
            ("ratio", i64::MAX.into()),
            ("name", Value::Bytes(vec![1])),
            ("name", "longer than ten".into()),
            ("address", "nowhere".into()),
            ("price", 123_456.into()),
            ("day", Value::Bool(true)),
            ("data", Value::Float(f64::NAN)),
            ("span", Value::from(TimeDelta::MAX)),
        ];
        for (field, value) in named {
            let name = format!("`store.Item.{field}`");
            refused(objects("store.Item")?.update([(field, value.clone())]).await, &[&name]);
            let mut fields = vec![("day", Value::Date(leap_day())), ("moment", Value::DateTime(Utc::now()))];
            fields.retain(|(other, _)| *other != field);
            fields.push((field, value));
            assert!(objects("store.Item")?.create(fields).await.is_err(), "{field}");
        }
        assert_eq!(Item::objects().await?, [kept]);
        Ok(())
    });
}

#[test]
fn the_edges_are_kept_on_every_engine() {
    run(async |engine, _| {
        let unsigned = engine != Engine::Postgres;
        let edge = Item {
            name: "ten signsé".into(),
            small: i16::MIN,
            count: i32::MAX,
            stock: i64::MIN,
            seats: if unsigned { u16::MAX } else { 32_767 },
            views: if unsigned { u32::MAX } else { 2_147_483_647 },
            hits: i64::MAX.unsigned_abs(),
            ratio: f64::MAX,
            price: dec!(-9999.99),
            day: NaiveDate::from_ymd_opt(9999, 12, 31).unwrap(),
            hour: NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap(),
            moment: Utc.with_ymd_and_hms(9999, 12, 31, 23, 59, 59).unwrap() + TimeDelta::microseconds(999_999),
            span: TimeDelta::microseconds(i64::MAX),
            data: (0..100).fold(json!(1), |inner, _| json!([inner])),
            ..Item::plain()
        };
        // MariaDB's own documents end at 32.
        let edge = if engine == Engine::MySql { Item { data: json!([[1]]), ..edge } } else { edge };
        let written = Item::objects().create(edge).await?;
        assert_eq!(Item::objects().get(q!(pk = written.id)).await?, written);
        let least = Item {
            day: NaiveDate::from_ymd_opt(1, 1, 1).unwrap(),
            moment: Utc.with_ymd_and_hms(1, 1, 1, 0, 0, 0).unwrap(),
            span: TimeDelta::microseconds(i64::MIN),
            ratio: f64::MIN_POSITIVE,
            small: i16::MAX,
            count: i32::MIN,
            stock: i64::MAX,
            ..Item::plain()
        };
        let written = Item::objects().create(least).await?;
        assert_eq!(Item::objects().get(q!(pk = written.id)).await?, written);
        Ok(())
    });
}

#[test]
fn an_unsigned_column_of_postgres_has_the_bounds_of_a_signed_one() {
    run_on([Engine::Postgres], async |_, _| {
        refused(
            Item::objects().create(Item { seats: 40_000, ..Item::plain() }).await,
            &["`store.Item.seats` holds whole numbers from 0 to 32767, found the integer `40000`"],
        );
        refused(Item::objects().create(Item { views: u32::MAX, ..Item::plain() }).await, &["from 0 to 2147483647"]);
        Ok(())
    });
}

#[test]
fn numbers_that_are_none_are_refused_where_the_engine_has_none() {
    run(async |engine, _| {
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let outcome = Item::objects().create(Item { floor: Some(number), ..Item::plain() }).await;
            let keeps = engine == Engine::Postgres || (engine == Engine::Sqlite && !number.is_nan());
            match outcome {
                Ok(item) if keeps => {
                    let read = Item::objects().get(q!(pk = item.id)).await?.floor.unwrap();
                    assert!(read == number || read.is_nan() && number.is_nan(), "{read}");
                }
                outcome => drop(refused(outcome, &["`store.Item.floor`"])),
            }
            if !keeps {
                refused(Item::objects().filter(q!(floor = number)).count().await, &["expected", "numbers"]);
            }
        }
        Ok(())
    });
}

#[test]
fn what_is_created_holds_what_its_row_holds() {
    run(async |_, _| {
        let precise = Utc.with_ymd_and_hms(2024, 2, 29, 12, 0, 0).unwrap() + TimeDelta::nanoseconds(123_456_789);
        let item = Item {
            moment: precise,
            hour: precise.time(),
            span: TimeDelta::nanoseconds(-1_999),
            price: dec!(2.675),
            ..Item::plain()
        };
        let same = |item: &Item| {
            assert_eq!(item.moment, precise.trunc_subsecs(6));
            assert_eq!(item.hour, precise.time().trunc_subsecs(6));
            assert_eq!(item.span, TimeDelta::microseconds(-1));
            assert_eq!(item.price, dec!(2.68));
        };
        let created = Item::objects().create(item.clone()).await?;
        same(&created);
        assert_eq!(Item::objects().get(q!(pk = created.id)).await?, created);
        for created in Item::objects().bulk_create([item.clone(), item.clone()]).await? {
            same(&created);
        }
        let mut saved = Item::objects().create(Item::plain()).await?;
        saved = Item { id: saved.id, ..item.clone() };
        saved.save().await?;
        same(&saved);
        let found =
            Item::objects().filter(q!(moment = precise.trunc_subsecs(6), hour = precise.time().trunc_subsecs(6)));
        assert_eq!(found.count().await?, 4);
        for row in Item::objects().await? {
            same(&row);
        }
        // A half goes to the even digit, as in Django, whatever the engine would make of it.
        for (given, held) in [(dec!(0.125), dec!(0.12)), (dec!(0.135), dec!(0.14)), (dec!(-0.005), dec!(0))] {
            let item = Item::objects().create(Item { price: given, ..Item::plain() }).await?;
            assert_eq!((item.price, Item::objects().get(q!(pk = item.id)).await?.price), (held, held));
        }
        let mut named = objects("store.Item")?.get([("pk", Value::from(created.id))]).await?;
        for (field, value) in [
            ("moment", Value::DateTime(precise)),
            ("price", Value::Decimal(dec!(0.005))),
            ("hour", Value::Time(precise.time())),
            ("span", Value::Duration(TimeDelta::nanoseconds(1_999))),
        ] {
            named.set(field, value)?;
        }
        named.save().await?;
        let held = objects("store.Item")?.get([("pk", named.pk().clone())]).await?;
        assert_eq!(named.values(), held.values());
        Ok(())
    });
}

#[test]
fn a_condition_on_what_no_column_holds_is_refused() {
    run(async |engine, database| {
        Item::objects().create(Item::plain()).await?;
        let far = NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap();
        let items = || Item::objects();
        refused(items().filter(q!(day__lt = far)).await, &["years 1 to 9999", "+10000-01-01"]);
        refused(items().filter(q!(day__in = [far])).delete().await, &["years 1 to 9999"]);
        refused(items().filter(q!(day__range = (far, far))).count().await, &["years 1 to 9999"]);
        refused(items().filter(q!(moment__gt = chrono::DateTime::<Utc>::MAX_UTC)).count().await, &["years 1 to 9999"]);
        refused(items().filter(q!(hour = leap())).count().await, &["leap seconds"]);
        refused(items().filter(q!(span__lt = TimeDelta::MAX)).count().await, &["durations"]);
        refused(objects("store.Item")?.filter([("day__lt", Value::Date(far))])?.count().await, &["years 1 to 9999"]);
        let raw = Statement::new(if engine == Engine::Postgres { "SELECT $1::date" } else { "SELECT ?" }).bind(far);
        refused(database.fetch(&raw, &[rjango_orm::ValueType::Date]).await, &["years 1 to 9999"]);
        // No row has such a text, and to ask for it is no mistake of the program.
        assert_eq!(items().filter(q!(name = "a\0b")).count().await?, 0);
        assert_eq!(items().filter(q!(name__icontains = "\0")).count().await?, 0);
        assert_eq!(items().filter(q!(name__in = ["\0", "Tea"])).count().await?, 1);
        assert_eq!(items().exclude(q!(name = "a\0b")).count().await?, 1);
        assert_eq!(objects("store.Item")?.filter([("name__startswith", "\0")])?.count().await?, 0);
        if engine == Engine::Postgres {
            refused(items().filter(q!(name__gt = "\0")).count().await, &["without the character NUL"]);
            refused(items().filter(|i| i.data().key("a").exact("\0")).count().await, &["without the character NUL"]);
        }
        Ok(())
    });
}

#[test]
fn a_number_beyond_the_column_compares_as_the_number_it_is() {
    run(async |_, _| {
        Item::objects().create(Item { stock: i64::MAX, hits: 1, ..Item::plain() }).await?;
        let items = || Item::objects();
        assert_eq!(items().filter(q!(stock = u64::MAX)).count().await?, 0);
        assert_eq!(items().filter(q!(stock__lt = u64::MAX)).count().await?, 1);
        assert_eq!(items().filter(q!(stock__gte = u64::MAX)).count().await?, 0);
        assert_eq!(items().filter(q!(hits__in = [1, u64::MAX])).count().await?, 1);
        assert_eq!(items().filter(q!(count__lt = 1_i64 << 40)).count().await?, 1);
        assert_eq!(items().filter(q!(small__gt = -70_000)).count().await?, 1);
        Ok(())
    });
}

#[test]
fn a_decimal_of_many_digits_is_kept_whole_or_refused() {
    run(async |engine, _| {
        let long = dec!(12345678901234567890123456.78);
        let outcome = Sheet::objects().create(Sheet { total: long, ..Default::default() }).await;
        if engine == Engine::Sqlite {
            refused(outcome, &["`store.Sheet.total`", "about 15 digits on SQLite", "12345678901234567890123456.78"]);
            refused(
                Sheet::objects().create(Sheet { total: dec!(99999999999999999.99), ..Default::default() }).await,
                &["SQLite"],
            );
        } else {
            let sheet = outcome?;
            assert_eq!(Sheet::objects().get(q!(pk = sheet.id)).await?.total, long);
        }
        for total in [dec!(9999999999999.99), dec!(-1234567890123.45), dec!(9223372036854775807), dec!(0.01)] {
            let sheet = Sheet::objects().create(Sheet { total, ..Default::default() }).await?;
            assert_eq!(Sheet::objects().get(q!(pk = sheet.id)).await?.total, total);
            assert_eq!(
                Sheet::objects().filter(q!(pk = sheet.id)).values_list(f!(total)).await?[0].to_string(),
                format!("{total:.2}")
            );
        }
        Ok(())
    });
}

#[test]
fn the_whole_document_comes_back() {
    run(async |_, _| {
        for data in
            [json!(null), json!({"é": "ʼ\u{1}\u{7f}"}), json!([1e300, -0.5, u64::MAX, i64::MIN]), Json::Bool(true)]
        {
            let item = Item::objects().create(Item { data: data.clone(), ..Item::plain() }).await?;
            assert_eq!(Item::objects().get(q!(pk = item.id)).await?.data, data);
        }
        Ok(())
    });
}
