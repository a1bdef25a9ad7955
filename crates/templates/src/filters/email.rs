//! Whether a word is an e-mail address: Django's `EmailValidator`.

use std::net::IpAddr;

/// The longest address, in characters (RFC 3696, section 3).
const LONGEST: usize = 320;

/// Whether this is the address of a mailbox, at a domain with a dot or at an address in brackets.
pub(super) fn is_email(text: &str) -> bool {
    let Some((user, domain)) = text.rsplit_once('@') else { return false };
    text.chars().count() <= LONGEST && is_user(user) && (is_domain(domain) || is_literal(domain))
}

fn is_user(user: &str) -> bool {
    let is_atom = |atom: &str| {
        let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"-!#$%&'*+/=?^_`{}|~".contains(&byte);
        !atom.is_empty() && atom.bytes().all(is_sign)
    };
    user.split('.').all(is_atom) || is_quoted(user)
}

/// A name between quotation marks, where a backslash stands before what may not stand alone.
fn is_quoted(user: &str) -> bool {
    let Some(inside) = user.strip_prefix('"').and_then(|user| user.strip_suffix('"')) else { return false };
    let is_control = |byte: u8| matches!(byte, 0x01..=0x08 | 0x0b | 0x0c | 0x0e..=0x1f | 0x7f);
    let mut bytes = inside.bytes();
    while let Some(byte) = bytes.next() {
        let fits = match byte {
            b'\\' => bytes.next().is_some_and(|next| is_control(next) || matches!(next, b'\t' | b' '..=b'~')),
            b'!' | b'#'..=b'[' | b']'..=b'~' => true,
            other => is_control(other),
        };
        if !fits {
            return false;
        }
    }
    user.len() > 1
}

fn is_domain(domain: &str) -> bool {
    let Some((hosts, top)) = domain.rsplit_once('.') else { return false };
    hosts.split('.').all(|label| is_label(label, true)) && is_top(top)
}

/// Letters beyond ASCII, as far as Django's patterns go.
fn is_letter(character: char) -> bool {
    character.is_ascii_alphabetic() || matches!(character, '\u{a1}'..='\u{ffff}')
}

fn is_label(label: &str, may_have_digits: bool) -> bool {
    let fits =
        |character: char| character == '-' || is_letter(character) || (may_have_digits && character.is_ascii_digit());
    let length = label.chars().count();
    (1..=63).contains(&length) && !label.starts_with('-') && !label.ends_with('-') && label.chars().all(fits)
}

fn is_top(top: &str) -> bool {
    let punycode = || {
        let rest = top.get(..4).filter(|start| start.eq_ignore_ascii_case("xn--")).map(|_| &top[4..]);
        rest.is_some_and(|rest| {
            (1..=59).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        }) && !top.ends_with('-')
    };
    (top.chars().count() >= 2 && is_label(top, false)) || punycode()
}

fn is_literal(domain: &str) -> bool {
    let address = domain.strip_prefix('[').and_then(|domain| domain.strip_suffix(']'));
    address.is_some_and(|address| address.parse::<IpAddr>().is_ok())
}
