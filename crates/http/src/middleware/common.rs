//! `rjango.middleware.common.CommonMiddleware`: the host, unwanted robots, the final slash, `Content-Length`.

use http::{Method, StatusCode, header};
use regex::RegexSet;
use rjango_core::{Error, Result, Settings};

use super::{Middleware, MiddlewareEntry, Next};
use crate::request::RequestState;
use crate::urls;
use crate::{BoxFuture, Request, Response};

struct Common {
    disallowed_agents: RegexSet,
}

inventory::submit! {
    MiddlewareEntry::new(
        || "rjango.middleware.common.CommonMiddleware".to_owned(),
        |settings| Ok(Box::new(Common::new(settings)?)),
    )
}

impl Common {
    fn new(settings: &Settings) -> Result<Self> {
        let disallowed_agents = RegexSet::new(&settings.disallowed_user_agents).map_err(|error| {
            Error::improperly_configured(format!("`DISALLOWED_USER_AGENTS` has no regular expression: {error}"))
        })?;
        Ok(Self { disallowed_agents })
    }

    fn check_agent(&self, request: &Request) -> Result<()> {
        match request.header(header::USER_AGENT) {
            Some(agent) if self.disallowed_agents.is_match(agent) => {
                Err(Error::permission_denied("forbidden user agent"))
            }
            _ => Ok(()),
        }
    }
}

impl Middleware for Common {
    fn call<'a>(&'a self, request: Request, next: Next) -> BoxFuture<'a, Result<Response>> {
        Box::pin(async move {
            self.check_agent(&request)?;
            let host = request.get_host()?;
            if request.settings().prepend_www && !host.is_empty() && !host.starts_with("www.") {
                let path = if slash_is_missing(&request) { slashed(&request)? } else { request.full_path() };
                let url = format!("{}://www.{host}{path}", request.scheme());
                return permanently(&url);
            }
            let state = request.state();
            let mut response = next.run(request).await?;
            if response.status() == StatusCode::NOT_FOUND && slash_is_missing(&state) {
                return permanently(&slashed(&state)?);
            }
            let length = response.body().bytes().map(bytes::Bytes::len);
            if let Some(length) = length
                && !response.headers().contains_key(header::CONTENT_LENGTH)
            {
                response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
            }
            Ok(response)
        })
    }
}

fn permanently(url: &str) -> Result<Response> {
    Ok(Response::redirect(url)?.with_status(StatusCode::MOVED_PERMANENTLY))
}

/// Whether the path leads nowhere, but would with a slash.
fn slash_is_missing(request: &RequestState) -> bool {
    if !request.settings().append_slash || request.path().ends_with('/') || request.resolution().is_ok() {
        return false;
    }
    match urls::resolve_in(request.site(), &format!("{}/", request.path_info())) {
        Ok(found) => !found.view.marks.no_append_slash,
        Err(_) => false,
    }
}

/// The path with its slash. A redirect would lose the form that a POST carries, so in DEBUG that is an error.
fn slashed(request: &RequestState) -> Result<String> {
    let path = request.full_path_with(true);
    let method = request.method();
    let carries_data = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE].contains(method);
    if request.settings().debug && carries_data {
        let host = request.get_host()?;
        return Err(Error::new(
            rjango_core::ErrorKind::Other,
            format!("a {method} came for a URL without a final slash, and a redirect would lose its data"),
        )
        .with_hint(format!("point the form to `{host}{path}`, or set `APPEND_SLASH = false`")));
    }
    Ok(path)
}
