//! `wordwrap`: lines of at most so many characters, which break at white space alone.

use rjango_core::Result;

use super::arguments::{Input, needed, needed_int, unfit};
use super::python;
use crate::filter::{Filter, FilterContext, Takes};
use crate::value::Value;

pub(super) const FILTERS: [Filter; 1] = [Filter::new("wordwrap", wordwrap).safe().takes(Takes::One)];

fn wordwrap(_: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    let width = needed_int("wordwrap", argument)?;
    let input = Input::new(value);
    if input.text.is_empty() {
        return Ok(input.same());
    }
    if width <= 0 {
        return Err(unfit("wordwrap", "a width above 0", &*needed("wordwrap", argument)?));
    }
    // A width that no text has is as good as a larger one.
    Ok(input.like(wrap(&input.text, usize::try_from(width).unwrap_or(usize::MAX))))
}

fn wrap(text: &str, width: usize) -> String {
    let mut wrapped = Wrapped { text: String::with_capacity(text.len() + text.len() / 8), has_lines: false };
    for line in python::lines(text) {
        wrap_line(line, width, &mut wrapped);
    }
    if text.ends_with('\n') {
        wrapped.line(&[]);
    }
    wrapped.text
}

/// The lines so far.
struct Wrapped {
    text: String,
    has_lines: bool,
}

impl Wrapped {
    fn line(&mut self, chunks: &[&str]) {
        if self.has_lines {
            self.text.push('\n');
        }
        self.has_lines = true;
        for chunk in chunks {
            self.text.push_str(chunk);
        }
    }
}

/// One line of the text as one or more: Python's `textwrap`, which leaves white space out where a line breaks.
fn wrap_line(line: &str, width: usize, wrapped: &mut Wrapped) {
    let expanded = python::expand_tabs(line);
    let is_blank = |chunk: &str| python::trim(chunk).is_empty();
    let mut has_lines = false;
    let mut may_drop = false;
    let mut current: Vec<&str> = Vec::new();
    let mut length = 0;
    let mut flush = |current: &mut Vec<&str>| {
        if current.last().is_some_and(|last| is_blank(last)) {
            current.pop();
        }
        let has_words = !current.is_empty();
        if has_words {
            wrapped.line(current);
        }
        current.clear();
        has_words
    };
    for chunk in chunks(&expanded) {
        let size = chunk.chars().count();
        if !current.is_empty() && length + size > width {
            has_lines |= flush(&mut current);
            may_drop = has_lines;
            length = 0;
        }
        // The white space at which a line broke does not begin the next one.
        if std::mem::take(&mut may_drop) && is_blank(chunk) {
            continue;
        }
        current.push(chunk);
        length += size;
    }
    if !flush(&mut current) && !has_lines {
        // Nothing but white space: the line stays.
        wrapped.line(&[line]);
    }
}

/// Runs of ASCII's white space, and runs of anything else.
fn chunks(line: &str) -> impl Iterator<Item = &str> {
    let is_break = |character: char| matches!(character, '\t' | '\n' | '\x0b' | '\x0c' | '\r' | ' ');
    let mut rest = line;
    std::iter::from_fn(move || {
        let is_space = is_break(rest.chars().next()?);
        let end = rest.find(|character| is_break(character) != is_space).unwrap_or(rest.len());
        let (chunk, behind) = rest.split_at(end);
        rest = behind;
        Some(chunk)
    })
}
