//! Where a request comes from, by its `Origin` and `Referer` headers.

use http::{Uri, header};

use crate::request::{RequestState, is_same_domain};

/// `CSRF_TRUSTED_ORIGINS`, sorted for the checks.
pub(super) struct TrustedOrigins {
    exact: Vec<String>,
    /// Scheme and `.domain` of the origins with a star.
    below: Vec<(String, String)>,
    /// Host of every origin, `.domain` for those with a star.
    hosts: Vec<String>,
}

impl TrustedOrigins {
    pub(super) fn new(origins: &[String]) -> Self {
        let split = |origin: &String| {
            let (scheme, host) = origin.split_once("://").unwrap_or(("", origin));
            (scheme.to_owned(), host.trim_start_matches('*').to_owned())
        };
        Self {
            exact: origins.iter().filter(|origin| !origin.contains('*')).cloned().collect(),
            below: origins.iter().filter(|origin| origin.contains('*')).map(split).collect(),
            hosts: origins.iter().map(|origin| split(origin).1).collect(),
        }
    }

    /// Whether the `Origin` is the site's own or a trusted one.
    pub(super) fn origin(&self, request: &RequestState, origin: &str) -> bool {
        if let Ok(host) = request.get_host()
            && origin.strip_prefix(request.scheme()).and_then(|rest| rest.strip_prefix("://")) == Some(host)
        {
            return true;
        }
        if self.exact.iter().any(|trusted| trusted == origin) {
            return true;
        }
        let Some((scheme, host)) = origin.split_once("://") else { return false };
        self.below
            .iter()
            .any(|(trusted, domain)| trusted == scheme && is_same_domain(&host.to_ascii_lowercase(), domain))
    }

    /// Whether the `Referer` of a secure request is the site's own or a trusted one, or why not.
    pub(super) fn referer(&self, request: &RequestState) -> Result<(), String> {
        let Some(referer) = request.header(header::REFERER) else {
            return Err("Referer checking failed - no Referer.".to_owned());
        };
        let malformed = || "Referer checking failed - Referer is malformed.".to_owned();
        let uri: Uri = referer.parse().map_err(|_| malformed())?;
        let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.authority()) else { return Err(malformed()) };
        if scheme != "https" {
            return Err("Referer checking failed - Referer is insecure while host is secure.".to_owned());
        }
        let host = host.as_str().to_ascii_lowercase();
        if self.hosts.iter().any(|trusted| is_same_domain(&host, trusted)) {
            return Ok(());
        }
        let bad = || format!("Referer checking failed - {referer} does not match any trusted origins.");
        let good = match &request.settings().csrf_cookie_domain {
            None => request.get_host().map_err(|_| bad())?.to_ascii_lowercase(),
            Some(domain) => match request.port() {
                443 | 80 => domain.clone(),
                port => format!("{domain}:{port}"),
            },
        };
        if is_same_domain(&host, &good) { Ok(()) } else { Err(bad()) }
    }
}
