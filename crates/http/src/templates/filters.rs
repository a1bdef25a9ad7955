//! Django's filters under Django's names, one file for each group, with Django's results.
//!
//! minijinja's own filters of other names (`map`, `tojson`, ...) stay.

mod date_format;
mod dates;
mod decimal;
mod html;
mod lists;
mod logic;
mod numbers;
mod strings;

use minijinja::{AutoEscape, Environment, State, Value};

use super::output;

pub(super) fn install(environment: &mut Environment<'_>) {
    strings::install(environment);
    html::install(environment);
    lists::install(environment);
    logic::install(environment);
    numbers::install(environment);
    dates::install(environment);
}

/// A value as the text that filters work on.
fn text(value: &Value) -> String {
    output::text(value)
}

/// Escapes what is not safe, where the template escapes.
fn conditional_escape(state: &State<'_, '_>, value: &Value) -> String {
    let plain = text(value);
    if value.is_safe() || !escapes(state) { plain } else { output::escape(&plain) }
}

fn escapes(state: &State<'_, '_>) -> bool {
    matches!(state.auto_escape(), AutoEscape::Html)
}

fn safe(text: String) -> Value {
    Value::from_safe_string(text)
}

/// The filter's result for a text, safe where the text was.
fn like(value: &Value, text: String) -> Value {
    if value.is_safe() { safe(text) } else { Value::from(text) }
}

/// An integer out of a number or its text, as Python's `int` reads it.
fn integer(value: &Value) -> Option<i64> {
    if let Some(number) = value.as_i64() {
        return Some(number);
    }
    if let Some(text) = value.as_str() {
        return text.trim().parse().ok();
    }
    match value.kind() {
        minijinja::value::ValueKind::Bool => Some(i64::from(value.is_true())),
        minijinja::value::ValueKind::Number => {
            let number: f64 = value.to_string().parse().ok()?;
            // Truncation towards zero is what Python's `int` does, too.
            (number.is_finite() && number.abs() < 9e18).then_some(number as i64)
        }
        _ => None,
    }
}
