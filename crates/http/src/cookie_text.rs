//! The quoting of cookies' values, as Python's `http.cookies` does it: what Django writes, and what it reads.

use std::borrow::Cow;
use std::fmt::Write as _;

/// What stands in a value, and in a name, without quotes.
const LEGAL: &[u8] = b"!#$%&'*+-.^_`|~:";
/// What stands in quotes as it is.
const UNESCAPED: &[u8] = b" ()/<=>?@[]{}";

fn is_legal_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || LEGAL.contains(&byte)
}

/// Whether a cookie can have this name.
pub(crate) fn is_legal(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_legal_byte)
}

/// The value as it stands in a header. Characters up to U+00FF that are not plain become a backslash and three octal digits.
///
/// DIFFERENCE: Django fails at characters above U+00FF. Here they are sent as UTF-8 in the quotes, which Django and rjango read.
pub(crate) fn quote(value: &str) -> Cow<'_, str> {
    if is_legal(value) {
        return Cow::Borrowed(value);
    }
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for character in value.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            _ if character.is_ascii() && (is_legal_byte(character as u8) || UNESCAPED.contains(&(character as u8))) => {
                quoted.push(character);
            }
            '\0'..='\u{FF}' => {
                // Writing to a `String` cannot fail.
                let _ = write!(quoted, "\\{:03o}", u32::from(character));
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    Cow::Owned(quoted)
}

/// The value that a header's text stands for. Three octal digits are the number of a character, not of a byte.
pub(crate) fn unquote(text: &str) -> Cow<'_, str> {
    let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return Cow::Borrowed(text);
    };
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut plain = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..] = *rest.as_bytes() {
            plain.push(char::from((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0')));
            rest = &rest[3..];
            continue;
        }
        match rest.chars().next() {
            // Python's pattern for the character after a backslash does not match a line's end.
            None | Some('\n') => plain.push('\\'),
            Some(next) => {
                plain.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}
