//! Every kind of field: what a new instance holds, and the way through the database and back.

use chrono::{NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use uuid::Uuid;

use crate::database;
use crate::library::models::*;
use crate::prelude::*;

#[test]
fn a_new_instance_holds_the_defaults() {
    let new = Everything::default();
    assert_eq!(new.id, SmallAuto::UNSET);
    assert_eq!(new.id.to_string(), "-");
    assert_eq!((new.byte, new.on, new.half), (7, true, Some(0.5)));
    assert_eq!(new.amount.to_string(), "1.250");
    assert_eq!(new.slug, "new");
    assert_eq!(new.json, serde_json::json!({"a": [1]}));
    assert_eq!((new.tiny, new.flag, new.text.as_str(), new.nothing), (0, false, "", None));
    let article = Article::default();
    assert_ne!(article.id, Uuid::nil());
    assert_eq!((article.rank, article.status, article.rating), (3, Status::Draft, Some(Rating::Good)));
    assert!(!article.author.is_set());
}

#[test]
fn every_kind_survives_the_round_trip() {
    database::run(async || {
        let written = Everything::objects()
            .create(Everything {
                tiny: -8,
                small: -300,
                medium: 70_000,
                large: 5_000_000_000,
                natural: 4_000_000,
                byte: 255,
                flag: true,
                on: false,
                ratio: 1.5,
                half: None,
                amount: dec!(-12.5),
                text: "naïve ' \" % _ \\".into(),
                slug: "a-b".into(),
                day: NaiveDate::from_ymd_opt(2024, 2, 29).expect("a day"),
                hour: NaiveTime::from_hms_micro_opt(23, 59, 58, 5).expect("an hour"),
                moment: Utc.with_ymd_and_hms(2024, 2, 29, 12, 0, 1).unwrap() + TimeDelta::microseconds(7),
                span: TimeDelta::microseconds(-1_500_000),
                uuid: Uuid::from_u128(42),
                json: serde_json::json!([null, {"k": "v"}]),
                bytes: vec![0, 255],
                address: "::1".parse()?,
                v4: "10.0.0.1".parse()?,
                picture: "pictures/a.png".into(),
                r#type: Some("odd".into()),
                nothing: None,
                ..Default::default()
            })
            .await?;
        let read = Everything::objects().get(q!(pk = written.id)).await?;
        assert_eq!(read.amount.to_string(), "-12.500");
        assert_eq!(read, written);
        Ok(())
    });
}

#[test]
fn every_kind_can_be_asked_for() {
    database::run(async || {
        let one = Everything::objects().create(Everything::default()).await?;
        let rows = Everything::objects().filter(q!(
            pk = one.id,
            id = 1,
            tiny__lt = 5,
            natural__lte = 4_u32,
            byte__in = [6, 7],
            flag = false,
            half__range = (0.1, 0.9),
            amount__gte = dec!(1.25),
            amount__lt = 2,
            slug__startswith = "n",
            day = one.day,
            moment__lte = one.moment,
            uuid = Uuid::nil(),
            address = one.address,
            picture = "",
            type__isnull = true,
            nothing = None,
        ));
        assert_eq!(rows.count().await?, 1);
        assert_eq!(Everything::objects().filter(q!(large = F(medium), ratio__gt = F(half))).count().await?, 0);
        Ok(())
    });
}

#[test]
fn choices_know_their_labels() {
    use rjango_orm::FieldValue;
    assert_eq!(Status::Published.to_string(), "On sale");
    assert_eq!(Status::Draft.label(), "Draft");
    assert_eq!(Status::Published.to_value(), "pub".into());
    assert_eq!(Rating::from_value(5.into()).ok(), Some(Rating::Good));
    let error = Status::from_value("gone".into()).expect_err("no such choice");
    assert_eq!(error.to_string(), "`gone` is not one of the choices of `Status`");
    assert_eq!(
        error.hint(),
        Some(
            "the choices are `draft`, `pub`; to take other values too, add the variant `#[choice(other)] Other(String)`"
        )
    );
    assert_eq!(serde_json::to_string(&Status::Published).ok().as_deref(), Some("\"pub\""));
}

#[test]
fn automatic_keys_compare_with_numbers() {
    let key = Auto::new(3);
    assert_eq!(key, 3);
    assert_eq!(3, key);
    assert!(key.is_set());
    assert_eq!((key.to_string(), key.get()), ("3".to_owned(), Some(3)));
    assert!(Auto::UNSET != 0 && !Auto::UNSET.is_set());
}
