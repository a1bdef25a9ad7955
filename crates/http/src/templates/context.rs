//! The variables that every template of a request has: context processors, computed when a template asks.

use std::any::Any;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rjango_core::Result;
use rjango_templates::{Attribute, Object, Shape, Value, escape};

use super::request::RequestObject;
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
    /// By a query or another wait.
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
            let token = escape(&csrf::get_token(request)?);
            let field = csrf::FIELD;
            Ok(Value::safe(format!("<input type=\"hidden\" name=\"{field}\" value=\"{token}\">")))
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
        load: ContextLoad::Now(|_| Ok(Value::from(rjango_core::translation::get_language()))),
    }
}

inventory::submit! {
    ContextProcessor {
        app: "",
        name: "TIME_ZONE",
        load: ContextLoad::Now(|_| Ok(Value::from(rjango_core::timezone::current().name()))),
    }
}

/// Whether a crate of the framework makes this variable.
pub(super) fn is_frameworks(name: &str) -> bool {
    inventory::iter::<ContextProcessor>.into_iter().any(|processor| processor.name == name)
}

/// A view's context with the processors' variables behind it.
pub(super) fn root(request: RequestState, own: Value) -> Value {
    Value::object(Root { own, variables: Arc::new(Variables { request, kept: Mutex::default() }) })
}

/// What context processors make of a request. Each is made once a page.
pub(super) struct Variables {
    pub(super) request: RequestState,
    kept: Mutex<HashMap<&'static str, Value>>,
}

impl Variables {
    fn kept(&self, name: &str) -> Option<Value> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Remembers a value; of two that were made at once the first one stays.
    fn keep(&self, name: &'static str, value: Value) -> Value {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_insert(value).clone()
    }

    /// The variable of a processor.
    pub(super) fn processed(&self, name: &str) -> Attribute<'_> {
        if let Some(value) = self.kept(name) {
            return Attribute::Value(value);
        }
        let installed = &self.request.settings().installed_apps;
        let processor = inventory::iter::<ContextProcessor>.into_iter().find(|processor| {
            processor.name == name && (processor.app.is_empty() || installed.iter().any(|app| app == processor.app))
        });
        let Some(processor) = processor.or_else(|| super::own::processor(name)) else { return Attribute::Unknown };
        match processor.load {
            ContextLoad::Now(load) => match load(&self.request) {
                Ok(value) => Attribute::Value(self.keep(processor.name, value)),
                Err(error) => Attribute::Refused(error),
            },
            ContextLoad::Later(load) => {
                let load = load(self.request.clone());
                Attribute::Later(Box::pin(async move { Ok(self.keep(processor.name, load.await?)) }))
            }
        }
    }

    /// The names of the variables that there are.
    pub(super) fn processor_names(&self) -> impl Iterator<Item = &'static str> {
        let installed = &self.request.settings().installed_apps;
        let frameworks = inventory::iter::<ContextProcessor>
            .into_iter()
            .filter(move |processor| processor.app.is_empty() || installed.iter().any(|app| app == processor.app));
        frameworks.map(|processor| processor.name).chain(super::own::processor_names())
    }
}

/// The outermost scope of a template.
struct Root {
    own: Value,
    variables: Arc<Variables>,
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

impl Object for Root {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn shape(&self) -> Shape {
        Shape::Mapping
    }

    fn type_name(&self) -> &str {
        "context"
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        if let Value::Map(own) = &self.own
            && let Some(value) = own.get(name)
        {
            return Attribute::Value(value.clone());
        }
        if name == "request" {
            return Attribute::Value(Value::object(RequestObject(Arc::clone(&self.variables))));
        }
        self.variables.processed(name)
    }

    /// The view's own variables alone: to list the others would load them.
    fn attribute_names(&self) -> Vec<Cow<'_, str>> {
        match &self.own {
            Value::Map(own) => own.iter().map(|(name, _)| name.text()).collect(),
            _ => Vec::new(),
        }
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str("the context")
    }
}
