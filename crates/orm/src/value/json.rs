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
