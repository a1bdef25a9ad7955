//! Filters that make or take away HTML, and those for URLs and scripts.

use std::fmt::Write as _;

use minijinja::{Environment, State, Value};

use super::{conditional_escape, like, safe, text};
use crate::templates::output::escape;
use crate::urls;

pub(super) fn install(environment: &mut Environment<'_>) {
    environment.add_filter("escape", escape_once);
    environment.add_filter("e", escape_once);
    environment.add_filter("force_escape", |value: &Value| safe(escape(&text(value))));
    environment.add_filter("safe", |value: &Value| safe(text(value)));
    environment.add_filter("safeseq", |value: &Value| -> Result<Vec<Value>, minijinja::Error> {
        Ok(value.try_iter()?.map(|item| safe(text(&item))).collect())
    });
    environment.add_filter("escapeseq", |value: &Value| -> Result<Vec<Value>, minijinja::Error> {
        Ok(value.try_iter()?.map(|item| escape_once(&item)).collect())
    });
    environment.add_filter("escapejs", |value: &Value| safe(escape_js(&text(value))));
    environment.add_filter("json_script", json_script);
    environment
        .add_filter("linebreaks", |state: &State, value: &Value| safe(linebreaks(&conditional_escape(state, value))));
    environment.add_filter("linebreaksbr", |state: &State, value: &Value| {
        safe(normalize_newlines(&conditional_escape(state, value)).replace('\n', "<br>"))
    });
    environment.add_filter("linenumbers", line_numbers);
    environment.add_filter("striptags", |value: &Value| like(value, strip_tags(&text(value))));
    environment.add_filter("unordered_list", |state: &State, value: &Value| safe(unordered_list(state, value, 1)));
    environment.add_filter("urlencode", |value: &Value, keep: Option<&str>| match keep {
        Some("") => urls::quote(&text(value), false),
        _ => urls::quote(&text(value), true),
    });
    environment.add_filter("iriencode", |value: &Value| like(value, urls::iri_to_uri(&text(value))));
}

fn escape_once(value: &Value) -> Value {
    if value.is_safe() { value.clone() } else { safe(escape(&text(value))) }
}

/// For the inside of a JavaScript string.
fn escape_js(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '\'' | '"' | '>' | '<' | '&' | '=' | '-' | ';' | '`' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(escaped, "\\u{:04X}", u32::from(character));
            }
            other => escaped.push(other),
        }
    }
    escaped
}

/// The value as JSON in a script element, from which a script can read it without danger.
fn json_script(value: &Value, id: Option<&str>) -> Result<Value, minijinja::Error> {
    let json = serde_json::to_string(value).map_err(|error| {
        minijinja::Error::new(minijinja::ErrorKind::BadSerialization, "the value cannot be JSON").with_source(error)
    })?;
    let json = json.replace('&', "\\u0026").replace('<', "\\u003C").replace('>', "\\u003E");
    let id = id.map(|id| format!(" id=\"{}\"", escape(id))).unwrap_or_default();
    Ok(safe(format!("<script{id} type=\"application/json\">{json}</script>")))
}

fn normalize_newlines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Paragraphs at empty lines, breaks at the others. The text is escaped already.
fn linebreaks(text: &str) -> String {
    let text = normalize_newlines(text);
    let mut paragraphs = Vec::new();
    let mut rest = text.as_str();
    while let Some(gap) = rest.find("\n\n") {
        paragraphs.push(&rest[..gap]);
        rest = rest[gap..].trim_start_matches('\n');
    }
    paragraphs.push(rest);
    let paragraphs: Vec<String> =
        paragraphs.iter().map(|paragraph| format!("<p>{}</p>", paragraph.replace('\n', "<br>"))).collect();
    paragraphs.join("\n\n")
}

fn line_numbers(state: &State<'_, '_>, value: &Value) -> Value {
    let text = text(value);
    let lines: Vec<&str> = text.split('\n').collect();
    let width = lines.len().to_string().len();
    let numbered: Vec<String> = lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let line = conditional_escape(state, &like(value, (*line).to_owned()));
            format!("{:0width$}. {line}", index + 1)
        })
        .collect();
    safe(numbered.join("\n"))
}

/// Takes tags and comments away. It is for tidiness: what comes out is not safe.
fn strip_tags(text: &str) -> String {
    let mut stripped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        stripped.push_str(&rest[..start]);
        rest = &rest[start..];
        match tag_end(rest) {
            Some(end) => rest = &rest[end..],
            None => {
                stripped.push('<');
                rest = &rest[1..];
            }
        }
    }
    stripped + rest
}

/// The end of the tag or comment that starts here, if one does.
fn tag_end(text: &str) -> Option<usize> {
    if let Some(comment) = text.strip_prefix("<!--") {
        return comment.find("-->").map(|end| end + 7);
    }
    let name = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
    if !name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '!' || first == '?') {
        return None;
    }
    let mut quote = None;
    for (index, character) in text.char_indices().skip(1) {
        match (quote, character) {
            (None, '>') => return Some(index + 1),
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    None
}

/// Nested lists as `<li>` and `<ul>`; a list belongs to the item before it.
fn unordered_list(state: &State<'_, '_>, value: &Value, tabs: usize) -> String {
    let indent = "\t".repeat(tabs);
    let items: Vec<Value> = value.try_iter().map(Iterator::collect).unwrap_or_default();
    let mut lines = Vec::new();
    let mut index = 0;
    while index < items.len() {
        let item = conditional_escape(state, &items[index]);
        index += 1;
        let below = items.get(index).filter(|next| is_list(next));
        let sublist = below.map(|below| {
            index += 1;
            let inside = unordered_list(state, below, tabs + 1);
            format!("\n{indent}<ul>\n{inside}\n{indent}</ul>\n{indent}")
        });
        lines.push(format!("{indent}<li>{item}{}</li>", sublist.unwrap_or_default()));
    }
    lines.join("\n")
}

fn is_list(value: &Value) -> bool {
    use minijinja::value::ValueKind;
    matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable)
}
