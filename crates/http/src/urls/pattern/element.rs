//! The pieces of a route in path syntax, and what each converter matches.

use std::borrow::Cow;
use std::sync::Arc;

use crate::view::{AnyConverter, CaptureSource};

/// A piece of a route.
#[derive(Clone)]
pub(in crate::urls) enum Element {
    Literal(String),
    Capture { name: String, kind: Kind },
}

impl Element {
    pub(in crate::urls) fn kind(&self) -> Option<&Kind> {
        match self {
            Self::Literal(_) => None,
            Self::Capture { kind, .. } => Some(kind),
        }
    }
}

/// A converter.
#[derive(Clone)]
pub(in crate::urls) enum Kind {
    Int,
    Str,
    Slug,
    Uuid,
    Path,
    Own(String, Arc<dyn AnyConverter>),
}

impl Kind {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "int" => Self::Int,
            "str" => Self::Str,
            "slug" => Self::Slug,
            "uuid" => Self::Uuid,
            "path" => Self::Path,
            _ => return None,
        })
    }

    pub(super) fn source(&self) -> CaptureSource {
        let converter = match self {
            Self::Int => "int",
            Self::Str => "str",
            Self::Slug => "slug",
            Self::Uuid => "uuid",
            Self::Path => "path",
            Self::Own(name, converter) => {
                return CaptureSource { converter: Cow::Owned(name.clone()), value: Some(converter.value()) };
            }
        };
        CaptureSource { converter: Cow::Borrowed(converter), value: None }
    }

    pub(super) fn regex(&self) -> &str {
        match self {
            Self::Int => "[0-9]+",
            Self::Str => "[^/]+",
            Self::Slug => "[-a-zA-Z0-9_]+",
            Self::Uuid => "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            Self::Path => ".+",
            Self::Own(_, converter) => converter.regex(),
        }
    }

    /// Whether a character may be part of the text.
    fn takes(&self, character: char) -> bool {
        match self {
            Self::Int => character.is_ascii_digit(),
            Self::Str => character != '/',
            Self::Slug => character.is_ascii_alphanumeric() || character == '-' || character == '_',
            Self::Uuid => character.is_ascii_hexdigit() || character == '-',
            Self::Path | Self::Own(..) => character != '\n',
        }
    }

    /// The end of the longest text that this converter matches at the start of `path`.
    pub(super) fn longest(&self, path: &str) -> Option<usize> {
        if matches!(self, Self::Uuid) {
            return is_uuid(path.as_bytes().get(..36)?).then_some(36);
        }
        let end = path.find(|character| !self.takes(character)).unwrap_or(path.len());
        (end > 0).then_some(end)
    }

    /// Whether the longest match is the only one that can be followed by `next`, so that nobody has to go back.
    pub(super) fn is_straight_before(&self, next: Option<&Element>) -> bool {
        match (self, next) {
            (Self::Own(..), _) => false,
            (Self::Uuid, _) | (_, None) => true,
            (_, Some(Element::Literal(literal))) => literal.chars().next().is_some_and(|first| !self.takes(first)),
            (_, Some(Element::Capture { .. })) => false,
        }
    }

    /// The text in a URL of an argument of `reverse`, if it can be one.
    pub(in crate::urls) fn to_url(&self, argument: &str) -> Option<String> {
        match self {
            Self::Own(_, converter) => converter.to_url(argument),
            _ => Some(argument.to_owned()),
        }
    }
}

/// Lower-case hexadecimal, as Django's converter wants it.
fn is_uuid(text: &[u8]) -> bool {
    text.iter().enumerate().all(|(index, byte)| match index {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    })
}
