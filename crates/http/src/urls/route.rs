//! Routes and their tree, as the project writes them.

use std::panic::Location;
use std::sync::{Arc, OnceLock};

use rjango_core::{Error, Result};

use super::check::{self, UrlMistake};
use super::resolver::Resolver;
use crate::view::{AnyConverter, BoxView, Converter, View};
use crate::{Request, Response};

/// A URL configuration: routes in order, for [`urls!`](crate::urls!) to make and for a site to hold.
pub struct Urls {
    pub(super) routes: Vec<Route>,
    pub(super) app_name: Option<String>,
    pub(super) instance: Option<String>,
    pub(super) converters: Vec<(String, Arc<dyn AnyConverter>)>,
    pub(super) handlers: Vec<(u16, BoxView)>,
    compiled: OnceLock<std::result::Result<Resolver, Vec<UrlMistake>>>,
}

impl Urls {
    /// A configuration of these routes.
    pub fn new(routes: Vec<Route>) -> Self {
        Self {
            routes,
            app_name: None,
            instance: None,
            converters: Vec::new(),
            handlers: Vec::new(),
            compiled: OnceLock::new(),
        }
    }

    /// Puts the names of these routes into the app's namespace: Django's `app_name`.
    #[must_use]
    pub fn namespace(mut self, app_name: impl Into<String>) -> Self {
        self.app_name = Some(app_name.into());
        self
    }

    /// Names this inclusion of an app that is included more than once: Django's `include(..., namespace=)`.
    #[must_use]
    pub fn instance(mut self, namespace: impl Into<String>) -> Self {
        self.instance = Some(namespace.into());
        self
    }

    /// Makes an own converter usable as `<name:...>` in these routes and those that they include.
    #[must_use]
    pub fn converter(mut self, name: impl Into<String>, converter: impl Converter) -> Self {
        self.converters.push((name.into(), Arc::new(converter)));
        self
    }

    /// The view that makes the page for a status of 400, 403, 404 or 500: Django's `handler404` and its siblings. Only
    /// the outermost configuration's handlers count. The error is in the request's
    /// [`extensions`](Request::extensions) as [`Arc<Error>`](Error); the response keeps its own status.
    #[must_use]
    pub fn handler<F, Answer>(mut self, status: u16, view: F) -> Self
    where
        F: Fn(Request) -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result<Response>> + Send + 'static,
    {
        self.handlers.push((status, view.into_view()));
        self
    }

    /// Adds the routes of another configuration at the end.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        self.routes.extend(more.routes);
        self.converters.extend(more.converters);
        self
    }

    /// Every mistake in the configuration: patterns that do not parse, converters that do not exist, captures that do
    /// not fit their views, names that cannot be reversed.
    pub fn check(&self) -> Vec<UrlMistake> {
        match self.compiled() {
            Ok(_) => Vec::new(),
            Err(mistakes) => mistakes.clone(),
        }
    }

    /// The compiled form; made on the first call.
    ///
    /// # Errors
    /// `ImproperlyConfigured` with every mistake that [`check`](Self::check) finds.
    pub fn resolver(&self) -> Result<&Resolver> {
        self.compiled().as_ref().map_err(|mistakes| check::as_error(mistakes))
    }

    fn compiled(&self) -> &std::result::Result<Resolver, Vec<UrlMistake>> {
        self.compiled.get_or_init(|| Resolver::new(self))
    }
}

/// One pattern and where it leads.
pub struct Route {
    pub(super) pattern: String,
    pub(super) is_regex: bool,
    pub(super) target: Target,
    pub(super) name: Option<String>,
    pub(super) extra: Vec<(String, String)>,
    pub(super) place: &'static Location<'static>,
}

impl Route {
    /// Names the route, for [`reverse`](crate::reverse).
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Hands the view one more argument, after those captured from the path.
    #[must_use]
    pub fn extra(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.extra.push((name.into(), value.into()));
        self
    }
}

/// Where a route leads.
pub enum Target {
    /// To a view.
    View(BoxView),
    /// To more routes.
    Include(Box<Urls>),
}

/// What [`path`] takes: a view, or the routes of an app.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a view nor `Urls`",
    note = "a view is `async fn(Request, captures...)` or `fn(Request, captures...)` and returns `Response`, \
            `Result<Response>`, text or a status; up to four captures are integers, `String` or `Uuid`"
)]
pub trait IntoTarget<Kind> {
    /// The target.
    fn into_target(self) -> Target;
}

/// The kind of a view among targets.
pub struct ViewTarget<Kind>(std::marker::PhantomData<Kind>);

impl<Kind, V: View<Kind>> IntoTarget<ViewTarget<Kind>> for V {
    fn into_target(self) -> Target {
        Target::View(self.into_view())
    }
}

impl IntoTarget<()> for Urls {
    fn into_target(self) -> Target {
        Target::Include(Box::new(self))
    }
}

/// A route by Django's path syntax: `products/<int:pk>/`, relative to what includes it, without a leading slash.
#[track_caller]
pub fn path<Kind>(route: impl Into<String>, target: impl IntoTarget<Kind>) -> Route {
    Route {
        pattern: route.into(),
        is_regex: false,
        target: target.into_target(),
        name: None,
        extra: Vec::new(),
        place: Location::caller(),
    }
}

/// A route by a regular expression, in the syntax of the `regex` crate.
///
/// DIFFERENCE: back references and look-around, which Python has, do not exist there; `check` names such a pattern.
#[track_caller]
pub fn re_path<Kind>(regex: impl Into<String>, target: impl IntoTarget<Kind>) -> Route {
    Route {
        pattern: regex.into(),
        is_regex: true,
        target: target.into_target(),
        name: None,
        extra: Vec::new(),
        place: Location::caller(),
    }
}

/// The routes of an app, under what `path` says. It changes nothing; it is there to be read.
pub fn include(urls: Urls) -> Urls {
    urls
}

/// Mounts an axum router under a path without captures: it sees the path after `prefix`, runs inside the middleware
/// and the site, and finds the [`RequestState`](crate::RequestState) in the request's extensions.
///
/// ```
/// use rjango_http::{Urls, urls, urls::mount};
///
/// fn urlpatterns(api: axum::Router) -> Urls {
///     urls![mount("api/", api)]
/// }
/// # assert!(urlpatterns(axum::Router::new()).check().is_empty());
/// ```
#[track_caller]
pub fn mount(prefix: impl Into<String>, router: axum::Router) -> Route {
    let prefix = prefix.into();
    let view = crate::view::mounted(router, prefix.clone());
    let everything = Route {
        pattern: "(?s).*".to_owned(),
        is_regex: true,
        target: Target::View(view),
        name: None,
        extra: Vec::new(),
        place: Location::caller(),
    };
    path(prefix, Urls::new(vec![everything]))
}

impl From<&UrlMistake> for Error {
    fn from(mistake: &UrlMistake) -> Self {
        let error = Self::improperly_configured(mistake.message.clone());
        let error = match &mistake.hint {
            Some(hint) => error.with_hint(hint.clone()),
            None => error,
        };
        error.at(mistake.file.clone(), mistake.line, mistake.column)
    }
}
