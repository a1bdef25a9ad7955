//! The `Vary` header, as Django's `patch_vary_headers` keeps it.

use http::header::{self, HeaderMap, HeaderValue};

/// Adds the names that are missing; `*` swallows everything.
pub(super) fn patch(headers: &mut HeaderMap, names: &[&str]) {
    let mut all: Vec<String> = listed(headers);
    for &name in names {
        if !all.iter().any(|listed| listed.eq_ignore_ascii_case(name)) {
            all.push(name.to_owned());
        }
    }
    let value = if all.iter().any(|name| name == "*") { "*".to_owned() } else { all.join(", ") };
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(header::VARY, value);
    }
}

pub(super) fn has(headers: &HeaderMap, name: &str) -> bool {
    listed(headers).iter().any(|listed| listed.eq_ignore_ascii_case(name))
}

fn listed(headers: &HeaderMap) -> Vec<String> {
    headers
        .get_all(header::VARY)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_are_added_once_and_a_star_swallows_them() {
        let mut headers = HeaderMap::new();
        patch(&mut headers, &["Cookie"]);
        patch(&mut headers, &["accept-encoding", "COOKIE"]);
        assert_eq!(headers[header::VARY], "Cookie, accept-encoding");
        assert!(has(&headers, "cookie"));
        patch(&mut headers, &["*"]);
        assert_eq!(headers[header::VARY], "*");
    }
}
