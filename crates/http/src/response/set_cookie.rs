//! `Set-Cookie` headers: a cookie written as Django writes it, and one of a foreign service kept as it came.

use std::borrow::Cow;

use cookie::time::{OffsetDateTime, UtcOffset};
use cookie::{Cookie, Expiration, SameSite};
use http::HeaderValue;
use rjango_core::{Error, ErrorKind, Result};

use crate::cookie_text::{is_legal, quote, unquote};

/// A cookie of a response.
#[derive(Clone)]
pub(super) struct SentCookie {
    pub(super) cookie: Cookie<'static>,
    /// The header that a foreign service wrote.
    written: Option<HeaderValue>,
}

impl SentCookie {
    /// A cookie that a view or a middleware sets: its path is `/` where it names none, and `Expires` stands beside `Max-Age`.
    pub(super) fn new(mut cookie: Cookie<'static>) -> Self {
        if cookie.path().is_none() {
            cookie.set_path("/");
        }
        if let (Some(age), None) = (cookie.max_age(), cookie.expires())
            && let Some(end) = OffsetDateTime::now_utc().checked_add(age)
        {
            cookie.set_expires(end);
        }
        Self { cookie, written: None }
    }

    /// The cookie of a header. A header that no cookie can be read from is kept too, for whoever reads it.
    pub(super) fn of_header(header: HeaderValue) -> Self {
        let cookie = parse(&header).unwrap_or_else(|| Cookie::new("", ""));
        Self { cookie, written: Some(header) }
    }

    /// The header.
    ///
    /// # Errors
    /// Where name or attributes have characters that a cookie cannot carry.
    pub(super) fn header(&self) -> Result<HeaderValue> {
        match &self.written {
            Some(written) => Ok(written.clone()),
            None => written(&self.cookie),
        }
    }
}

/// Attributes in Django's order: alphabetical.
fn written(cookie: &Cookie<'_>) -> Result<HeaderValue> {
    let name = cookie.name();
    if !is_legal(name) {
        return Err(refused(format!("a cookie cannot have the name {name:?}"))
            .with_hint("use ASCII letters, digits and !#$%&'*+-.^_`|~:"));
    }
    let mut attributes: Vec<(&str, Cow<'_, str>)> = Vec::new();
    // As in Django, an empty text leaves the attribute out.
    if let Some(domain) = cookie.domain().filter(|domain| !domain.is_empty()) {
        attributes.push(("Domain", domain.into()));
    }
    if let Some(Expiration::DateTime(end)) = cookie.expires() {
        attributes.push(("expires", http_date(end).into()));
    }
    if cookie.http_only() == Some(true) {
        attributes.push(("HttpOnly", "".into()));
    }
    if let Some(age) = cookie.max_age() {
        attributes.push(("Max-Age", age.whole_seconds().to_string().into()));
    }
    if cookie.partitioned() == Some(true) {
        attributes.push(("Partitioned", "".into()));
    }
    if let Some(path) = cookie.path().filter(|path| !path.is_empty()) {
        attributes.push(("Path", path.into()));
    }
    if let Some(same_site) = cookie.same_site() {
        attributes.push(("SameSite", same_site.to_string().into()));
    }
    // Browsers refuse `SameSite=None` and `Partitioned` without it.
    let needs_secure = cookie.same_site() == Some(SameSite::None) || cookie.partitioned() == Some(true);
    if cookie.secure().unwrap_or(needs_secure) {
        attributes.push(("Secure", "".into()));
    }
    let mut header = format!("{name}={}", quote(cookie.value()));
    for (attribute, value) in attributes {
        if value.bytes().any(|byte| !(b' '..=b'~').contains(&byte) || byte == b';') {
            return Err(refused(format!("the cookie `{name}` cannot have the {attribute} {value:?}"))
                .with_hint("an attribute is printable ASCII without `;`; percent-encode a path"));
        }
        header.push_str("; ");
        header.push_str(attribute);
        if !value.is_empty() {
            header.push('=');
            header.push_str(&value);
        }
    }
    // From bytes: a value may have characters above U+00FF.
    HeaderValue::from_bytes(header.as_bytes()).map_err(|_| refused(format!("the cookie `{name}` fits no header")))
}

#[track_caller]
fn refused(message: String) -> Error {
    Error::new(ErrorKind::Other, message)
}

fn http_date(moment: OffsetDateTime) -> String {
    let moment = moment.checked_to_offset(UtcOffset::UTC).unwrap_or(moment);
    let (weekday, month) = (moment.weekday().to_string(), moment.month().to_string());
    format!(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
        &weekday[..3],
        moment.day(),
        &month[..3],
        moment.year(),
        moment.hour(),
        moment.minute(),
        moment.second()
    )
}

/// The cookie of a `Set-Cookie` header, its value without quotes.
pub(crate) fn parse(header: &HeaderValue) -> Option<Cookie<'static>> {
    let text = String::from_utf8_lossy(header.as_bytes()).into_owned();
    let mut cookie = Cookie::parse(text).ok()?;
    let value = unquote(cookie.value()).into_owned();
    cookie.set_value(value);
    Some(cookie)
}
