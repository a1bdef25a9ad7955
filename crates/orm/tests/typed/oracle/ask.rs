//! Asks Django about every pair at once, runs rjango's side of each, and tells which differ.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use rjango_core::{DatabaseSettings, Error, ErrorKind, Result};
use rjango_orm::{Database, Engine, Models, atomic};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::data;
use super::pair::{Pair, Pairs};
use crate::engine::{in_site, run, tables};

/// How many pairs there are at least: a list that loses some would pass unseen.
const LEAST: usize = 750;

#[derive(Deserialize)]
struct Answer {
    result: Json,
    sql: Vec<String>,
}

/// Holds every pair of an engine against Django's answers.
#[track_caller]
pub fn compare(engine: Engine, pairs: &Pairs) {
    let Ok(python) = std::env::var("RJANGO_TEST_PYTHON") else {
        eprintln!("left out: RJANGO_TEST_PYTHON names no Python with Django; `scripts/test` sets it");
        return;
    };
    let pairs: Vec<&Pair> = pairs.0.iter().filter(|pair| pair.engines.contains(&engine)).collect();
    assert!(pairs.len() >= LEAST, "found only {} pairs", pairs.len());
    let models = || Models::from_inventory(|app| app == "oracle").expect("the models fit together");
    run(engine, async |engine| {
        let sql = tables(engine, &models());
        let failed = in_site(engine, models(), async |database| {
            database.execute_script(&sql).await?;
            data::insert().await?;
            let theirs = ask_django(&python, database.settings(), &pairs);
            assert_eq!(theirs.len(), pairs.len(), "each pair is written once");
            let mut failed = Vec::new();
            for pair in &pairs {
                let (ours, theirs) = (outcome(pair).await, &theirs[pair.django]);
                let why_different = pair.why_different(engine);
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

fn ask_django(python: &str, database: &DatabaseSettings, pairs: &[&Pair]) -> BTreeMap<String, Answer> {
    let asked = json!({
        "database": {
            "engine": database.engine,
            "name": database.name,
            "user": database.user,
            "password": database.password,
            "host": database.host,
            "port": database.port,
        },
        "expressions": pairs.iter().map(|pair| pair.django).collect::<Vec<_>>(),
    });
    let mut child = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/typed/oracle/ask.py"))
        // No compiled files beside the sources.
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Python starts");
    child.stdin.take().expect("it is piped").write_all(asked.to_string().as_bytes()).expect("Python listens");
    let output = child.wait_with_output().expect("Python ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("Python writes JSON")
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
