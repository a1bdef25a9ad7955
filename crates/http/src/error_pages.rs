//! Errors as pages: in DEBUG all that is known, in production a status and no more.

mod builtin;
mod csrf;
mod technical;
mod welcome;

use std::sync::Arc;

use http::StatusCode;
use rjango_core::Error;

use crate::request::RequestState;
use crate::templates::Templates;
use crate::urls::Urls;
use crate::{Request, Response};

pub(crate) use csrf::failure as csrf_failure;

/// The page for an error. A custom handler, a template such as `404.html`, and a built-in page are tried in this
/// order; a failing one is told in the log and the next takes over.
pub(crate) async fn respond(request: &RequestState, error: Error) -> Response {
    let headers = error.headers().cloned().unwrap_or_default();
    let mut response = page(request, error).await;
    for (name, value) in &headers {
        response.headers_mut().insert(name, value.clone());
    }
    response
}

async fn page(request: &RequestState, error: Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    report(request, status, &error);
    if request.settings().debug && matches!(status.as_u16(), 404 | 400 | 500 | 503) {
        if status == StatusCode::NOT_FOUND
            && let Some(page) = welcome::page(request)
        {
            return page;
        }
        return technical::page(request, status, &error);
    }
    let error = Arc::new(error);
    if let Some(response) = custom(request, status, &error).await {
        return response;
    }
    from_template(request, status, &error).await.unwrap_or_else(|| builtin::page(status))
}

/// The page for a request whose task ended without an answer: a panic around the views, or the end of the server.
pub(crate) fn ended(request: &RequestState) -> Response {
    let path = request.path();
    tracing::error!(target: "rjango.request", "Internal Server Error: {path}: the request's task ended without an answer");
    builtin::page(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The project's own `handler404` and its siblings.
async fn custom(request: &RequestState, status: StatusCode, error: &Arc<Error>) -> Option<Response> {
    let resolver = request.site().get::<Urls>()?.resolver().ok()?;
    let view = stand_ins(status).find_map(|status| resolver.handler(status.as_u16()))?;
    let mut inner = Request::from_state(request.clone());
    inner.extensions_mut().insert(Arc::clone(error));
    let answer = async {
        let mut response = view.call(inner, Vec::new()).await?;
        response.finish().await?;
        Ok(response)
    };
    match crate::middleware::caught(answer).await {
        Ok(response) => Some(response),
        Err(failure) => {
            report(
                request,
                StatusCode::INTERNAL_SERVER_ERROR,
                &failure.wrap(format!("the handler for {status} failed")),
            );
            None
        }
    }
}

/// The statuses whose page serves for this one: its own, and for another server error that of 500.
fn stand_ins(status: StatusCode) -> impl Iterator<Item = StatusCode> {
    let general =
        Some(StatusCode::INTERNAL_SERVER_ERROR).filter(|general| status.is_server_error() && *general != status);
    std::iter::once(status).chain(general)
}

/// `404.html`, `403.html`, `400.html`, `503.html` or `500.html`, with the request's context. Where that is what fails, the page is
/// made once more without it.
async fn from_template(request: &RequestState, status: StatusCode, error: &Error) -> Option<Response> {
    let templates = request.site().get::<Templates>()?;
    let mut names = stand_ins(status).map(|status| format!("{}.html", status.as_u16()));
    let name = names.find(|name| templates.exists(name))?;
    // A server error's message may tell a stranger too much; the others are written for the visitor.
    let exception = if status.is_server_error() { String::new() } else { error.to_string() };
    let context = crate::context! { request_path => request.path(), exception };
    let page = match templates.render_now(request, &name, context.clone()).await {
        Ok(page) => Ok(page),
        Err(failure) => {
            report(request, StatusCode::INTERNAL_SERVER_ERROR, &failure);
            templates.render(&name, context).await
        }
    };
    match page {
        Ok(page) => Some(Response::new(page).with_status(status)),
        Err(failure) => {
            report(request, StatusCode::INTERNAL_SERVER_ERROR, &failure);
            None
        }
    }
}

/// An event of the log; for a server error everything that is known.
fn report(request: &RequestState, status: StatusCode, error: &Error) {
    let (path, code) = (request.path(), status.as_u16());
    match code {
        404 => tracing::warn!(target: "rjango.request", status = code, "Not Found: {path}"),
        403 => tracing::warn!(target: "rjango.request", status = code, "Forbidden ({error}): {path}"),
        400 => tracing::warn!(target: "rjango.request", status = code, "Bad Request ({error}): {path}"),
        _ if code < 500 => {
            let what = status.canonical_reason().unwrap_or("Error");
            tracing::warn!(target: "rjango.request", status = code, "{what} ({error}): {path}");
        }
        _ => {
            let what = status.canonical_reason().unwrap_or("Internal Server Error");
            let found = request.resolution().as_ref().ok();
            let causes = error.causes();
            tracing::error!(
                target: "rjango.request",
                status = code,
                method = request.method().as_str(),
                error = %error,
                caused_by = (!causes.is_empty()).then(|| causes.join("; caused by: ")),
                about = error.place().map(ToString::to_string),
                hint = error.hint(),
                raised_at = %error.raised(),
                view = found.map(|found| found.view.name()),
                route_at = found.map(|found| found.matched.place().to_string()),
                "{what}: {path}"
            );
        }
    }
}
