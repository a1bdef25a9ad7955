//! `rjango.middleware.security.SecurityMiddleware`: the redirect to HTTPS and the security headers.

use http::StatusCode;
use http::header::{self, HeaderName};
use regex::RegexSet;
use rjango_core::{Error, Result, Settings};

use super::{Middleware, MiddlewareEntry, Next};
use crate::{BoxFuture, Request, Response};

struct Security {
    redirect_exempt: RegexSet,
    hsts: Option<String>,
    referrer_policy: Option<String>,
}

inventory::submit! {
    MiddlewareEntry::new(
        || "rjango.middleware.security.SecurityMiddleware".to_owned(),
        |settings| Ok(Box::new(Security::new(settings)?)),
    )
}

impl Security {
    fn new(settings: &Settings) -> Result<Self> {
        let redirect_exempt = RegexSet::new(&settings.secure_redirect_exempt).map_err(|error| {
            Error::improperly_configured(format!("`SECURE_REDIRECT_EXEMPT` has no regular expression: {error}"))
        })?;
        let hsts = (settings.secure_hsts_seconds > 0).then(|| {
            let mut value = format!("max-age={}", settings.secure_hsts_seconds);
            if settings.secure_hsts_include_subdomains {
                value.push_str("; includeSubDomains");
            }
            if settings.secure_hsts_preload {
                value.push_str("; preload");
            }
            value
        });
        // Browsers take the last policy of the list that they know.
        let referrer_policy = settings
            .secure_referrer_policy
            .as_ref()
            .map(|policies| policies.split(',').map(str::trim).collect::<Vec<_>>().join(","));
        Ok(Self { redirect_exempt, hsts, referrer_policy })
    }

    fn redirect(&self, request: &Request) -> Result<Option<Response>> {
        let settings = request.settings();
        if !settings.secure_ssl_redirect || request.is_secure() {
            return Ok(None);
        }
        if self.redirect_exempt.is_match(request.path().trim_start_matches('/')) {
            return Ok(None);
        }
        let host = match &settings.secure_ssl_host {
            Some(host) => host.as_str(),
            None => request.get_host()?,
        };
        let url = format!("https://{host}{}", request.full_path());
        Ok(Some(Response::redirect(&url)?.with_status(StatusCode::MOVED_PERMANENTLY)))
    }
}

impl Middleware for Security {
    fn call<'a>(&'a self, request: Request, next: Next) -> BoxFuture<'a, Result<Response>> {
        Box::pin(async move {
            if let Some(redirect) = self.redirect(&request)? {
                return Ok(redirect);
            }
            let state = request.state();
            let mut response = next.run(request).await?;
            let settings = state.settings();
            if let Some(hsts) = &self.hsts
                && state.is_secure()
            {
                response.set_default_header(header::STRICT_TRANSPORT_SECURITY, hsts);
            }
            if settings.secure_content_type_nosniff {
                response.set_default_header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
            }
            if let Some(policy) = &self.referrer_policy {
                response.set_default_header(header::REFERRER_POLICY, policy);
            }
            if let Some(policy) = &settings.secure_cross_origin_opener_policy {
                const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
                response.set_default_header(OPENER_POLICY, policy);
            }
            Ok(response)
        })
    }
}
