//! Pages that wait: dropped halfway, and two of one template at once.

use std::any::Any;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use rjango_core::Result;
use rjango_templates::{Attribute, BoxFuture, Locale, Object, Value};

use crate::site::{Files, engine};

/// A row whose attributes come after a time: each is asked for twice before it is there.
#[derive(Debug)]
struct Slow {
    name: &'static str,
    held: Arc<AtomicUsize>,
}

/// Waits once, and counts how many wait.
struct Once {
    value: Option<Value>,
    has_waited: bool,
    held: Arc<AtomicUsize>,
}

impl Once {
    fn new(value: Value, held: &Arc<AtomicUsize>) -> Self {
        held.fetch_add(1, Ordering::SeqCst);
        Self { value: Some(value), has_waited: false, held: Arc::clone(held) }
    }
}

impl Drop for Once {
    fn drop(&mut self) {
        self.held.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Future for Once {
    type Output = Result<Value>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.has_waited {
            return Poll::Ready(Ok(self.value.take().unwrap_or_default()));
        }
        self.has_waited = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Object for Slow {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        match name {
            "name" => Attribute::Later(Box::pin(Once::new(self.name.into(), &self.held))),
            "rows" => Attribute::Later(Box::pin(Once::new(Value::list([1.into(), 2.into()]), &self.held))),
            _ => Attribute::Unknown,
        }
    }

    fn load(&self) -> Option<BoxFuture<'_, Result<()>>> {
        let once = Once::new(Value::None, &self.held);
        Some(Box::pin(async move { once.await.map(drop) }))
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(self.name)
    }
}

const TEXT: &str = "{% extends 'base.html' %}{% block a %}{{ block.super }}{% for x in row.rows %}{% cycle row.name 'b' %}\
    {% filter upper %}{{ row.name }}{% if row %}{{ row }}{% endif %}{% endfilter %}{% ifchanged row.name %}!{% endifchanged %}\
    {% include 'part.html' with y=row.name only %}{% endfor %}{% endblock %}";

fn files() -> Files {
    Files::new(&[
        ("page.html", TEXT),
        ("base.html", "<{% block a %}{{ row.name }}{% endblock %}>"),
        ("part.html", "({{ y|lower }})"),
    ])
}

fn context(name: &'static str, held: &Arc<AtomicUsize>) -> Value {
    Value::map([("row", Value::object(Slow { name, held: Arc::clone(held) }))])
}

const PAGE: &str = "<TeaTeaTEATEA!(tea)bTEATEA(tea)>";

#[test]
fn a_page_that_is_dropped_at_any_wait_gives_back_what_it_held() {
    let engine = engine(files(), true);
    let held = Arc::new(AtomicUsize::new(0));
    let mut polls = 0;
    loop {
        polls += 1;
        let mut page = Box::pin(engine.render("page.html", context("Tea", &held), Locale::english(), true));
        let ended = (0..polls).find_map(|_| match page.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(page) => Some(page.unwrap()),
            Poll::Pending => None,
        });
        drop(page);
        assert_eq!(held.load(Ordering::SeqCst), 0, "after {polls} polls");
        if let Some(page) = ended {
            assert_eq!(page, PAGE);
            break;
        }
    }
    assert!(polls > 10, "{polls}");
}

#[test]
fn two_pages_of_one_template_do_not_meet() {
    let engine = engine(files(), true);
    let held = Arc::new(AtomicUsize::new(0));
    let mut pages =
        ["Tea", "Pie"].map(|name| Box::pin(engine.render("page.html", context(name, &held), Locale::english(), true)));
    let mut made = [None, None];
    while made.iter().any(Option::is_none) {
        for (page, made) in pages.iter_mut().zip(&mut made).filter(|(_, made)| made.is_none()) {
            if let Poll::Ready(page) = page.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                *made = Some(page.unwrap());
            }
        }
    }
    assert_eq!(made[0].as_deref(), Some(PAGE));
    assert_eq!(
        made[1].as_deref(),
        Some(PAGE.replace("Tea", "Pie").replace("TEA", "PIE").replace("tea", "pie").as_str())
    );
}

#[test]
fn threads_render_one_template_at_once() {
    let engine = engine(files(), true);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let held = Arc::new(AtomicUsize::new(0));
                    let mut page = Box::pin(engine.render("page.html", context("Tea", &held), Locale::english(), true));
                    let page = loop {
                        if let Poll::Ready(page) = page.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                            break page;
                        }
                    };
                    assert_eq!(page.unwrap(), PAGE);
                }
            });
        }
    });
}
