//! The variables that every template of a request has: context processors, computed when a template asks.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minijinja::value::{Enumerator, Object, ObjectRepr, from_args};
use minijinja::{State, Value};
use rjango_core::{Error, Result};

use crate::BoxFuture;
use crate::middleware::csrf;
use crate::request::RequestState;

/// A variable of every template that is rendered for a request. A project's own is a function with `#[context_processor]`.
pub struct ContextProcessor {
    /// The app in `INSTALLED_APPS` that it belongs to; empty where it is always there.
    pub app: &'static str,
    /// The variable.
    pub name: &'static str,
    /// How its value is made; not before a template uses it, and once a page.
    pub load: ContextLoad,
}

/// How a context processor's value is made.
#[derive(Clone, Copy)]
pub enum ContextLoad {
    /// From what is at hand.
    Now(fn(&RequestState) -> Result<Value>),
    /// By a query or another wait. The page is rendered again when the value is there.
    Later(fn(RequestState) -> BoxFuture<'static, Result<Value>>),
}

inventory::collect!(ContextProcessor);

inventory::submit! {
    ContextProcessor { app: "", name: "csrf_token", load: ContextLoad::Now(|request| Ok(Value::from(csrf::get_token(request)?))) }
}

inventory::submit! {
    ContextProcessor {
        app: "",
        name: "csrf_input",
        load: ContextLoad::Now(|request| {
            let token = csrf::get_token(request)?;
            let field = csrf::FIELD;
            Ok(Value::from_safe_string(format!("<input type=\"hidden\" name=\"{field}\" value=\"{token}\">")))
        }),
    }
}

inventory::submit! {
    ContextProcessor { app: "", name: "debug", load: ContextLoad::Now(|request| Ok(Value::from(request.settings().debug && request.is_internal()))) }
}

inventory::submit! {
    ContextProcessor {
        app: "",
        name: "LANGUAGE_CODE",
        load: ContextLoad::Now(|request| Ok(Value::from(request.language_code()))),
    }
}

/// Whether a crate of the framework makes this variable.
pub(super) fn is_frameworks(name: &str) -> bool {
    inventory::iter::<ContextProcessor>.into_iter().any(|processor| processor.name == name)
}

/// A view's context with the processors' variables behind it.
#[derive(Clone)]
pub(super) struct RequestContext(Arc<Inner>);

struct Inner {
    request: RequestState,
    own: Value,
    work: Mutex<Work>,
}

#[derive(Default)]
struct Work {
    loaded: HashMap<&'static str, Value>,
    needs: Vec<&'static ContextProcessor>,
    failure: Option<Error>,
}

impl RequestContext {
    pub(super) fn new(request: RequestState, own: Value) -> Self {
        Self(Arc::new(Inner { request, own, work: Mutex::default() }))
    }

    pub(super) fn value(&self) -> Value {
        Value::from_object(Root(self.clone()))
    }

    pub(super) fn has_needs(&self) -> bool {
        !self.work().needs.is_empty()
    }

    pub(super) fn take_failure(&self) -> Option<Error> {
        self.work().failure.take()
    }

    pub(super) async fn load_needs(&self) -> Result<()> {
        let needs = std::mem::take(&mut self.work().needs);
        for processor in needs {
            let ContextLoad::Later(load) = processor.load else { continue };
            let value = load(self.0.request.clone()).await?;
            self.work().loaded.insert(processor.name, value);
        }
        Ok(())
    }

    fn work(&self) -> MutexGuard<'_, Work> {
        self.0.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, name: &str) -> Option<Value> {
        if let Ok(value) = self.0.own.get_attr(name)
            && !value.is_undefined()
        {
            return Some(value);
        }
        if name == "request" {
            return Some(Value::from_object(RequestObject(self.clone())));
        }
        self.processed(name)
    }

    fn processed(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.work().loaded.get(name) {
            return Some(value.clone());
        }
        let installed = &self.0.request.settings().installed_apps;
        let processor = inventory::iter::<ContextProcessor>.into_iter().find(|processor| {
            processor.name == name && (processor.app.is_empty() || installed.iter().any(|app| app == processor.app))
        });
        let processor = processor.or_else(|| super::own::processor(name))?;
        match processor.load {
            ContextLoad::Now(load) => match load(&self.0.request) {
                Ok(value) => {
                    self.work().loaded.insert(processor.name, value.clone());
                    Some(value)
                }
                Err(error) => {
                    self.work().failure.get_or_insert(error);
                    None
                }
            },
            ContextLoad::Later(_) => {
                let mut work = self.work();
                if !work.needs.iter().any(|need| need.name == processor.name) {
                    work.needs.push(processor);
                }
                Some(Value::from_object(Pending))
            }
        }
    }
}

/// The outermost scope of a template.
struct Root(RequestContext);

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the context")
    }
}

impl Object for Root {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.0.get(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.0.get(key)
    }

    /// The view's own variables alone: to list the others would load them.
    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match self.0.0.own.try_iter() {
            Ok(names) => Enumerator::Values(names.collect()),
            Err(_) => Enumerator::Empty,
        }
    }
}

/// Stands for a value that is being loaded. What is rendered with it is thrown away.
#[derive(Debug)]
struct Pending;

impl Object for Pending {
    fn get_value(self: &Arc<Self>, _: &Value) -> Option<Value> {
        Some(Value::from_dyn_object(Arc::clone(self)))
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, _: &[Value]) -> Result<Value, minijinja::Error> {
        Ok(Value::from_dyn_object(Arc::clone(self)))
    }

    fn call_method(self: &Arc<Self>, _: &mut State<'_, '_>, _: &str, _: &[Value]) -> Result<Value, minijinja::Error> {
        Ok(Value::from_dyn_object(Arc::clone(self)))
    }

    fn render(self: &Arc<Self>, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

/// `request` in a template. `request.user` and its like are the context processors' variables.
struct RequestObject(RequestContext);

impl fmt::Debug for RequestObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0.0.request, f)
    }
}

impl Object for RequestObject {
    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let request = &self.0.0.request;
        Some(match key {
            "path" => Value::from(request.path()),
            "path_info" => Value::from(request.path_info()),
            "method" => Value::from(request.method().as_str()),
            "scheme" => Value::from(request.scheme()),
            "host" => Value::from(request.host()),
            "GET" => pairs(request.query().iter()),
            "COOKIES" => pairs(request.cookies().iter()),
            "LANGUAGE_CODE" => Value::from(request.language_code()),
            "resolver_match" => {
                let matched = request.resolver_match()?;
                Value::from_pairs([
                    ("url_name", Value::from(matched.url_name())),
                    ("view_name", Value::from(matched.view_name())),
                    ("app_name", Value::from(matched.app_name())),
                    ("namespace", Value::from(matched.namespace())),
                    ("route", Value::from(matched.route())),
                    ("kwargs", pairs(matched.kwargs())),
                ])
            }
            other => return self.0.processed(other),
        })
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, minijinja::Error> {
        let request = &self.0.0.request;
        match method {
            "get_full_path" => Ok(Value::from(request.full_path())),
            "is_secure" => Ok(Value::from(request.is_secure())),
            "get_host" => request.get_host().map(Value::from).map_err(super::error::inside),
            "build_absolute_uri" => {
                let (location,): (Option<&str>,) = from_args(args)?;
                request.build_absolute_uri(location).map(Value::from).map_err(super::error::inside)
            }
            _ => Err(minijinja::Error::from(minijinja::ErrorKind::UnknownMethod)),
        }
    }
}

/// Names and their last values.
fn pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Value {
    Value::from_pairs(pairs.map(|(name, value)| (name.to_owned(), Value::from(value))))
}
