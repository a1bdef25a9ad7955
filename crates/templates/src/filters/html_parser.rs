//! HTML taken apart as Python's `html.parser` of 3.11 does it, whose mistakes Django's filters share.
//!
//! It reads a text once: what is searched for is searched for once, so that a hostile text costs no more than a long one.
//! What a tag has for attributes nobody asks.

use std::ops::ControlFlow;

use super::python;

/// What becomes of the pieces of a text. Each may end the reading.
pub(super) trait Pieces {
    /// Text, as it stands there. References in it are to be resolved where `has_references` says so.
    fn text(&mut self, text: &str, has_references: bool) -> ControlFlow<()>;
    /// A tag that opens an element, from its `<` to its `>`; `is_empty` where it ends with `/>`.
    fn start(&mut self, name: &str, tag: &str, is_empty: bool);
    /// A tag that closes an element.
    fn end(&mut self, name: &str);
    /// A reference without its `&` and `;`, where references are pieces of their own.
    fn reference(&mut self, reference: &str);
}

/// A search whose answer is kept until it is passed.
#[derive(Default)]
struct Search {
    /// From where it was asked and where it was found: start and end.
    known: Option<(usize, Option<(usize, usize)>)>,
}

impl Search {
    fn find(&mut self, from: usize, search: impl FnOnce(usize) -> Option<(usize, usize)>) -> Option<(usize, usize)> {
        if let Some((asked, found)) = self.known
            && asked <= from
            && found.is_none_or(|(start, _)| from <= start)
        {
            return found;
        }
        let found = search(from);
        self.known = Some((from, found));
        found
    }
}

/// What a start tag turned out to be.
enum StartTag {
    /// One that ends here.
    Whole { end: usize, is_empty: bool },
    /// One whose end is missing.
    Unfinished,
    /// Something else, up to here.
    Text(usize),
}

/// The state of the reading.
pub(super) struct Parser<'a> {
    raw: &'a str,
    at: usize,
    /// The element whose content is not HTML: `script` or `style`.
    raw_element: Option<&'static str>,
    /// Whether references are pieces of their own.
    splits_references: bool,
    greater: Search,
    semicolon: Search,
    single_quote: Search,
    double_quote: Search,
    name_end: Search,
    comment_end: Search,
    section_end: Search,
    office_end: Search,
    /// How many bytes were read of tags that turned out to have no end.
    wasted: usize,
}

/// How often, in texts as long as this one, tags without an end may be read. Each is looked at up to the end of the text, so
/// that a text of such tags alone would take its square.
const MOST_WASTED: usize = 8;

impl<'a> Parser<'a> {
    pub(super) fn new(raw: &'a str, splits_references: bool) -> Self {
        Self {
            raw,
            at: 0,
            raw_element: None,
            splits_references,
            greater: Search::default(),
            semicolon: Search::default(),
            single_quote: Search::default(),
            double_quote: Search::default(),
            name_end: Search::default(),
            comment_end: Search::default(),
            section_end: Search::default(),
            office_end: Search::default(),
            wasted: 0,
        }
    }

    /// What was not read yet.
    fn rest(&self) -> &'a str {
        &self.raw[self.at..]
    }

    /// Reads as far as the text is whole; where `is_end` says that nothing follows, to its end. It breaks off where the pieces
    /// do, and where the text has too many tags without an end.
    pub(super) fn read(&mut self, is_end: bool, pieces: &mut dyn Pieces) -> ControlFlow<()> {
        let raw = self.raw;
        while self.at < raw.len() {
            let Some(stop) = self.next_stop() else { break };
            if self.at < stop {
                let has_references = !self.splits_references && self.raw_element.is_none();
                let text = &raw[self.at..stop];
                self.at = stop;
                pieces.text(text, has_references)?;
            }
            if self.at == raw.len() {
                break;
            }
            let goes_on = if raw[self.at..].starts_with('<') {
                self.read_tag(is_end, pieces)?
            } else {
                self.read_reference(is_end, pieces)?
            };
            if !goes_on {
                break;
            }
            if self.wasted / MOST_WASTED > raw.len() {
                return ControlFlow::Break(());
            }
        }
        if is_end && self.at < raw.len() && self.raw_element.is_none() {
            let rest = self.rest();
            self.at = raw.len();
            pieces.text(rest, !self.splits_references)?;
        }
        ControlFlow::Continue(())
    }

    /// The place of the next piece that is not plain text; nothing where one must wait for it.
    fn next_stop(&mut self) -> Option<usize> {
        let rest = self.rest();
        if let Some(element) = self.raw_element {
            return close_of(rest, element).map(|at| self.at + at);
        }
        let found = if self.splits_references { rest.find(['<', '&']) } else { rest.find('<') };
        Some(found.map_or(self.raw.len(), |at| self.at + at))
    }

    /// Reads what begins with `<`. It tells whether the reading goes on.
    fn read_tag(&mut self, is_end: bool, pieces: &mut dyn Pieces) -> ControlFlow<(), bool> {
        let (raw, at) = (self.raw, self.at);
        let rest = self.rest();
        let end = match rest.as_bytes() {
            [b'<', letter, ..] if letter.is_ascii_alphabetic() => self.start_tag(pieces)?,
            [b'<', b'/', ..] => self.end_tag(pieces)?,
            [b'<', b'!', b'-', b'-', ..] => {
                self.comment_end.find(at + 4, |from| comment_end(raw, from)).map(|(_, end)| end)
            }
            [b'<', b'?', ..] => self.find_greater(at + 2).map(|place| place + 1),
            [b'<', b'!', ..] => self.declaration(),
            [b'<', _, ..] => {
                pieces.text("<", false)?;
                Some(at + 1)
            }
            _ => return ControlFlow::Continue(false),
        };
        let end = match end {
            Some(end) => end,
            None if !is_end => return ControlFlow::Continue(false),
            None => {
                // What has no end is text, up to where the next piece may begin.
                let end = match self.find_greater(at + 1) {
                    Some(place) => place + 1,
                    None => rest[1..].find('<').map_or(at + 1, |next| at + 1 + next),
                };
                pieces.text(&raw[at..end], !self.splits_references && self.raw_element.is_none())?;
                end
            }
        };
        self.at = end;
        ControlFlow::Continue(true)
    }

    /// Reads what begins with `&`. It tells whether the reading goes on.
    fn read_reference(&mut self, is_end: bool, pieces: &mut dyn Pieces) -> ControlFlow<(), bool> {
        let (raw, at) = (self.raw, self.at);
        let rest = self.rest();
        if let Some(number) = rest.strip_prefix("&#") {
            if let Some(length) = number_length(number) {
                pieces.reference(&rest[1..2 + length]);
                let end = at + 2 + length;
                self.at = end + usize::from(raw[end..].starts_with(';'));
                return ControlFlow::Continue(true);
            }
            if self.semicolon.find(at, |from| raw[from..].find(';').map(|place| (from + place, from + place))).is_some()
            {
                self.at += 2;
                pieces.text("&#", false)?;
            }
            return ControlFlow::Continue(false);
        }
        if let Some(length) = name_length(&rest[1..]) {
            pieces.reference(&rest[1..1 + length]);
            let end = at + 1 + length;
            self.at = end + usize::from(raw[end..].starts_with(';'));
            return ControlFlow::Continue(true);
        }
        match rest.as_bytes() {
            [b'&', letter] if letter.is_ascii_alphabetic() => {
                self.at += usize::from(is_end);
                ControlFlow::Continue(false)
            }
            [b'&', letter, ..] if letter.is_ascii_alphabetic() => ControlFlow::Continue(false),
            [b'&', _, ..] => {
                self.at += 1;
                pieces.text("&", false)?;
                ControlFlow::Continue(true)
            }
            _ => ControlFlow::Continue(false),
        }
    }

    fn find_greater(&mut self, from: usize) -> Option<usize> {
        let raw = self.raw;
        self.greater.find(from, |from| raw[from..].find('>').map(|at| (from + at, from + at))).map(|(at, _)| at)
    }

    /// Reads a start tag, and tells where it ends.
    fn start_tag(&mut self, pieces: &mut dyn Pieces) -> ControlFlow<(), Option<usize>> {
        let (raw, at) = (self.raw, self.at);
        let name_end = self.name_end(at + 1);
        let end = match self.scan_start_tag(name_end) {
            StartTag::Unfinished => return ControlFlow::Continue(None),
            StartTag::Text(end) => {
                pieces.text(&raw[at..end], false)?;
                end
            }
            StartTag::Whole { end, is_empty } => {
                let name = raw[at + 1..name_end].to_lowercase();
                pieces.start(&name, &raw[at..end], is_empty);
                if !is_empty {
                    self.raw_element = ["script", "style"].into_iter().find(|element| *element == name);
                }
                end
            }
        };
        ControlFlow::Continue(Some(end))
    }

    /// Where the name of a tag ends.
    fn name_end(&mut self, from: usize) -> usize {
        let raw = self.raw;
        let is_end = |one: char| matches!(one, '\t' | '\n' | '\r' | '\x0c' | ' ' | '/' | '>' | '\0');
        let found = self.name_end.find(from, |from| raw[from..].find(is_end).map(|at| (from + at, from + at)));
        found.map_or(raw.len(), |(at, _)| at)
    }

    fn scan_start_tag(&mut self, name_end: usize) -> StartTag {
        let raw = self.raw;
        // Without a `>` the tag has no end; but a null behind its name makes it text.
        if self.find_greater(name_end).is_none() && !raw[name_end..].starts_with('\0') {
            return StartTag::Unfinished;
        }
        let mut at = self.skip_between(name_end);
        while let Some(end) = self.attribute(at) {
            at = end;
        }
        let kind = match raw.as_bytes().get(at..).unwrap_or_default() {
            [b'>', ..] => StartTag::Whole { end: at + 1, is_empty: false },
            [b'/', b'>', ..] => StartTag::Whole { end: at + 2, is_empty: true },
            [] => StartTag::Unfinished,
            [b'=' | b'/', ..] => StartTag::Unfinished,
            [letter, ..] if letter.is_ascii_alphabetic() => StartTag::Unfinished,
            _ => StartTag::Text(at),
        };
        if matches!(kind, StartTag::Unfinished) {
            self.wasted += at - name_end;
        }
        kind
    }

    /// Skips white space, and slashes that do not end the tag.
    fn skip_between(&self, from: usize) -> usize {
        let mut at = from;
        for character in self.raw[from..].chars() {
            let is_skipped = python::is_space(character) || (character == '/' && !self.raw[at + 1..].starts_with('>'));
            if !is_skipped {
                break;
            }
            at += character.len_utf8();
        }
        at
    }

    /// The end of the attribute that begins here, with what is between it and the next.
    fn attribute(&mut self, from: usize) -> Option<usize> {
        let raw = self.raw;
        let before = raw[..from].chars().next_back()?;
        if !(matches!(before, '\'' | '"' | '/') || python::is_space(before)) {
            return None;
        }
        let first = raw[from..].chars().next().filter(|one| !python::is_space(*one) && !matches!(one, '/' | '>'))?;
        let ends_name = |one: char| python::is_space(one) || matches!(one, '/' | '=' | '>');
        let name_end = until(raw, from + first.len_utf8(), ends_name);
        let end = self.attribute_value(name_end).unwrap_or(name_end);
        Some(self.skip_between(end))
    }

    /// The end of the value behind an attribute's name, where there is one.
    fn attribute_value(&mut self, name_end: usize) -> Option<usize> {
        let raw = self.raw;
        let not_space = |one: char| !python::is_space(one);
        let sign = until(raw, name_end, not_space);
        let sign_end = until(raw, sign, |one| one != '=');
        if sign_end == sign {
            return None;
        }
        let is_bare_end = |one: char| python::is_space(one) || one == '>';
        let value = until(raw, sign_end, not_space);
        let search = match raw.as_bytes().get(value) {
            Some(b'\'') => &mut self.single_quote,
            Some(b'"') => &mut self.double_quote,
            _ => return Some(until(raw, value, is_bare_end)),
        };
        let quote = char::from(raw.as_bytes()[value]);
        let close = search.find(value + 1, |from| raw[from..].find(quote).map(|at| (from + at, from + at)));
        match close {
            Some((close, _)) => Some(close + 1),
            // The quotation has no end. White space before it, or one `=` of several, is the value then.
            None if value > sign_end => Some(value),
            None if sign_end - sign > 1 => Some(until(raw, sign_end - 1, is_bare_end)),
            None => None,
        }
    }

    /// Reads an end tag, and tells where it ends.
    fn end_tag(&mut self, pieces: &mut dyn Pieces) -> ControlFlow<(), Option<usize>> {
        let (raw, at) = (self.raw, self.at);
        let Some(greater) = self.find_greater(at + 1) else { return ControlFlow::Continue(None) };
        let end = greater + 1;
        let inside = python::trim(&raw[at + 2..greater]);
        let is_name = inside.starts_with(|first: char| first.is_ascii_alphabetic())
            && inside.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:_".contains(&byte));
        if is_name {
            let name = inside.to_ascii_lowercase();
            if self.raw_element.is_some_and(|element| element != name) {
                pieces.text(&raw[at..end], false)?;
            } else {
                pieces.end(&name);
                self.raw_element = None;
            }
        } else if self.raw_element.is_some() {
            pieces.text(&raw[at..end], false)?;
        } else if raw[at + 2..].starts_with(|first: char| first.is_ascii_alphabetic()) {
            let name_end = self.name_end(at + 2);
            pieces.end(&raw[at + 2..name_end].to_lowercase());
        }
        ControlFlow::Continue(Some(end))
    }

    /// The end of what begins with `<!` and is not a comment.
    // DIFFERENCE: Python 3.11 stops with an exception at a marked section that it does not know (`<![x`). It is a comment here, as
    // in HTML 5 and in later versions of Python.
    fn declaration(&mut self) -> Option<usize> {
        let (raw, at) = (self.raw, self.at);
        if let Some(section) = raw[at..].strip_prefix("<![") {
            let length = section
                .find(|one: char| !(one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.')))
                .unwrap_or(section.len());
            match section[..length].to_ascii_lowercase().as_str() {
                "temp" | "cdata" | "ignore" | "include" | "rcdata" => {
                    return self.section_end.find(at + 3, |from| section_end(raw, from, 2)).map(|(_, end)| end);
                }
                "if" | "else" | "endif" => {
                    return self.office_end.find(at + 3, |from| section_end(raw, from, 1)).map(|(_, end)| end);
                }
                _ => {}
            }
        }
        self.find_greater(at + 2).map(|place| place + 1)
    }
}

fn until(raw: &str, from: usize, is_end: impl Fn(char) -> bool) -> usize {
    raw[from..].find(is_end).map_or(raw.len(), |at| from + at)
}

/// The place of the tag that closes a script or a style.
fn close_of(text: &str, element: &str) -> Option<usize> {
    text.match_indices("</").map(|(at, _)| at).find(|at| {
        let inside = text[at + 2..].trim_start_matches(python::is_space);
        let Some(name) = inside.get(..element.len()) else { return false };
        name.eq_ignore_ascii_case(element)
            && inside[element.len()..].trim_start_matches(python::is_space).starts_with('>')
    })
}

/// The end of a comment: two hyphens, white space, `>`.
fn comment_end(raw: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = raw.as_bytes();
    let mut at = from;
    loop {
        at += raw.get(at..)?.find("--")?;
        let behind = raw[at + 2..].trim_start_matches(python::is_space);
        if behind.starts_with('>') {
            return Some((at, raw.len() - behind.len() + 1));
        }
        at += if bytes.get(at + 2) == Some(&b'-') { 1 } else { 2 };
    }
}

/// The end of a marked section: so many closing brackets and a `>`, with white space between.
fn section_end(raw: &str, from: usize, brackets: usize) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        at += raw.get(at..)?.find(']')?;
        let mut behind = &raw[at + 1..];
        let mut missing = brackets - 1;
        loop {
            behind = behind.trim_start_matches(python::is_space);
            match behind.strip_prefix(']') {
                Some(rest) if missing > 0 => {
                    missing -= 1;
                    behind = rest;
                }
                _ => break,
            }
        }
        if missing == 0 && behind.starts_with('>') {
            return Some((at, raw.len() - behind.len() + 1));
        }
        at += 1;
    }
}

/// The length of the number behind `&#`, where something follows that ends it.
fn number_length(text: &str) -> Option<usize> {
    let (prefix, is_digit): (usize, fn(&u8) -> bool) = match text.as_bytes() {
        [b'x' | b'X', ..] => (1, u8::is_ascii_hexdigit),
        _ => (0, u8::is_ascii_digit),
    };
    let digits = text.as_bytes()[prefix..].iter().take_while(|byte| is_digit(byte)).count();
    let end = prefix + digits;
    // A decimal number must not be followed by a hexadecimal digit: Python gives its last digits back, and finds none.
    let follows = text.as_bytes().get(end)?;
    if digits == 0 || (follows.is_ascii_hexdigit() && prefix == 0) {
        return None;
    }
    Some(end)
}

/// The length of the name behind `&`, where something follows that ends it.
fn name_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if !bytes.first()?.is_ascii_alphabetic() {
        return None;
    }
    let is_inside = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let length = bytes.iter().take_while(is_inside).count();
    if length < bytes.len() {
        return Some(length);
    }
    // At the end of the text the last hyphen or dot ends it.
    bytes.iter().rposition(|byte| matches!(byte, b'-' | b'.'))
}
