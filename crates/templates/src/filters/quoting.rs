//! Percent signs in URLs: Python's `quote`, `unquote` and their relatives.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What is quoted nowhere, besides letters and digits.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'.').remove(b'-').remove(b'~');

/// What a URL is quoted by: the delimiters of RFC 3986 stay.
const URL: &AsciiSet = &IRI.add(b'%');

/// What Django's `iri_to_uri` quotes.
const IRI: &AsciiSet = &UNRESERVED
    .remove(b'/')
    .remove(b'#')
    .remove(b'%')
    .remove(b'[')
    .remove(b']')
    .remove(b'=')
    .remove(b':')
    .remove(b';')
    .remove(b'$')
    .remove(b'&')
    .remove(b'(')
    .remove(b')')
    .remove(b'+')
    .remove(b',')
    .remove(b'!')
    .remove(b'?')
    .remove(b'*')
    .remove(b'@')
    .remove(b'\'');

/// Python's `quote`, which leaves letters, digits, `_.-~` and the given characters of ASCII alone.
pub(super) fn quote(text: &str, kept: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + text.len() / 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric()
            || b"_.-~".contains(&byte)
            || (byte.is_ascii() && kept.as_bytes().contains(&byte))
        {
            quoted.push(char::from(byte));
        } else {
            quoted.push_str(percent_encoding::percent_encode_byte(byte));
        }
    }
    quoted
}

/// Django's `iri_to_uri`.
pub(super) fn iri_to_uri(iri: &str) -> String {
    utf8_percent_encode(iri, IRI).to_string()
}

/// The part of a URL, quoted once however often it was quoted before.
pub(super) fn quoted_once(part: &str) -> String {
    utf8_percent_encode(&unquote(part), URL).to_string()
}

/// Python's `unquote`: what is not UTF-8 becomes the sign for it.
pub(super) fn unquote(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// The query of a URL, each name and value quoted once: Python's `parse_qsl` and `urlencode`.
pub(super) fn quoted_query(query: &str) -> String {
    let once = |part: &str| {
        let spaced = part.replace('+', " ");
        let read = unquote(&spaced);
        quote(&unquote(&read), " ").replace(' ', "+")
    };
    let mut quoted = String::with_capacity(query.len());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        if !quoted.is_empty() {
            quoted.push('&');
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        quoted.push_str(&once(name));
        quoted.push('=');
        quoted.push_str(&once(value));
    }
    quoted
}
