//! What is wrong with the settings: every problem at once, each with its place.

use std::fmt;

use super::value::Origin;
use crate::nearest;
use crate::{Error, Place};

/// One thing that is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    place: Place,
    key: String,
    message: String,
    hint: Option<String>,
}

impl Problem {
    pub(super) fn new(origin: &Origin, key: &str, message: String) -> Self {
        let place = match origin {
            Origin::File { file, line, column } => Place { file: file.to_string(), line: *line, column: *column },
            Origin::Environment(_) => Place { file: origin.to_string(), line: 0, column: 0 },
        };
        Self { place, key: key.to_owned(), message, hint: None }
    }

    pub(super) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The hint, if there is one, and this one after it.
    pub(super) fn with_more_hint(mut self, more: &str) -> Self {
        self.hint = Some(self.hint.map_or_else(|| more.to_owned(), |hint| format!("{hint} {more}")));
        self
    }

    /// Takes back what was found, for a secret.
    pub(super) fn conceal(&mut self) {
        if let Some(found) = self.message.find(", found ") {
            self.message.truncate(found);
        }
    }

    /// A key that nothing knows, with the known one that is nearest.
    pub(super) fn unknown(origin: &Origin, path: &str, key: &str, known: &[&str]) -> Self {
        let problem = Self::new(origin, path, format!("unknown setting `{path}`"));
        match nearest(key, known.iter().copied()) {
            Some(near) => {
                let near = path.strip_suffix(key).map_or_else(|| near.to_owned(), |parent| format!("{parent}{near}"));
                problem.with_hint(format!("did you mean `{near}`?"))
            }
            None => problem,
        }
    }

    /// The file with line and column; `environment variable RJANGO_..` for those.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The key that it is about, as written; empty for a file that does not parse.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What was expected and what was found.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to change.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

/// Everything that is wrong with the settings, in the order of files and lines.
///
/// [`Error::downcast_ref`] finds it in the error that [`Settings::load`](super::Settings::load) returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsErrors(Vec<Problem>);

impl SettingsErrors {
    /// The problems; at least one.
    pub fn problems(&self) -> &[Problem] {
        &self.0
    }

    pub(super) fn into_error(mut problems: Vec<Problem>) -> Error {
        problems.sort_by(|a, b| {
            let key = |problem: &Problem| (problem.place.line == 0, problem.place.line, problem.place.column);
            a.place.file.cmp(&b.place.file).then(key(a).cmp(&key(b)))
        });
        let errors = Self(problems);
        let mut error = Error::improperly_configured(errors.to_string());
        if let [only] = errors.problems() {
            error = error.at(&*only.place.file, only.place.line, only.place.column);
            if let Some(hint) = &only.hint {
                error = error.with_hint(hint);
            }
        }
        error.with_source(errors)
    }
}

/// The one problem's message, or a line with the place for each.
impl fmt::Display for SettingsErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [only] = self.problems() {
            return f.write_str(&only.message);
        }
        write!(f, "the settings have {} errors", self.0.len())?;
        for problem in &self.0 {
            write!(f, "\n  {}: {}", problem.place, problem.message)?;
            if let Some(hint) = &problem.hint {
                write!(f, "\n    hint: {hint}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for SettingsErrors {}
