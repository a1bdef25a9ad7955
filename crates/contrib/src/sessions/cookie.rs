//! The session's cookie, with the flags that the settings give it.

use chrono::{DateTime, TimeDelta, Utc};
use rjango_core::Settings;
use rjango_http::{Cookie, Response, SameSite};

use crate::cookie::{delete_cookie, new_cookie, same_site};

/// Name and flags of the cookie.
pub(super) struct SessionCookie {
    name: String,
    path: String,
    domain: Option<String>,
    secure: bool,
    http_only: bool,
    same_site: Option<SameSite>,
}

impl SessionCookie {
    pub(super) fn from_settings(settings: &Settings) -> Self {
        Self {
            name: settings.session_cookie_name.clone(),
            path: settings.session_cookie_path.clone(),
            domain: settings.session_cookie_domain.clone(),
            secure: settings.session_cookie_secure,
            http_only: settings.session_cookie_httponly,
            same_site: settings.session_cookie_samesite.map(same_site),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Sets the cookie, for `age` from `now` or until the browser closes.
    pub(super) fn set(&self, response: &mut Response, value: String, now: DateTime<Utc>, age: Option<TimeDelta>) {
        let mut cookie = self.bare(value);
        cookie.set_http_only(self.http_only.then_some(true));
        if let Some(age) = age {
            cookie.set_max_age(cookie::time::Duration::seconds(age.num_seconds()));
            let end = now.checked_add_signed(age).map(|end| end.timestamp());
            if let Some(Ok(end)) = end.map(cookie::time::OffsetDateTime::from_unix_timestamp) {
                cookie.set_expires(end);
            }
        }
        response.set_cookie(cookie);
    }

    /// Has the browser forget the cookie.
    pub(super) fn delete(&self, response: &mut Response) {
        delete_cookie(response, self.bare(String::new()));
    }

    fn bare(&self, value: String) -> Cookie<'static> {
        let mut cookie = new_cookie(&self.name, value, &self.path, self.domain.as_deref());
        cookie.set_secure(self.secure.then_some(true));
        cookie.set_same_site(self.same_site);
        cookie
    }
}
