//! Going to the log-in page and coming back.

use rjango_core::Result;
use rjango_http::shortcuts::resolve_url;
use rjango_http::{RequestState, Response};

use super::url_has_allowed_host_and_scheme;

/// The name of the parameter that says where to go after.
pub(crate) const NEXT: &str = "next";

/// A redirect to LOGIN_URL that leads back to this request's page: Django's `redirect_to_login`.
///
/// # Errors
/// Where LOGIN_URL is neither a URL nor the name of one.
pub fn redirect_to_login(request: &RequestState) -> Result<Response> {
    let login_url = resolve_url(&request.settings().login_url)?;
    redirect_to_login_at(request, &login_url)
}

/// As [`redirect_to_login`], to a log-in page of one's own.
///
/// # Errors
/// Where the request's host is not allowed.
pub fn redirect_to_login_at(request: &RequestState, login_url: &str) -> Result<Response> {
    // A log-in page on another host must know which host to come back to.
    let here = if login_url.contains("//") { request.build_absolute_uri(None)? } else { request.full_path() };
    Response::redirect(&with_next(login_url, &here))
}

/// The URL with `next` in its query; an earlier `next` gives way.
fn with_next(url: &str, next: &str) -> String {
    let (rest, fragment) = url.split_once('#').map_or((url, None), |(rest, fragment)| (rest, Some(fragment)));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut query = rjango_http::QueryDict::parse(query);
    query.set(NEXT, next);
    // Slashes need no escaping in a query, and stay readable so.
    let query = query.urlencode().replace("%2F", "/");
    match fragment {
        Some(fragment) => format!("{path}?{query}#{fragment}"),
        None => format!("{path}?{query}"),
    }
}

/// Where the form or the query says to go next, if that is on this host: Django's `get_redirect_url`.
///
/// # Errors
/// Where the form cannot be read.
pub async fn next_url(request: &RequestState) -> Result<Option<String>> {
    let form = request.form().await?;
    let Some(next) = form.get(NEXT).or_else(|| request.query().get(NEXT)) else { return Ok(None) };
    let is_safe = url_has_allowed_host_and_scheme(next, &[request.get_host()?], request.is_secure());
    Ok(is_safe.then(|| next.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::with_next;

    #[test]
    fn next_joins_the_query() {
        assert_eq!(with_next("/login/", "/a b/?x=1&y=2"), "/login/?next=/a+b/%3Fx%3D1%26y%3D2");
        assert_eq!(with_next("/login/?next=/old/&lang=de#form", "/new/"), "/login/?next=/new/&lang=de#form");
    }
}
