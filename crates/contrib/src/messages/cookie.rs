//! The cookie `messages`, with the flags of the session's cookie as in Django.

use rjango_core::Settings;
use rjango_http::Response;

use crate::cookie::{delete_cookie, new_cookie};

/// The cookie's name.
pub(super) const NAME: &str = "messages";

pub(super) fn set(settings: &Settings, response: &mut Response, value: String) {
    let mut cookie = new_cookie(NAME, value, "/", settings.session_cookie_domain.as_deref());
    cookie.set_secure(settings.session_cookie_secure.then_some(true));
    cookie.set_http_only(settings.session_cookie_httponly.then_some(true));
    cookie.set_same_site(settings.session_cookie_samesite.map(crate::cookie::same_site));
    response.set_cookie(cookie);
}

pub(super) fn delete(settings: &Settings, response: &mut Response) {
    let mut cookie = new_cookie(NAME, String::new(), "/", settings.session_cookie_domain.as_deref());
    cookie.set_same_site(settings.session_cookie_samesite.map(crate::cookie::same_site));
    delete_cookie(response, cookie);
}
