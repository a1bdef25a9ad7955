//! Any `tower::Layer` in the onion.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use rjango_core::{Error, Result, Site};
use tower::{Layer, Service, ServiceExt as _};

use super::{Middleware, Next};
use crate::{BoxFuture, Request, Response};

/// A layer of the onion made of a `tower::Layer`.
///
/// The layer is applied anew for each request, so what it shares between requests (a limit, a cache) must be in the
/// layer itself, behind an `Arc`, as `tower`'s and `tower-http`'s are.
///
/// ```
/// use rjango_http::middleware::TowerMiddleware;
///
/// // In a project, `#[middleware]` above a function that takes the settings registers it by name.
/// fn passes(_settings: &rjango_core::Settings) -> impl rjango_http::Middleware {
///     TowerMiddleware::new(tower::layer::util::Identity::new())
/// }
/// # passes(&rjango_core::Settings::for_tests());
/// ```
pub struct TowerMiddleware<L>(L);

impl<L> TowerMiddleware<L> {
    /// The layer around everything further in.
    pub fn new(layer: L) -> Self {
        Self(layer)
    }
}

impl<L, ResponseBody> Middleware for TowerMiddleware<L>
where
    L: Layer<Inner> + Send + Sync + 'static,
    L::Service: Service<http::Request<Body>, Response = http::Response<ResponseBody>> + Send + 'static,
    <L::Service as Service<http::Request<Body>>>::Future: Send,
    <L::Service as Service<http::Request<Body>>>::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    ResponseBody: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    ResponseBody::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    fn call<'a>(&'a self, request: Request, next: Next) -> BoxFuture<'a, Result<Response>> {
        let site = Arc::clone(request.site());
        let service = self.0.layer(Inner { site, next: Some(next) });
        Box::pin(async move {
            let response = service
                .oneshot(request.into_http())
                .await
                .map_err(|error| Error::new(rjango_core::ErrorKind::Other, error.into().to_string()))?;
            Ok(Response::from_http(response.map(Body::new)))
        })
    }
}

/// The layers further in, as a service. It answers one request.
pub struct Inner {
    site: Arc<Site>,
    next: Option<Next>,
}

impl Service<http::Request<Body>> for Inner {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let request = Request::from_http(Arc::clone(&self.site), request);
        let next = self.next.take();
        Box::pin(async move {
            let state = request.state();
            let result = match next {
                Some(next) => next.run(request).await,
                None => Err(Error::improperly_configured("a `tower` layer ran its service twice, as retries do")),
            };
            let response = match result {
                Ok(response) => response,
                Err(error) => crate::error_pages::respond(&state, error).await,
            };
            Ok(response.into_http())
        })
    }
}
