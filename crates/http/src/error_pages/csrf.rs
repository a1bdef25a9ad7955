//! The page for a form that was refused: `403_csrf.html`, or one that says what to look at.

use http::StatusCode;

use super::builtin;
use crate::Response;
use crate::request::RequestState;
use crate::templates::Templates;
use crate::templates::escape;

/// The answer to a request without a valid token.
pub(crate) async fn failure(request: &RequestState, reason: &str) -> Response {
    tracing::warn!(target: "rjango.request", status = 403, "Forbidden ({reason}): {}", request.path());
    if let Some(templates) = request.site().get::<Templates>()
        && templates.exists("403_csrf.html")
        && let Ok(page) = templates.render_now(request, "403_csrf.html", crate::context! { reason }).await
    {
        return Response::new(page).with_status(StatusCode::FORBIDDEN);
    }
    if !request.settings().debug {
        return builtin::page(StatusCode::FORBIDDEN);
    }
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>403 Forbidden</title></head>\n<body>\n\
         <h1>Forbidden <span>(403)</span></h1>\n<p>CSRF verification failed. Request aborted.</p>\n\
         <h2>Help</h2>\n<p>Reason given for failure:</p>\n<pre>{}</pre>\n\
         <p>A form that is sent with POST needs its token:</p>\n<ul>\n\
         <li>The browser accepts cookies.</li>\n\
         <li>The view renders with <code>render(&amp;request, ...)</code>, and each POST form in the template has \
         <code>{{% csrf_token %}}</code> inside, unless it posts to another site.</li>\n\
         <li>The page was loaded after the last log-in: a log-in replaces the token.</li>\n\
         <li>A script sends the token in the header <code>X-CSRFToken</code>.</li>\n\
         <li>Behind a proxy, <code>SECURE_PROXY_SSL_HEADER</code> and <code>CSRF_TRUSTED_ORIGINS</code> name it.</li>\n\
         </ul>\n<p>You see this help because <code>DEBUG = true</code>.</p>\n</body>\n</html>\n",
        escape(reason)
    );
    Response::new(page).with_status(StatusCode::FORBIDDEN)
}
