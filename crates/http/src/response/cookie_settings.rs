//! A cookie with the attributes that a group of settings (`SESSION_COOKIE_*`, `CSRF_COOKIE_*`) gives it.

use cookie::time::Duration;
use cookie::{Cookie, SameSite};

/// The attributes, as the settings have them.
#[derive(Debug, Clone, Copy)]
pub struct CookieSettings<'a> {
    /// How long it lives, in seconds; `None` until the browser closes.
    pub max_age: Option<u64>,
    /// `Domain`.
    pub domain: Option<&'a str>,
    /// `Path`.
    pub path: &'a str,
    /// `Secure`.
    pub secure: bool,
    /// `HttpOnly`.
    pub http_only: bool,
    /// `SameSite`.
    pub same_site: Option<rjango_core::SameSite>,
}

/// A cookie with these attributes; the response adds `Expires` to `Max-Age`, as Django writes both.
pub fn setting_cookie(name: String, value: String, settings: CookieSettings<'_>) -> Cookie<'static> {
    let mut cookie = Cookie::new(name, value);
    cookie.set_path(settings.path.to_owned());
    if let Some(domain) = settings.domain {
        cookie.set_domain(domain.to_owned());
    }
    if let Some(seconds) = settings.max_age {
        cookie.set_max_age(Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX)));
    }
    // An attribute that is not there and one that is `false` are written alike.
    if settings.secure {
        cookie.set_secure(true);
    }
    if settings.http_only {
        cookie.set_http_only(true);
    }
    cookie.set_same_site(settings.same_site.map(|same_site| match same_site {
        rjango_core::SameSite::Lax => SameSite::Lax,
        rjango_core::SameSite::Strict => SameSite::Strict,
        rjango_core::SameSite::None => SameSite::None,
    }));
    cookie
}
