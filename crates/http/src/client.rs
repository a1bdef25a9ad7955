//! The test client: requests to a handler without a socket, with a browser's cookies.

use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use http_body_util::BodyExt as _;
use rjango_core::{Error, Result, Site};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::middleware::csrf;
use crate::request::QueryDict;
use crate::response::parse_set_cookie;
use crate::{Cookie, Handler, Request, TlsConnection, cookie_text};

/// Sends requests to a site as a browser would: Django's test client.
///
/// It keeps cookies, follows redirects where told to, and is spared the CSRF check unless
/// [`enforce_csrf_checks`](Self::enforce_csrf_checks) asks for it. An error of a view is a page, as for a browser.
pub struct Client {
    handler: Handler,
    cookies: Vec<(String, String)>,
    headers: HeaderMap,
    host: String,
    secure: bool,
    follow: bool,
    enforce_csrf: bool,
}

/// What the client got.
#[derive(Debug, Clone)]
pub struct ClientResponse {
    status: StatusCode,
    headers: HeaderMap,
    content: Bytes,
    /// The URLs that were redirected to, where the client followed.
    pub redirects: Vec<String>,
}

impl Client {
    /// A client of this site.
    ///
    /// # Errors
    /// The mistakes in the site's set-up, as [`Handler::new`].
    pub fn new(site: impl Into<Arc<Site>>) -> Result<Self> {
        Ok(Self::of(Handler::new(site)?))
    }

    /// A client of this handler.
    pub fn of(handler: Handler) -> Self {
        Self {
            handler,
            cookies: Vec::new(),
            headers: HeaderMap::new(),
            host: "testserver".to_owned(),
            secure: false,
            follow: false,
            enforce_csrf: false,
        }
    }

    /// The same client, checked for CSRF tokens as a browser is.
    #[must_use]
    pub fn enforce_csrf_checks(mut self) -> Self {
        self.enforce_csrf = true;
        self
    }

    /// The same client, following redirects.
    #[must_use]
    pub fn follow_redirects(mut self) -> Self {
        self.follow = true;
        self
    }

    /// The same client, over HTTPS.
    #[must_use]
    pub fn secure(mut self) -> Self {
        self.secure = true;
        self
    }

    /// The same client, asking for this host; `testserver` otherwise.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = host.into();
        self
    }

    /// The same client, with this header on each request.
    ///
    /// # Panics
    /// Where the value has characters that no header can carry: a mistake in the test.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        let value = HeaderValue::from_str(value).expect("a test's header is text that a header can carry");
        self.headers.insert(name, value);
        self
    }

    /// The site.
    pub fn site(&self) -> &Arc<Site> {
        self.handler.site()
    }

    /// The cookie of this name.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Sets a cookie.
    pub fn set_cookie(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        self.cookies.retain(|(known, _)| *known != name);
        self.cookies.push((name, value.into()));
    }

    /// Forgets every cookie.
    pub fn clear_cookies(&mut self) {
        self.cookies.clear();
    }

    /// GET.
    pub async fn get(&mut self, path: &str) -> ClientResponse {
        self.request(Method::GET, path, None, Bytes::new()).await
    }

    /// HEAD.
    pub async fn head(&mut self, path: &str) -> ClientResponse {
        self.request(Method::HEAD, path, None, Bytes::new()).await
    }

    /// POST of a form: `client.post("/login/", [("username", "ada")])`.
    pub async fn post<N: Into<String>, V: Into<String>>(
        &mut self,
        path: &str,
        form: impl IntoIterator<Item = (N, V)>,
    ) -> ClientResponse {
        let form: QueryDict = form.into_iter().collect();
        let body = Bytes::from(form.urlencode());
        self.request(Method::POST, path, Some("application/x-www-form-urlencoded"), body).await
    }

    /// POST of a value as JSON.
    ///
    /// # Errors
    /// Where the value cannot be JSON.
    pub async fn post_json(&mut self, path: &str, value: &impl Serialize) -> Result<ClientResponse> {
        let body = Bytes::from(serde_json::to_vec(value)?);
        Ok(self.request(Method::POST, path, Some("application/json"), body).await)
    }

    /// PUT.
    pub async fn put(&mut self, path: &str, content_type: &str, body: impl Into<Bytes>) -> ClientResponse {
        self.request(Method::PUT, path, Some(content_type), body.into()).await
    }

    /// PATCH.
    pub async fn patch(&mut self, path: &str, content_type: &str, body: impl Into<Bytes>) -> ClientResponse {
        self.request(Method::PATCH, path, Some(content_type), body.into()).await
    }

    /// DELETE.
    pub async fn delete(&mut self, path: &str) -> ClientResponse {
        self.request(Method::DELETE, path, None, Bytes::new()).await
    }

    /// Any request. A path that is no request target gets a 400, as from the server.
    pub async fn request(
        &mut self,
        method: Method,
        path: &str,
        content_type: Option<&str>,
        body: Bytes,
    ) -> ClientResponse {
        let (mut method, mut content_type, mut body) = (method, content_type, body);
        let mut path = path.to_owned();
        let mut redirects: Vec<String> = Vec::new();
        loop {
            let mut response = self.once(method.clone(), &path, content_type, body.clone()).await;
            let location = response.header(header::LOCATION).map(str::to_owned);
            let (Some(location), true) = (location, self.follow && response.status.is_redirection()) else {
                response.redirects = redirects;
                return response;
            };
            // As a browser: a form is not sent again, unless the status says so.
            if !matches!(response.status.as_u16(), 307 | 308) && method != Method::HEAD {
                (method, content_type, body) = (Method::GET, None, Bytes::new());
            }
            path = target_of(&location, &path);
            redirects.push(location);
            if redirects.len() > 20 {
                response.redirects = redirects;
                return response;
            }
        }
    }

    async fn once(&mut self, method: Method, path: &str, content_type: Option<&str>, body: Bytes) -> ClientResponse {
        let Ok(uri) = path.parse::<http::Uri>() else {
            return ClientResponse::bad_request();
        };
        let mut request = http::Request::new(Body::from(body.clone()));
        *request.method_mut() = method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers.clone();
        if self.secure {
            request.extensions_mut().insert(TlsConnection);
        }
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                request.headers_mut().insert(name, value);
            }
        };
        set(header::HOST, &self.host);
        if let Some(content_type) = content_type {
            set(header::CONTENT_TYPE, content_type);
            set(header::CONTENT_LENGTH, &body.len().to_string());
        }
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={}", cookie_text::quote(value))).collect();
        // From bytes: a value may have characters beyond ASCII.
        if let (false, Ok(cookies)) = (cookies.is_empty(), HeaderValue::from_bytes(cookies.join("; ").as_bytes())) {
            request.headers_mut().insert(header::COOKIE, cookies);
        }
        let site = Arc::clone(self.handler.site());
        let request = Request::new(site, request);
        if !self.enforce_csrf {
            request.insert(csrf::DoNotEnforce);
        }
        let response = self.handler.respond(request).await;
        let (parts, body) = response.into_parts();
        self.keep_cookies(&parts.headers);
        let content = match body.collect().await {
            Ok(collected) if method != Method::HEAD => collected.to_bytes(),
            _ => Bytes::new(),
        };
        ClientResponse { status: parts.status, headers: parts.headers, content, redirects: Vec::new() }
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for header in headers.get_all(header::SET_COOKIE) {
            let Some(cookie) = parse_set_cookie(header) else { continue };
            self.cookies.retain(|(known, _)| known != cookie.name());
            if cookie.max_age().is_none_or(|age| age > cookie::time::Duration::ZERO) {
                self.cookies.push((cookie.name().to_owned(), cookie.value().to_owned()));
            }
        }
    }
}

/// The path and query of a redirect.
fn target_of(location: &str, from: &str) -> String {
    if let Some((_, rest)) = location.split_once("://") {
        return rest.find('/').map_or_else(|| "/".to_owned(), |start| rest[start..].to_owned());
    }
    if location.starts_with('/') {
        return location.to_owned();
    }
    let path = from.split('?').next().unwrap_or_default();
    let folder = path.rfind('/').map_or("/", |end| &path[..=end]);
    format!("{folder}{location}")
}

impl ClientResponse {
    fn bad_request() -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            headers: HeaderMap::new(),
            content: Bytes::new(),
            redirects: Vec::new(),
        }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// This header's value.
    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The `Set-Cookie` header of this cookie.
    pub fn set_cookie(&self, name: &str) -> Option<Cookie<'static>> {
        self.headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(parse_set_cookie)
            .find(|cookie| cookie.name() == name)
    }

    /// The body.
    pub fn content(&self) -> &Bytes {
        &self.content
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.content).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// Where it is no JSON of this shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.content).map_err(Error::from)
    }
}
