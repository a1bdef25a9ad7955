//! Values held against their fields: what Django's `clean_fields` checks.

use std::borrow::Cow;

use rjango_core::translation::{gettext, interpolate, ngettext};
use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::{DefaultValue, FieldKind, FieldSchema, IpProtocol, ModelSchema};

use crate::Value;
use crate::value::bounds::has_nul_character;

/// Holds the values of [`ModelSchema::concrete_fields`] against the fields; gives the fields that are wrong, and why.
pub(in crate::typed) fn problems(schema: &ModelSchema, values: &[Value]) -> (Vec<String>, Vec<String>) {
    let wrong = schema.concrete_fields().zip(values).filter_map(|(field, value)| {
        let problem = clean(field, value).err()?;
        Some((field.name.clone(), format!("`{}`: {problem}", field.name)))
    });
    wrong.unzip()
}

/// The problems, a line each, as one error.
///
/// # Errors
/// `Validation` where there is any.
pub(in crate::typed) fn refuse(schema: &ModelSchema, problems: &[String]) -> Result<()> {
    match problems {
        [] => Ok(()),
        [problem] => Err(Error::new(ErrorKind::Validation, problem.clone())),
        problems => {
            let message = format!("{} fields of `{}` are wrong:\n{}", problems.len(), schema.name, problems.join("\n"));
            Err(Error::new(ErrorKind::Validation, message))
        }
    }
}

/// Holds one value against its field.
///
/// # Errors
/// What is wrong with the value, in Django's words: lower case, without a period, in English.
pub fn clean(field: &FieldSchema, value: &Value) -> std::result::Result<(), String> {
    held(field, value).map_err(|problem| problem.words())
}

/// Holds one value against its field, for the person who gave it.
///
/// # Errors
/// What is wrong with the value: Django's sentence in the language that is in force.
pub fn clean_sentence(field: &FieldSchema, value: &Value) -> std::result::Result<(), String> {
    held(field, value).map_err(|problem| problem.sentence())
}

/// What is wrong with a value: a sentence of Django's, and what stands in it.
struct Problem {
    one: &'static str,
    /// The sentence for other numbers than one, and the number.
    many: Option<(&'static str, u32)>,
    values: Vec<(&'static str, String)>,
}

impl Problem {
    fn new(sentence: &'static str) -> Self {
        Self { one: sentence, many: None, values: Vec::new() }
    }

    fn of_number(one: &'static str, many: &'static str, number: u32) -> Self {
        Self { one, many: Some((many, number)), values: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    fn filled(&self, text: &str) -> String {
        let values: Vec<(&str, &str)> = self.values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        // Python's `%r` is for a text between quotes, which the value has already.
        interpolate(&text.replace(")r", ")s"), &values)
    }

    /// The sentence in the language that is in force.
    fn sentence(&self) -> String {
        let text: Cow<'_, str> = match self.many {
            Some((many, number)) => ngettext(self.one, many, number.into()),
            None => gettext(self.one),
        };
        self.filled(&text)
    }

    /// The sentence as an error says it.
    fn words(&self) -> String {
        let text = match self.many {
            Some((many, number)) if number != 1 => many,
            _ => self.one,
        };
        let text = text.replace(['“', '”'], "");
        let mut characters = text.trim_end_matches('.').chars();
        let first = characters.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
        self.filled(&(first + characters.as_str()))
    }
}

/// Whether a value is right, or what is wrong with it.
type Held = std::result::Result<(), Problem>;

fn held(field: &FieldSchema, value: &Value) -> Held {
    if value.is_null() {
        let may_be_null = field.null || field.kind.is_auto();
        return if may_be_null { Ok(()) } else { Err(Problem::new("This field cannot be null.")) };
    }
    let text = match value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    };
    if text == Some("") {
        return if field.blank { Ok(()) } else { Err(Problem::new("This field cannot be blank.")) };
    }
    if has_nul_character(value) {
        return Err(Problem::new("Null characters are not allowed."));
    }
    if !field.choices.is_empty() && !field.choices.iter().any(|choice| is_choice(&choice.value, value)) {
        return Err(Problem::new("Value %(value)r is not a valid choice.").with("value", format!("`{value}`")));
    }
    match &field.kind {
        FieldKind::Char { max_length } | FieldKind::FilePath { max_length } | FieldKind::File { max_length, .. } => {
            length(text, *max_length)
        }
        FieldKind::Slug { max_length } => length(text, *max_length).and_then(|()| {
            form(text, is_slug, "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.")
        }),
        FieldKind::Email { max_length } => {
            length(text, *max_length).and_then(|()| form(text, is_email, "Enter a valid email address."))
        }
        FieldKind::Url { max_length } => {
            length(text, *max_length).and_then(|()| form(text, is_url, "Enter a valid URL."))
        }
        FieldKind::Decimal { max_digits, decimal_places } => decimal(value, *max_digits, *decimal_places),
        FieldKind::IpAddress { protocol } => address(text, *protocol),
        FieldKind::SmallInteger => range(value, i16::MIN.into(), i16::MAX.into()),
        FieldKind::Integer => range(value, i32::MIN.into(), i32::MAX.into()),
        FieldKind::PositiveSmallInteger => range(value, 0, i16::MAX.into()),
        FieldKind::PositiveInteger => range(value, 0, i32::MAX.into()),
        FieldKind::PositiveBigInteger => range(value, 0, i64::MAX),
        _ => Ok(()),
    }
}

fn is_choice(choice: &DefaultValue, value: &Value) -> bool {
    match (choice, value) {
        (DefaultValue::Text(choice), Value::Text(text)) => choice == text,
        (DefaultValue::Int(choice), Value::Int(number)) => choice == number,
        _ => false,
    }
}

fn length(text: Option<&str>, most: u32) -> Held {
    let found = text.map_or(0, |text| text.chars().count());
    if u32::try_from(found).is_ok_and(|found| found <= most) {
        return Ok(());
    }
    Err(Problem::of_number(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        most,
    )
    .with("limit_value", most)
    .with("show_value", found))
}

fn form(text: Option<&str>, fits: fn(&str) -> bool, sentence: &'static str) -> Held {
    if text.is_none_or(fits) { Ok(()) } else { Err(Problem::new(sentence)) }
}

fn range(value: &Value, least: i64, most: i64) -> Held {
    match value {
        Value::Int(number) if *number < least => {
            let sentence = "Ensure this value is greater than or equal to %(limit_value)s.";
            Err(Problem::new(sentence).with("limit_value", least))
        }
        Value::Int(number) if *number > most => {
            Err(Problem::new("Ensure this value is less than or equal to %(limit_value)s.").with("limit_value", most))
        }
        _ => Ok(()),
    }
}

/// Django's `DecimalValidator`: digits in all, after the point and before it.
fn decimal(value: &Value, max_digits: u32, decimal_places: u32) -> Held {
    let Value::Decimal(number) = value else { return Ok(()) };
    let places = number.scale();
    let digits = number.mantissa().unsigned_abs().to_string().len();
    let digits = u32::try_from(digits).unwrap_or(u32::MAX).max(places);
    let whole = max_digits - decimal_places;
    let (one, many, most) = if digits > max_digits {
        (
            "Ensure that there are no more than %(max)s digit in total.",
            "Ensure that there are no more than %(max)s digits in total.",
            max_digits,
        )
    } else if places > decimal_places {
        (
            "Ensure that there are no more than %(max)s decimal place.",
            "Ensure that there are no more than %(max)s decimal places.",
            decimal_places,
        )
    } else if digits - places > whole {
        (
            "Ensure that there are no more than %(max)s digit before the decimal point.",
            "Ensure that there are no more than %(max)s digits before the decimal point.",
            whole,
        )
    } else {
        return Ok(());
    };
    Err(Problem::of_number(one, many, most).with("max", most))
}

fn address(text: Option<&str>, protocol: IpProtocol) -> Held {
    let address = text.and_then(|text| text.parse::<std::net::IpAddr>().ok());
    let expected = match (address, protocol) {
        (Some(_), IpProtocol::Both) => return Ok(()),
        (Some(address), IpProtocol::Ipv4) if address.is_ipv4() => return Ok(()),
        (Some(address), IpProtocol::Ipv6) if address.is_ipv6() => return Ok(()),
        (_, IpProtocol::Both) => "IPv4 or IPv6",
        (_, IpProtocol::Ipv4) => "IPv4",
        (_, IpProtocol::Ipv6) => "IPv6",
    };
    Err(Problem::new("Enter a valid %(protocol)s address.").with("protocol", expected))
}

fn is_slug(text: &str) -> bool {
    text.chars().all(|character| character.is_ascii_alphanumeric() || character == '-' || character == '_')
}

/// Django's `EmailValidator`: a local part of RFC 5322 atoms or a quoted string, and a domain name or `localhost`, or
/// an address in brackets.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    if text.len() > 320 {
        return false;
    }
    let atom = |atom: &str| {
        !atom.is_empty()
            && atom
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{}|~-".contains(character))
    };
    let quoted = local.len() > 2
        && local.starts_with('"')
        && local.ends_with('"')
        && local[1..local.len() - 1].chars().all(|character| character.is_ascii() && !"\"\\\r\n".contains(character));
    let literal = domain
        .strip_prefix('[')
        .and_then(|domain| domain.strip_suffix(']'))
        .is_some_and(|address| address.trim_start_matches("IPv6:").parse::<std::net::IpAddr>().is_ok());
    (quoted || local.split('.').all(atom))
        && (literal || domain == "localhost" || (domain.contains('.') && is_host(domain)))
}

/// A host name of labels: letters, digits and hyphens inside, at most 63 characters each, with a top level that is no
/// number.
fn is_host(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let label = |label: &str| {
        !label.is_empty()
            && label.chars().count() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|character| character.is_alphanumeric() || character == '-')
    };
    host.len() <= 253
        && host.split('.').all(label)
        && host.rsplit('.').next().is_some_and(|top| !top.chars().all(|character| character.is_ascii_digit()))
}

/// Django's `URLValidator`: http, https, ftp or ftps, a host name, `localhost` or an address, a port, and no white
/// space.
fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    if !["http", "https", "ftp", "ftps"].contains(&scheme.to_lowercase().as_str()) || text.len() > 2048 {
        return false;
    }
    if text.chars().any(|character| character.is_whitespace() || character.is_control()) {
        return false;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    let (host, port) = match place.strip_prefix('[').and_then(|place| place.split_once(']')) {
        Some((address, port)) => {
            if address.parse::<std::net::Ipv6Addr>().is_err() {
                return false;
            }
            ("localhost", port)
        }
        None => place.find(':').map_or((place, ""), |colon| place.split_at(colon)),
    };
    let port_fits = port.is_empty()
        || port.strip_prefix(':').is_some_and(|port| {
            !port.is_empty() && port.len() <= 5 && port.chars().all(|character| character.is_ascii_digit())
        });
    let host_fits =
        host == "localhost" || host.parse::<std::net::Ipv4Addr>().is_ok() || (host.contains('.') && is_host(host));
    port_fits && host_fits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dec;

    #[track_caller]
    fn check(kind: FieldKind, value: impl Into<Value>, expected: &str) {
        let found = clean(&FieldSchema::new("field", kind), &value.into()).err().unwrap_or_default();
        assert_eq!(found, expected);
    }

    #[test]
    fn text_has_a_length_and_is_not_blank() {
        check(FieldKind::Char { max_length: 3 }, "ｅʼé", "");
        check(FieldKind::Char { max_length: 3 }, "four", "ensure this value has at most 3 characters (it has 4)");
        check(FieldKind::Text, "", "this field cannot be blank");
        check(FieldKind::Text, Value::Null, "this field cannot be null");
    }

    #[test]
    fn decimals_have_digits() {
        let kind = || FieldKind::Decimal { max_digits: 4, decimal_places: 2 };
        check(kind(), dec!(12.34), "");
        check(kind(), dec!(123), "ensure that there are no more than 2 digits before the decimal point");
        check(kind(), dec!(1.234), "ensure that there are no more than 2 decimal places");
        check(kind(), dec!(123.45), "ensure that there are no more than 4 digits in total");
    }

    #[test]
    fn forms_are_known() {
        for good in ["a@b.co", "first.last+tag@sub.example.com", "root@localhost", "x@[127.0.0.1]", "\"odd one\"@b.co"]
        {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "a@", "@b.co", "a@b", "a b@c.de", "a..b@c.de", "a@-b.co", "a@b..co", "a@b.123"] {
            assert!(!is_email(bad), "{bad}");
        }
        for good in ["http://example.com", "https://localhost:8000/a?b#c", "ftp://u:p@1.2.3.4/x", "http://[::1]:80/"] {
            assert!(is_url(good), "{good}");
        }
        for bad in ["example.com", "http://", "http://a b.com", "javascript://x.com", "http://exam", "http://[::g]/"] {
            assert!(!is_url(bad), "{bad}");
        }
        assert!(is_slug("sold-out_2") && !is_slug("sold out") && !is_slug("é"));
    }

    #[test]
    fn positive_numbers_have_bounds() {
        check(FieldKind::PositiveSmallInteger, -1, "ensure this value is greater than or equal to 0");
        check(FieldKind::PositiveSmallInteger, 40_000, "ensure this value is less than or equal to 32767");
        check(FieldKind::PositiveSmallInteger, 7, "");
    }

    #[test]
    fn sentences_are_those_of_django() {
        let of = |kind: FieldKind, value: Value| {
            clean_sentence(&FieldSchema::new("field", kind), &value).err().unwrap_or_default()
        };
        assert_eq!(
            of(FieldKind::Char { max_length: 1 }, "ab".into()),
            "Ensure this value has at most 1 character (it has 2)."
        );
        assert_eq!(
            of(FieldKind::Slug { max_length: 9 }, "a b".into()),
            "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."
        );
        assert_eq!(
            of(FieldKind::IpAddress { protocol: IpProtocol::Both }, "x".into()),
            "Enter a valid IPv4 or IPv6 address."
        );
    }
}
