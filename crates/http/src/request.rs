//! What came in: a [`Request`] for one layer at a time, and the [`RequestState`] that every layer may keep.
//!
//! A layer gives its `Request` away to the next; a handle on the state stays valid after that, so a middleware can
//! look at the session, the path or the CSRF token again on the way out.

mod body;
mod cookies;
mod form;
mod host;
mod id;
mod query_dict;
mod slots;
mod state;

use std::ops::Deref;
use std::sync::Arc;

use http::Extensions;
use rjango_core::Site;

pub use cookies::Cookies;
pub use form::{FormData, UploadedFile};
pub(crate) use host::is_same_domain;
pub use query_dict::QueryDict;
pub use state::{RequestState, TlsConnection};

/// An HTTP request on its way to a view: Django's `HttpRequest`.
///
/// Everything that can be read is a method of [`RequestState`], which it dereferences to; what is its own are the
/// [`extensions`](Self::extensions), the typed values that middleware puts on it.
pub struct Request {
    state: RequestState,
    extensions: Extensions,
}

impl Request {
    /// A request of this site, from its HTTP form.
    pub fn new(site: Arc<Site>, request: http::Request<axum::body::Body>) -> Self {
        let (mut parts, body) = request.into_parts();
        let extensions = std::mem::take(&mut parts.extensions);
        Self { state: RequestState::new(site, parts, &extensions, body), extensions }
    }

    /// A request for an error handler, which comes after the request itself has gone.
    pub(crate) fn from_state(state: RequestState) -> Self {
        Self { state, extensions: Extensions::new() }
    }

    /// A cheap handle on what all layers share; it outlives the request.
    pub fn state(&self) -> RequestState {
        self.state.clone()
    }

    /// The typed values that middleware has put on the request.
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// The typed values, to put one on the request for the layers inside and the view.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.extensions
    }

    /// The HTTP form of this request for a foreign service, with its unread body. The state travels in the
    /// extensions, so that [`Request::from_http`] finds it again.
    pub(crate) fn into_http(self) -> http::Request<axum::body::Body> {
        let mut request = http::Request::new(self.state.take_body());
        *request.method_mut() = self.state.method().clone();
        *request.uri_mut() = self.state.uri().clone();
        *request.version_mut() = self.state.version();
        *request.headers_mut() = self.state.headers().clone();
        *request.extensions_mut() = self.extensions;
        request.extensions_mut().insert(self.state);
        request
    }

    /// A request that a foreign layer hands on. What the layer changed in its head or body counts; the slots stay
    /// those of the request that came in.
    pub(crate) fn from_http(site: Arc<Site>, mut request: http::Request<axum::body::Body>) -> Self {
        let outer: Option<RequestState> = request.extensions_mut().remove();
        let mut inner = Self::new(site, request);
        if let Some(outer) = outer {
            inner.state.share_slots_of(&outer);
        }
        inner
    }
}

impl Deref for Request {
    type Target = RequestState;

    fn deref(&self) -> &RequestState {
        &self.state
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request").field("method", self.method()).field("path", &self.path()).finish_non_exhaustive()
    }
}
