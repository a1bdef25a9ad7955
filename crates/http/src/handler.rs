//! A site that answers: the onion, the URLs and the parts, checked once and shared by every request.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use http::{Method, Version};
use rjango_core::named::{Checked, Named};
use rjango_core::{Active, Error, Result, Settings, Site};
use tracing::Instrument as _;

use crate::abandoned::Abandoned;
use crate::health::Health;
use crate::middleware::{MiddlewareEntry, Onion};
use crate::request::RequestState;
use crate::templates::{self, Templates};
use crate::{Request, Response, Urls, error_pages, logging, middleware};

/// Answers requests for a site. Cheap to clone.
///
/// A request with an unsafe method, such as POST, runs to its end on a task of its own, whether its client stays or not:
/// dropping the future of [`handle`](Self::handle) does not end it. The settings bound how long it may run once its client has
/// gone, and how many such requests may run. Other requests end with the future.
#[derive(Clone)]
pub struct Handler {
    inner: Arc<Inner>,
    log: Option<Arc<Log>>,
    access: bool,
}

struct Inner {
    site: Arc<Site>,
    onion: Arc<Onion>,
    abandoned: Arc<Abandoned>,
    health: Health,
}

type Log = dyn Fn(&RequestLog) + Send + Sync;

/// One answered request, for a log line.
#[derive(Debug, Clone)]
pub struct RequestLog {
    /// The method.
    pub method: Method,
    /// The target as it came: path and query.
    pub target: String,
    /// The status of the answer.
    pub status: u16,
    /// The length of the body, where it is no stream.
    pub length: Option<u64>,
    /// How long the answer took to make; a streaming body is not in it.
    pub duration: Duration,
    /// The protocol: `HTTP/1.1`.
    pub version: Version,
}

impl RequestLog {
    fn of(request: &RequestState, response: &Response, duration: Duration) -> Self {
        Self {
            method: request.method().clone(),
            target: request.uri().path_and_query().map_or_else(String::new, ToString::to_string),
            status: response.status().as_u16(),
            length: response.body().bytes().map(|bytes| bytes.len() as u64),
            duration,
            version: request.version(),
        }
    }

    fn tell(&self) {
        let milliseconds = u64::try_from(self.duration.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(
            target: "rjango.access",
            method = self.method.as_str(),
            target = self.target,
            protocol = ?self.version,
            status = self.status,
            length = self.length,
            milliseconds,
        );
    }
}

impl Handler {
    /// Builds the middleware, compiles the URLs and checks both.
    ///
    /// A site without [`Templates`] gets those of its settings, provided nobody else holds the site yet.
    ///
    /// # Errors
    /// `ImproperlyConfigured` with every mistake at once.
    pub fn new(site: impl Into<Arc<Site>>) -> Result<Self> {
        let mut site = site.into();
        if site.get::<Templates>().is_none()
            && let Some(site) = Arc::get_mut(&mut site)
        {
            let templates = Templates::new(site.settings());
            site.insert(templates);
        }
        let (onion, mut mistakes) = set_up(&site);
        match (mistakes.pop(), mistakes.len()) {
            (None, _) => {
                let abandoned = Abandoned::new(site.settings());
                let health = Health::new(site.settings().health_path.clone());
                let access = site.settings().logging.access;
                logging::install(site.settings());
                Ok(Self { inner: Arc::new(Inner { site, onion, abandoned, health }), log: None, access })
            }
            (Some(only), 0) => Err(only),
            (Some(last), _) => {
                mistakes.push(last);
                let listed: Vec<String> = mistakes.iter().map(|mistake| format!("{mistake:?}")).collect();
                Err(Error::improperly_configured(format!(
                    "the site has {} mistakes in its set-up:\n{}",
                    mistakes.len(),
                    listed.join("\n")
                )))
            }
        }
    }

    /// Everything that is wrong with the set-up of a site: its middleware, URLs and templates.
    pub fn check(site: &Arc<Site>) -> Vec<Error> {
        set_up(site).1
    }

    /// The same handler, telling `log` of each answered request.
    #[must_use]
    pub fn with_log(self, log: impl Fn(&RequestLog) + Send + Sync + 'static) -> Self {
        Self { log: Some(Arc::new(log)), ..self }
    }

    /// The same handler, whose answered requests are events of the target `rjango.access`, whatever LOGGING says.
    #[must_use]
    pub fn with_access_log(self) -> Self {
        Self { access: true, ..self }
    }

    /// The site.
    pub fn site(&self) -> &Arc<Site> {
        &self.inner.site
    }

    /// Answers a request, inside the site. The body of the answer is inside the site too, however late it is read.
    pub async fn handle(&self, request: http::Request<Body>) -> http::Response<Body> {
        self.respond(Request::new(Arc::clone(&self.inner.site), request)).await
    }

    pub(crate) async fn respond(&self, request: Request) -> http::Response<Body> {
        let state = request.state();
        // At the highest level, so that each line that is logged inside has the id.
        let span = tracing::error_span!(target: "rjango.request", "request", request_id = state.id());
        let handler = self.clone();
        // What the request activates, a time zone or a language, holds until its body is sent, and for it alone.
        let active = Active::default();
        let work = async move { handler.answer(request).await };
        let work = active.clone().scope(Arc::clone(&self.inner.site).scope(work));
        let answered = async {
            if state.method().is_safe() {
                return work.await;
            }
            self.inner.abandoned.run(state.clone(), Box::pin(work)).await
        };
        let response = answered.instrument(span.clone()).await;
        response.into_http_of(&self.inner.site, &active, &span)
    }

    async fn answer(&self, request: Request) -> Response {
        let started = Instant::now();
        let state = request.state();
        let response = if self.inner.health.is_asked(&state) {
            self.inner.health.answer(&self.inner.site, request).await
        } else {
            let answer = async {
                state.check_bounds()?;
                self.inner.onion.outside().run(request).await
            };
            match middleware::caught(answer).await {
                Ok(response) => response,
                Err(error) => error_pages::respond(&state, error).await,
            }
        };
        if self.access || self.log.is_some() {
            let line = RequestLog::of(&state, &response, started.elapsed());
            if self.access {
                line.tell();
            }
            if let Some(log) = &self.log {
                log(&line);
            }
        }
        response
    }

    /// How many requests with an unsafe method are under way, those included whose client has gone.
    pub fn under_way(&self) -> usize {
        self.inner.abandoned.under_way()
    }

    /// Completes once no request with an unsafe method is under way. A server that ends waits for it, and so does a test whose
    /// client hung up.
    pub async fn finished(&self) {
        self.inner.abandoned.finished().await;
    }

    /// Cancels every request with an unsafe method that is under way or comes later; their transactions are rolled back. What
    /// plain (not async) code does on a thread of its own cannot be cancelled.
    pub fn stop(&self) {
        self.inner.abandoned.stop();
    }

    /// The handler as an axum router, to serve it or to put it beside others.
    pub fn into_router(self) -> axum::Router {
        axum::Router::new().fallback(move |request: http::Request<Body>| {
            let handler = self.clone();
            async move { handler.handle(request).await }
        })
    }
}

/// The onion, and everything that is wrong.
fn set_up(site: &Arc<Site>) -> (Arc<Onion>, Vec<Error>) {
    let settings = site.settings();
    // What the settings name and is not there, of middleware and of everything else.
    let mut mistakes = Named::problems(site);
    mistakes.extend(templates::problems(site));
    let mut layers = Vec::with_capacity(settings.middleware.len());
    for name in &settings.middleware {
        match MiddlewareEntry::build_named(name, settings) {
            Ok(layer) => layers.push(layer),
            Err(mistake) if Checked::is_in(&mistake) => {}
            Err(mistake) => mistakes.push(mistake),
        }
    }
    match site.get::<Urls>() {
        Some(urls) => {
            mistakes.extend(urls.check().iter().map(Error::from));
            mistakes.extend(without_database(urls, settings));
        }
        None => mistakes.push(
            Error::improperly_configured("the site has no URLs")
                .with_hint("give the site its `Urls`: `rjango::project!().urls(config::urls::urlpatterns)`"),
        ),
    }
    if site.get::<Templates>().is_none() {
        mistakes.push(
            Error::improperly_configured("the site has no templates").with_hint("add `Templates::new(&settings)`"),
        );
    }
    (Onion::new(layers), mistakes)
}

/// The views that `non_atomic_requests_on` leaves out of the transactions on a database that is not there.
fn without_database(urls: &Urls, settings: &Settings) -> Vec<Error> {
    let Ok(resolver) = urls.resolver() else { return Vec::new() };
    let unknown = resolver.views().flat_map(|(view, place)| {
        let unknown = view.marks.non_atomic.iter().filter(|alias| !settings.databases.contains_key(*alias));
        unknown.map(move |alias| (view, place, alias))
    });
    unknown
        .map(|(view, place, alias)| {
            let name = view.name();
            Error::improperly_configured(format!(
                "`non_atomic_requests_on` of the view `{name}` names the database `{alias}`, which is not there"
            ))
            .with_hint(format!("name one of DATABASES, or add `[DATABASES.{alias}]` to the settings"))
            .at(place.file(), place.line() as usize, place.column() as usize)
        })
        .collect()
}
