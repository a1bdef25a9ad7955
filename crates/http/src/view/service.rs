//! An axum router as a view.

use axum::Router;
use http::Uri;
use rjango_core::{Result, Settings};
use tower::ServiceExt as _;

use super::{BoxView, CaptureType, Captures, ErasedView};
use crate::{BoxFuture, Request, Response};

struct Service {
    router: Router,
    prefix: String,
}

/// A view that lets the router answer for everything below the prefix, which the router does not see.
pub(crate) fn mounted(router: Router, prefix: String) -> BoxView {
    BoxView::new(Service { router, prefix }, "axum::Router")
}

impl ErasedView for Service {
    fn call(&self, request: Request, _: Captures) -> BoxFuture<'static, Result<Response>> {
        let router = self.router.clone();
        let state = request.state();
        let mut request = request.into_http();
        let uri = below(request.uri(), state.settings(), &self.prefix);
        *request.uri_mut() = uri;
        Box::pin(async move {
            let Ok(response) = router.oneshot(request).await;
            Response::of_service(response)
        })
    }

    fn captures(&self) -> Option<Vec<CaptureType>> {
        None
    }
}

/// The target without the path that leads to the mount; the path keeps a leading slash.
fn below(uri: &Uri, settings: &Settings, prefix: &str) -> Uri {
    let inside = settings.path_info(uri.path()).trim_start_matches('/');
    // Where an include encloses the mount its own prefix comes first.
    let rest = match inside.find(prefix) {
        Some(start) => &inside[start + prefix.len()..],
        None => inside,
    };
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let rest = format!("/{}{query}", rest.trim_start_matches('/'));
    rest.parse().unwrap_or_else(|_| uri.clone())
}
