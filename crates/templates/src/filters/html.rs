//! Filters about HTML's signs: escaping, marking as safe, lines as elements.

use std::fmt::Write as _;

use rjango_core::Result;

use super::arguments::{Input, conditional_escape, plain, unfit};
use crate::filter::{Filter, FilterContext};
use crate::value::{Value, escape, write_escaped};

pub(super) const FILTERS: [Filter; 9] = [
    Filter::new("escape", escape_once).safe(),
    Filter::new("escapejs", escapejs),
    Filter::new("escapeseq", escapeseq).safe(),
    Filter::new("force_escape", force_escape).safe(),
    Filter::new("linebreaks", linebreaks).safe(),
    Filter::new("linebreaksbr", linebreaksbr).safe(),
    Filter::new("linenumbers", linenumbers).safe(),
    Filter::new("safe", safe).safe(),
    Filter::new("safeseq", safeseq).safe(),
];

fn escape_once(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    Ok(Value::safe(&*conditional_escape(value)))
}

fn force_escape(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    Ok(Value::safe(escape(&value.text())))
}

fn safe(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    Ok(Value::safe(&*value.text()))
}

fn safeseq(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    each("safeseq", value, |item| Value::safe(&*item.text()))
}

fn escapeseq(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    each("escapeseq", value, |item| Value::safe(&*conditional_escape(item)))
}

fn each(name: &str, value: &Value, make: fn(&Value) -> Value) -> Result<Value> {
    let value = plain(value);
    let items = value.items().ok_or_else(|| unfit(name, "a list", &value))?;
    Ok(Value::list(items.map(|item| make(&item))))
}

fn escapejs(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let input = Input::new(value);
    let mut escaped = String::with_capacity(input.text.len());
    for character in input.text.chars() {
        match character {
            '\\' | '\'' | '"' | '>' | '<' | '&' | '=' | '-' | ';' | '`' | '\u{2028}' | '\u{2029}' | '\0'..='\x1f' => {
                // Writing into a string does not fail.
                let _ = write!(escaped, "\\u{:04X}", u32::from(character));
            }
            other => escaped.push(other),
        }
    }
    Ok(Value::safe(escaped))
}

/// Each end of a line as `\n`.
fn with_plain_newlines(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\r') {
        plain.push_str(&rest[..at]);
        plain.push('\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    plain.push_str(rest);
    plain
}

fn linebreaks(context: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let input = Input::new(value);
    let text = with_plain_newlines(&input.escaped(context.autoescape));
    let mut html = String::with_capacity(text.len() + 7);
    let mut rest = text.as_str();
    html.push_str("<p>");
    while let Some(at) = rest.find('\n') {
        html.push_str(&rest[..at]);
        let behind = rest[at..].trim_start_matches('\n');
        html.push_str(if rest.len() - at - behind.len() > 1 { "</p>\n\n<p>" } else { "<br>" });
        rest = behind;
    }
    html.push_str(rest);
    html.push_str("</p>");
    Ok(Value::safe(html))
}

fn linebreaksbr(context: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let input = Input::new(value);
    Ok(Value::safe(with_plain_newlines(&input.escaped(context.autoescape)).replace('\n', "<br>")))
}

fn linenumbers(context: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let input = Input::new(value);
    let is_escaped = context.autoescape && !input.is_safe;
    let count = input.text.split('\n').count();
    let width = count.to_string().len();
    let mut numbered = String::with_capacity(input.text.len() + count * (width + 2));
    for (place, line) in input.text.split('\n').enumerate() {
        if place > 0 {
            numbered.push('\n');
        }
        // Writing into a string does not fail.
        let _ = write!(numbered, "{:0width$}. ", place + 1);
        if is_escaped {
            let _ = write_escaped(&mut numbered, line);
        } else {
            numbered.push_str(line);
        }
    }
    Ok(Value::safe(numbered))
}
