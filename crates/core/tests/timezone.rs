//! Time zones: what clocks show, as Python's `zoneinfo` has it, and which zone and language are in force where.
#![allow(clippy::unwrap_used)]

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, TimeZone, Utc};
use rjango_core::timezone::{self, Zone};
use rjango_core::{Active, ErrorKind, Settings, Site, translation};

/// For each zone: seconds of a local time, its distance from UTC with `fold=0` and `fold=1`, and its name; recorded from Python's
/// `zoneinfo` with release 2026f of the database, around the moments at which the clocks are set.
const ZONES: &str = include_str!("vectors/zones.txt");

fn zone(name: &str) -> Zone {
    Zone::named(name).unwrap()
}

fn naive(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn clocks_show_what_they_show_in_python() {
    let recorded = std::env::var("RJANGO_ZONES").map(|file| std::fs::read_to_string(file).unwrap());
    let mut wrong = Vec::new();
    let mut asked = 0;
    for line in recorded.as_deref().unwrap_or(ZONES).lines() {
        let (name, probes) = line.split_once(' ').unwrap();
        for probe in probes.split(' ') {
            let mut parts = probe.splitn(4, ',');
            let mut number = || parts.next().unwrap().parse::<i64>().unwrap();
            let (seconds, first, second) = (number(), number(), number());
            let abbreviation = parts.next().unwrap();
            let local = DateTime::from_timestamp(seconds, 0).unwrap().naive_utc();
            let zone = zone(name);
            let found = match zone.from_local_datetime(&local) {
                MappedLocalTime::Single(one) => vec![one],
                MappedLocalTime::Ambiguous(one, other) => vec![one, other],
                MappedLocalTime::None => vec![],
            };
            let offsets: Vec<i64> = found.iter().map(|found| found.offset().seconds().into()).collect();
            let expected = match first.cmp(&second) {
                std::cmp::Ordering::Equal => vec![first],
                std::cmp::Ordering::Greater => vec![first, second],
                std::cmp::Ordering::Less => vec![],
            };
            let aware = zone.make_aware(local).unwrap().timestamp();
            let shown = found.first().map(|found| (found.naive_local(), found.offset().abbreviation().to_owned()));
            asked += 1;
            if offsets != expected
                || aware != seconds - first
                || shown.is_some_and(|shown| shown != (local, abbreviation.to_owned()))
            {
                wrong.push(format!("{name} {local}: {offsets:?} for {expected:?}, aware by {}", seconds - aware));
            }
        }
    }
    assert!(asked > 1000, "only {asked} were asked");
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_zone_can_be_read() {
    let names: HashSet<&str> = Zone::names().collect();
    assert!(names.len() > 590, "only {}", names.len());
    for name in names {
        assert_eq!(zone(name).name(), name);
        // Queries write the name as it is.
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
        assert!(name.bytes().all(is_plain), "{name}");
    }
}

#[test]
fn a_misspelt_zone_is_refused_with_the_nearest_one() {
    let refused = |name: &str| {
        let error = Zone::named(name).unwrap_err();
        (error.to_string(), error.hint().unwrap().to_owned())
    };
    let near = |name: &str| refused(name).1;
    assert_eq!(refused("Europe/Berln").0, "`Europe/Berln` is not a time zone");
    assert_eq!(near("Europe/Berln"), "did you mean `Europe/Berlin`?");
    assert_eq!(near("europe/berlin"), "did you mean `Europe/Berlin`?");
    assert_eq!(near("Sao Paulo"), "did you mean `America/Sao_Paulo`?");
    assert_eq!(near("utc"), "did you mean `Etc/UTC`?");
    assert!(near("x").contains("IANA"));
}

#[test]
fn what_the_clocks_skip_or_show_twice_is_refused_or_taken_as_make_aware_does() {
    let berlin = zone("Europe/Berlin");
    assert_eq!(berlin.resolve(naive("2026-07-01T12:00:00")).unwrap(), moment("2026-07-01T10:00:00Z"));
    for text in ["2026-03-29T02:30:00", "2026-10-25T02:30:00"] {
        let error = berlin.resolve(naive(text)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation);
        assert_eq!(
            error.to_string(),
            format!(
                "{} couldn’t be interpreted in time zone Europe/Berlin; it may be ambiguous or it may not exist.",
                text.replace('T', " ")
            )
        );
    }
    assert_eq!(berlin.make_aware(naive("2026-03-29T02:30:00")).unwrap(), moment("2026-03-29T01:30:00Z"));
    assert_eq!(berlin.make_aware(naive("2026-10-25T02:30:00")).unwrap(), moment("2026-10-25T00:30:00Z"));
    assert!(zone("Asia/Tokyo").make_aware(NaiveDateTime::MIN).unwrap_err().is_validation());
}

#[test]
fn fixed_distances_are_named_as_in_django() {
    let shown = |minutes: i32| {
        let zone = Zone::fixed(minutes).unwrap();
        zone.local(moment("2026-01-01T00:00:00Z")).format("%Y-%m-%d %H:%M %Z").to_string()
    };
    assert_eq!(shown(90), "2026-01-01 01:30 +0130");
    assert_eq!(shown(-345), "2025-12-31 18:15 -0545");
    assert!(Zone::fixed(1440).is_err());
    assert_eq!((Zone::UTC.name(), Zone::named("UTC").unwrap().is_utc()), ("UTC", true));
}

fn site(time_zone: &str, language: &str) -> Arc<Site> {
    let mut settings = Settings::for_tests();
    settings.time_zone = zone(time_zone);
    settings.language_code = language.to_owned();
    Arc::new(Site::new(settings))
}

#[tokio::test]
async fn a_choice_ends_with_its_scope_and_is_never_seen_elsewhere() {
    assert_eq!((timezone::current(), &*translation::get_language()), (Zone::UTC, "en-us"));
    let outside = timezone::activate(zone("Asia/Tokyo")).unwrap_err();
    assert!(outside.hint().unwrap().contains("with_zone"), "{outside:?}");
    assert!(translation::activate("de").is_err());

    let work = |chosen: &'static str, language: &'static str| {
        timezone::scope(async move {
            assert_eq!((timezone::current().name(), &*translation::get_language()), ("Europe/Paris", "fr"));
            timezone::activate(zone(chosen)).unwrap();
            translation::activate(language).unwrap();
            for _ in 0..10 {
                tokio::task::yield_now().await;
                assert_eq!((timezone::current().name(), &*translation::get_language()), (chosen, language));
            }
            timezone::with_zone(zone("Asia/Kathmandu"), async {
                assert_eq!((timezone::current().name(), &*translation::get_language()), ("Asia/Kathmandu", language));
                timezone::activate(zone("Asia/Dubai")).unwrap();
                translation::activate("nl").unwrap();
                timezone::with_zone(None, async { assert_eq!(timezone::current().name(), "Europe/Paris") }).await;
                assert_eq!(timezone::current().name(), "Asia/Dubai");
            })
            .await;
            // The inner zone has ended; the language was the scope's own.
            assert_eq!((timezone::current().name(), &*translation::get_language()), (chosen, "nl"));
            timezone::enter_zone(Zone::UTC, || assert_eq!(timezone::current(), Zone::UTC));
            translation::enter_language(Some("eo"), || assert_eq!(&*translation::get_language(), "eo"));
            translation::with_language(None, async { assert_eq!(&*translation::get_language(), "fr") }).await;
            timezone::deactivate().unwrap();
            translation::deactivate().unwrap();
            assert_eq!((timezone::current().name(), &*translation::get_language()), ("Europe/Paris", "fr"));
        })
    };
    site("Europe/Paris", "fr")
        .scope(async { tokio::join!(work("Asia/Tokyo", "ja"), work("America/New_York", "en")) })
        .await;
    assert_eq!(timezone::current(), Zone::UTC);
}

#[test]
fn a_shared_choice_is_seen_on_both_sides_and_a_copy_is_not() {
    let chosen = Active::default();
    let on_a_thread = |active: Active| {
        std::thread::spawn(|| active.enter(|| timezone::activate(zone("Asia/Tokyo")).unwrap())).join().unwrap();
    };
    on_a_thread(chosen.copy());
    assert_eq!(chosen.clone().enter(timezone::current), Zone::UTC);
    on_a_thread(chosen.clone());
    assert_eq!(chosen.enter(timezone::current), zone("Asia/Tokyo"));
}

#[test]
fn today_is_a_day_of_the_zone_that_is_in_force() {
    let (east, west) = (Zone::fixed(14 * 60).unwrap(), Zone::fixed(-11 * 60).unwrap());
    assert!(timezone::enter_zone(east, timezone::localdate) > timezone::enter_zone(west, timezone::localdate));
    let shown = timezone::enter_zone(east, || timezone::localtime(moment("2026-01-01T12:00:00Z")));
    assert_eq!(shown.to_string(), "2026-01-02 02:00:00 +1400");
}
