//! Logging out, by POST alone: Django's `LogoutView`.

use rjango_core::Result;
use rjango_core::translation::gettext;
use rjango_http::shortcuts::{render, resolve_url};
use rjango_http::{Request, Response, context};

use crate::auth::logout;
use crate::auth::redirect::next_url;

/// Logs out and goes to `next`, to LOGOUT_REDIRECT_URL, or shows `registration/logged_out.html`. A link or an image
/// on another page cannot log anybody out: GET is answered with 405.
///
/// # Errors
/// The session's, the template's.
pub async fn logout_view(request: Request) -> Result<Response> {
    if request.method() != http::Method::POST {
        return Ok(Response::method_not_allowed(&["POST", "OPTIONS"]));
    }
    logout(&request).await?;
    let next = match (next_url(&request).await?, &request.settings().logout_redirect_url) {
        (Some(next), _) => Some(next),
        (None, Some(to)) => Some(resolve_url(to)?),
        (None, None) => None,
    };
    match next {
        Some(next) => Response::redirect(&next),
        None => render(&request, "registration/logged_out.html", context! { title => gettext("Logged out") }),
    }
}
