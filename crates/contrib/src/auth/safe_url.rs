//! Where one may be sent after logging in: not to a stranger's site.

use std::borrow::Cow;

/// Longer URLs are refused; no browser's address has them, and parsing is not free.
const LONGEST: usize = 2048;

/// Whether the URL stays on one of these hosts and on http or https (https alone where asked): Django's
/// `url_has_allowed_host_and_scheme`.
// DIFFERENCE: the first character must be printable ASCII, a letter or a digit; Django forbids only Unicode's
// category C there.
pub fn url_has_allowed_host_and_scheme(url: &str, allowed_hosts: &[&str], require_https: bool) -> bool {
    let url = url.trim();
    // Chrome reads `\` as `/`, others do not: the URL must be good either way.
    !url.is_empty()
        && is_safe(url, allowed_hosts, require_https)
        && is_safe(&url.replace('\\', "/"), allowed_hosts, require_https)
}

fn is_safe(url: &str, allowed_hosts: &[&str], require_https: bool) -> bool {
    let printable = |letter: char| letter.is_ascii_graphic() || letter.is_alphanumeric();
    if url.len() > LONGEST || url.starts_with("///") || !url.starts_with(printable) {
        return false;
    }
    let Some(Split { scheme, host }) = split(url) else { return false };
    match (scheme.as_deref(), host.as_deref()) {
        // `javascript:`, `ftp:9999` and `http:///path`, which browsers take for a host.
        (Some(_), None) => false,
        (None, None) => true,
        (scheme, Some(host)) => {
            let scheme = scheme.unwrap_or("http");
            allowed_hosts.contains(&host) && (scheme == "https" || scheme == "http" && !require_https)
        }
    }
}

struct Split<'a> {
    scheme: Option<String>,
    host: Option<Cow<'a, str>>,
}

/// Scheme and authority, as Python's `urlsplit` and browsers see them; nothing where brackets do not match.
fn split(url: &str) -> Option<Split<'_>> {
    // Browsers drop these characters wherever they stand.
    let url: Cow<'_, str> = match url.contains(['\t', '\r', '\n']) {
        true => url.replace(['\t', '\r', '\n'], "").into(),
        false => url.into(),
    };
    let is_scheme = |name: &str| {
        name.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
    };
    let (scheme, rest) = match url.split_once(':') {
        Some((name, rest)) if is_scheme(name) => (Some(name.to_ascii_lowercase()), rest),
        _ => (None, &*url),
    };
    let host = rest.strip_prefix("//").map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    if host.is_some_and(|host| host.contains('[') != host.contains(']')) {
        return None;
    }
    let host = host.filter(|host| !host.is_empty()).map(|host| Cow::Owned(host.to_owned()));
    Some(Split { scheme, host })
}

#[cfg(test)]
mod tests {
    use super::url_has_allowed_host_and_scheme as allowed;

    const HOSTS: [&str; 3] = ["testserver", "testserver2", "otherserver"];

    // The cases of Django 5.2.19's tests (vectors/calls.json), and some of our own.
    #[test]
    fn strangers_are_refused() {
        for url in [
            "http:///example.com",
            "https://example.com",
            "\\\\example.com",
            "\\\\\\example.com",
            "\\\\//example.com",
            "/\\/example.com",
            "/\\example.com",
            "//example.com",
            "///example.com",
            "http:/\\//example.com",
            "http:\\/example.com",
            "http:/\\example.com",
            "javascript:alert(\"XSS\")",
            "\njavascript:alert(x)",
            "java\nscript:alert(x)",
            "\u{8}//example.com",
            "/\t/example.com",
            "http://otherserver\\@example.com",
            "http:\\\\testserver\\@example.com",
            "http://testserver\\me:pass@example.com",
            "http:\\\\testserver\\confirm\\me@example.com",
            "http://testserver@example.com/",
            "http://testserver:8000@example.com/",
            "ftp:9999999999",
            "ftp://testserver/",
            "\n",
            "",
            " ",
            "http://[2001:cdba:0000:0000:0000:0000:3257:9652/",
            "http://2001:cdba:0000:0000:0000:0000:3257:9652]/",
        ] {
            assert!(!allowed(url, &HOSTS, false), "{url:?}");
        }
    }

    #[test]
    fn the_own_site_is_allowed() {
        for url in [
            "/view/?param=http://example.com",
            "/view/?param=https://example.com",
            "view/?param=//example.com",
            "HTTPS://testserver/",
            "//testserver/",
            "http://testserver/confirm?email=me@example.com",
            "path/http:2222222222",
            "/url%20with%20spaces/",
            "é/",
        ] {
            assert!(allowed(url, &HOSTS, false), "{url:?}");
        }
        assert!(allowed("http://[::1]:8000/x", &["[::1]:8000"], false));
        assert!(allowed("/confirm/me@example.com", &[], false));
        assert!(!allowed("http://testserver\\@example.com", &[], false));
    }

    #[test]
    fn https_can_be_asked_for() {
        assert!(allowed("https://example.com/p", &["example.com"], true));
        assert!(allowed("/view/?param=http://example.com", &["example.com"], true));
        assert!(!allowed("http://example.com/p", &["example.com"], true));
        assert!(!allowed("//example.com/p", &["example.com"], true));
    }

    #[test]
    fn a_url_without_end_is_refused() {
        assert!(!allowed(&format!("/{}", "a".repeat(2048)), &HOSTS, false));
    }
}
