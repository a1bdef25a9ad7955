//! minijinja's errors as the framework's: file, line, an excerpt of the template, and what to do.

use std::fmt;

use rjango_core::{Error, ErrorKind};

use super::Templates;

impl Templates {
    /// The framework's error for what minijinja says about the template that was asked for.
    #[track_caller]
    pub(super) fn error(&self, asked: &str, error: minijinja::Error) -> Error {
        let cause = cause_of(&error);
        let name = error.name().unwrap_or(asked).to_owned();
        let detail = match &cause {
            Some(cause) => cause.message.clone(),
            None => {
                error.detail().map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()))
            }
        };
        if error.kind() == minijinja::ErrorKind::TemplateNotFound && self.source(asked).is_none() {
            return Error::new(ErrorKind::Template, format!("the template `{asked}` does not exist"))
                .with_hint(self.searched());
        }
        let what = match error.kind() {
            minijinja::ErrorKind::SyntaxError => "does not parse",
            _ => "does not render",
        };
        let mut told = Error::new(ErrorKind::Template, format!("the template `{name}` {what}: {detail}"));
        let found = self.source(&name);
        let line = error.line().unwrap_or(0);
        if let Some((text, file)) = found {
            told = told.at(file, line, 0);
            if line > 0 {
                told = told.with_source(Excerpt(excerpt(&text, line, 2)));
            }
        }
        match cause.and_then(|cause| cause.hint) {
            Some(hint) => told.with_hint(hint),
            None if deepest(&error).kind() == minijinja::ErrorKind::TemplateNotFound => told.with_hint(self.searched()),
            None => told,
        }
    }

    fn searched(&self) -> String {
        let mut hint = "searched, in this order:".to_owned();
        for place in self.sources.searched() {
            hint.push_str("\n  ");
            hint.push_str(&place);
        }
        hint
    }
}

/// An error of ours on its way through minijinja.
#[derive(Debug)]
struct Inside {
    message: String,
    hint: Option<String>,
}

impl fmt::Display for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Inside {}

/// An error of ours for minijinja to carry.
pub(super) fn inside(error: Error) -> minijinja::Error {
    let inside = Inside { message: error.to_string(), hint: error.hint().map(str::to_owned) };
    minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, inside.message.clone()).with_source(inside)
}

fn cause_of(error: &minijinja::Error) -> Option<Inside> {
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        if let Some(inside) = source.downcast_ref::<Inside>() {
            return Some(Inside { message: inside.message.clone(), hint: inside.hint.clone() });
        }
        cause = source.source();
    }
    None
}

/// An `include` or block wraps what went wrong further in.
fn deepest(error: &minijinja::Error) -> &minijinja::Error {
    let mut deepest = error;
    while let Some(inner) = std::error::Error::source(deepest).and_then(|source| source.downcast_ref()) {
        deepest = inner;
    }
    deepest
}

/// Lines of a template, as the cause of its error.
#[derive(Debug)]
struct Excerpt(String);

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Excerpt {}

/// The line and those around it, numbered, with an arrow at the line itself.
pub(crate) fn excerpt(text: &str, line: usize, around: usize) -> String {
    let first = line.saturating_sub(around).max(1);
    text.lines()
        .enumerate()
        .skip(first - 1)
        .take(line + around + 1 - first)
        .map(|(index, content)| {
            let arrow = if index + 1 == line { "> " } else { "  " };
            format!("{arrow}{:>4} | {content}", index + 1)
        })
        .collect::<Vec<_>>()
        .join("\n")
}
