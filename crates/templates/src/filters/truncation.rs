//! Filters that shorten: `truncatechars`, `truncatewords`, and both for HTML.

use std::borrow::Cow;
use std::ops::ControlFlow;

use rjango_core::Result;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::canonical_combining_class;

use super::arguments::{Input, forgiven_int};
use super::entities::unescape;
use super::html_parser::{Parser, Pieces};
use super::python;
use crate::filter::{Filter, FilterContext, Takes};
use crate::translate;
use crate::value::{Value, write_escaped};

pub(super) const FILTERS: [Filter; 4] = [
    Filter::new("truncatechars", truncatechars).safe().takes(Takes::One),
    Filter::new("truncatechars_html", truncatechars_html).safe().takes(Takes::One),
    Filter::new("truncatewords", truncatewords).safe().takes(Takes::One),
    Filter::new("truncatewords_html", truncatewords_html).safe().takes(Takes::One),
];

/// What stands where words were cut off.
const WORDS_END: &str = " …";

/// Elements without content and without an end tag.
const VOID: [&str; 16] = [
    "area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param", "source", "spacer",
    "track", "wbr",
];

fn truncatechars(context: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    shortened("truncatechars", value, argument, |text, length| {
        let text: String = text.nfc().collect();
        cut_characters(text, length, &characters_end(context))
    })
}

fn truncatechars_html(context: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    shortened("truncatechars_html", value, argument, |text, length| {
        let text: String = text.nfc().collect();
        let end = characters_end(context);
        let limit = Limit::Characters { read: 0, length, size: text.chars().count() };
        cut_html(&text, Shortened::new(limit, room(length, &end), &end))
    })
}

fn truncatewords(_: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    shortened("truncatewords", value, argument, |text, length| {
        let mut words = python::words(text);
        let mut kept = String::with_capacity(text.len());
        for (place, word) in words.by_ref().take(length).enumerate() {
            if place > 0 {
                kept.push(' ');
            }
            kept.push_str(word);
        }
        if words.next().is_some() {
            append(&mut kept, 0, WORDS_END);
        }
        kept
    })
}

fn truncatewords_html(_: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    shortened("truncatewords_html", value, argument, |text, length| {
        cut_html(text, Shortened::new(Limit::Words, length, WORDS_END))
    })
}

/// The text that `cut` makes of the value's and a length above 0. A length that is not a number changes nothing.
fn shortened(
    name: &str,
    value: &Value,
    argument: Option<&Value>,
    cut: impl FnOnce(&str, usize) -> String,
) -> Result<Value> {
    let length = forgiven_int(name, argument)?;
    let input = Input::new(value);
    Ok(match length {
        None => input.same(),
        Some(length) if length <= 0 => input.like(""),
        Some(length) => input.like(cut(&input.text, usize::try_from(length).unwrap_or(usize::MAX))),
    })
}

/// What stands where characters were cut off, in the language of the page; it may hold `%(truncated_text)s`.
fn characters_end(context: &FilterContext<'_>) -> Cow<'static, str> {
    translate::pgettext(&context.locale.language, "String to return when truncating text", "%(truncated_text)s…")
}

const PLACE: &str = "%(truncated_text)s";

/// Puts the end behind a text whose part from `from` on was cut off; it stands there once.
fn append(text: &mut String, from: usize, end: &str) {
    if end.contains(PLACE) {
        let written = translate::interpolate(end, &[("truncated_text", &text[from..])]);
        text.truncate(from);
        text.push_str(&written);
    } else if !text[from..].ends_with(end) {
        text.push_str(end);
    }
}

/// How many characters are left for the text where its end has some too.
fn room(length: usize, end: &str) -> usize {
    let mut written = String::new();
    append(&mut written, 0, end);
    length.saturating_sub(written.chars().filter(|one| !is_combining(*one)).count())
}

/// Marks that stand on the letter before them do not count.
fn is_combining(character: char) -> bool {
    canonical_combining_class(character) != 0
}

fn cut_characters(mut text: String, length: usize, end: &str) -> String {
    let room = room(length, end);
    let mut count = 0;
    let mut kept = None;
    for (at, character) in text.char_indices() {
        if is_combining(character) {
            continue;
        }
        count += 1;
        if kept.is_none() && count > room {
            kept = Some(at);
        }
        if count > length {
            text.truncate(kept.unwrap_or(0));
            append(&mut text, 0, end);
            return text;
        }
    }
    text
}

/// What is counted.
enum Limit {
    Words,
    Characters {
        /// How many were read.
        read: usize,
        /// How many there may be.
        length: usize,
        /// How many the whole text has.
        size: usize,
    },
}

/// HTML on its way to a length.
struct Shortened<'a> {
    limit: Limit,
    html: String,
    /// How many characters `html` has.
    written: usize,
    remaining: usize,
    end: &'a str,
    /// The elements that are open, the innermost last.
    open: Vec<String>,
}

// DIFFERENCE: Django loses the last run of text where an `&` stands near its end and neither white space nor a semicolon
// follows: `AT&T` becomes nothing. The text stays here.
fn cut_html(text: &str, mut shortened: Shortened<'_>) -> String {
    let mut parser = Parser::new(text, false);
    if parser.read(false, &mut shortened).is_break() {
        while let Some(name) = shortened.open.pop() {
            shortened.close(&name);
        }
    }
    // A tag that is not whole is left out.
    shortened.html
}

impl<'a> Shortened<'a> {
    fn new(limit: Limit, remaining: usize, end: &'a str) -> Self {
        Self { limit, html: String::new(), written: 0, remaining, end, open: Vec::new() }
    }

    fn push(&mut self, text: &str) {
        self.written += text.chars().count();
        self.html.push_str(text);
    }

    fn close(&mut self, name: &str) {
        self.push("</");
        self.push(name);
        self.push(">");
    }

    /// The start of the text that has room, and how much the whole needs.
    fn kept(&self, text: &str) -> (String, usize) {
        match self.limit {
            Limit::Characters { .. } => (text.chars().take(self.remaining).collect(), text.chars().count()),
            Limit::Words => {
                let mut kept = String::with_capacity(text.len());
                let mut count = 0;
                for word in inner_words(text) {
                    if count < self.remaining {
                        if count > 0 {
                            kept.push(' ');
                        }
                        kept.push_str(word);
                    }
                    count += 1;
                }
                (kept, count)
            }
        }
    }
}

impl Pieces for Shortened<'_> {
    fn text(&mut self, text: &str, has_references: bool) -> ControlFlow<()> {
        let text = if has_references { unescape(text) } else { text.into() };
        if let Limit::Characters { read, length, size } = &mut self.limit {
            let count = text.chars().count();
            *read += count;
            if *read == *length && self.written + count == *size {
                self.push(&text);
                return ControlFlow::Break(());
            }
        }
        let (kept, needed) = self.kept(&text);
        let from = self.html.len();
        // Writing into a string does not fail.
        let _ = write_escaped(&mut self.html, &kept);
        if self.remaining < needed {
            self.remaining = 0;
            append(&mut self.html, from, self.end);
            return ControlFlow::Break(());
        }
        self.remaining -= needed;
        self.written += self.html[from..].chars().count();
        ControlFlow::Continue(())
    }

    fn start(&mut self, name: &str, tag: &str, is_empty: bool) {
        self.push(tag);
        if VOID.contains(&name) {
            return;
        }
        if is_empty {
            self.close(name);
        } else {
            self.open.push(name.to_owned());
        }
    }

    fn end(&mut self, name: &str) {
        if VOID.contains(&name) {
            return;
        }
        self.close(name);
        if self.open.last().is_some_and(|open| open == name) {
            self.open.pop();
        }
    }

    fn reference(&mut self, reference: &str) {
        self.push(reference);
    }
}

/// The words of a text, of which the first and the last keep the white space around the whole.
fn inner_words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let whole = rest?;
        let word_start = whole.find(|one| !python::is_space(one)).unwrap_or(whole.len());
        let word_end = whole[word_start..].find(python::is_space).map_or(whole.len(), |at| word_start + at);
        let behind = whole[word_end..].trim_start_matches(python::is_space);
        if behind.is_empty() {
            rest = None;
            return Some(whole);
        }
        rest = Some(behind);
        Some(&whole[..word_end])
    })
}
