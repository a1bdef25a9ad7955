//! A site of templates that stand in memory.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use rjango_core::{Error, ErrorKind, Result};
use rjango_templates::{Attribute, Engine, Libraries, Loader, Locale, Object, Options, Source, Str, Value};

/// A file's name and its bytes.
type File = (String, Vec<u8>);

/// Templates by name. Whoever holds a clone can change them.
#[derive(Clone, Default)]
pub struct Files(Arc<Mutex<Vec<File>>>);

impl Files {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let own = Self::default();
        for (name, text) in files {
            own.write(name, text.as_bytes());
        }
        own
    }

    pub fn write(&self, name: &str, text: &[u8]) {
        let mut files = self.0.lock().unwrap();
        files.retain(|(own, _)| own != name);
        files.push((name.to_owned(), text.to_vec()));
    }
}

impl Loader for Files {
    fn load(&self, name: &str, skip: &[Str]) -> Result<Option<Source>> {
        let files = self.0.lock().unwrap();
        let found = files.iter().find(|(own, _)| own == name && !skip.iter().any(|origin| **origin == *name));
        Ok(found.map(|(name, text)| Source { text: Cow::Owned(text.clone()), origin: name.as_str().into() }))
    }

    fn stamp(&self, name: &str, _: &[Str]) -> Option<String> {
        let files = self.0.lock().unwrap();
        files.iter().find(|(own, _)| own == name).map(|(_, text)| format!("{} {:?}", text.len(), text.get(..20)))
    }

    fn names(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|(name, _)| name.clone()).collect()
    }

    fn places(&self) -> Vec<String> {
        vec!["memory".to_owned()]
    }
}

pub fn engine(loader: impl Loader + 'static, is_strict: bool) -> Engine {
    let options = Options {
        is_strict,
        reloads: true,
        debug: false,
        string_if_invalid: String::new(),
        reverse: |name, _, _| Err(Error::new(ErrorKind::Other, format!("no route is named `{name}`"))),
        static_url: |path| Ok(format!("/static/{path}")),
        static_prefix: "/static/".into(),
        media_prefix: "/media/".into(),
        languages: Vec::new(),
        locale: Arc::new(|_| Locale::english()),
    };
    Engine::new(options, loader, Libraries::compiled())
}

/// What a future that waits for nothing gives.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

/// The page of a text over these values.
pub fn page(text: &str, context: Value) -> Result<String> {
    of_files(&[("page.html", text)], context)
}

/// The page of `page.html`, or of the first file.
pub fn of_files(files: &[(&str, &str)], context: Value) -> Result<String> {
    now(engine(Files::new(files), true).render(files[0].0, context, Locale::english(), true))
}

/// The whole of an error as a terminal shows it.
pub fn told(page: Result<String>) -> String {
    match page {
        Ok(page) => format!("a page: {page}"),
        Err(error) => {
            assert!(error.place().is_some(), "without a place: {error:?}");
            format!("{error:?}\n")
        }
    }
}

/// The first line of an error, with its place.
pub fn first_line(page: Result<String>) -> String {
    told(page).lines().next().unwrap_or_default().to_owned()
}

/// Runs something that must not take long, on any machine.
#[track_caller]
pub fn soon<T>(what: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let made = what();
    let taken = began.elapsed();
    assert!(taken < Duration::from_secs(20), "it took {taken:?}");
    made
}

pub fn nothing() -> Value {
    Value::map(Vec::<(&str, Value)>::new())
}

/// A row of a project's own: it knows its name and its price.
#[derive(Debug)]
pub struct Product;

impl Object for Product {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn type_name(&self) -> &str {
        "Product"
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        match name {
            "name" => Attribute::Value("Tea".into()),
            "price" => Attribute::Value(3.into()),
            "delete" => Attribute::Refused(
                Error::new(ErrorKind::Template, "`delete` changes rows, and a template may not call it")
                    .with_hint("call it in the view"),
            ),
            _ => Attribute::Unknown,
        }
    }

    fn attribute_names(&self) -> Vec<Cow<'_, str>> {
        vec!["name".into(), "price".into()]
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str("Tea")
    }
}
