//! Values as JSON: Django's `DjangoJSONEncoder`, and its spelling of stored documents.

use std::fmt::Write;

use chrono::SecondsFormat;
use serde::{Serialize, Serializer};

use super::moment::time_text;
use super::text::iso_duration;
use crate::Value;

/// Decimals, dates and UUIDs are strings; a moment is ISO 8601 with `Z` and at most milliseconds; a duration is ISO
/// 8601; bytes are hexadecimal.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Decimal(number) => serializer.collect_str(number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Date(date) => serializer.collect_str(date),
            Self::Time(time) => {
                let text = time_text(*time);
                // ECMA-262 knows milliseconds: `12:30:05.123`.
                serializer.serialize_str(text.get(..12).unwrap_or(&text))
            }
            Self::DateTime(moment) => {
                let format =
                    if moment.timestamp_subsec_micros() == 0 { SecondsFormat::Secs } else { SecondsFormat::Millis };
                serializer.serialize_str(&moment.to_rfc3339_opts(format, true))
            }
            Self::Duration(duration) => serializer.serialize_str(&iso_duration(*duration)),
            Self::Uuid(uuid) => serializer.collect_str(uuid),
            Self::Json(json) => json.serialize(serializer),
            Self::Bytes(_) => serializer.collect_str(self),
        }
    }
}

/// The document of a text, if it is one that can be kept whole: a whole number that is too large for 64 bits would be read as the
/// nearest double.
pub(crate) fn read_json(text: &[u8]) -> Option<serde_json::Value> {
    let json = serde_json::from_slice(text).ok()?;
    long_numbers(text).all(is_whole_double).then_some(json)
}

/// The numbers of a document that are longer than 64 bits are.
fn long_numbers(text: &[u8]) -> impl Iterator<Item = &str> {
    const LONG: usize = 19;
    let (mut at, mut in_text) = (0, false);
    std::iter::from_fn(move || {
        while at < text.len() {
            let start = at;
            match text[at] {
                b'"' => in_text = !in_text,
                b'\\' if in_text => at += 1,
                b'-' | b'0'..=b'9' if !in_text => {
                    while text
                        .get(at + 1)
                        .is_some_and(|next| matches!(next, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
                    {
                        at += 1;
                    }
                    at += 1;
                    if at - start >= LONG {
                        return std::str::from_utf8(&text[start..at]).ok();
                    }
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        None
    })
}

/// Whether a number is what is read of it. A fraction is the nearest double, as everywhere.
fn is_whole_double(number: &str) -> bool {
    if number.contains(['.', 'e', 'E']) || number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok() {
        return true;
    }
    let Ok(double) = number.parse::<f64>() else { return false };
    // The shortest digits that mean the double, without zeros behind.
    let digits =
        |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>().trim_end_matches('0').to_owned();
    let shortest = format!("{double:e}");
    digits(shortest.split('e').next().unwrap_or_default()) == digits(number)
}

/// A document as Python's `json.dumps` writes it, which is what Django stores: `{"a": [1, 2]}`, ASCII alone. Both
/// frameworks' rows then compare equal as text.
pub(crate) fn python_json(json: &serde_json::Value) -> String {
    let mut out = String::new();
    write_json(&mut out, json);
    out
}

fn write_json(out: &mut String, json: &serde_json::Value) {
    use serde_json::Value as Json;
    match json {
        Json::String(text) => write_json_text(out, text),
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_json(out, item);
            }
            out.push(']');
        }
        Json::Object(entries) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_json_text(out, key);
                out.push_str(": ");
                write_json(out, value);
            }
            out.push('}');
        }
        plain => {
            let _ = write!(out, "{plain}");
        }
    }
}

fn write_json_text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(character),
            other => {
                let mut units = [0; 2];
                for unit in other.encode_utf16(&mut units) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::read_json;

    #[test]
    fn a_number_that_would_be_cut_is_none() {
        for whole in [
            "[18446744073709551615, -9223372036854775808]",
            r#"{"12345678901234567890123": "12345678901234567890123 \" 12345678901234567890123"}"#,
            "0.1234567890123456789012345",
            "-100000000000000000000000000000",
            "1e300",
        ] {
            assert!(read_json(whole.as_bytes()).is_some(), "{whole}");
        }
        for cut in ["12345678901234567890123", "[1, {\"a\": -98765432109876543210}]"] {
            assert_eq!(read_json(cut.as_bytes()), None, "{cut}");
        }
    }
}
