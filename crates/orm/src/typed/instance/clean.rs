//! Values held against their fields: what Django's `clean_fields` checks.

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
/// What is wrong with the value, for the person who gave it, in Django's words.
pub fn clean(field: &FieldSchema, value: &Value) -> std::result::Result<(), String> {
    if value.is_null() {
        return if field.null || field.kind.is_auto() { Ok(()) } else { Err("this field cannot be null".to_owned()) };
    }
    let text = match value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    };
    if text == Some("") {
        return if field.blank { Ok(()) } else { Err("this field cannot be blank".to_owned()) };
    }
    if has_nul_character(value) {
        return Err("null characters are not allowed".to_owned());
    }
    if !field.choices.is_empty() && !field.choices.iter().any(|choice| is_choice(&choice.value, value)) {
        return Err(format!("value `{value}` is not a valid choice"));
    }
    match &field.kind {
        FieldKind::Char { max_length } | FieldKind::FilePath { max_length } | FieldKind::File { max_length, .. } => {
            length(text, *max_length)
        }
        FieldKind::Slug { max_length } => length(text, *max_length).and_then(|()| {
            form(text, is_slug, "enter a valid slug consisting of letters, numbers, underscores or hyphens")
        }),
        FieldKind::Email { max_length } => {
            length(text, *max_length).and_then(|()| form(text, is_email, "enter a valid email address"))
        }
        FieldKind::Url { max_length } => {
            length(text, *max_length).and_then(|()| form(text, is_url, "enter a valid URL"))
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

fn length(text: Option<&str>, most: u32) -> std::result::Result<(), String> {
    let found = text.map_or(0, |text| text.chars().count());
    if u32::try_from(found).is_ok_and(|found| found <= most) {
        return Ok(());
    }
    Err(format!("ensure this value has at most {most} characters (it has {found})"))
}

fn form(text: Option<&str>, fits: fn(&str) -> bool, problem: &str) -> std::result::Result<(), String> {
    if text.is_none_or(fits) { Ok(()) } else { Err(problem.to_owned()) }
}

fn range(value: &Value, least: i64, most: i64) -> std::result::Result<(), String> {
    match value {
        Value::Int(number) if *number < least => Err(format!("ensure this value is greater than or equal to {least}")),
        Value::Int(number) if *number > most => Err(format!("ensure this value is less than or equal to {most}")),
        _ => Ok(()),
    }
}

/// Django's `DecimalValidator`: digits in all, after the point and before it.
fn decimal(value: &Value, max_digits: u32, decimal_places: u32) -> std::result::Result<(), String> {
    let Value::Decimal(number) = value else { return Ok(()) };
    let places = number.scale();
    let digits = number.mantissa().unsigned_abs().to_string().len();
    let digits = u32::try_from(digits).unwrap_or(u32::MAX).max(places);
    if digits > max_digits {
        return Err(format!("ensure that there are no more than {max_digits} digits in total"));
    }
    if places > decimal_places {
        return Err(format!("ensure that there are no more than {decimal_places} decimal places"));
    }
    if digits - places > max_digits - decimal_places {
        let most = max_digits - decimal_places;
        return Err(format!("ensure that there are no more than {most} digits before the decimal point"));
    }
    Ok(())
}

fn address(text: Option<&str>, protocol: IpProtocol) -> std::result::Result<(), String> {
    let address = text.and_then(|text| text.parse::<std::net::IpAddr>().ok());
    match (address, protocol) {
        (Some(_), IpProtocol::Both) => Ok(()),
        (Some(address), IpProtocol::Ipv4) if address.is_ipv4() => Ok(()),
        (Some(address), IpProtocol::Ipv6) if address.is_ipv6() => Ok(()),
        (_, IpProtocol::Both) => Err("enter a valid IPv4 or IPv6 address".to_owned()),
        (_, IpProtocol::Ipv4) => Err("enter a valid IPv4 address".to_owned()),
        (_, IpProtocol::Ipv6) => Err("enter a valid IPv6 address".to_owned()),
    }
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
}
