//! A visitor's choice of a language: Django's view `set_language` and its route.
//!
//! The view puts the language into the cookie of `LANGUAGE_COOKIE_NAME`, which `LocaleMiddleware` reads.

use http::{Method, StatusCode, header};
use rjango_core::Result;
use rjango_http::middleware::locale::supported;
use rjango_http::{Cookie, CookieSettings, Request, RequestState, Response, Urls, path, setting_cookie};

use crate::auth::url_has_allowed_host_and_scheme;

/// The name of the form's field with the language.
const FIELD: &str = "language";

/// The route `set_language`, for `path("i18n/", include(i18n::urls()))`: Django's `django.conf.urls.i18n`.
///
/// ```
/// use rjango_contrib::i18n;
/// use rjango_http::{include, path, urls};
///
/// let urlpatterns = urls![path("i18n/", include(i18n::urls()))];
/// assert!(urlpatterns.check().is_empty());
/// ```
pub fn urls() -> Urls {
    rjango_http::urls![path("setlang/", set_language).name("set_language")]
}

/// Keeps the `language` of a POST in a cookie and goes to `next`, to the page that the form was on, or to `/`. Another host is no place to
/// go. Without `next`, a script that does not take HTML gets status 204. GET changes nothing.
///
/// # Errors
/// Where the form cannot be read or the host is not allowed.
// DIFFERENCE: the language must be one of LANGUAGES; Django takes each that it has texts for.
pub async fn set_language(request: Request) -> Result<Response> {
    let form = request.form().await?;
    let next = match form.get("next").or_else(|| request.query().get("next")) {
        Some(next) if !next.is_empty() => Some(next),
        _ => None,
    };
    let mut response = if next.is_some() || accepts_html(&request) {
        let hosts = [request.get_host()?];
        let is_safe = |url: &&str| url_has_allowed_host_and_scheme(url, &hosts, request.is_secure());
        let here = next.filter(is_safe).or_else(|| request.header(header::REFERER).filter(is_safe));
        Response::redirect(here.unwrap_or("/"))?
    } else {
        Response::empty(StatusCode::NO_CONTENT)
    };
    if request.method() == Method::POST
        && let Some(language) = form.get(FIELD)
        && supported(request.settings(), language).is_some()
    {
        response.set_cookie(cookie(&request, language));
    }
    Ok(response)
}

fn cookie(request: &RequestState, language: &str) -> Cookie<'static> {
    let settings = request.settings();
    let attributes = CookieSettings {
        max_age: settings.language_cookie_age,
        domain: settings.language_cookie_domain.as_deref(),
        path: &settings.language_cookie_path,
        secure: settings.language_cookie_secure,
        http_only: settings.language_cookie_httponly,
        same_site: settings.language_cookie_samesite,
    };
    setting_cookie(settings.language_cookie_name.clone(), language.to_owned(), attributes)
}

/// Whether the client takes a page. One that does not say takes everything.
fn accepts_html(request: &RequestState) -> bool {
    let Some(accepted) = request.header(header::ACCEPT) else { return true };
    let mut ranges = accepted.split(',').map(|range| range.split(';').next().unwrap_or_default().trim());
    ranges.any(|range| ["*/*", "text/*", "text/html"].iter().any(|html| range.eq_ignore_ascii_case(html)))
}
