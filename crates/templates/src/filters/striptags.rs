//! `striptags`: a text without tags. It is for tidiness: what comes out is not safe.

use std::ops::ControlFlow;

use rjango_core::Result;

use super::arguments::{Input, refused};
use super::html_parser::{Parser, Pieces};
use crate::filter::{Filter, FilterContext};
use crate::value::Value;

pub(super) const FILTERS: [Filter; 1] = [Filter::new("striptags", striptags).safe()];

/// How often tags may come out of what is left when tags are gone: Django's bound.
const DEEPEST: usize = 50;

/// From how many characters on a tag without an end is looked at: Django's bound.
const LONG_TAG: usize = 1000;

fn striptags(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let input = Input::new(value);
    if !input.text.contains('<') {
        return Ok(input.same());
    }
    if has_hostile_tag(&input.text) {
        return Err(hostile());
    }
    let mut text = input.text.to_string();
    let mut depth = 0;
    while text.contains('<') && text.contains('>') {
        if depth == DEEPEST {
            return Err(hostile());
        }
        let stripped = strip_once(&text).ok_or_else(hostile)?;
        if count(&stripped) == count(&text) {
            break;
        }
        text = stripped;
        depth += 1;
    }
    Ok(input.like(text))
}

fn hostile() -> rjango_core::Error {
    refused(format!(
        "the filter `striptags` refuses a text with {DEEPEST} tags inside of one another or without an end"
    ))
}

fn count(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'<').count()
}

/// Whether a long tag without an end has many others in it.
fn has_hostile_tag(text: &str) -> bool {
    text.split('>').any(|run| {
        let start =
            run.match_indices('<').find(|(at, _)| run.as_bytes().get(at + 1).is_some_and(u8::is_ascii_alphabetic));
        start.is_some_and(|(at, _)| {
            let tag = &run[at..];
            count(tag) >= DEEPEST && tag.chars().count() >= LONG_TAG + 2
        })
    })
}

/// The text without its tags; nothing where too many of them have no end.
fn strip_once(text: &str) -> Option<String> {
    let mut plain = Plain(String::with_capacity(text.len()));
    let mut parser = Parser::new(text, true);
    for is_end in [false, true] {
        if parser.read(is_end, &mut plain).is_break() {
            return None;
        }
    }
    Some(plain.0)
}

/// The text without its tags.
struct Plain(String);

impl Pieces for Plain {
    fn text(&mut self, text: &str, _: bool) -> ControlFlow<()> {
        self.0.push_str(text);
        ControlFlow::Continue(())
    }

    fn start(&mut self, _: &str, _: &str, _: bool) {}

    fn end(&mut self, _: &str) {}

    fn reference(&mut self, reference: &str) {
        self.0.push('&');
        self.0.push_str(reference);
        self.0.push(';');
    }
}
