//! A site that answers: the onion, the URLs and the parts, checked once and shared by every request.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use http::Method;
use rjango_core::{Error, Result, Site};

use crate::middleware::{MiddlewareEntry, Onion};
use crate::templates::Templates;
use crate::{Request, Urls, error_pages, middleware};

/// Answers requests for a site. Cheap to clone.
#[derive(Clone)]
pub struct Handler(Arc<Inner>);

struct Inner {
    site: Arc<Site>,
    onion: Arc<Onion>,
    log: Option<Log>,
}

type Log = Box<dyn Fn(&RequestLog) + Send + Sync>;

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
            (None, _) => Ok(Self(Arc::new(Inner { site, onion, log: None }))),
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
        Self(Arc::new(Inner {
            site: Arc::clone(&self.0.site),
            onion: Arc::clone(&self.0.onion),
            log: Some(Box::new(log)),
        }))
    }

    /// The site.
    pub fn site(&self) -> &Arc<Site> {
        &self.0.site
    }

    /// Answers a request, inside the site.
    pub async fn handle(&self, request: http::Request<Body>) -> http::Response<Body> {
        let started = self.0.log.is_some().then(Instant::now);
        let site = Arc::clone(&self.0.site);
        let request = Request::new(Arc::clone(&site), request);
        let response = site.scope(self.answer(request, started)).await;
        response.into_http()
    }

    pub(crate) async fn answer(&self, request: Request, started: Option<Instant>) -> crate::Response {
        let state = request.state();
        let response = match middleware::caught(self.0.onion.outside().run(request)).await {
            Ok(response) => response,
            Err(error) => error_pages::respond(&state, error).await,
        };
        if let (Some(log), Some(started)) = (&self.0.log, started) {
            log(&RequestLog {
                method: state.method().clone(),
                target: state.uri().path_and_query().map_or_else(String::new, ToString::to_string),
                status: response.status().as_u16(),
                length: response.body().bytes().map(|bytes| bytes.len() as u64),
                duration: started.elapsed(),
            });
        }
        response
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
    let mut mistakes = Vec::new();
    let mut layers = Vec::with_capacity(settings.middleware.len());
    for name in &settings.middleware {
        match MiddlewareEntry::build_named(name, settings) {
            Ok(layer) => layers.push(layer),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    match site.get::<Urls>() {
        Some(urls) => mistakes.extend(urls.check().iter().map(Error::from)),
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
