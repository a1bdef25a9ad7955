//! `rjango.middleware.http.ConditionalGetMiddleware`: an `ETag` for each page, and 304 where the browser has it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::SystemTime;

use http::{HeaderMap, Method, StatusCode, header};
use rjango_core::Result;

use super::{Middleware, MiddlewareEntry, Next};
use crate::request::RequestState;
use crate::{BoxFuture, Request, Response};

struct ConditionalGet;

inventory::submit! {
    MiddlewareEntry::new(
        || "rjango.middleware.http.ConditionalGetMiddleware".to_owned(),
        |_| Ok(Box::new(ConditionalGet)),
    )
}

impl Middleware for ConditionalGet {
    fn call<'a>(&'a self, request: Request, next: Next) -> BoxFuture<'a, Result<Response>> {
        Box::pin(async move {
            let state = request.state();
            let mut response = next.run(request).await?;
            // As in Django, HEAD is left alone too.
            if state.method() != Method::GET {
                return Ok(response);
            }
            if !response.headers().contains_key(header::ETAG) && !forbids_storing(response.headers()) {
                set_etag(&mut response);
            }
            if response.status() == StatusCode::OK && is_known(&state, response.headers()) {
                return Ok(not_modified(response));
            }
            Ok(response)
        })
    }
}

fn forbids_storing(headers: &HeaderMap) -> bool {
    let controls = headers.get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok()).unwrap_or_default();
    controls.split(',').any(|control| control.trim().eq_ignore_ascii_case("no-store"))
}

/// A tag of what is in the body. It need not be the same after an update of the binary.
fn set_etag(response: &mut Response) {
    let Some(body) = response.body().bytes().filter(|body| !body.is_empty()) else { return };
    let tags = [0u64, 1].map(|seed| {
        let mut hasher = DefaultHasher::new();
        (seed, body).hash(&mut hasher);
        hasher.finish()
    });
    response.set_header(header::ETAG, &format!("\"{:016x}{:016x}\"", tags[0], tags[1]));
}

/// RFC 9110, section 13.2.2: `If-None-Match` counts before `If-Modified-Since`, and tags compare weakly.
fn is_known(request: &RequestState, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let weak = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    if let Some(known) = request.header(header::IF_NONE_MATCH) {
        let Some(own) = text(header::ETAG) else { return false };
        return known.trim() == "*" || known.split(',').any(|tag| weak(tag) == weak(own));
    }
    let date = |value: Option<&str>| -> Option<SystemTime> { httpdate::parse_http_date(value?).ok() };
    match (date(request.header(header::IF_MODIFIED_SINCE)), date(text(header::LAST_MODIFIED))) {
        (Some(since), Some(changed)) => changed <= since,
        _ => false,
    }
}

/// Status 304 with the headers that RFC 9110, section 15.4.5, asks for, and the cookies.
fn not_modified(mut response: Response) -> Response {
    let mut answer = Response::empty(StatusCode::NOT_MODIFIED);
    for name in [
        header::CACHE_CONTROL,
        header::CONTENT_LOCATION,
        header::DATE,
        header::ETAG,
        header::EXPIRES,
        header::LAST_MODIFIED,
        header::VARY,
    ] {
        if let Some(value) = response.headers().get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer.take_cookies(&mut response);
    answer
}
