//! From TOML text to values that know their places.

use std::ops::Range;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::problem::Problem;
use super::value::{Data, Entry, Origin, Table, Value};

/// How a span of the text becomes an origin.
struct Places<'a> {
    text: &'a str,
    origin: &'a dyn Fn(usize, usize) -> Origin,
}

impl Places<'_> {
    fn at(&self, span: &Range<usize>) -> Origin {
        let (line, column) = line_and_column(self.text, span.start);
        (self.origin)(line, column)
    }
}

/// Line and column, both from 1, the column in characters.
fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, before[start..].chars().count() + 1)
}

/// A whole file.
pub(super) fn parse(file: &str, text: &str) -> Result<Table, Vec<Problem>> {
    let file: Arc<str> = Arc::from(file);
    let origin = |line, column| Origin::File { file: Arc::clone(&file), line, column };
    let places = Places { text, origin: &origin };
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let syntax = |error: toml::de::Error| {
            let span = error.span().unwrap_or(0..0);
            let problem = Problem::new(&places.at(&span), "", lower_first(error.message()));
            problem.with_hint(text.get(span.start..).and_then(pythonic).unwrap_or(SYNTAX))
        };
        return Err(errors.into_iter().map(syntax).collect());
    }
    let mut problems = Vec::new();
    let table = read_table(document.get_ref(), &places, &mut problems);
    if problems.is_empty() { Ok(table) } else { Err(problems) }
}

/// One value, as an environment variable writes a list or a table.
pub(super) fn parse_value(text: &str, origin: &Origin) -> Result<Value, String> {
    let at = |_, _| origin.clone();
    let places = Places { text, origin: &at };
    let parsed = DeValue::parse(text).map_err(|error| lower_first(error.message()))?;
    let mut problems = Vec::new();
    let value = read_value(&parsed.span(), parsed.get_ref(), &places, &mut problems);
    match problems.first() {
        Some(problem) => Err(problem.message().to_owned()),
        None => Ok(value),
    }
}

const SYNTAX: &str = "TOML writes `KEY = value`: text in quotes, `true` or `false`, lists in `[ ]`";

/// What to write instead of Python's words, which a settings file of Django's would have here.
fn pythonic(text: &str) -> Option<&'static str> {
    let words = [
        ("True", "write `true`"),
        ("False", "write `false`"),
        ("None", "leave the key out, or write `false` where the default is not none"),
    ];
    words.into_iter().find(|(word, _)| text.starts_with(word)).map(|(_, hint)| hint)
}

fn lower_first(message: &str) -> String {
    let mut letters = message.trim_end().chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn read_table(table: &DeTable<'_>, places: &Places<'_>, problems: &mut Vec<Problem>) -> Table {
    table
        .iter()
        .map(|(key, value)| {
            let value = read_value(&value.span(), value.get_ref(), places, problems);
            (key.get_ref().to_string(), Entry { key: places.at(&key.span()), value })
        })
        .collect()
}

fn read_value(span: &Range<usize>, value: &DeValue<'_>, places: &Places<'_>, problems: &mut Vec<Problem>) -> Value {
    let origin = places.at(span);
    let data = match value {
        DeValue::String(text) => Data::String(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Data::Integer(number),
            Err(_) => {
                problems.push(Problem::new(&origin, "", "the integer does not fit 64 bits".to_owned()));
                Data::Integer(0)
            }
        },
        // TOML's floats are Rust's, `inf` and `nan` with signs among them.
        DeValue::Float(number) => Data::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Data::Boolean(*flag),
        DeValue::Datetime(moment) => Data::String(moment.to_string()),
        DeValue::Array(items) => {
            Data::Array(items.iter().map(|item| read_value(&item.span(), item.get_ref(), places, problems)).collect())
        }
        DeValue::Table(table) => Data::Table(read_table(table, places, problems)),
    };
    Value { data, origin }
}
