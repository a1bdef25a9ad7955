//! `pprint`: a value as Python's `pprint.pformat` writes it, in lines of 80 characters.

use rjango_core::Result;

use super::arguments::{plain, refused};
use super::python;
use super::sorting::{merge_sorted, order};
use crate::filter::{Filter, FilterContext};
use crate::value::{Map, Value};

pub(super) const FILTERS: [Filter; 1] = [Filter::new("pprint", pprint).safe()];

/// The width of a line, in characters.
const WIDTH: usize = 80;

/// How deep lists and mappings may stand inside of one another.
const DEEPEST: usize = 500;

fn pprint(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let value = plain(value);
    if is_deeper(&value, DEEPEST) {
        return Err(refused(format!("the filter `pprint` takes {DEEPEST} lists inside of one another at most")));
    }
    let mut text = String::new();
    format(&mut text, &value, 0, 0, 1);
    Ok(text.into())
}

fn is_deeper(value: &Value, most: usize) -> bool {
    let inside = |items: &[Value]| most == 0 || items.iter().any(|item| is_deeper(item, most - 1));
    match value {
        Value::List(items) | Value::Tuple(items) => inside(items),
        Value::Map(map) => {
            most == 0 || map.iter().any(|(key, value)| is_deeper(key, most - 1) || is_deeper(value, most - 1))
        }
        _ => false,
    }
}

/// How many characters are left of a line.
fn room(indent: usize, allowance: usize) -> usize {
    WIDTH.saturating_sub(indent + allowance)
}

/// Writes a value that begins at the column `indent`, behind which `allowance` characters must find room.
fn format(text: &mut String, value: &Value, indent: usize, allowance: usize, level: usize) {
    let room = room(indent, allowance);
    match value {
        Value::List(items) if !fits(value, room) => {
            text.push('[');
            format_items(text, items, indent, allowance + 1, level);
            text.push(']');
        }
        Value::Tuple(items) if !fits(value, room) => {
            let end = if items.len() == 1 { ",)" } else { ")" };
            text.push('(');
            format_items(text, items, indent, allowance + end.len(), level);
            text.push_str(end);
        }
        Value::Map(map) if !fits(value, room) => {
            text.push('{');
            let pairs = sorted(map);
            for (place, (key, value)) in pairs.iter().enumerate() {
                if place > 0 {
                    next_line(text, ",", indent + 1);
                }
                let key = repr(key);
                text.push_str(&key);
                text.push_str(": ");
                let allowance = if place + 1 == pairs.len() { allowance + 1 } else { 1 };
                format(text, value, indent + key.chars().count() + 3, allowance, level + 1);
            }
            text.push('}');
        }
        Value::Text(own) | Value::Safe(own) => {
            let whole = value.repr();
            if whole.chars().count() <= room || own.is_empty() {
                text.push_str(&whole);
            } else {
                format_text(text, own, indent, allowance, level == 1);
            }
        }
        Value::Bytes(bytes) => {
            let whole = value.repr();
            if whole.len() <= room || bytes.len() <= 4 {
                text.push_str(&whole);
            } else {
                format_bytes(text, bytes, indent, allowance, level == 1);
            }
        }
        other => text.push_str(&repr(other)),
    }
}

fn next_line(text: &mut String, before: &str, indent: usize) {
    text.push_str(before);
    text.push('\n');
    text.extend(std::iter::repeat_n(' ', indent));
}

fn format_items(text: &mut String, items: &[Value], indent: usize, allowance: usize, level: usize) {
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            next_line(text, ",", indent + 1);
        }
        let allowance = if place + 1 == items.len() { allowance } else { 1 };
        format(text, item, indent + 1, allowance, level + 1);
    }
}

/// A long text as several, broken at the ends of lines and behind white space.
fn format_text(text: &mut String, own: &str, indent: usize, allowance: usize, is_alone: bool) {
    let (indent, allowance) = if is_alone { (indent + 1, allowance + 1) } else { (indent, allowance) };
    let lines: Vec<&str> = python::lines_with_ends(own).collect();
    let mut chunks: Vec<String> = Vec::new();
    let width = |text: &str| text.chars().count();
    for (place, line) in lines.iter().enumerate() {
        let is_last_line = place + 1 == lines.len();
        let whole = Value::from(*line).repr();
        if width(&whole) <= room(indent, if is_last_line { allowance } else { 0 }) {
            chunks.push(whole);
            continue;
        }
        let mut current = String::new();
        let mut parts = parts(line).peekable();
        while let Some(part) = parts.next() {
            let is_last = is_last_line && parts.peek().is_none();
            let candidate = Value::from(format!("{current}{part}")).repr();
            if width(&candidate) > room(indent, if is_last { allowance } else { 0 }) {
                if !current.is_empty() {
                    chunks.push(Value::from(std::mem::take(&mut current)).repr());
                }
                current = part.to_owned();
            } else {
                current.push_str(part);
            }
        }
        if !current.is_empty() {
            chunks.push(Value::from(current).repr());
        }
    }
    write_chunks(text, &chunks, indent, is_alone && chunks.len() > 1);
}

fn write_chunks(text: &mut String, chunks: &[String], indent: usize, has_parentheses: bool) {
    if has_parentheses {
        text.push('(');
    }
    for (place, chunk) in chunks.iter().enumerate() {
        if place > 0 {
            next_line(text, "", indent);
        }
        text.push_str(chunk);
    }
    if has_parentheses {
        text.push(')');
    }
}

/// Words with the white space behind them.
fn parts(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let word = rest.find(python::is_space).unwrap_or(rest.len());
        let end = rest[word..].find(|one| !python::is_space(one)).map_or(rest.len(), |at| word + at);
        let (part, behind) = rest.split_at(end);
        rest = behind;
        Some(part)
    })
}

/// Long bytes as several, broken between groups of four.
fn format_bytes(text: &mut String, bytes: &[u8], indent: usize, allowance: usize, is_alone: bool) {
    let (indent, allowance) = if is_alone { (indent + 1, allowance + 1) } else { (indent, allowance) };
    let repr = |bytes: &[u8]| Value::Bytes(bytes.into()).repr();
    let mut chunks = Vec::new();
    let (mut from, mut at) = (0, 0);
    let mut width = room(indent, 0);
    while at < bytes.len() {
        let end = (at + 4).min(bytes.len());
        // Python looks for the last group of four, and finds none where the bytes are whole groups.
        if at == bytes.len() / 4 * 4 {
            width = width.saturating_sub(allowance);
        }
        if repr(&bytes[from..end]).len() > width && at > from {
            chunks.push(repr(&bytes[from..at]));
            from = at;
        }
        at = end;
    }
    if from < bytes.len() {
        chunks.push(repr(&bytes[from..]));
    }
    write_chunks(text, &chunks, indent, is_alone);
}

/// Whether the value's `repr` has at most so many characters. A long one is not written to its end.
fn fits(value: &Value, room: usize) -> bool {
    let mut short = Short { text: String::new(), left: Some(room) };
    write_repr(&mut short, value);
    short.left.is_some()
}

fn repr(value: &Value) -> String {
    let mut whole = Short { text: String::new(), left: Some(usize::MAX) };
    write_repr(&mut whole, value);
    whole.text
}

/// A text that ends where there is no room left.
struct Short {
    text: String,
    left: Option<usize>,
}

impl Short {
    fn push(&mut self, text: &str) {
        if let Some(left) = self.left {
            self.left = left.checked_sub(text.chars().count());
            self.text.push_str(text);
        }
    }
}

/// Python's `repr`, with the keys of mappings in order.
fn write_repr(out: &mut Short, value: &Value) {
    if out.left.is_none() {
        return;
    }
    let mut write_all = |start: &str, items: &[Value], end: &str| {
        out.push(start);
        for (place, item) in items.iter().enumerate() {
            if out.left.is_none() {
                return;
            }
            if place > 0 {
                out.push(", ");
            }
            write_repr(out, item);
        }
        out.push(end);
    };
    match value {
        Value::List(items) => write_all("[", items, "]"),
        Value::Tuple(items) => write_all("(", items, if items.len() == 1 { ",)" } else { ")" }),
        Value::Map(map) => {
            // Sorting a large mapping is in vain where it cannot fit: each pair needs four characters.
            if out.left.is_some_and(|left| map.len().saturating_mul(4) > left) {
                out.left = None;
                return;
            }
            out.push("{");
            for (place, (key, value)) in sorted(map).into_iter().enumerate() {
                if place > 0 {
                    out.push(", ");
                }
                write_repr(out, key);
                out.push(": ");
                write_repr(out, value);
            }
            out.push("}");
        }
        other => out.push(&other.repr()),
    }
}

/// The pairs in the order of their keys. Keys of different kinds are in the order of their types' names.
fn sorted(map: &Map) -> Vec<(&Value, &Value)> {
    let pairs = map.iter().map(|(key, value)| (key, value)).collect();
    merge_sorted(pairs, |(left, _), (right, _)| {
        Some(order(left, right).unwrap_or_else(|| python_type(left).cmp(python_type(right))))
    })
    .unwrap_or_default()
}

/// The name of a value's type, with its module.
fn python_type(value: &Value) -> &str {
    match value {
        Value::None => "NoneType",
        Value::Decimal(_) => "decimal.Decimal",
        Value::Date(_) => "datetime.date",
        Value::Time(_) => "datetime.time",
        Value::DateTime(_) | Value::Zoned(_) | Value::Naive(_) => "datetime.datetime",
        Value::Duration(_) => "datetime.timedelta",
        Value::Uuid(_) => "uuid.UUID",
        other => other.type_name(),
    }
}
