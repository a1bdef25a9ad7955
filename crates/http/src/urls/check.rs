//! What can be wrong with a URL configuration, found at start-up and told all at once.

use std::panic::Location;

use rjango_core::Error;

use super::pattern::Parameter;
use crate::view::{BoxView, CaptureSource};

/// One mistake in a URL configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlMistake {
    /// What is wrong.
    pub message: String,
    /// What to change.
    pub hint: Option<String>,
    /// The file with the route.
    pub file: String,
    /// Its line.
    pub line: usize,
    /// Its column.
    pub column: usize,
}

impl UrlMistake {
    pub(super) fn new(place: &Location<'_>, message: String) -> Self {
        Self {
            message,
            hint: None,
            file: place.file().to_owned(),
            line: place.line() as usize,
            column: place.column() as usize,
        }
    }

    pub(super) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl std::fmt::Display for UrlMistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

/// One error for all of them.
pub(super) fn as_error(mistakes: &[UrlMistake]) -> Error {
    match mistakes {
        [one] => Error::from(one),
        many => {
            let lines: Vec<String> = many.iter().map(ToString::to_string).collect();
            Error::improperly_configured(format!("{} mistakes in the URLs:\n{}", many.len(), lines.join("\n")))
        }
    }
}

/// Compares what a route captures with what its view takes.
pub(super) fn captures(
    view: &BoxView,
    route: &str,
    parameters: &[(Parameter, CaptureSource)],
    place: &Location<'_>,
    mistakes: &mut Vec<UrlMistake>,
) {
    let Some(taken) = view.captures() else { return };
    let listed = |count: usize| if count == 1 { "1 argument".to_owned() } else { format!("{count} arguments") };
    if taken.len() != parameters.len() {
        mistakes.push(
            UrlMistake::new(
                place,
                format!(
                    "the route `{route}` gives {}, but the view `{}` takes {} after the request",
                    listed(parameters.len()),
                    view.name(),
                    listed(taken.len()),
                ),
            )
            .with_hint("a view takes every captured part of the path, in order, then the route's extra arguments"),
        );
        return;
    }
    for ((parameter, source), wanted) in parameters.iter().zip(taken) {
        if !(wanted.accepts)(source) {
            mistakes.push(
                UrlMistake::new(
                    place,
                    format!(
                        "the view `{}` takes `{}` for `{}` of the route `{route}`: expected {}, found `{}`",
                        view.name(),
                        wanted.name,
                        parameter.shown(),
                        source.found(),
                        wanted.name,
                    ),
                )
                .with_hint(format!(
                    "change the argument's type, or the converter `{}` in the route",
                    source.converter()
                )),
            );
        }
    }
}
