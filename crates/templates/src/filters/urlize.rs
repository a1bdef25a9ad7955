//! `urlize` and `urlizetrunc`: URLs and e-mail addresses of a text as links.

use std::borrow::Cow;
use std::net::Ipv6Addr;

use rjango_core::Result;
use unicode_normalization::UnicodeNormalization as _;

use super::arguments::{Input, needed_int};
use super::email::is_email;
use super::entities::unescape;
use super::{python, quoting};
use crate::filter::{Filter, FilterContext, Takes};
use crate::value::{Value, escape};

pub(super) const FILTERS: [Filter; 2] =
    [Filter::new("urlize", urlize).safe(), Filter::new("urlizetrunc", urlizetrunc).safe().takes(Takes::One)];

/// The longest word that is taken for a URL, in characters: Django's `MAX_URL_LENGTH`.
const LONGEST_URL: usize = 2048;

/// What may stand behind a URL and does not belong to it.
const TRAILING: [char; 5] = ['.', ',', ':', ';', '!'];
const TRAILING_WITHOUT_SEMICOLON: [char; 4] = ['.', ',', ':', '!'];

const TOP_LEVELS: [&str; 7] = ["com", "edu", "gov", "int", "mil", "net", "org"];

fn urlize(context: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    Ok(linked(context, value, None))
}

fn urlizetrunc(context: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    let limit = needed_int("urlizetrunc", argument)?;
    Ok(linked(context, value, Some(usize::try_from(limit.max(0)).unwrap_or(usize::MAX))))
}

fn linked(context: &FilterContext<'_>, value: &Value, limit: Option<usize>) -> Value {
    let input = Input::new(value);
    let is_escaped = context.autoescape && !input.is_safe;
    let mut html = String::with_capacity(input.text.len() + input.text.len() / 4);
    let mut rest: &str = &input.text;
    while let Some(first) = rest.chars().next() {
        let is_between = is_separator(first);
        let end = rest.find(|character| is_separator(character) != is_between).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        rest = behind;
        match (!is_between).then(|| link(word, is_escaped, limit)).flatten() {
            Some(link) => html.push_str(&link),
            None => html.push_str(&escaped_if(word, is_escaped)),
        }
    }
    Value::safe(html)
}

/// What stands between words.
fn is_separator(character: char) -> bool {
    python::is_space(character) || matches!(character, '<' | '>' | '"' | '\'')
}

fn escaped_if(text: &str, is_escaped: bool) -> Cow<'_, str> {
    if is_escaped { Cow::Owned(escape(text)) } else { Cow::Borrowed(text) }
}

/// The word with its link; nothing where it is not a URL or an address.
fn link(word: &str, is_escaped: bool, limit: Option<usize>) -> Option<String> {
    if !word.contains(['.', '@', ':']) {
        return None;
    }
    let (before, middle, behind) = trimmed(word);
    let is_short = middle.len() <= LONGEST_URL || middle.chars().count() <= LONGEST_URL;
    let (target, attributes) = if is_short && has_scheme(middle) {
        (quoted_url(&unescape(middle)), " rel=\"nofollow\"")
    } else if is_short && is_host(middle) {
        (quoted_url(&format!("http://{}", unescape(middle))), " rel=\"nofollow\"")
    } else if !middle.contains(':') && is_email(middle) {
        let (user, domain) = middle.rsplit_once('@')?;
        (format!("mailto:{}@{}", quoting::quote(user, ""), quoting::quote(domain, "")), "")
    } else {
        return None;
    };
    let shown = match limit {
        Some(limit) if middle.chars().count() > limit => {
            let kept: String = middle.chars().take(limit.saturating_sub(1)).collect();
            Cow::Owned(kept + "…")
        }
        _ => Cow::Borrowed(middle),
    };
    Some(format!(
        "{}<a href=\"{}\"{attributes}>{}</a>{}",
        escaped_if(before, is_escaped),
        escape(&target),
        escaped_if(&shown, is_escaped),
        escaped_if(behind, is_escaped),
    ))
}

/// What stands before the URL, the URL, and what stands behind it.
// DIFFERENCE: Django 5.2 loses the punctuation behind a closing bracket (`see http://example.com/).`). It stays here, as in
// Django 6.1.
fn trimmed(word: &str) -> (&str, &str, &str) {
    let start = word.trim_start_matches(['(', '[']);
    let before = &word[..word.len() - start.len()];
    let mut middle = start;
    let count = |sign: char| start.matches(sign).count();
    let mut brackets = [(count('('), ')', count(')')), (count('['), ']', count(']'))];
    let mut ampersand = middle.rfind('&');
    let mut has_changed = true;
    while has_changed && !middle.is_empty() {
        has_changed = false;
        for (opening, sign, closing) in &mut brackets {
            if *opening < *closing && middle.ends_with(*sign) {
                middle = without_last(middle, *closing - *opening);
                *closing = *opening;
                has_changed = true;
            }
        }
        if ampersand.is_some_and(|at| at >= middle.len()) {
            ampersand = middle.rfind('&');
        }
        let kept = match ampersand {
            Some(_) => middle.trim_end_matches(TRAILING_WITHOUT_SEMICOLON),
            None => middle.trim_end_matches(TRAILING),
        };
        if kept.len() < middle.len() {
            middle = kept;
            has_changed = true;
        }
        if middle.ends_with(';')
            && let Some(kept) = without_semicolon(middle, ampersand)
        {
            middle = kept;
            has_changed = true;
        }
    }
    (before, middle, &start[middle.len()..])
}

/// The text without its last characters.
fn without_last(text: &str, count: usize) -> &str {
    match count.checked_sub(1).and_then(|skipped| text.char_indices().rev().nth(skipped)) {
        Some((at, _)) => &text[..at],
        None => "",
    }
}

/// The text without the semicolon at its end; nothing where that ends a character reference.
fn without_semicolon(middle: &str, ampersand: Option<usize>) -> Option<&str> {
    // Without an ampersand Python takes the last character alone.
    let reference = match ampersand {
        Some(at) => &middle[at..],
        None => &middle[middle.len() - 1..],
    };
    let plain = unescape(reference);
    if plain != reference && !plain.ends_with(';') {
        return None;
    }
    let kept = middle.trim_end_matches(TRAILING);
    let semicolons = middle.len() - middle.trim_end_matches(';').len();
    if ampersand.is_some() && semicolons > 1 {
        // The first of them may end a reference.
        let first = middle[kept.len()..].find(';')?;
        return Some(&middle[..kept.len() + first + 1]);
    }
    Some(kept)
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn strip_start<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let head = text.get(..start.len())?;
    head.eq_ignore_ascii_case(start).then(|| &text[start.len()..])
}

/// Whether a word is a URL by its scheme.
fn has_scheme(word: &str) -> bool {
    let rest = strip_start(word, "http").map(|rest| strip_start(rest, "s").unwrap_or(rest));
    let Some(rest) = rest.and_then(|rest| rest.strip_prefix("://")) else { return false };
    rest.strip_prefix('[').unwrap_or(rest).starts_with(is_word)
}

/// Whether a word is a URL without a scheme: it starts with `www.`, or has one of the old top levels.
fn is_host(word: &str) -> bool {
    if strip_start(word, "www.").is_some() {
        return true;
    }
    let mut characters = word.chars();
    if !characters.next().is_some_and(is_word) || strip_start(word, "http").is_some() {
        return false;
    }
    // One character at least stands between the first one and the dot.
    let rest = characters.as_str();
    let before_at = rest.find('@').unwrap_or(rest.len());
    rest.match_indices('.').any(|(at, _)| {
        at > 0 && at <= before_at && {
            let behind = &rest[at + 1..];
            TOP_LEVELS
                .iter()
                .any(|top| strip_start(behind, top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
        }
    })
}

/// A URL with each of its parts quoted once: Django's `smart_urlquote`.
fn quoted_url(url: &str) -> String {
    let url: String =
        url.trim_start_matches(|start: char| start <= ' ').chars().filter(|one| !"\t\r\n".contains(*one)).collect();
    // The scheme is `http` or `https` always.
    let Some((scheme, rest)) = url.split_once("://") else { return quoting::quoted_once(&url) };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, rest) = rest.split_at(end);
    if !is_sound(host) {
        return quoting::quoted_once(&url);
    }
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut quoted = format!("{}://{}", scheme.to_ascii_lowercase(), quoting::quoted_once(host));
    quoted.push_str(&quoting::quoted_once(path));
    for (sign, part) in [('?', quoting::quoted_query(query)), ('#', quoting::quoted_once(fragment))] {
        if !part.is_empty() {
            quoted.push(sign);
            quoted.push_str(&part);
        }
    }
    quoted
}

/// Whether Python's `urlsplit` takes the host of a URL.
fn is_sound(host: &str) -> bool {
    let address = match (host.find('['), host.contains(']')) {
        (None, false) => return is_same_when_normalized(host),
        (Some(at), true) => host[at + 1..].split(']').next().unwrap_or_default(),
        _ => return false,
    };
    let is_future = || {
        let (version, rest) = address.strip_prefix(['v', 'V'])?.split_once('.')?;
        let is_name = |one: char| one.is_ascii_alphanumeric() || "._~-!$&'()*+,;=:".contains(one);
        Some(
            !version.is_empty()
                && version.chars().all(|digit| digit.is_ascii_hexdigit())
                && !rest.is_empty()
                && rest.chars().all(is_name),
        )
    };
    let is_version_6 = || {
        let (address, zone) = address.split_once('%').unwrap_or((address, "zone"));
        address.parse::<Ipv6Addr>().is_ok() && !zone.is_empty() && !zone.contains('%')
    };
    (if address.starts_with(['v', 'V']) { is_future() == Some(true) } else { is_version_6() })
        && is_same_when_normalized(host)
}

/// Whether no delimiter comes out of a host's characters when they are normalized.
fn is_same_when_normalized(host: &str) -> bool {
    if host.is_ascii() {
        return true;
    }
    let plain: String = host.chars().filter(|one| !"@:#?".contains(*one)).collect();
    let normalized: String = plain.nfkc().collect();
    normalized == plain || !normalized.contains(['/', '?', '#', '@', ':'])
}
