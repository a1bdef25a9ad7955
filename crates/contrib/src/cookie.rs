//! Cookies with Django's attributes.

use rjango_http::{Cookie, Response, SameSite};

/// A cookie of this name, value, path and domain.
pub(crate) fn new_cookie(name: &str, value: String, path: &str, domain: Option<&str>) -> Cookie<'static> {
    let mut cookie = Cookie::new(name.to_owned(), value);
    cookie.set_path(path.to_owned());
    if let Some(domain) = domain {
        cookie.set_domain(domain.to_owned());
    }
    cookie
}

/// Has the browser forget a cookie; its path, domain and SameSite must be those it was set with.
pub(crate) fn delete_cookie(response: &mut Response, mut cookie: Cookie<'static>) {
    cookie.set_max_age(cookie::time::Duration::ZERO);
    cookie.set_expires(cookie::time::OffsetDateTime::UNIX_EPOCH);
    // Browsers ignore such a cookie's deletion without `Secure`.
    let needs_secure = cookie.name().starts_with("__Secure-") || cookie.name().starts_with("__Host-");
    cookie.set_secure((needs_secure || cookie.same_site() == Some(SameSite::None)).then_some(true));
    response.set_cookie(cookie);
}

/// The setting as the cookie's attribute.
pub(crate) fn same_site(setting: rjango_core::SameSite) -> SameSite {
    match setting {
        rjango_core::SameSite::Lax => SameSite::Lax,
        rjango_core::SameSite::Strict => SameSite::Strict,
        rjango_core::SameSite::None => SameSite::None,
    }
}
