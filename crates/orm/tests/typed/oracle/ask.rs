//! Asks Django about every pair at once, runs rjango's side of each, and tells which differ.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rjango_core::timezone::{self, Zone};
use rjango_core::{DatabaseSettings, Error, ErrorKind, Result};
use rjango_orm::{Database, Engine, Models, atomic};
use serde_json::{Value as Json, json};

use super::data;
use super::django::{Answer, Django};
use super::pair::{Pair, Pairs};
use super::zones::{self, ZONES};
use crate::engine::{in_site, run, tables};

/// How many pairs there are at least: a list that loses some would pass unseen.
const LEAST: usize = 750;

/// Holds every pair of an engine against a Django's answers.
#[track_caller]
pub fn compare(django: Django, engine: Engine, pairs: &Pairs) {
    let pairs: Vec<&Pair> = pairs.0.iter().filter(|pair| pair.engines.contains(&engine)).collect();
    assert!(pairs.len() >= LEAST, "found only {} pairs", pairs.len());
    run(engine, async |engine| {
        let failed = with_rows(engine, false, async |database| {
            let theirs = answers(django, database.settings(), Zone::UTC, &pairs);
            Ok(differing(django, engine, &pairs, &theirs).await)
        })
        .await;
        tell(engine, "", pairs.len(), failed).await;
    });
}

/// Holds every pair against a Django's answers in each of the zones. Django speaks to MariaDB by a driver in C; what it answers on
/// SQLite stands for that.
#[track_caller]
pub fn compare_zones(django: Django, engine: Engine, pairs: &Pairs) {
    let pairs: Vec<&Pair> = pairs.0.iter().filter(|pair| pair.engines.contains(&engine)).collect();
    let theirs = if engine == Engine::Postgres { Engine::Postgres } else { Engine::Sqlite };
    let ask_all =
        async |database: Database| Ok(ZONES.map(|zone| answers(django, database.settings(), zone_of(zone), &pairs)));
    let answer_all = async |theirs: &[BTreeMap<String, Answer>; 7]| {
        let mut failed = Vec::new();
        for (zone, theirs) in ZONES.iter().zip(theirs) {
            let differing = timezone::with_zone(zone_of(zone), differing(django, engine, &pairs, theirs)).await;
            failed.extend(differing.into_iter().map(|(pair, told)| (pair, format!("in {zone}: {told}"))));
        }
        failed
    };
    run(engine, async |engine| {
        let failed = if theirs == engine {
            with_rows(engine, true, async |database| Ok(answer_all(&ask_all(database).await?).await)).await
        } else {
            let theirs = with_rows(theirs, true, ask_all).await;
            with_rows(engine, true, async |_| Ok(answer_all(&theirs).await)).await
        };
        tell(engine, " by the clocks of the zones", pairs.len() * ZONES.len(), failed).await;
    });
}

fn zone_of(name: &str) -> Zone {
    Zone::named(name).expect("a zone")
}

/// Runs a closure over a database with all the rows, those of `zones` too where they are wanted.
async fn with_rows<T>(engine: Engine, of_zones: bool, ask: impl AsyncFnOnce(Database) -> Result<T>) -> T {
    let sql = tables(engine, &models());
    let asked = in_site(engine, models(), async |database: Database| {
        if engine == Engine::MySql {
            // The rows have names that differ in nothing but their case.
            database.execute_script("ALTER DATABASE COLLATE utf8mb4_bin").await?;
        }
        database.execute_script(&sql).await?;
        data::insert().await?;
        if of_zones {
            zones::insert().await?;
        }
        ask(database).await
    })
    .await;
    asked.unwrap_or_else(|error: Error| panic!("{error:?}\n{}", error.sql().unwrap_or_default()))
}

fn models() -> Models {
    Models::from_inventory(|app| app == "oracle").expect("the models fit together")
}

fn answers(django: Django, database: &DatabaseSettings, zone: Zone, pairs: &[&Pair]) -> BTreeMap<String, Answer> {
    let expressions: Vec<&str> = pairs.iter().map(|pair| pair.django).collect();
    let theirs = django.ask(database, zone, &expressions);
    assert_eq!(theirs.len(), pairs.len(), "each pair is written once");
    theirs
}

/// The pairs that are not as they should be, and what is to be told of each.
async fn differing<'p>(
    django: Django,
    engine: Engine,
    pairs: &[&'p Pair],
    theirs: &BTreeMap<String, Answer>,
) -> Vec<(&'p Pair, String)> {
    let mut failed = Vec::new();
    for pair in pairs {
        let (ours, theirs) = (outcome(pair).await, &theirs[pair.django]);
        let why_different = pair.why_different(django, engine);
        if same(&ours, &theirs.result) == why_different.is_some() {
            failed.push((*pair, told(pair, &ours, theirs, why_different)));
        }
    }
    failed
}

async fn tell(engine: Engine, how: &str, all: usize, failed: Vec<(&Pair, String)>) {
    if failed.is_empty() {
        return;
    }
    let mut words = format!("rjango and Django differ{how} on {} of {all} pairs:\n", failed.len());
    for (pair, told) in failed {
        let statement = statement(engine, models(), pair).await;
        writeln!(words, "{told}    rjango's SQL: {statement}\n").expect("a text takes more");
    }
    panic!("{words}");
}

/// What rjango's side gives, in a transaction that is rolled back.
async fn outcome(pair: &Pair) -> Json {
    let mut result = None;
    let rolled_back: Result<()> = atomic(async || {
        result = Some((pair.rjango)().await);
        Err(Error::new(ErrorKind::Other, "rolled back"))
    })
    .await;
    match (result, rolled_back) {
        (Some(Ok(result)), _) => result,
        (Some(Err(error)), _) | (None, Err(error)) => {
            json!({ "error": error_name(&error), "message": error.to_string(), "hint": error.hint() })
        }
        (None, Ok(())) => Json::Null,
    }
}

/// What `family` in `ask.py` calls such an error.
fn error_name(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Integrity => "IntegrityError".to_owned(),
        ErrorKind::Other => "TypeError".to_owned(),
        kind => format!("{kind:?}"),
    }
}

/// Of errors, only their names are compared.
fn same(ours: &Json, theirs: &Json) -> bool {
    match (ours.get("error"), theirs.get("error")) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => ours == theirs,
    }
}

fn told(pair: &Pair, ours: &Json, theirs: &Answer, why_different: Option<&str>) -> String {
    let mut words = format!("--- {}\n", pair.django);
    if let Some(why) = why_different {
        writeln!(words, "    should differ: {why}").expect("a text takes more");
    }
    let sql = theirs.sql.join("\n                  ");
    writeln!(words, "    rjango gives: {ours}\n    Django gives: {}\n    Django's SQL: {sql}", theirs.result)
        .expect("a text takes more");
    words
}

/// The first statement of rjango's side: an error tells it, and where there are no tables there is one.
async fn statement(engine: Engine, models: Models, pair: &Pair) -> String {
    in_site(engine, models, async |_: Database| match (pair.rjango)().await {
        Ok(_) => "none".to_owned(),
        Err(error) => error.sql().unwrap_or("none").to_owned(),
    })
    .await
}
