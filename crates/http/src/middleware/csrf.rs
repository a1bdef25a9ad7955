//! `rjango.middleware.csrf.CsrfViewMiddleware`: a form from another site is refused.
//!
//! Cookie, tokens and checks are Django 5.2's, so that a page that one of the two rendered can be posted to the other.
// DIFFERENCE: Django can keep the secret in the session; here it is in the cookie alone.

mod origin;
mod token;

use std::sync::{Arc, Mutex, PoisonError};

use http::Method;
use http::header::{self, HeaderName};
use rjango_core::{Error, Result, Settings};

use super::{Middleware, MiddlewareEntry, Next};
use crate::error_pages;
use crate::request::RequestState;
use crate::{BoxFuture, Cookie, Request, Response};
use origin::TrustedOrigins;
use token::Refusal;

/// The name of the form field.
pub(crate) const FIELD: &str = "csrfmiddlewaretoken";

/// What a request knows of its secret.
#[derive(Default)]
struct Csrf(Mutex<Secret>);

#[derive(Default)]
struct Secret {
    secret: Option<String>,
    send_cookie: bool,
}

/// Set by the test client: this request is not checked.
pub(crate) struct DoNotEnforce;

/// The token for a form or for the `X-CSRFToken` header: Django's `get_token`. Asking makes the response send the
/// cookie; the text is another each time.
pub fn get_token(request: &RequestState) -> Result<String> {
    let csrf = of(request);
    let mut state = csrf.0.lock().unwrap_or_else(PoisonError::into_inner);
    state.send_cookie = true;
    if state.secret.is_none() {
        state.secret = Some(token::new_secret()?);
    }
    token::mask(state.secret.as_deref().unwrap_or_default())
}

/// Replaces the secret, so that tokens from before a log-in end with it: Django's `rotate_token`.
///
/// # Errors
/// Where the system gives no random numbers.
pub fn rotate_token(request: &RequestState) -> Result<()> {
    let secret = token::new_secret()?;
    let csrf = of(request);
    let mut state = csrf.0.lock().unwrap_or_else(PoisonError::into_inner);
    *state = Secret { secret: Some(secret), send_cookie: true };
    Ok(())
}

/// The slot, filled from the cookie on first use.
fn of(request: &RequestState) -> Arc<Csrf> {
    if let Some(csrf) = request.get::<Csrf>() {
        return csrf;
    }
    let secret = match from_cookie(request) {
        Ok(secret) => Secret { secret, send_cookie: false },
        // A cookie that makes no sense is replaced.
        Err(_) => Secret { secret: token::new_secret().ok(), send_cookie: true },
    };
    request.get_or_insert_with(|| Csrf(Mutex::new(secret)))
}

fn from_cookie(request: &RequestState) -> Result<Option<String>, Refusal> {
    let Some(cookie) = request.cookies().get(&request.settings().csrf_cookie_name) else { return Ok(None) };
    token::check_format(cookie)?;
    Ok(Some(token::secret_of(cookie)))
}

struct CsrfView {
    trusted: TrustedOrigins,
    header: HeaderName,
}

inventory::submit! {
    MiddlewareEntry::new(
        || "rjango.middleware.csrf.CsrfViewMiddleware".to_owned(),
        |settings| Ok(Box::new(CsrfView::new(settings)?)),
    )
}

impl CsrfView {
    fn new(settings: &Settings) -> Result<Self> {
        let name = settings.csrf_header_name.strip_prefix("HTTP_").unwrap_or(&settings.csrf_header_name);
        let header = HeaderName::try_from(name.replace('_', "-").to_ascii_lowercase()).map_err(|_| {
            Error::improperly_configured(format!("`CSRF_HEADER_NAME` is no header: `{}`", settings.csrf_header_name))
        })?;
        Ok(Self { trusted: TrustedOrigins::new(&settings.csrf_trusted_origins), header })
    }

    /// Why the request is refused, if it is.
    async fn refusal(&self, request: &Request) -> Result<Option<String>> {
        let safe = [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE];
        if safe.contains(request.method()) || request.get::<DoNotEnforce>().is_some() {
            return Ok(None);
        }
        // As in Django, what leads to no view needs no token.
        match request.resolution() {
            Ok(found) if !found.view.marks.csrf_exempt => {}
            _ => return Ok(None),
        }
        if let Some(origin) = request.headers().get(header::ORIGIN) {
            let origin = String::from_utf8_lossy(origin.as_bytes());
            if !self.trusted.origin(request, &origin) {
                return Ok(Some(format!("Origin checking failed - {origin} does not match any trusted origins.")));
            }
        } else if request.is_secure()
            && let Err(reason) = self.trusted.referer(request)
        {
            return Ok(Some(reason));
        }
        self.token_refusal(request).await
    }

    async fn token_refusal(&self, request: &Request) -> Result<Option<String>> {
        let secret = match from_cookie(request) {
            Ok(Some(secret)) => secret,
            Ok(None) => return Ok(Some("CSRF cookie not set.".to_owned())),
            Err(refusal) => return Ok(Some(format!("CSRF cookie {refusal}."))),
        };
        // DIFFERENCE: Django reads the files too before it looks for the token. Here it comes before them, so that nobody without a
        // token fills the disk.
        let (field, files_follow) =
            if request.method() == Method::POST { request.field_before_files(FIELD).await? } else { (None, false) };
        let field = field.filter(|token| !token.is_empty());
        let (token, source) = match (&field, request.header(&self.header)) {
            (Some(field), _) => (field.as_str(), "POST".to_owned()),
            (None, Some(header)) => (header, format!("the '{}' HTTP header", title_case(self.header.as_str()))),
            (None, None) if files_follow => return Ok(Some("CSRF token missing before the first file.".to_owned())),
            (None, None) => return Ok(Some("CSRF token missing.".to_owned())),
        };
        if let Err(refusal) = token::check_format(token) {
            return Ok(Some(format!("CSRF token from {source} {refusal}.")));
        }
        if !token::matches(token, &secret) {
            return Ok(Some(format!("CSRF token from {source} incorrect.")));
        }
        Ok(None)
    }
}

impl Middleware for CsrfView {
    fn call<'a>(&'a self, request: Request, next: Next) -> BoxFuture<'a, Result<Response>> {
        Box::pin(async move {
            let state = request.state();
            let mut response = match self.refusal(&request).await? {
                Some(reason) => error_pages::csrf_failure(&state, &reason).await,
                None => next.run(request).await?,
            };
            if let Some(csrf) = state.get::<Csrf>() {
                let mut secret = csrf.0.lock().unwrap_or_else(PoisonError::into_inner);
                if std::mem::take(&mut secret.send_cookie)
                    && let Some(secret) = &secret.secret
                {
                    response.set_cookie(cookie(state.settings(), secret.clone()));
                    response.patch_vary(&["Cookie"]);
                }
            }
            Ok(response)
        })
    }
}

fn cookie(settings: &Settings, secret: String) -> Cookie<'static> {
    crate::response::setting_cookie(
        settings.csrf_cookie_name.clone(),
        secret,
        crate::response::CookieSettings {
            max_age: settings.csrf_cookie_age,
            domain: settings.csrf_cookie_domain.as_deref(),
            path: &settings.csrf_cookie_path,
            secure: settings.csrf_cookie_secure,
            http_only: settings.csrf_cookie_httponly,
            same_site: settings.csrf_cookie_samesite,
        },
    )
}

/// `x-csrftoken` as Django shows it: `X-Csrftoken`.
fn title_case(name: &str) -> String {
    let parts = name.split('-').map(|part| {
        let mut characters = part.chars();
        characters.next().map(|first| first.to_ascii_uppercase().to_string() + characters.as_str()).unwrap_or_default()
    });
    parts.collect::<Vec<_>>().join("-")
}
