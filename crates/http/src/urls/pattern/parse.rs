//! From the text of a route to a [`Pattern`].

use std::borrow::Cow;
use std::panic::Location;
use std::sync::{Arc, OnceLock};

use regex::Regex;

use super::{Element, Kind, Parameter, Pattern};
use crate::urls::check::UrlMistake;
use crate::view::{AnyConverter, CaptureSource};

type Own = [(String, Arc<dyn AnyConverter>)];

impl Pattern {
    /// A pattern in path syntax: literals and `<converter:name>`.
    pub(in crate::urls) fn path(
        route: &str,
        endpoint: bool,
        own: &Own,
        place: &Location<'_>,
    ) -> Result<Self, UrlMistake> {
        let mut elements = Vec::new();
        let mut parameters: Vec<(Parameter, CaptureSource)> = Vec::new();
        let mut rest = route;
        while let Some((start, end)) = angle(rest) {
            if start > 0 {
                elements.push(Element::Literal(rest[..start].to_owned()));
            }
            let inside = &rest[start + 1..end];
            let (converter, name) = inside.split_once(':').unwrap_or(("str", inside));
            if inside.contains(char::is_whitespace) {
                return Err(UrlMistake::new(place, format!("the route `{route}` has white space inside `<...>`")));
            }
            if !is_identifier(name) {
                return Err(UrlMistake::new(
                    place,
                    format!("the route `{route}` uses `{name}`, which is not a valid name for a parameter"),
                ));
            }
            if parameters.iter().any(|(parameter, _)| parameter.0.as_deref() == Some(name)) {
                return Err(UrlMistake::new(
                    place,
                    format!("the route `{route}` uses the name `{name}` more than once"),
                ));
            }
            let kind = own
                .iter()
                .rev()
                .find(|(own, _)| own == converter)
                .map(|(own, converter)| Kind::Own(own.clone(), Arc::clone(converter)))
                .or_else(|| Kind::named(converter))
                .ok_or_else(|| {
                    UrlMistake::new(place, format!("the route `{route}` uses the unknown converter `{converter}`"))
                        .with_hint("use `int`, `str`, `slug`, `uuid`, `path`, or add your own with `Urls::converter`")
                })?;
            parameters.push((Parameter(Some(name.to_owned())), kind.source()));
            elements.push(Element::Capture { name: name.to_owned(), kind });
            rest = &rest[end + 1..];
        }
        if !rest.is_empty() {
            elements.push(Element::Literal(rest.to_owned()));
        }
        let straight = elements
            .iter()
            .enumerate()
            .all(|(index, element)| element.kind().is_none_or(|kind| kind.is_straight_before(elements.get(index + 1))));
        let pattern = Self {
            source: route.to_owned(),
            elements: Some(elements),
            parameters,
            endpoint,
            straight,
            regex: OnceLock::new(),
        };
        if !straight && let Err(error) = Regex::new(&pattern.regex_source()) {
            return Err(UrlMistake::new(
                place,
                format!("a converter of the route `{route}` is no regular expression: {error}"),
            ));
        }
        Ok(pattern)
    }

    /// A regular expression.
    pub(in crate::urls) fn regex_of(source: &str, endpoint: bool, place: &Location<'_>) -> Result<Self, UrlMistake> {
        let regex = Regex::new(&source.replace(r"\Z", r"\z")).map_err(|error| {
            UrlMistake::new(place, format!("the route `{source}` is not a regular expression that works here: {error}"))
                .with_hint("patterns follow the `regex` crate, which has no look-around and no back references")
        })?;
        let names: Vec<Option<String>> = regex.capture_names().skip(1).map(|name| name.map(str::to_owned)).collect();
        // Django ignores the groups without a name as soon as one has a name.
        let named = names.iter().any(Option::is_some);
        let parameters = names
            .into_iter()
            .filter(|name| !named || name.is_some())
            .map(|name| (Parameter(name), CaptureSource { converter: Cow::Borrowed("regex"), value: None }))
            .collect();
        Ok(Self {
            source: source.to_owned(),
            elements: None,
            parameters,
            endpoint,
            straight: false,
            regex: OnceLock::from(Some(regex)),
        })
    }
}

/// The next `<...>` with something inside.
fn angle(route: &str) -> Option<(usize, usize)> {
    let start = route.find('<')?;
    let end = start + route[start..].find('>')?;
    (end > start + 1).then_some((start, end))
}

fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|character| character.is_alphanumeric() || character == '_')
}
