//! Puts queries to both and tells where they differ.

use std::fmt::Write as _;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use rjango_core::timezone::Zone;
use rjango_core::{DatabaseSettings, Error, ErrorKind, Result, Site};
use rjango_orm::query::{Expression, Query};
use rjango_orm::sql::{self, Columns};
use rjango_orm::{Database, Engine, Models, Value, ValueType, execute};
use serde_json::{Map, Value as Json, json};

use crate::ask::{Ask, Give, Way};
use crate::chance::Chance;
use crate::engine::{in_site, run, tables};
use crate::generate::Generator;
use crate::oracle::django::{Answer, Django};
use crate::oracle::{data as stock, plain};
use crate::{data, named, python, rules, shrink};

/// How many failures are made smaller and told whole.
const TOLD: usize = 12;

/// A query with the number that made it.
struct Asked {
    index: u64,
    ask: Ask,
}

/// What differs: the face, what it gave, and what Django gave.
pub struct Failure {
    face: &'static str,
    ours: Json,
}

/// Holds the first `count` queries of a seed against a Django's answers.
#[track_caller]
pub fn compare(django: Django, engine: Engine, seed: u64, count: u64) {
    let models = || Models::from_inventory(|app| app == "oracle").expect("the models fit together");
    run(engine, async |engine| {
        let sql = tables(engine, &models());
        let words = in_site(engine, models(), async |database| {
            database.execute_script(&sql).await?;
            stock::insert().await?;
            Ok::<_, Error>(differences(django, &database, seed, count).await)
        })
        .await
        .unwrap_or_else(|error| panic!("{error:?}\n{}", error.sql().unwrap_or_default()));
        assert!(words.is_empty(), "{words}");
    });
}

async fn differences(django: Django, database: &Database, seed: u64, count: u64) -> String {
    let engine = database.engine();
    let asked: Vec<Asked> = (0..count)
        .map(|index| {
            let mut generator = Generator::new(Chance::of(seed, index));
            let mut asks = std::iter::repeat_with(|| generator.ask());
            let ask = asks.find(|ask| rules::why_not_asked(ask, engine).is_none()).expect("there is no end of them");
            Asked { index, ask }
        })
        .collect();
    let questions: Vec<String> = asked.iter().map(|asked| python::ask(&asked.ask)).collect();
    let mut failed = Vec::new();
    let (mut rows, mut refused, mut by_name) = (0, 0, 0);
    let theirs = put(django, database.settings(), &questions);
    for (asked, question) in asked.into_iter().zip(&questions) {
        let answer = &theirs[question];
        rows += answer.result.as_array().map_or(0, |rows| usize::from(!rows.is_empty()));
        refused += usize::from(answer.result.get("error").is_some());
        by_name += usize::from(named::can_say(&asked.ask));
        if failure(&asked.ask, engine, answer).await.is_some() {
            failed.push(asked);
        }
    }
    eprintln!(
        "{engine:?}, {django:?}, seed {seed}: {count} queries, {rows} with a list of rows, {refused} refused, {by_name} by name \
         too, {} differ",
        failed.len()
    );
    // A generator that asks for nothing would pass unseen. A few queries vary more than many do.
    let count = usize::try_from(count).expect("it is small");
    let [of_rows, of_refused, of_by_name] = if count < 500 { [6, 3, 12] } else { [3, 5, 4] };
    assert!(
        rows * of_rows > count && refused * of_refused < count && by_name * of_by_name > count,
        "{rows} {refused} {by_name} of {count}"
    );
    if failed.is_empty() {
        return String::new();
    }
    let mut words = format!("rjango and Django differ on {} of {count} queries of seed {seed}:\n\n", failed.len());
    for Asked { index, ask } in failed.iter().take(TOLD) {
        let small = shrink::smallest(django, database, ask).await;
        let question = python::ask(&small);
        let theirs = &put(django, database.settings(), std::slice::from_ref(&question))[&question];
        let Some(Failure { face, ours }) = failure(&small, engine, theirs).await else { continue };
        let statements = theirs.sql.join("\n              ");
        write!(
            words,
            "--- query {index} of seed {seed}, {face}\n{question}\nrjango gives  {ours}\nDjango gives  {}\nrjango's SQL  {}\n\
             Django's SQL  {statements}\n\n",
            theirs.result,
            statement(&small, database)
        )
        .expect("a text takes more");
    }
    words
}

/// Django's answers.
pub fn put(
    django: Django,
    settings: &DatabaseSettings,
    questions: &[String],
) -> std::collections::BTreeMap<String, Answer> {
    let questions: Vec<&str> = questions.iter().map(String::as_str).collect();
    django.ask(settings, Zone::UTC, &questions)
}

/// What gives something else than Django.
pub async fn failure(ask: &Ask, engine: Engine, theirs: &Answer) -> Option<Failure> {
    let differs = |ours: &Json| !same(ours, &theirs.result) && rules::why_different(ask, engine, theirs).is_none();
    // As data it could not be said: the faces refuse it.
    if ask.wrong.is_none() && !(matches!(ask.give, Give::Last) && ask.rows.slice.is_some()) {
        let ours = told(by_data(ask)).await;
        if differs(&ours) {
            return Some(Failure { face: "as data", ours });
        }
    }
    if named::can_say(ask) {
        let ours = told(named::answer(ask)).await;
        if differs(&ours) {
            return Some(Failure { face: "by name", ours });
        }
    }
    None
}

/// Both refuse, or both give the same. A panic is never the same.
fn same(ours: &Json, theirs: &Json) -> bool {
    let refused = |answer: &Json| answer.get("error").is_some();
    if refused(ours) || refused(theirs) { refused(ours) && refused(theirs) } else { ours == theirs }
}

async fn told(asking: impl Future<Output = Result<Json>>) -> Json {
    match AssertUnwindSafe(asking).catch_unwind().await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => {
            json!({ "error": format!("{:?}", error.kind()), "message": error.to_string(), "hint": error.hint() })
        }
        Err(panic) => json!({ "panicked": panic.downcast_ref::<String>().map_or("", String::as_str) }),
    }
}

async fn by_data(ask: &Ask) -> Result<Json> {
    let (query, read) = data::query(ask)?;
    let model = ask.rows.model;
    let names: Vec<String> = ask.give.columns().iter().map(Way::path).collect();
    Ok(match &ask.give {
        Give::Rows => keys(&query).await?.into_iter().map(|key| json!({ model: plain::value(key) })).collect(),
        Give::Values { by_name, .. } => {
            let rows = execute::fetch(&query, Columns::Expressions(&read)).await?;
            rows.into_iter().map(|row| named::listed(&names, row, *by_name)).collect()
        }
        Give::Groups { aggregates, .. } => {
            let aggregates = (0..aggregates.len()).map(|index| format!("a{index}"));
            let names: Vec<String> = names.into_iter().chain(aggregates).collect();
            let rows = execute::fetch(&query, Columns::Expressions(&read)).await?;
            rows.into_iter().map(|row| named::listed(&names, row, true)).collect()
        }
        Give::Aggregate(_) => {
            let row = execute::aggregate(&query, &read).await?;
            let values = row.into_iter().enumerate().map(|(index, value)| (format!("a{index}"), plain::value(value)));
            Json::Object(values.collect::<Map<_, _>>())
        }
        Give::Count => json!(execute::count(&query).await?),
        Give::Exists => json!(execute::exists(&query).await?),
        Give::First | Give::Last => match keys(&query).await?.pop() {
            Some(key) => json!({ model: plain::value(key) }),
            None => Json::Null,
        },
        Give::Get(_) => {
            let mut keys = keys(&query).await?;
            match (keys.pop(), keys.len()) {
                (Some(key), 0) => json!({ model: plain::value(key) }),
                _ => return Err(Error::new(ErrorKind::DoesNotExist, "there is not just one")),
            }
        }
    })
}

/// The primary keys of a query's rows.
async fn keys(query: &Query) -> Result<Vec<Value>> {
    let place = {
        let site = Site::current()?;
        let meta = site.require::<Models>()?.require(&query.model)?;
        meta.schema.concrete_fields().position(|field| field.primary_key).expect("it has one")
    };
    let rows = execute::fetch(query, Columns::Model).await?;
    Ok(rows.into_iter().map(|mut row| row.swap_remove(place)).collect())
}

/// The statement of the query as data.
fn statement(ask: &Ask, database: &Database) -> String {
    let written = || -> Result<String> {
        let (query, read) = data::query(ask)?;
        let site = Site::current()?;
        let (models, dialect) = (site.require::<Models>()?, database.dialect());
        let columns: &[(Expression, ValueType)] = &read;
        Ok(match &ask.give {
            Give::Values { .. } | Give::Groups { .. } => {
                let statement = sql::select(models, dialect, &query, Columns::Expressions(columns))?.statement;
                format!("{} {:?}", statement.sql, statement.parameters)
            }
            Give::Aggregate(_) => sql::aggregate(models, dialect, &query, columns)?.sql,
            Give::Count => sql::count(models, dialect, &query)?.sql,
            Give::Exists => sql::exists(models, dialect, &query)?.sql,
            _ => {
                let statement = sql::select(models, dialect, &query, Columns::Model)?.statement;
                format!("{} {:?}", statement.sql, statement.parameters)
            }
        })
    };
    written().unwrap_or_else(|error| format!("none: {error}"))
}
