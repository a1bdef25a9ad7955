//! `json_script`: a value as JSON in a script element, from which a script reads it without danger.

use std::fmt::Write as _;

use chrono::{NaiveTime, SubsecRound as _, TimeDelta, Timelike as _};
use rjango_core::Result;

use super::arguments::{conditional_escape, plain, refused, unfit};
use crate::filter::{Filter, FilterContext, Takes};
use crate::value::{Map, Value, float_text};

pub(super) const FILTERS: [Filter; 1] = [Filter::new("json_script", json_script).safe().takes(Takes::Optional)];

/// How deep lists and mappings may stand inside of one another.
const DEEPEST: usize = 500;

fn json_script(_: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    let mut html = String::from("<script");
    if let Some(id) = argument.filter(|id| id.is_true()) {
        html.push_str(" id=\"");
        html.push_str(&conditional_escape(id));
        html.push('"');
    }
    html.push_str(" type=\"application/json\">");
    write_json(&mut html, value, 0)?;
    html.push_str("</script>");
    Ok(Value::safe(html))
}

/// JSON as Django's encoder and Python's `json.dumps` write it: everything beyond ASCII and the signs of HTML by their codes.
fn write_json(json: &mut String, value: &Value, depth: usize) -> Result<()> {
    if depth > DEEPEST {
        return Err(refused(format!("the filter `json_script` takes {DEEPEST} lists inside of one another at most")));
    }
    match &*plain(value) {
        Value::Undefined => json.push_str("\"\""),
        Value::None => json.push_str("null"),
        Value::Bool(true) => json.push_str("true"),
        Value::Bool(false) => json.push_str("false"),
        number @ (Value::Int(_) | Value::Big(_)) => json.push_str(&number.text()),
        Value::Float(number) => json.push_str(&json_float(*number)),
        text @ (Value::Text(_) | Value::Safe(_) | Value::Decimal(_) | Value::Uuid(_) | Value::Date(_)) => {
            write_text(json, &text.text());
        }
        Value::Time(time) => write_text(json, &with_millis(&Value::Time(*time).text(), *time)),
        Value::DateTime(moment) => write_text(json, &moment_text(&Value::DateTime(*moment), moment.time())),
        Value::Zoned(moment) => write_text(json, &moment_text(&Value::Zoned(moment.clone()), moment.time())),
        Value::Naive(moment) => write_text(json, &moment_text(&Value::Naive(*moment), moment.time())),
        Value::Duration(duration) => write_text(json, &duration_text(*duration)),
        Value::List(items) | Value::Tuple(items) => {
            json.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    json.push_str(", ");
                }
                write_json(json, item, depth + 1)?;
            }
            json.push(']');
        }
        Value::Map(map) => write_map(json, map, depth)?,
        Value::Object(object) => write_json(json, &object.data(), depth + 1)?,
        bytes @ Value::Bytes(_) => return Err(unfit("json_script", "what JSON can hold", bytes)),
    }
    Ok(())
}

fn write_map(json: &mut String, map: &Map, depth: usize) -> Result<()> {
    json.push('{');
    for (place, (key, value)) in map.iter().enumerate() {
        if place > 0 {
            json.push_str(", ");
        }
        match &*plain(key) {
            Value::None => json.push_str("\"null\""),
            Value::Bool(true) => json.push_str("\"true\""),
            Value::Bool(false) => json.push_str("\"false\""),
            Value::Float(number) => write_text(json, &json_float(*number)),
            key @ (Value::Int(_) | Value::Big(_) | Value::Text(_) | Value::Safe(_)) => write_text(json, &key.text()),
            other => return Err(unfit("json_script", "mappings whose keys are texts or numbers", other)),
        }
        json.push_str(": ");
        write_json(json, value, depth + 1)?;
    }
    json.push('}');
    Ok(())
}

/// JavaScript's names of what JSON does not have.
fn json_float(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else {
        float_text(number)
    }
}

fn write_text(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\x08' => json.push_str("\\b"),
            '\x0c' => json.push_str("\\f"),
            // Writing into a string does not fail.
            '<' | '>' | '&' => {
                let _ = write!(json, "\\u{:04X}", u32::from(character));
            }
            ' '..='~' => json.push(character),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    let _ = write!(json, "\\u{unit:04x}");
                }
            }
        }
    }
    json.push('"');
}

/// The text of a time with milliseconds in place of microseconds.
fn with_millis(text: &str, time: NaiveTime) -> String {
    if time.trunc_subsecs(6).nanosecond() < 1_000 {
        return text.to_owned();
    }
    match text.find('.') {
        Some(point) => format!("{}{}", &text[..point + 4], &text[point + 7..]),
        None => text.to_owned(),
    }
}

fn moment_text(moment: &Value, time: NaiveTime) -> String {
    let text = with_millis(&moment.text().replacen(' ', "T", 1), time);
    match text.strip_suffix("+00:00") {
        Some(text) => format!("{text}Z"),
        None => text,
    }
}

/// A length of time by ISO 8601, as Django writes it: `P1DT02H03M04.000005S`.
fn duration_text(duration: TimeDelta) -> String {
    let sign = if duration < TimeDelta::zero() { "-" } else { "" };
    let duration = duration.abs();
    let (seconds, nanos) = (duration.num_seconds(), duration.subsec_nanos());
    let micros = match nanos / 1_000 {
        0 => String::new(),
        micros => format!(".{micros:06}"),
    };
    format!(
        "{sign}P{}DT{:02}H{:02}M{:02}{micros}S",
        seconds / 86_400,
        seconds / 3_600 % 24,
        seconds / 60 % 60,
        seconds % 60
    )
}
