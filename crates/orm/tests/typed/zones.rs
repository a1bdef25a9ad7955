//! Time zones in queries and values, and the code of `docs/time-zones.md`; what Django answers is held in `oracle/zones.rs`.
#![allow(clippy::unwrap_used)]
#![allow(unused_variables)] // A guide shows what comes back, and does no more with it.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use rjango_core::timezone::{self, Zone};
use rjango_core::{Error, ErrorKind, Site};
use rjango_orm::query::DatePart;
use rjango_orm::{Database, Engine, Statement, Value, ValueType, block_on, carried, unblock};

use crate::database::{self, objects};
use crate::prelude::*;
use crate::shop::models::*;

/// A row that dates itself.
#[derive(Model, Debug, Clone)]
pub struct Stamp {
    pub id: Auto,
    #[field(auto_now_add)]
    pub day: NaiveDate,
    #[field(auto_now)]
    pub time: NaiveTime,
}

fn zone(name: &str) -> Zone {
    Zone::named(name).expect("a zone")
}

fn moment(text: &str) -> DateTime {
    text.parse().expect("a moment")
}

/// Products that were made at these moments.
async fn made_at(moments: &[&str]) -> Result<()> {
    for text in moments {
        let product = Product { name: (*text).to_owned(), price: dec!(1), ..Default::default() };
        let product = Product::objects().create(product).await?;
        let created = moment(text);
        Product::objects().filter(q!(pk = product.id)).update(set!(created = created)).await?;
    }
    Ok(())
}

async fn names(products: QuerySet<Product>) -> Result<Vec<String>> {
    products.order_by(f!(id)).values_list(f!(name)).await
}

const LATE: &str = "2026-06-30T22:30:00Z";
const EARLY: &str = "2026-06-30T21:30:00Z";

#[test]
fn the_same_query_answers_by_the_clocks_of_its_zone() {
    database::run(async || {
        made_at(&[EARLY, LATE]).await?;
        let in_july = || names(Product::objects().filter(q!(created__month = 7)));
        // Each of them twice: what is prepared for one zone does not serve another one.
        for _ in 0..2 {
            assert!(in_july().await?.is_empty());
            assert_eq!(timezone::with_zone(zone("Europe/Berlin"), in_july()).await?, [LATE]);
            assert_eq!(timezone::with_zone(zone("Asia/Tokyo"), in_july()).await?, [EARLY, LATE]);
            assert_eq!(timezone::with_zone(Zone::fixed(105)?, in_july()).await?, [LATE]);
        }
        Ok(())
    });
}

#[test]
fn a_truncated_moment_compares_as_the_moment_that_it_is() {
    database::run(async || {
        made_at(&["2017-10-15T02:59:59Z", "2017-10-15T12:00:00Z", "2017-10-16T12:00:00Z"]).await?;
        // The clocks of São Paulo skipped this midnight; the day began at one o'clock.
        let first = moment("2017-10-15T03:00:00Z");
        timezone::with_zone(zone("America/Sao_Paulo"), async {
            let of_day = Product::objects().filter(|p| p.created().trunc(DatePart::Day).exact(first));
            assert_eq!(names(of_day).await?, ["2017-10-15T12:00:00Z"]);
            let later = Product::objects().filter(|p| p.created().trunc(DatePart::Day).lt(p.created()));
            assert_eq!(names(later).await?.len(), 3);
            let days = Product::objects().datetimes(f!(created), DatePart::Day).await?;
            assert_eq!(days, ["2017-10-14T03:00:00Z", "2017-10-15T03:00:00Z", "2017-10-16T02:00:00Z"].map(moment));
            assert_eq!(Product::objects().dates(f!(created), DatePart::Month).await?, [day(2017, 10, 1)]);
            Ok(())
        })
        .await
    });
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

#[test]
fn names_read_the_same_clocks_as_types() {
    database::run(async || {
        made_at(&[EARLY, LATE]).await?;
        timezone::with_zone(zone("Europe/Berlin"), async {
            for (name, value) in [
                ("created__date", Value::Date(day(2026, 7, 1))),
                ("created__month", Value::Int(7)),
                ("created__hour", Value::Int(0)),
                ("created__week_day__gte", Value::Int(4)),
            ] {
                let found = objects("shop.Product")?.filter([(name, value)])?.all().await?;
                assert_eq!(found.len(), 1, "{name}");
            }
            let days = objects("shop.Product")?.dates("created", DatePart::Day).await?;
            assert_eq!(days, [Value::Date(day(2026, 6, 30)), Value::Date(day(2026, 7, 1))]);
            let berlin = objects("shop.Product")?.datetimes("created", DatePart::Month, None).await?;
            assert_eq!(berlin, ["2026-05-31T22:00:00Z", "2026-06-30T22:00:00Z"].map(|at| Value::DateTime(moment(at))));
            let utc = objects("shop.Product")?.datetimes("created", DatePart::Month, Some(Zone::UTC)).await?;
            assert_eq!(utc, [Value::DateTime(moment("2026-06-01T00:00:00Z"))]);
            let error = objects("shop.Product")?.datetimes("name", DatePart::Month, None).await.unwrap_err();
            assert_eq!(error.to_string(), "`shop.Product.name` is not a moment");
            Ok(())
        })
        .await
    });
}

#[test]
fn a_zone_with_the_name_of_an_abbreviation_has_its_summers() {
    database::run(async || {
        made_at(&[LATE, "2026-01-01T12:00:00Z"]).await?;
        for (name, hours) in [("CET", [0, 13]), ("EET", [1, 14]), ("WET", [23, 12]), ("MET", [0, 13]), ("EST", [17, 7])]
        {
            let shown = Product::objects().order_by(f!(id)).values_list(|p| p.created().in_zone(zone(name)).hour());
            assert_eq!(shown.await?, hours, "{name}");
        }
        Ok(())
    });
}

#[test]
fn a_year_is_a_range_of_the_column() {
    database::run_on([Engine::Sqlite], async || {
        let database = Database::current(None)?;
        database.execute_script("CREATE INDEX made ON shop_product (created)").await?;
        let explained = |products: QuerySet<Product>| products.order_by(f!(created)).explain();
        let by_year =
            timezone::with_zone(zone("Europe/Berlin"), explained(Product::objects().filter(q!(created__year = 2026))));
        let by_year = by_year.await?;
        assert!(by_year.contains("INDEX made (created>? AND created<?)"), "{by_year}");
        let by_month = explained(Product::objects().filter(q!(created__month = 6))).await?;
        assert!(!by_month.contains("created>?"), "{by_month}");
        Ok(())
    });
}

async fn hour() -> Result<Vec<i64>> {
    Product::objects().values_list(|p| p.created().hour()).await
}

#[test]
fn a_task_and_a_thread_read_the_clocks_of_whoever_started_them() {
    database::run(async || {
        made_at(&[LATE]).await?;
        timezone::scope(async {
            timezone::activate(zone("Europe/Berlin"))?;
            assert_eq!(tokio::spawn(carried(hour())).await.expect("the task ends")?, [0]);
            let in_plain_code = unblock(move || {
                let berlin = block_on(hour())?;
                timezone::activate(zone("Asia/Kathmandu"))?;
                Ok((berlin, block_on(hour())?))
            });
            assert_eq!(in_plain_code.await?, (vec![0], vec![4]));
            // The thread shares the choice; a task has its own.
            assert_eq!(hour().await?, [4]);
            let own = async {
                timezone::activate(Zone::UTC)?;
                hour().await
            };
            assert_eq!(tokio::spawn(carried(own)).await.expect("the task ends")?, [22]);
            assert_eq!(hour().await?, [4]);
            Ok(())
        })
        .await
    });
}

#[test]
fn text_without_a_zone_is_typed_by_the_clocks_here() {
    database::run_on([Engine::Sqlite], async || {
        made_at(&[LATE]).await?;
        let field = objects("shop.Product")?.meta().schema.field("created").expect("a field").clone();
        let read = |text: &str| rjango_orm::parse_value(&field, text);
        timezone::with_zone(zone("Europe/Berlin"), async {
            assert_eq!(read("2026-07-01 00:30")?, Value::DateTime(moment(LATE)));
            assert_eq!(read("2026-07-01 00:30:00+09:00")?, Value::DateTime(moment("2026-06-30T15:30:00Z")));
            // What is shown is read back in every zone.
            assert_eq!(read(&Value::DateTime(moment(LATE)).to_text(&field))?, Value::DateTime(moment(LATE)));
            for text in ["2026-03-29 02:30", "2026-10-25 02:30"] {
                let error = read(text).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Validation);
                assert!(error.to_string().contains("in time zone Europe/Berlin"), "{error}");
            }
            Ok(())
        })
        .await
    });
}

/// A site of this TIME_ZONE over the same database.
async fn at_home_in<T>(name: &str, work: impl AsyncFnOnce() -> Result<T>) -> Result<T> {
    let around = Site::current()?;
    let mut settings = around.settings().clone();
    settings.time_zone = zone(name);
    let part = |site: Site| -> Result<Site> {
        let databases = around.require::<rjango_orm::Databases>()?.clone();
        Ok(site.with(databases).with(around.require::<rjango_orm::Models>()?.clone()))
    };
    std::sync::Arc::new(part(Site::new(settings))?).scope(work()).await
}

#[test]
fn a_programs_days_are_those_of_the_sites_own_zone() {
    database::run(async || {
        made_at(&[EARLY, LATE]).await?;
        let since = |text: &str| objects("shop.Product")?.filter([("created__gte", text)]);
        at_home_in("Europe/Berlin", async || {
            assert_eq!(since("2026-07-01")?.count().await?, 1);
            assert_eq!(since("2026-07-01 00:00:00")?.count().await?, 1);
            assert_eq!(since("2026-07-01 00:00:00+00:00")?.count().await?, 0);
            // Of another visitor too, as in Django.
            timezone::with_zone(zone("Asia/Tokyo"), async {
                assert_eq!(since("2026-07-01")?.count().await?, 1);
                Ok(())
            })
            .await
        })
        .await
    });
}

#[test]
fn today_is_a_day_of_the_sites_own_zone() {
    database::run_on([Engine::Sqlite], async || {
        // A day lies between the two at any time.
        for (name, hours) in [("Etc/GMT-14", 14), ("Etc/GMT+11", -11)] {
            at_home_in(name, async || {
                let here = || Utc::now().naive_utc() + TimeDelta::hours(hours);
                let before = here();
                let typed = Stamp::objects().create(Stamp::default()).await?;
                let named = objects("zones.Stamp")?.create([("id", 1_000_000_i64 + hours)]).await?;
                let after = here();
                let within = before.date()..=after.date();
                assert!(within.contains(&typed.day), "{within:?}, {}", typed.day);
                assert!(matches!(named.get("day")?, Value::Date(day) if within.contains(day)));
                let passed = typed.time.signed_duration_since(before.time());
                assert!(passed.abs() < TimeDelta::minutes(5) || before.date() != after.date(), "{passed}");
                Ok(())
            })
            .await?;
        }
        Ok(())
    });
}

#[test]
fn what_the_server_does_not_know_is_an_error_and_not_null() {
    database::run_on([Engine::MySql], async || {
        let database = Database::current(None)?;
        let ask = |zone: &str| Statement::new(format!("SELECT CONVERT_TZ('2026-01-01', '+00:00', '{zone}') IS NULL"));
        assert_eq!(database.fetch(&ask("Europe/Berlin"), &[ValueType::Bool]).await?, [[Value::Bool(false)]]);
        for _ in 0..2 {
            let error = database.fetch(&ask("Middle/Earth"), &[ValueType::Bool]).await.unwrap_err();
            assert_eq!(error.to_string(), "the database server does not know the time zone `Middle/Earth`");
            assert!(error.hint().unwrap_or_default().contains("mariadb-tzinfo-to-sql"));
        }
        // The connection goes on.
        assert_eq!(Product::objects().count().await?, 0);
        Ok(())
    });
}

#[test]
fn databases_say_which_zones_they_know() {
    database::run(async || {
        let database = Database::current(None)?;
        for name in ["UTC", "Europe/Berlin", "Asia/Kathmandu"] {
            assert!(database.knows_zone(zone(name)).await?, "{name}");
        }
        assert!(database.knows_zone(Zone::fixed(-570)?).await?);
        Ok(())
    });
}

#[test]
fn guide() {
    database::run(async || {
        made_at(&[EARLY, LATE]).await?;
        let product = Product::objects().first().await?.expect("a product");
        let berlin = Zone::named("Europe/Berlin")?;
        let shown = berlin.local(product.created).format("%d.%m.%Y %H:%M").to_string();
        let typed: NaiveDateTime = "2026-07-01T00:30:00".parse()?;
        let moment = berlin.resolve(typed)?;
        timezone::with_zone(berlin, async {
            let of_july = Product::objects().filter(q!(created__month = 7)).count().await?;
            let of_a_day = Product::objects().filter(|p| p.created().date().exact(day(2026, 7, 1))).await?;
            let days = Product::objects().datetimes(f!(created), DatePart::Day).await?;
            Ok::<_, Error>(())
        })
        .await?;
        let tokyo = Zone::named("Asia/Tokyo")?;
        let hours = Product::objects().values_list(|p| p.created().in_zone(tokyo).hour()).await?;
        let days = Product::objects().datetimes_in(f!(created), DatePart::Day, tokyo).await?;
        assert_eq!((hours, days.len()), (vec![6, 7], 1));
        Ok(())
    });
}
