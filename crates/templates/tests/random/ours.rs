//! The same case in our engine.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rjango_core::timezone::Zone;
use rjango_core::{Error, ErrorKind, Result, Settings, Site};
use rjango_templates::{
    Attribute, Engine, Formats, Libraries, Loader, Locale, Map, Object, Options, Source, Str, Value,
};
use serde_json::Value as Json;

use crate::case::{Case, Page};

/// Two sites that differ in whether they group digits. They have the catalogs of these folders.
pub struct Ours {
    plain: Arc<Site>,
    grouped: Arc<Site>,
}

/// What Python's `quote` leaves as it is.
const QUOTED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'.').remove(b'-').remove(b'~').remove(b'/');

impl Ours {
    pub fn new(catalogs: &[PathBuf]) -> Self {
        let site = |grouped| {
            let mut settings = Settings::for_tests();
            settings.time_zone = Zone::named("Europe/Berlin").unwrap();
            settings.locale_paths = catalogs.to_vec();
            settings.use_thousand_separator = grouped;
            Arc::new(Site::new(settings))
        };
        Self { plain: site(false), grouped: site(true) }
    }

    /// What is wrong with the texts of these templates.
    #[allow(dead_code)] // Not each test needs it.
    pub fn mistakes(&self, templates: &[(String, String)]) -> Vec<String> {
        self.plain.enter(|| {
            let engine = Engine::new(options(""), Table(templates.to_vec()), Libraries::compiled());
            templates
                .iter()
                .filter_map(|(name, _)| engine.check(name).err())
                .map(|error| format!("{error:?}"))
                .collect()
        })
    }

    /// Our page, or our error. A panic is neither.
    pub fn page(&self, case: &Case) -> Page {
        let site = if case.grouped { &self.grouped } else { &self.plain };
        match catch_unwind(AssertUnwindSafe(|| site.enter(|| page(case)))) {
            Ok(page) => page.map_err(|error| match error.hint() {
                Some(hint) => format!("{error} ({hint})"),
                None => error.to_string(),
            }),
            Err(panic) => Ok(format!("panicked: {:?}", panic.downcast_ref::<String>())),
        }
    }
}

fn options(invalid: &str) -> Options {
    Options {
        is_strict: false,
        reloads: false,
        debug: false,
        string_if_invalid: invalid.to_owned(),
        reverse,
        static_url: |path| Ok(format!("/static/{}", utf8_percent_encode(path, QUOTED))),
        static_prefix: "/static/".into(),
        media_prefix: "/media/".into(),
        languages: [("en", "English"), ("de", "German"), ("fr", "French")]
            .map(|(code, name)| (code.to_owned(), name.to_owned()))
            .to_vec(),
        locale: Arc::new(locale),
    }
}

fn page(case: &Case) -> Result<String> {
    let engine = Engine::new(options(&case.invalid), Table(case.templates.clone()), Libraries::compiled());
    let mut locale = locale(&case.language);
    locale.zone = Some(Zone::named(&case.zone)?);
    let context = Value::map(case.context.iter().map(|(name, given)| (name.as_str(), value(given))));
    let page = engine.render("main", context, locale, case.autoescape);
    match pin!(page).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(page) => page,
        Poll::Pending => panic!("the case waits"),
    }
}

/// As `ask.py` has it.
fn reverse(name: &str, positional: Vec<Value>, mut named: Vec<(Str, Value)>) -> Result<String> {
    if matches!(name, "" | "nowhere") {
        return Err(Error::new(ErrorKind::Other, format!("no route `{name}`")));
    }
    named.sort_by(|(left, _), (right, _)| left.cmp(right));
    let mut parts = vec![name.to_owned()];
    parts.extend(positional.iter().map(|value| value.text().into_owned()));
    parts.extend(named.iter().map(|(name, value)| format!("{name}={}", value.text())));
    Ok(format!("/{}", parts.join("/")))
}

fn locale(language: &str) -> Locale {
    let site = Site::current().unwrap();
    Locale {
        language: language.into(),
        formats: Formats::of_site(language, site.settings()),
        zone: Some(site.settings().time_zone),
        // The time of `ask.py`.
        clock: || "2026-11-30T05:54:55.902Z".parse().unwrap(),
        ..Locale::english()
    }
}

struct Table(Vec<(String, String)>);

impl Loader for Table {
    fn load(&self, name: &str, skip: &[Str]) -> Result<Option<Source>> {
        let found = self.0.iter().find(|(own, _)| own == name && !skip.iter().any(|origin| **origin == *name));
        Ok(found
            .map(|(name, text)| Source { text: Cow::Owned(text.clone().into_bytes()), origin: name.as_str().into() }))
    }

    fn stamp(&self, _: &str, _: &[Str]) -> Option<String> {
        None
    }

    fn names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| name.clone()).collect()
    }

    fn places(&self) -> Vec<String> {
        vec!["the case".to_owned()]
    }
}

/// The value of a tagged JSON.
fn value(json: &Json) -> Value {
    let Json::Object(pairs) = json else {
        return match json {
            Json::Array(items) => items.iter().map(value).collect(),
            other => Value::from(other),
        };
    };
    let (kind, inner) = pairs.iter().next().unwrap();
    let text = || inner.as_str().unwrap();
    let items = || inner.as_array().unwrap().iter();
    match kind.as_str() {
        "$safe" => Value::safe(text()),
        "$d" => text().parse::<NaiveDate>().unwrap().into(),
        "$t" => text().parse::<NaiveTime>().unwrap().into(),
        "$dt" => match text().parse::<NaiveDateTime>() {
            Ok(naive) => naive.into(),
            Err(_) => text().parse::<DateTime<Utc>>().unwrap().into(),
        },
        "$td" => TimeDelta::microseconds(inner.as_i64().unwrap()).into(),
        "$dec" => Value::Decimal(text().parse().unwrap()),
        "$f" => Value::Float(text().parse().unwrap()),
        "$int" => Value::int(text().parse().unwrap()),
        "$uuid" => Value::Uuid(text().parse().unwrap()),
        "$bytes" => {
            let pairs = text().as_bytes().chunks(2);
            let bytes = pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap());
            Value::Bytes(bytes.collect())
        }
        "$tuple" => Value::Tuple(items().map(value).collect()),
        "$map" => Value::from(items().map(|pair| (value(&pair[0]), value(&pair[1]))).collect::<Map>()),
        "$row" => {
            let attributes = items().map(|pair| (pair[0].as_str().unwrap().to_owned(), value(&pair[1])));
            Value::object(Row(attributes.collect()))
        }
        "$request" => {
            let lists = items().map(|pair| Value::Tuple([value(&pair[0]), value(&pair[1])].into()));
            Value::object(Request(Value::object(Query(Value::list(lists)))))
        }
        other => panic!("a value of the kind `{other}` is not known"),
    }
}

/// What a project's own object is here: attributes, a method, and a text of its own.
struct Row(Vec<(String, Value)>);

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

impl Row {
    fn own(&self, name: &str) -> Option<Value> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
    }

    fn text(&self) -> String {
        self.own("name").map_or_else(String::new, |name| name.text().into_owned())
    }
}

impl Object for Row {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn type_name(&self) -> &str {
        "Row"
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        match self.own(name) {
            Some(value) => Attribute::Value(value),
            None if name == "shout" => Attribute::Value((self.text().to_uppercase() + "!").into()),
            None => Attribute::Unknown,
        }
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(&self.text())
    }

    fn repr(&self) -> String {
        format!("<Row: {}>", self.text())
    }
}

/// A request: it has its query.
#[derive(Debug)]
struct Request(Value);

impl Object for Request {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        if name == "GET" { Attribute::Value(self.0.clone()) } else { Attribute::Unknown }
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str("<Request>")
    }
}

/// The query of a request: the values of each key.
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
