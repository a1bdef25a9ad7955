//! One pattern of one route: Django's path syntax or a regular expression, matched against the start of a path.

mod element;
mod parse;

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::Regex;

use super::regex_bits::{self, Bits};
use crate::view::{Capture, CaptureSource};
pub(super) use element::{Element, Kind};

/// A parsed pattern.
pub(super) struct Pattern {
    /// As the project wrote it.
    pub source: String,
    /// Nothing for a regular expression.
    pub elements: Option<Vec<Element>>,
    pub parameters: Vec<(Parameter, CaptureSource)>,
    /// Whether it ends a route, so that it must match to the end.
    endpoint: bool,
    /// Whether the elements can be matched one after the other without going back.
    straight: bool,
    regex: OnceLock<Option<Regex>>,
}

/// The name of a captured part; a group of `re_path` may have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parameter(pub Option<String>);

impl Parameter {
    pub(super) fn shown(&self) -> Cow<'_, str> {
        match &self.0 {
            Some(name) => Cow::Borrowed(name),
            None => Cow::Borrowed("a group"),
        }
    }
}

impl Pattern {
    /// Matches the start of `path` (all of it at an endpoint): what is left, and the captures, one for each parameter.
    pub(super) fn matches<'path>(&self, path: &'path str) -> Option<(&'path str, Vec<Capture>)> {
        match &self.elements {
            Some(elements) if self.straight => self.match_straight(elements, path),
            _ => self.match_regex(path),
        }
    }

    fn match_straight<'path>(&self, elements: &[Element], path: &'path str) -> Option<(&'path str, Vec<Capture>)> {
        let mut rest = path;
        let mut captures = Vec::new();
        for element in elements {
            match element {
                Element::Literal(literal) => rest = rest.strip_prefix(literal.as_str())?,
                Element::Capture { kind, .. } => {
                    let end = kind.longest(rest)?;
                    captures.push(Capture { text: Some(rest[..end].to_owned()), value: None });
                    rest = &rest[end..];
                }
            }
        }
        (!self.endpoint || rest.is_empty()).then_some((rest, captures))
    }

    fn match_regex<'path>(&self, path: &'path str) -> Option<(&'path str, Vec<Capture>)> {
        let found = self.regex()?.captures(path)?;
        let mut captures = Vec::with_capacity(self.parameters.len());
        let mut own = self.elements.iter().flatten().filter_map(Element::kind);
        for (index, (parameter, _)) in self.parameters.iter().enumerate() {
            let group = match &parameter.0 {
                Some(name) => found.name(name),
                None => found.get(index + 1),
            };
            let text = group.map(|group| group.as_str().to_owned());
            let value = match (own.next(), &text) {
                (Some(Kind::Own(_, converter)), Some(text)) => Some(converter.to_value(text)?),
                _ => None,
            };
            captures.push(Capture { text, value });
        }
        let end = found.get(0).map_or(0, |whole| whole.end());
        Some((&path[end..], captures))
    }

    /// The compiled regular expression; a pattern in path syntax is compiled when it first needs to be.
    fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| Regex::new(&self.regex_source()).ok()).as_ref()
    }

    /// The pattern as a regular expression that Django would write.
    pub(super) fn regex_source(&self) -> String {
        let Some(elements) = &self.elements else { return self.source.clone() };
        let mut regex = String::from("^");
        for element in elements {
            match element {
                Element::Literal(literal) => regex.push_str(&regex::escape(literal)),
                Element::Capture { name, kind } => {
                    regex.push_str(&format!("(?P<{name}>{})", kind.regex()));
                }
            }
        }
        if self.endpoint {
            regex.push_str(r"\z");
        }
        regex
    }

    /// The forms that a URL of this pattern can take.
    pub(super) fn bits(&self) -> Vec<Bits> {
        match &self.elements {
            None => regex_bits::normalize(&self.source),
            Some(elements) => {
                let mut bits = Bits::default();
                for element in elements {
                    match element {
                        Element::Literal(literal) => bits.push_literal(literal),
                        Element::Capture { name, .. } => bits.push_parameter(name),
                    }
                }
                vec![bits]
            }
        }
    }

    /// Characters that every path starts with that this pattern matches, and whether that is the whole pattern.
    pub(super) fn literal_prefix(&self) -> (String, bool) {
        match &self.elements {
            None => regex_bits::literal_prefix(&self.source),
            Some(elements) => match elements.as_slice() {
                [] => (String::new(), true),
                [Element::Literal(literal)] => (literal.clone(), true),
                [Element::Literal(literal), ..] => (literal.clone(), false),
                [Element::Capture { .. }, ..] => (String::new(), false),
            },
        }
    }

    /// Whether it is in path syntax without captures and ends a route: then equality is all there is to match.
    pub(super) fn is_literal_endpoint(&self) -> bool {
        self.endpoint && self.elements.as_ref().is_some_and(|elements| elements.iter().all(|e| e.kind().is_none()))
    }
}
