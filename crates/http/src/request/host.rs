//! Which host a request is for, and whether the site answers to that name: Django's `validate_host`.

use http::HeaderMap;
use rjango_core::Settings;

/// Whether a `Host` value (`name`, `name:port`, `[::1]:port`) may name this site.
pub(crate) fn allowed(settings: &Settings, host: &str) -> bool {
    let Some(domain) = domain(host) else { return false };
    if settings.debug && settings.allowed_hosts.is_empty() {
        return domain == "localhost" || domain.ends_with(".localhost") || domain == "127.0.0.1" || domain == "[::1]";
    }
    settings.allowed_hosts.iter().any(|pattern| matches(pattern, &domain))
}

/// A header that a proxy sets. Where it is there more than once a client has sent it too, and it is not believed.
pub(super) fn only_line<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut lines = headers.get_all(name).iter();
    let only = lines.next().filter(|_| lines.next().is_none())?;
    only.to_str().ok()
}

/// The name without its port, in lower case and without a final dot; nothing where the header is malformed.
pub(crate) fn domain(host: &str) -> Option<String> {
    let (name, port) = if host.starts_with('[') {
        let end = host.find(']')?;
        let inside = &host[1..end];
        if inside.is_empty() || !inside.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':' || byte == b'.') {
            return None;
        }
        host.split_at(end + 1)
    } else {
        let end = host.find(':').unwrap_or(host.len());
        let name = &host[..end];
        if name.is_empty()
            || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        {
            return None;
        }
        host.split_at(end)
    };
    match port.strip_prefix(':') {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {}
        None if port.is_empty() => {}
        _ => return None,
    }
    let name = name.to_ascii_lowercase();
    Some(name.strip_suffix('.').map(str::to_owned).unwrap_or(name))
}

/// Django's `is_same_domain` with `*`: a leading dot stands for the domain and all below it.
fn matches(pattern: &str, domain: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    is_same_domain(domain, &pattern.to_ascii_lowercase())
}

/// Whether `domain` is `pattern` or, where that starts with a dot, lies below it.
pub(crate) fn is_same_domain(domain: &str, pattern: &str) -> bool {
    match pattern.strip_prefix('.') {
        Some("") => false,
        Some(parent) => domain == parent || domain.ends_with(pattern),
        None => !pattern.is_empty() && domain == pattern,
    }
}
