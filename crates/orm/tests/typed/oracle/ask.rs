//! Asks Django about every pair at once, runs rjango's side of each, and tells which differ.

use std::fmt::Write as _;

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::{Database, Engine, Models, atomic};
use serde_json::{Value as Json, json};

use super::data;
use super::django::{Answer, Django};
use super::pair::{Pair, Pairs};
use crate::engine::{in_site, run, tables};

/// How many pairs there are at least: a list that loses some would pass unseen.
const LEAST: usize = 750;

/// Holds every pair of an engine against a Django's answers.
#[track_caller]
pub fn compare(django: Django, engine: Engine, pairs: &Pairs) {
    let pairs: Vec<&Pair> = pairs.0.iter().filter(|pair| pair.engines.contains(&engine)).collect();
    assert!(pairs.len() >= LEAST, "found only {} pairs", pairs.len());
    let models = || Models::from_inventory(|app| app == "oracle").expect("the models fit together");
    run(engine, async |engine| {
        let sql = tables(engine, &models());
        let failed = in_site(engine, models(), async |database| {
            database.execute_script(&sql).await?;
            data::insert().await?;
            let expressions: Vec<&str> = pairs.iter().map(|pair| pair.django).collect();
            let theirs = django.ask(database.settings(), &expressions);
            assert_eq!(theirs.len(), pairs.len(), "each pair is written once");
            let mut failed = Vec::new();
            for pair in &pairs {
                let (ours, theirs) = (outcome(pair).await, &theirs[pair.django]);
                let why_different = pair.why_different(django, engine);
                if same(&ours, &theirs.result) == why_different.is_some() {
                    failed.push((*pair, told(pair, &ours, theirs, why_different)));
                }
            }
            Ok::<_, Error>(failed)
        })
        .await
        .unwrap_or_else(|error| panic!("{error:?}\n{}", error.sql().unwrap_or_default()));
        if !failed.is_empty() {
            let mut words = format!("rjango and Django differ on {} of {} pairs:\n", failed.len(), pairs.len());
            for (pair, told) in failed {
                let statement = statement(engine, models(), pair).await;
                writeln!(words, "{told}    rjango's SQL: {statement}\n").expect("a text takes more");
            }
            panic!("{words}");
        }
    });
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
