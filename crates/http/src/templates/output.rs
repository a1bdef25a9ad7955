//! How values are written: Django's words for truth and nothing, Django's HTML escaping.

use minijinja::{AutoEscape, Environment, Output, State, Value};

/// Sets escaping by file name, and the writer.
pub(super) fn install(environment: &mut Environment<'_>) {
    environment.set_auto_escape_callback(|name| match name.rsplit('.').next() {
        Some("html" | "htm" | "xml") => AutoEscape::Html,
        _ => AutoEscape::None,
    });
    environment.set_formatter(write);
}

fn write(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), minijinja::Error> {
    let written = if value.is_undefined() {
        Ok(())
    } else if value.is_safe() || matches!(state.auto_escape(), AutoEscape::None) {
        out.write_str(&text(value))
    } else {
        out.write_str(&escape(&text(value)))
    };
    written.map_err(|_| minijinja::Error::from(minijinja::ErrorKind::WriteFailure))
}

/// A value as text, with Django's `None`, `True` and `False`.
pub(super) fn text(value: &Value) -> String {
    use minijinja::value::ValueKind;
    match value.kind() {
        ValueKind::None => "None".to_owned(),
        ValueKind::Undefined => String::new(),
        ValueKind::Bool => if value.is_true() { "True" } else { "False" }.to_owned(),
        _ => value.to_string(),
    }
}

/// The text with what has a meaning in HTML escaped: Python's `html.escape`, Django's `escape`.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#x27;"),
            other => escaped.push(other),
        }
    }
    escaped
}
