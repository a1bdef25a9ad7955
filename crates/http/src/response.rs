//! What goes out: status, headers, cookies and a body that is ready, rendered late, or a stream.

mod body;
mod cookie_age;
mod cookie_settings;
mod file;
mod into_response;
mod set_cookie;
mod vary;

use std::sync::Arc;

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{Extensions, HeaderMap};
use rjango_core::{Active, Error, Result, Site};
use serde::Serialize;

pub use body::Body;
pub use cookie::{Cookie, SameSite};
pub use cookie_age::CookieAge;
pub use cookie_settings::{CookieSettings, setting_cookie};
pub use file::FileResponse;
use http::StatusCode;
use set_cookie::SentCookie;
pub(crate) use set_cookie::parse as parse_set_cookie;

/// An HTTP response on its way out: Django's `HttpResponse`.
pub struct Response {
    status: StatusCode,
    headers: HeaderMap,
    cookies: Vec<SentCookie>,
    extensions: Extensions,
    body: Body,
}

impl Response {
    /// A page of HTML, status 200.
    pub fn new(body: impl Into<Body>) -> Self {
        Self::with_type(body, "text/html; charset=utf-8")
    }

    /// A body of this content type, status 200. A type that no header can carry makes it a server error.
    pub fn with_type(body: impl Into<Body>, content_type: &str) -> Self {
        let mut response = Self::empty(StatusCode::OK);
        response.body = body.into();
        response.set(header::CONTENT_TYPE, content_type);
        response
    }

    /// No body and no content type.
    pub fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            cookies: Vec::new(),
            extensions: Extensions::new(),
            body: Body::from(Bytes::new()),
        }
    }

    /// A value as JSON, status 200: Django's `JsonResponse`. A value that cannot be JSON becomes a server error.
    pub fn json(value: impl Serialize) -> Self {
        let body = match serde_json::to_vec(&value) {
            Ok(json) => Body::from(json),
            Err(error) => Body::failed(Error::from(error).wrap("the value cannot be written as JSON")),
        };
        Self::with_type(body, "application/json")
    }

    /// A redirect, status 302, or 301 with [`with_status`](Self::with_status). The URL is quoted where it must be.
    ///
    /// # Errors
    /// `BadRequest` where the URL has a scheme other than http, https and ftp (Django's `DisallowedRedirect`).
    pub fn redirect(url: &str) -> Result<Self> {
        if let Some((scheme, _)) = url.split_once(':')
            && !scheme.is_empty()
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
            && !["http", "https", "ftp"].iter().any(|allowed| scheme.eq_ignore_ascii_case(allowed))
        {
            return Err(Error::bad_request(format!("unsafe redirect to a URL with the protocol `{scheme}`")));
        }
        let mut response = Self::with_type(Bytes::new(), "text/html; charset=utf-8");
        response.status = StatusCode::FOUND;
        let location = HeaderValue::try_from(crate::urls::iri_to_uri(url))
            .map_err(|_| Error::bad_request("the URL to redirect to has characters that no header can carry"))?;
        response.headers.insert(header::LOCATION, location);
        Ok(response)
    }

    /// Status 405 with the methods that are allowed.
    pub fn method_not_allowed(allowed: &[&str]) -> Self {
        let mut response = Self::with_type(Bytes::new(), "text/html; charset=utf-8");
        response.status = StatusCode::METHOD_NOT_ALLOWED;
        response.set_header(header::ALLOW, &allowed.join(", "));
        response
    }

    /// The same response with another status.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same response with this header; see [`set_header`](Self::set_header).
    #[must_use]
    pub fn with_header(mut self, name: impl TryInto<HeaderName>, value: &str) -> Self {
        self.set_header(name, value);
        self
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The status, to change it.
    pub fn status_mut(&mut self) -> &mut StatusCode {
        &mut self.status
    }

    /// The headers, without `Set-Cookie`.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The headers, to change them.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// This header's value, where it is there and is text.
    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Replaces a header: `response.set_header("X-Elapsed", "3")`. A name that is not one, or a value with control characters,
    /// makes the whole response a server error: silently leaving a security header out would be worse, and a newline in one is
    /// an attack.
    pub fn set_header(&mut self, name: impl TryInto<HeaderName>, value: &str) {
        match name.try_into() {
            Ok(name) => self.set(name, value),
            Err(_) => {
                let message = format!("a header with the value {value:?} has a name that no header can have");
                self.body = Body::failed(Error::new(rjango_core::ErrorKind::Other, message));
            }
        }
    }

    fn set(&mut self, name: HeaderName, value: &str) {
        match HeaderValue::from_str(value) {
            Ok(value) => {
                self.headers.insert(name, value);
            }
            Err(_) => {
                self.body = Body::failed(Error::new(
                    rjango_core::ErrorKind::Other,
                    format!("the value of the header `{name}` has characters that no header can carry: {value:?}"),
                ));
            }
        }
    }

    /// Sets a header where it is missing.
    pub fn set_default_header(&mut self, name: HeaderName, value: &str) {
        if !self.headers.contains_key(&name) {
            self.set_header(name, value);
        }
    }

    /// The cookies that this response sets.
    pub fn cookies(&self) -> impl Iterator<Item = &Cookie<'static>> {
        self.cookies.iter().map(|sent| &sent.cookie).filter(|cookie| !cookie.name().is_empty())
    }

    /// Sets a cookie, over an earlier one of its name. Its path is `/` where it names none (an empty path: none at all), its value
    /// is quoted where it must be, and `Expires` is added to `Max-Age`: all as in Django.
    ///
    /// A name that is not one, or an attribute with `;` or control characters, makes the whole response a server error, as with
    /// [`set_header`](Self::set_header).
    pub fn set_cookie(&mut self, cookie: Cookie<'static>) {
        let sent = SentCookie::new(cookie);
        match sent.header() {
            Ok(_) => {
                self.cookies.retain(|earlier| earlier.cookie.name() != sent.cookie.name());
                self.cookies.push(sent);
            }
            Err(error) => self.body = Body::failed(error),
        }
    }

    /// Takes over the cookies of another response.
    pub(crate) fn take_cookies(&mut self, from: &mut Self) {
        self.cookies.append(&mut from.cookies);
    }

    /// Makes the browser forget a cookie. Path and domain must be those it was set with.
    pub fn delete_cookie(&mut self, name: &str, path: &str, domain: Option<&str>) {
        let mut cookie = Cookie::new(name.to_owned(), "");
        cookie.set_path(path.to_owned());
        if let Some(domain) = domain {
            cookie.set_domain(domain.to_owned());
        }
        cookie.set_max_age(cookie::time::Duration::ZERO);
        cookie.set_expires(cookie::time::OffsetDateTime::UNIX_EPOCH);
        // Browsers ignore a `__Secure-` cookie's deletion without `Secure`.
        if name.starts_with("__Secure-") || name.starts_with("__Host-") {
            cookie.set_secure(true);
        }
        self.set_cookie(cookie);
    }

    /// Adds names to `Vary`; see Django's `patch_vary_headers`.
    pub fn patch_vary(&mut self, names: &[&str]) {
        vary::patch(&mut self.headers, names);
    }

    /// Whether `Vary` has this name.
    pub fn varies_on(&self, name: &str) -> bool {
        vary::has(&self.headers, name)
    }

    /// Typed marks that views leave for middleware.
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// Typed marks, to add one.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.extensions
    }

    /// The body.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// Replaces the body.
    pub fn set_body(&mut self, body: impl Into<Body>) {
        self.body = body.into();
    }

    /// Whether the body is a stream, whose length nobody knows.
    pub fn is_streaming(&self) -> bool {
        matches!(self.body, Body::Stream(_))
    }

    /// Renders a body that was put off until the values it needs are there.
    ///
    /// # Errors
    /// What the rendering says.
    pub(crate) async fn finish(&mut self) -> Result<()> {
        if matches!(self.body, Body::Later(_))
            && let Body::Later(later) = std::mem::replace(&mut self.body, Body::from(Bytes::new()))
        {
            self.body = Body::Ready(later.await?);
        }
        Ok(())
    }

    /// From what a foreign service answers.
    pub(crate) fn from_http(response: http::Response<axum::body::Body>) -> Self {
        let (mut parts, body) = response.into_parts();
        let cookies = match parts.headers.entry(header::SET_COOKIE) {
            header::Entry::Vacant(_) => Vec::new(),
            header::Entry::Occupied(entry) => entry.remove_entry_mult().1.map(SentCookie::of_header).collect(),
        };
        // Marks travel through a foreign layer inside the response's own extensions.
        let extensions = std::mem::take(&mut parts.extensions);
        Self { status: parts.status, headers: parts.headers, cookies, extensions, body: Body::from_http(body) }
    }

    /// As the connection wants it: what is left of the body is made inside the site.
    pub(crate) fn into_http_of(
        mut self,
        site: &Arc<Site>,
        active: &Active,
        span: &tracing::Span,
    ) -> http::Response<axum::body::Body> {
        let body = std::mem::replace(&mut self.body, Body::from(Bytes::new()));
        self.into_http().map(|_| body.into_http_of(site, active, span))
    }

    /// As a foreign service wants it.
    pub(crate) fn into_http(self) -> http::Response<axum::body::Body> {
        let mut response = http::Response::new(self.body.into_http());
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        // `set_cookie` takes no cookie that has no header.
        for header in self.cookies.iter().filter_map(|sent| sent.header().ok()) {
            response.headers_mut().append(header::SET_COOKIE, header);
        }
        *response.extensions_mut() = self.extensions;
        response
    }
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Response").field("status", &self.status).field("headers", &self.headers).finish_non_exhaustive()
    }
}
