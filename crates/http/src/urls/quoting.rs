//! Percent-encoding of URLs, as Django's `quote`, `iri_to_uri` and `escape_leading_slashes` do it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'.').remove(b'-').remove(b'~');

/// What `reverse` leaves alone: `pchar` of RFC 3986, and the slash.
const REVERSED: &AsciiSet = &UNRESERVED
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b'/')
    .remove(b':')
    .remove(b'@');

/// What Django's `escape_uri_path` leaves alone.
const PATH: &AsciiSet = &UNRESERVED
    .remove(b'/')
    .remove(b':')
    .remove(b'@')
    .remove(b'&')
    .remove(b'+')
    .remove(b'$')
    .remove(b',')
    .remove(b'!')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// What Django's `iri_to_uri` leaves alone.
const IRI: &AsciiSet = &PATH.remove(b'#').remove(b'%').remove(b'[').remove(b']').remove(b'=').remove(b';').remove(b'?');

/// What Django's `urlencode` filter and Python's `quote` leave alone, besides letters and digits.
pub(crate) fn quote(text: &str, keep_slash: bool) -> String {
    const SLASH: &AsciiSet = &UNRESERVED.remove(b'/');
    utf8_percent_encode(text, if keep_slash { SLASH } else { UNRESERVED }).to_string()
}

pub(super) fn quote_reversed(path: &str) -> String {
    utf8_percent_encode(path, REVERSED).to_string()
}

pub(crate) fn quote_path(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

pub(crate) fn iri_to_uri(iri: &str) -> String {
    utf8_percent_encode(iri, IRI).to_string()
}

/// A URL that starts with two slashes would name another host.
pub(crate) fn escape_leading_slashes(url: String) -> String {
    match url.strip_prefix("//") {
        Some(rest) => format!("/%2F{rest}"),
        None => url,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_quoted_as_in_django() {
        assert_eq!(
            quote_path("/;some/=awful/?path/:with/@lots/&of/+awful/chars"),
            "/%3Bsome/%3Dawful/%3Fpath/:with/@lots/&of/+awful/chars"
        );
        assert_eq!(iri_to_uri("/♥%E2♥/"), "/%E2%99%A5%E2%E2%99%A5/");
        assert_eq!(iri_to_uri("locations/Paris+%26+Orl%C3%A9ans"), "locations/Paris+%26+Orl%C3%A9ans");
        assert_eq!(iri_to_uri("/♥♥/?utf8=%9C%93✓%9C%93"), "/%E2%99%A5%E2%99%A5/?utf8=%9C%93%E2%9C%93%9C%93");
        assert_eq!(escape_leading_slashes("//example.com".to_owned()), "/%2Fexample.com");
    }
}
