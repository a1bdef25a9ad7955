//! An event as text: a line for people, or an object of JSON. Control characters are escaped here, and nowhere else.

use chrono::{Local, SecondsFormat};
use serde_json::{Map, Value};
use tracing::Level;

use super::event::Logged;
use super::{REQUEST_ID, escape};

/// `2026-11-22 16:39:05.123 WARN rjango.request [4f1c...] Not Found: /nope status=404`. The fields of an error have lines of
/// their own, indented by two spaces.
pub(super) fn text(logged: &Logged) -> String {
    if logged.target == super::ACCESS {
        return access(logged);
    }
    let mut line = logged.at.with_timezone(&Local).format("%Y-%m-%d %H:%M:%S%.3f").to_string();
    line.push_str(&format!(" {} {}", logged.level, logged.target));
    if let Some(Value::String(id)) = logged.spans.get(REQUEST_ID) {
        line.push_str(" [");
        escape::push(&mut line, id);
        line.push(']');
    }
    if !logged.message.is_empty() {
        line.push(' ');
        escape::push(&mut line, &logged.message);
    }
    let of_spans = logged.spans.0.iter().filter(|(name, _)| *name != REQUEST_ID);
    for (name, value) in logged.fields.0.iter().chain(of_spans) {
        if logged.level == Level::ERROR {
            push_lines(&mut line, name, &plain(value));
        } else {
            line.push_str(&format!(" {name}="));
            push_value(&mut line, value);
        }
    }
    line.push('\n');
    line
}

/// The same for a terminal: red for errors, yellow for warnings and for requests that were refused, faint for what did not change.
pub(super) fn coloured(logged: &Logged) -> String {
    let status = logged.fields.get("status").and_then(Value::as_u64).filter(|_| logged.target == super::ACCESS);
    let colour = match (status, logged.level) {
        (Some(500..), _) | (_, Level::ERROR) => "31",
        (Some(400..), _) | (_, Level::WARN) => "33",
        (Some(304), _) | (_, Level::DEBUG | Level::TRACE) => "2",
        _ => return text(logged),
    };
    format!("\x1b[{colour}m{}\x1b[0m\n", text(logged).trim_end())
}

/// `[22/Nov/2026 16:39:05] "GET /products/ HTTP/1.1" 200 123 4ms 4f1c...`, with the part in brackets as Django's server has it.
fn access(logged: &Logged) -> String {
    let mut line = logged.at.with_timezone(&Local).format("[%d/%b/%Y %H:%M:%S] \"").to_string();
    let field = |name| logged.fields.get(name).map_or_else(|| "-".to_owned(), plain);
    // No quote can end it: a target with one is refused before.
    escape::push(&mut line, &format!("{} {} {}", field("method"), field("target"), field("protocol")));
    line.push_str(&format!("\" {} {} {}ms", field("status"), field("length"), field("milliseconds")));
    if let Some(id) = logged.spans.get(REQUEST_ID) {
        line.push(' ');
        escape::push(&mut line, &plain(id));
    }
    line.push('\n');
    line
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A backtrace has a line for each frame; other values have one, whatever is in them.
fn push_lines(line: &mut String, name: &str, value: &str) {
    line.push_str(&format!("\n  {name}: "));
    if name != "backtrace" {
        escape::push(line, value);
        return;
    }
    for frame in value.lines() {
        line.push_str("\n    ");
        escape::push(line, frame);
    }
}

fn push_value(line: &mut String, value: &Value) {
    let text = plain(value);
    let is_bare = !text.is_empty() && !text.contains([' ', '"', '=', '\\']);
    if is_bare {
        escape::push(line, &text);
        return;
    }
    line.push('"');
    escape::push(line, &text.replace('\\', "\\\\").replace('"', "\\\""));
    line.push('"');
}

/// `{"timestamp":"...","level":"WARN","target":"...","message":"...","request_id":"..."}`
pub(super) fn json(logged: &Logged) -> String {
    let mut object = Map::new();
    let at = logged.at.to_rfc3339_opts(SecondsFormat::Millis, true);
    object.insert("timestamp".to_owned(), at.into());
    object.insert("level".to_owned(), logged.level.as_str().into());
    object.insert("target".to_owned(), logged.target.into());
    object.insert("message".to_owned(), logged.message.clone().into());
    // The event's own fields count before those of spans, and none takes the place of the four.
    for (name, value) in logged.fields.0.iter().chain(&logged.spans.0) {
        object.entry((*name).to_owned()).or_insert_with(|| value.clone());
    }
    let mut line = escape::json(&Value::Object(object).to_string());
    line.push('\n');
    line
}
