//! What every layer of one request shares: its head, what was parsed of it, its body and its typed slots.

use std::any::Any;
use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::body::Body;
use bytes::Bytes;
use http::{Extensions, HeaderMap, Method, Uri, Version, header};
use rjango_core::{Error, Result, Settings, Site};
use serde::de::DeserializeOwned;

use super::form::{self, FormReader, Source};
use super::slots::Slots;
use super::{Cookies, FormData, QueryDict, body, host, id};
use crate::urls::{self, Resolution, ResolverMatch};

/// A cheap handle on one request: clone it to keep it after the [`Request`](crate::Request) has gone inwards.
///
/// Nothing is parsed before it is asked for. Crates that have things per request (a session, a user, messages) keep
/// them in the typed slots: [`get`](Self::get), [`get_or_insert_with`](Self::get_or_insert_with) and
/// [`insert`](Self::insert).
#[derive(Clone)]
pub struct RequestState(Arc<Shared>);

/// Put into the extensions of an HTTP request that came over TLS. What the request says of itself is not believed.
#[derive(Debug, Clone, Copy)]
pub struct TlsConnection;

struct Shared {
    site: Arc<Site>,
    method: Method,
    uri: Uri,
    version: Version,
    headers: HeaderMap,
    remote_address: Option<SocketAddr>,
    is_tls: bool,
    path: OnceLock<String>,
    cookies: OnceLock<Cookies>,
    query: OnceLock<QueryDict>,
    resolution: OnceLock<Resolution>,
    language: OnceLock<String>,
    id: OnceLock<String>,
    body: Mutex<Option<Body>>,
    content: tokio::sync::OnceCell<Bytes>,
    form: tokio::sync::OnceCell<Arc<FormData>>,
    // A form that is read part by part: where the reader stands, and the bytes before it.
    reader: tokio::sync::Mutex<Option<FormReader>>,
    source: OnceLock<Source>,
    slots: Slots,
    // The state whose slots count, where a foreign layer made this request out of another.
    outer: Option<RequestState>,
}

impl RequestState {
    pub(super) fn new(site: Arc<Site>, parts: http::request::Parts, extensions: &Extensions, body: Body) -> Self {
        let remote_address = extensions.get::<axum::extract::ConnectInfo<SocketAddr>>().map(|connection| connection.0);
        Self(Arc::new(Shared {
            site,
            method: parts.method,
            uri: parts.uri,
            version: parts.version,
            headers: parts.headers,
            remote_address,
            is_tls: extensions.get::<TlsConnection>().is_some(),
            path: OnceLock::new(),
            cookies: OnceLock::new(),
            query: OnceLock::new(),
            resolution: OnceLock::new(),
            language: OnceLock::new(),
            id: OnceLock::new(),
            body: Mutex::new(Some(body)),
            content: tokio::sync::OnceCell::new(),
            form: tokio::sync::OnceCell::new(),
            reader: tokio::sync::Mutex::default(),
            source: OnceLock::new(),
            slots: Slots::default(),
            outer: None,
        }))
    }

    pub(super) fn share_slots_of(&mut self, outer: &Self) {
        if let Some(shared) = Arc::get_mut(&mut self.0) {
            shared.remote_address = shared.remote_address.or(outer.0.remote_address);
            shared.is_tls |= outer.0.is_tls;
            if let Some(language) = outer.0.language.get() {
                let _ = shared.language.set(language.clone());
            }
            let _ = shared.id.set(outer.id().to_owned());
            shared.outer = Some(outer.clone());
        }
    }

    /// The site that answers.
    pub fn site(&self) -> &Arc<Site> {
        &self.0.site
    }

    /// The site's settings.
    pub fn settings(&self) -> &Settings {
        self.0.site.settings()
    }

    /// `GET`, `POST`, ...
    pub fn method(&self) -> &Method {
        &self.0.method
    }

    /// The request target as it came, percent-encoded.
    pub fn uri(&self) -> &Uri {
        &self.0.uri
    }

    /// The HTTP version.
    pub fn version(&self) -> Version {
        self.0.version
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// This header's value, where it is there and is text.
    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.0.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The path, percent-decoded; bytes that are not UTF-8 stay percent-encoded, as in Django. It begins with FORCE_SCRIPT_NAME,
    /// whether the proxy has passed that on or not.
    pub fn path(&self) -> &str {
        self.0.path.get_or_init(|| {
            let path = percent_decode_path(self.0.uri.path());
            let settings = self.settings();
            format!("{}{}", settings.script_name(), settings.path_info(&path))
        })
    }

    /// The path without FORCE_SCRIPT_NAME: what the URLs are matched with.
    pub fn path_info(&self) -> &str {
        let path = self.path();
        path.strip_prefix(self.settings().script_name()).unwrap_or(path)
    }

    /// The path and query string, quoted for a link: Django's `get_full_path`.
    pub fn full_path(&self) -> String {
        self.full_path_with(false)
    }

    pub(crate) fn full_path_with(&self, append_slash: bool) -> String {
        let mut full = urls::escape_leading_slashes(urls::quote_path(self.path()));
        if append_slash && !full.ends_with('/') {
            full.push('/');
        }
        if let Some(query) = self.0.uri.query().filter(|query| !query.is_empty()) {
            full.push('?');
            full.push_str(query);
        }
        full
    }

    /// The query string's fields: Django's `request.GET`.
    pub fn query(&self) -> &QueryDict {
        self.0.query.get_or_init(|| QueryDict::parse(self.0.uri.query().unwrap_or_default()))
    }

    /// The cookies.
    pub fn cookies(&self) -> &Cookies {
        self.0.cookies.get_or_init(|| Cookies::from_headers(&self.0.headers))
    }

    /// Refuses what no layer should have to read.
    pub(crate) fn check_bounds(&self) -> Result<()> {
        if self.0.headers.get_all(header::HOST).iter().nth(1).is_some() {
            return Err(Error::bad_request("the request has more than one Host header"));
        }
        // DIFFERENCE: in Django these are refused where a view asks for them.
        form::check_number_of_fields(self.settings(), self.0.uri.query().unwrap_or_default().as_bytes())?;
        Cookies::check_bounds(&self.0.headers)
    }

    fn forwarded(&self, name: &str) -> Option<&str> {
        host::only_line(&self.0.headers, name)
    }

    /// The host that the request names, with its port if it gives one; empty where the site does not answer to it.
    pub fn host(&self) -> &str {
        let host = self.raw_host();
        if host::allowed(self.settings(), host) { host } else { "" }
    }

    /// The host that the request names, checked against `ALLOWED_HOSTS`: Django's `get_host`.
    ///
    /// # Errors
    /// `BadRequest` where the site does not answer to that name: Django's `DisallowedHost`.
    pub fn get_host(&self) -> Result<&str> {
        let host = self.raw_host();
        if host::allowed(self.settings(), host) {
            return Ok(host);
        }
        let hint = match host::domain(host) {
            Some(domain) => format!("you may need to add {domain:?} to `ALLOWED_HOSTS`"),
            None => "the name is not valid according to RFC 1034 and 1035".to_owned(),
        };
        Err(Error::bad_request(format!("invalid HTTP_HOST header: {host:?}")).with_hint(hint))
    }

    fn raw_host(&self) -> &str {
        if self.settings().use_x_forwarded_host
            && let Some(host) = self.forwarded("x-forwarded-host")
        {
            return host;
        }
        // HTTP/2 and absolute request targets carry the host in the target itself (RFC 9112, section 3.2.2).
        self.0.uri.authority().map(|authority| authority.as_str()).or_else(|| self.header(header::HOST)).unwrap_or("")
    }

    /// The port that the host names, or the scheme's own; a proxy's with `USE_X_FORWARDED_PORT`.
    pub fn port(&self) -> u16 {
        if self.settings().use_x_forwarded_port
            && let Some(port) = self.forwarded("x-forwarded-port").and_then(|port| port.parse().ok())
        {
            return port;
        }
        let host = self.raw_host();
        let port =
            host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')).and_then(|(_, port)| port.parse().ok());
        port.unwrap_or(if self.is_secure() { 443 } else { 80 })
    }

    /// `https` or `http`, with `SECURE_PROXY_SSL_HEADER` believed where it is set.
    pub fn scheme(&self) -> &str {
        if let Some((name, value)) = &self.settings().secure_proxy_ssl_header {
            let name = name.strip_prefix("HTTP_").unwrap_or(name).replace('_', "-").to_ascii_lowercase();
            if let Some(found) = self.forwarded(&name) {
                let first = found.split(',').next().unwrap_or_default().trim();
                return if first == value { "https" } else { "http" };
            }
        }
        if self.0.is_tls { "https" } else { "http" }
    }

    /// Whether the request came over TLS.
    pub fn is_secure(&self) -> bool {
        self.scheme() == "https"
    }

    /// The address of the other end of the connection, where there is one.
    pub fn remote_address(&self) -> Option<SocketAddr> {
        self.0.remote_address
    }

    /// Whether the other end of the connection is at one of the INTERNAL_IPS. Behind a proxy that is the proxy's address.
    pub fn is_internal(&self) -> bool {
        let Some(address) = self.0.remote_address else { return false };
        // A socket for both families shows IPv4's addresses as IPv6's.
        let address = address.ip().to_canonical();
        let internal = &self.settings().internal_ips;
        internal.iter().any(|text| text.parse().is_ok_and(|internal: IpAddr| internal.to_canonical() == address))
    }

    /// A path made into a URL with scheme and host; an absolute URL stays as it is.
    ///
    /// # Errors
    /// Where the host is not allowed, as [`get_host`](Self::get_host).
    pub fn build_absolute_uri(&self, location: Option<&str>) -> Result<String> {
        let own;
        let location = match location {
            Some(location) => location,
            None => {
                own = self.full_path();
                &own
            }
        };
        if location.contains("://") {
            return Ok(location.to_owned());
        }
        if location.starts_with("//") {
            return Ok(format!("{}:{location}", self.scheme()));
        }
        let base = format!("{}://{}", self.scheme(), self.get_host()?);
        if location.starts_with('/') {
            return Ok(base + location);
        }
        let here = urls::quote_path(self.path());
        let folder = here.rfind('/').map_or("/", |end| &here[..=end]);
        Ok(format!("{base}{folder}{location}"))
    }

    /// The language of this request: `LocaleMiddleware`'s choice, or `LANGUAGE_CODE`.
    pub fn language_code(&self) -> &str {
        self.0.language.get().map_or(&self.settings().language_code, String::as_str)
    }

    pub(crate) fn set_language(&self, code: &str) {
        let _ = self.0.language.set(code.to_owned());
    }

    /// The id of this request in the log: that of the header that `REQUEST_ID_HEADER` in LOGGING names, or one of its own.
    pub fn id(&self) -> &str {
        self.0.id.get_or_init(|| id::of(self.settings(), &self.0.headers))
    }

    /// What the path matched: view, captures, names. Nothing where no pattern matches.
    pub fn resolver_match(&self) -> Option<&ResolverMatch> {
        self.resolution().as_ref().ok().map(|found| &found.matched)
    }

    pub(crate) fn resolution(&self) -> &Resolution {
        self.0.resolution.get_or_init(|| urls::resolve_in(&self.0.site, self.path_info()))
    }

    /// The whole body, read once and kept.
    ///
    /// # Errors
    /// `BadRequest` where it is larger than `DATA_UPLOAD_MAX_MEMORY_SIZE`, broken off, or was taken by another.
    pub async fn body(&self) -> Result<Bytes> {
        let limit =
            self.settings().data_upload_max_memory_size.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let read = async {
            let declared = self.header(header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
            if let (Some(limit), Some(declared)) = (limit, declared)
                && declared > limit
            {
                return Err(body::too_big(limit));
            }
            body::read(self.unread_body().ok_or_else(body::was_read)?, limit).await
        };
        self.0.content.get_or_try_init(|| read).await.cloned()
    }

    /// The fields and files of a form: Django's `request.POST` and `request.FILES`. Empty where the body is no form.
    ///
    /// Files past `FILE_UPLOAD_MAX_MEMORY_SIZE` are written to `FILE_UPLOAD_TEMP_DIR` while they come, and are removed with the request.
    ///
    /// # Errors
    /// `BadRequest` where the body is too large, has too many fields or files, or is not a well-formed form.
    pub async fn form(&self) -> Result<Arc<FormData>> {
        let read = async {
            if !form::is_multipart(self) {
                return form::read(self).await.map(Arc::new);
            }
            let mut reader = self.0.reader.lock().await;
            self.begin_form(&mut reader)?;
            let reader = reader.take().ok_or_else(body::was_read)?;
            reader.finish(self.settings()).await.map(Arc::new)
        };
        self.0.form.get_or_try_init(|| read).await.cloned()
    }

    /// The value of this field, where it comes before all files, and whether files follow that are not read yet. What the form
    /// brings is read no further.
    pub(crate) async fn field_before_files(&self, name: &str) -> Result<(Option<String>, bool)> {
        let found = |form: &FormData| form.get(name).map(str::to_owned);
        if !form::is_multipart(self) || self.0.form.initialized() {
            return Ok((found(&*self.form().await?), false));
        }
        let mut reader = self.0.reader.lock().await;
        self.begin_form(&mut reader)?;
        let reader = reader.as_mut().ok_or_else(body::was_read)?;
        let files_follow = reader.read_to_file(self.settings()).await?;
        Ok((found(reader.so_far()), files_follow))
    }

    fn begin_form(&self, reader: &mut Option<FormReader>) -> Result<()> {
        if reader.is_none() {
            let content_type = self.header(header::CONTENT_TYPE).unwrap_or_default();
            let body = self.unread_body().ok_or_else(body::was_read)?;
            let new = reader.insert(FormReader::new(content_type, body, self.settings())?);
            let _ = self.0.source.set(new.source().clone());
        }
        Ok(())
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// `BadRequest` where it is no JSON or not of this shape.
    pub async fn json<T: DeserializeOwned>(&self) -> Result<T> {
        let content = self.body().await?;
        serde_json::from_slice(&content)
            .map_err(|error| Error::bad_request(format!("the request's body is not the JSON expected: {error}")))
    }

    /// The unread body as a stream; what was read already is given again, but for the files of a form. A body given away is not
    /// read by others.
    pub(crate) fn take_body(&self) -> Body {
        self.unread_body().unwrap_or_else(body::gone)
    }

    fn unread_body(&self) -> Option<Body> {
        let taken = self.0.body.lock().unwrap_or_else(PoisonError::into_inner).take();
        taken
            .or_else(|| self.0.content.get().cloned().map(Body::from))
            .or_else(|| self.0.source.get().and_then(Source::replay))
    }

    /// The value of this type in the request's slots.
    pub fn get<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.slots().get()
    }

    /// The value of this type in the request's slots, put there first where it is missing.
    pub fn get_or_insert_with<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Arc<T> {
        self.slots().get_or_insert_with(make)
    }

    /// Puts a value into the slot of its type, over an earlier one.
    pub fn insert<T: Any + Send + Sync>(&self, value: T) -> Arc<T> {
        self.slots().insert(value)
    }

    /// Empties the slot of this type.
    pub fn remove<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.slots().remove()
    }

    fn slots(&self) -> &Slots {
        match &self.0.outer {
            Some(outer) => outer.slots(),
            None => &self.0.slots,
        }
    }
}

impl std::fmt::Debug for RequestState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestState")
            .field("method", self.method())
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}

/// Decodes `%xx`; what is not UTF-8 afterwards stays percent-encoded (Django's `repercent_broken_unicode`).
pub(crate) fn percent_decode_path(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(path).collect();
    match String::from_utf8(bytes) {
        Ok(text) => Cow::Owned(text),
        Err(error) => {
            let mut text = String::with_capacity(path.len());
            for chunk in error.as_bytes().utf8_chunks() {
                text.push_str(chunk.valid());
                for byte in chunk.invalid() {
                    text.push_str(&format!("%{byte:02X}"));
                }
            }
            Cow::Owned(text)
        }
    }
}
