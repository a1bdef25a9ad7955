//! Our engine.

use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use rjango_core::{Error, ErrorKind};
use rjango_templates::{Engine, Libraries, Loader, Locale, Options, Source, Str, Value};

use crate::Result;
use crate::contexts::{COLUMNS, admin_url, products};

struct Folder(PathBuf);

impl Loader for Folder {
    fn load(&self, name: &str, _: &[Str]) -> rjango_core::Result<Option<Source>> {
        let text = std::fs::read(self.0.join(name)).map_err(|error| Error::new(ErrorKind::Other, error.to_string()))?;
        Ok(Some(Source { text: text.into(), origin: name.into() }))
    }

    fn stamp(&self, _: &str, _: &[Str]) -> Option<String> {
        None
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    fn places(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The engine with the contexts of both pages.
pub struct Pages {
    engine: Engine,
    list: Value,
    changes: Value,
}

impl Pages {
    pub fn new() -> Result<Self> {
        let options = Options {
            is_strict: false,
            reloads: false,
            debug: false,
            string_if_invalid: String::new(),
            reverse: |_, positional, _| {
                let pk = positional.first().map(Value::text).unwrap_or_default();
                Ok(format!("/products/{pk}/"))
            },
            static_url: |path| Ok(format!("/static/{path}")),
            static_prefix: "/static/".into(),
            media_prefix: "/media/".into(),
            languages: Vec::new(),
            locale: Arc::new(|_| Locale::english()),
        };
        let folder = Folder(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/pages")));
        let list = products(20).into_iter().map(|product| {
            Value::map([
                ("pk", product.pk.into()),
                ("name", product.name.into()),
                ("price", product.price.into()),
                ("category", Value::map([("name", Value::from(product.category))])),
            ])
        });
        let rows = products(100).into_iter().map(|product| {
            let values: [Value; 6] = [
                product.name.into(),
                product.price.into(),
                product.stock.into(),
                product.added.into(),
                product.category.into(),
                product.note.into(),
            ];
            let cells = COLUMNS
                .iter()
                .zip(values)
                .map(|(name, value)| Value::map([("name", Value::from(*name)), ("value", value)]));
            Value::map([("url", Value::from(admin_url(product.pk))), ("cells", Value::list(cells))])
        });
        let changes = Value::map([
            ("title", Value::from("Products")),
            ("headers", COLUMNS.iter().copied().collect()),
            ("rows", Value::list(rows)),
        ]);
        Ok(Self {
            engine: Engine::new(options, folder, Libraries::compiled()),
            list: Value::map([("products", Value::list(list))]),
            changes,
        })
    }

    pub fn product_list(&self) -> Result<String> {
        self.render("product_list.html", &self.list)
    }

    pub fn change_list(&self) -> Result<String> {
        self.render("change_list.html", &self.changes)
    }

    fn render(&self, name: &str, context: &Value) -> Result<String> {
        let page = pin!(self.engine.render(name, context.clone(), Locale::english(), true));
        match page.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(page) => page.map_err(|error| format!("{error:?}").into()),
            Poll::Pending => Err("the page waits".into()),
        }
    }
}
