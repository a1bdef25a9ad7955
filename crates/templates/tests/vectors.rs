//! What Django's own tests of its template language say, put to ours. The file and its licence stand in `vectors`.
//!
//! Left out by rule: cases that load a library of Django's tests, and those of `{% url %}`, which are run where the routes are
//! (`crates/http/tests`). Without an installed Django its catalogs are not there, and cases in another language that need them are left
//! out too.
#![allow(clippy::unwrap_used)]

use std::any::Any;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rjango_core::timezone::Zone;
use rjango_core::{Error, ErrorKind, Result, Settings, Site};
use rjango_templates::{Attribute, Engine, Formats, Libraries, Loader, Locale, Object, Options, Source, Str, Value};
use serde_json::Value as Json;

/// The templates that a case may name.
struct Table(BTreeMap<String, String>);

impl Loader for Table {
    fn load(&self, name: &str, skip: &[Str]) -> Result<Option<Source>> {
        let found = self.0.get(name).filter(|_| !skip.iter().any(|origin| **origin == *name));
        Ok(found.map(|text| Source { text: Cow::Owned(text.clone().into_bytes()), origin: name.into() }))
    }

    fn stamp(&self, _: &str, _: &[Str]) -> Option<String> {
        None
    }

    fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    fn places(&self) -> Vec<String> {
        vec!["the case".to_owned()]
    }
}

fn value(json: &Json) -> Value {
    let Json::Object(pairs) = json else {
        return match json {
            Json::Array(items) => items.iter().map(value).collect(),
            other => Value::from(other),
        };
    };
    let only = pairs.iter().next().filter(|_| pairs.len() == 1);
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    match only {
        Some((key, inner)) if key == "$safe" => Value::safe(text(inner)),
        Some((key, inner)) if key == "$dt" => moment(&text(inner)),
        Some((key, inner)) if key == "$d" => {
            let text = text(inner);
            text.parse::<NaiveDate>().map_or_else(|_| panic!("a date: {text}"), Value::Date)
        }
        Some((key, inner)) if key == "$t" => {
            let text = text(inner);
            text.parse::<NaiveTime>().map_or_else(|_| panic!("a time: {text}"), Value::Time)
        }
        Some((key, inner)) if key == "$float" => Value::Float(text(inner).parse().unwrap()),
        Some((key, inner)) if key == "$tuple" => Value::Tuple(inner.as_array().unwrap().iter().map(value).collect()),
        _ => Value::map(pairs.iter().map(|(key, inner)| (key.as_str(), value(inner)))),
    }
}

fn moment(text: &str) -> Value {
    let text = text.replacen(' ', "T", 1);
    if let Ok(moment) = text.parse::<NaiveDateTime>() {
        return Value::Naive(moment);
    }
    let moment = DateTime::parse_from_rfc3339(&text).unwrap_or_else(|_| panic!("a moment: {text}"));
    let zone = Zone::fixed(moment.offset().local_minus_utc() / 60).unwrap();
    Value::Zoned(Arc::new(moment.with_timezone(&zone)))
}

/// The clock of the vectors: noon in Chicago, which is the site's own zone.
fn clock() -> DateTime<Utc> {
    "2026-01-15T18:00:00Z".parse().unwrap()
}

fn reverse(name: &str, _: Vec<Value>, _: Vec<(Str, Value)>) -> Result<String> {
    Err(Error::new(ErrorKind::Other, format!("no route `{name}`")))
}

fn locale(language: &str) -> Locale {
    Locale {
        language: language.into(),
        formats: Formats::of(language, &Default::default()),
        clock,
        ..Locale::english()
    }
}

fn options(case: &Json) -> Options {
    Options {
        is_strict: false,
        reloads: false,
        debug: case["debug"].as_bool().unwrap(),
        string_if_invalid: case["string_if_invalid"].as_str().unwrap().to_owned(),
        reverse,
        static_url: |path| Ok(format!("/static/{path}")),
        static_prefix: "/static/".into(),
        media_prefix: "/media/".into(),
        languages: vec![("en".to_owned(), "English".to_owned())],
        locale: Arc::new(locale),
    }
}

/// The request of the cases of `querystring`, whose queries were not recorded.
#[derive(Debug)]
struct Request {
    query: Value,
}

impl Request {
    fn of(case: &Json) -> Value {
        let query: &[(&str, &str)] = match last_word(case) {
            "test_querystring_replace" | "test_querystring_remove_nonexistent" => &[("x", "y"), ("a", "b")],
            _ => &[],
        };
        let lists =
            query.iter().map(|(key, value)| Value::Tuple([Value::from(*key), Value::list([(*value).into()])].into()));
        Value::object(Self { query: Value::object(Query(Value::list(lists))) })
    }
}

impl Object for Request {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        if name == "GET" { Attribute::Value(self.query.clone()) } else { Attribute::Unknown }
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str("a request")
    }
}

#[derive(Debug)]
struct Query(Value);

impl Object for Query {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        if name == "lists" { Attribute::Value(self.0.clone()) } else { Attribute::Unknown }
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str("a query")
    }
}

/// The name of the test that a case was recorded in.
fn last_word(case: &Json) -> &str {
    case["test"].as_str().unwrap().rsplit('.').next().unwrap()
}

/// The engine of a case. Tests of `cache` see what the one before kept, so these have one engine.
fn engine(case: &Json, all: &BTreeMap<String, String>, of_caches: &mut BTreeMap<String, Engine>) -> Engine {
    let make = || {
        // What a case forgot to record is among the templates of the others.
        let mut table = all.clone();
        for (name, text) in case["templates"].as_object().unwrap() {
            table.insert(name.clone(), text.as_str().unwrap_or_default().to_owned());
        }
        Engine::new(options(case), Table(table), Libraries::compiled())
    };
    if case["test"].as_str().unwrap().contains(".CacheTagTests.") {
        let invalid = case["string_if_invalid"].as_str().unwrap().to_owned();
        of_caches.entry(invalid).or_insert_with(make).clone()
    } else {
        make()
    }
}

/// The page of a case, which waits for nothing.
fn rendered(case: &Json, engine: &Engine) -> Result<String> {
    let mut locale = locale(case["lang"].as_str().unwrap());
    locale.use_tz = case["use_tz"].as_bool().unwrap();
    locale.zone = Some(Zone::named(case["tz"].as_str().unwrap()).unwrap());
    let source = case["template"].as_str().unwrap();
    let context = value(&case["context"]);
    let context = if source.contains("querystring") {
        context.merged(&Value::map([("request", Request::of(case))]))
    } else {
        context
    };
    let page = engine.render_text("case", source, context, locale, case["autoescape"].as_bool().unwrap());
    match pin!(page).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(page) => page,
        Poll::Pending => panic!("the case waits"),
    }
}

/// What went wrong, in one line; nothing where a case passes.
fn failure(case: &Json, engine: &Engine) -> Option<String> {
    match (&case["error"], rendered(case, engine)) {
        (Json::Null, Ok(text)) if text == case["output"].as_str().unwrap() => None,
        (Json::Null, Ok(text)) => Some(format!("expected {:?}, found {text:?}", case["output"].as_str().unwrap())),
        (Json::Null, Err(error)) => Some(format!("expected {}, found the error {error}", case["output"])),
        (_, Err(_)) => None,
        (error, Ok(text)) => Some(format!("expected {error}, found {text:?}")),
    }
}

/// Python's JSON has numbers that JSON has not.
fn infinite(json: &str) -> String {
    json.replace(": Infinity", r#": {"$float": "inf"}"#)
}

/// Cases that do not pass, each with its reason.
const NAMED: &[(&str, &str)] = &[(
    "test_timeuntil10",
    "it was recorded with a clock that stood at noon in UTC for moments with a zone, and in Chicago for all others",
)];

/// Whether a case is left out, by the rules that stand above.
fn is_left_out(case: &Json, catalogs: &[PathBuf]) -> bool {
    let source = case["template"].as_str().unwrap();
    let loads = |name: &str| {
        let tags = source.split("{% load ").skip(1);
        tags.map(|rest| rest.split("%}").next().unwrap()).any(|tag| tag.split_whitespace().any(|word| word == name))
    };
    let is_foreign = case["libraries"].as_array().unwrap().iter().any(|name| loads(name.as_str().unwrap()));
    let is_translated = !case["lang"].as_str().unwrap().starts_with("en") && (source.contains("_(") || loads("i18n"));
    is_foreign || source.contains("{% url") || (is_translated && catalogs.is_empty())
}

/// The folders of Django's own catalogs, where the tests know an installed Django.
fn catalogs() -> Vec<PathBuf> {
    if !cfg!(feature = "everything-tested") {
        return Vec::new();
    }
    let python = std::env::var("RJANGO_TEST_PYTHON").expect("`scripts/test` sets `RJANGO_TEST_PYTHON`");
    let asked = std::process::Command::new(python).args(["-c", "import django; print(django.__path__[0])"]).output();
    let folder = String::from_utf8(asked.unwrap().stdout).unwrap();
    ["conf/locale", "contrib/auth/locale"].map(|locale| PathBuf::from(folder.trim()).join(locale)).to_vec()
}

#[test]
fn djangos_own_cases_pass() {
    let cases: Vec<Json> = serde_json::from_str(&infinite(include_str!("vectors/template.json"))).unwrap();
    let all: BTreeMap<String, String> = cases
        .iter()
        .flat_map(|case| case["templates"].as_object().unwrap())
        .map(|(name, text)| (name.clone(), text.as_str().unwrap_or_default().to_owned()))
        .collect();
    let mut settings = Settings::for_tests();
    settings.time_zone = Zone::named("America/Chicago").unwrap();
    settings.locale_paths = catalogs();
    let catalogs = settings.locale_paths.clone();
    let (mut failed, mut unneeded, mut count, mut named) = (Vec::new(), Vec::new(), 0, 0);
    let mut caches = BTreeMap::new();
    Arc::new(Site::new(settings)).enter(|| {
        for case in cases.iter().filter(|case| !is_left_out(case, &catalogs)) {
            count += 1;
            let failure = failure(case, &engine(case, &all, &mut caches));
            let is_named = NAMED.iter().any(|(test, _)| *test == last_word(case));
            match failure {
                Some(_) if is_named => named += 1,
                Some(what) => {
                    failed.push(format!("{} {} {}\n    {what}", case["test"], case["template"], case["context"]));
                }
                None if is_named => unneeded.push(last_word(case)),
                None => {}
            }
        }
    });
    assert!(failed.is_empty(), "{} of {count} failed:\n{}", failed.len(), failed.join("\n"));
    assert!(unneeded.is_empty(), "these pass, and are named as if they did not: {unneeded:?}");
    assert!(count > 780 && named * 50 < count, "{named} of {count} are named");
}
