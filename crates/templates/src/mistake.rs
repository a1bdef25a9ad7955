//! What is wrong with a template's text: Django's `TemplateSyntaxError`, all of a file at once.

use rjango_core::{Error, ErrorKind};

use crate::lexer::line_and_column;

/// `Result` with a mistake.
pub(crate) type Parsed<T> = Result<T, Mistake>;

/// One mistake.
#[derive(Debug, Clone)]
pub(crate) struct Mistake {
    /// Where, in bytes; the parser sets it where it is not known.
    pub at: Option<usize>,
    pub message: String,
    pub hint: Option<String>,
}

impl Mistake {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { at: None, message: message.into(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn hint_maybe(self, hint: Option<String>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    pub(crate) fn at(mut self, at: usize) -> Self {
        self.at.get_or_insert(at);
        self
    }
}

/// How many mistakes are told; the rest are counted.
const TOLD: usize = 20;

/// All mistakes of a file as one error, at the first of them.
#[track_caller]
pub(crate) fn error(name: &str, origin: &str, source: &str, mistakes: &[Mistake]) -> Error {
    let place = |mistake: &Mistake| line_and_column(source, mistake.at.unwrap_or(0));
    let Some(first) = mistakes.first() else {
        return Error::new(ErrorKind::Template, format!("the template `{name}` does not parse"));
    };
    let mut message = format!("the template `{name}` does not parse: {}", first.message);
    for mistake in mistakes.iter().take(TOLD).skip(1) {
        let (line, column) = place(mistake);
        message.push_str(&format!("\n{line}:{column}: {}", mistake.message));
        if let Some(hint) = &mistake.hint {
            message.push_str(&format!(" ({hint})"));
        }
    }
    if mistakes.len() > TOLD {
        message.push_str("\nand more, which are told when these are gone");
    }
    let (line, column) = place(first);
    let error =
        Error::new(ErrorKind::Template, message).at(origin, line, column).with_source(Excerpt::new(source, line));
    match &first.hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

/// Lines of a template, as the cause of its error.
#[derive(Debug)]
pub(crate) struct Excerpt {
    lines: String,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Excerpt {
    pub(crate) fn new(source: &str, line: usize) -> Self {
        Self { lines: excerpt(source, line, 2), cause: None }
    }

    /// The same lines before what went wrong there.
    pub(crate) fn before(mut self, cause: Option<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.cause = cause;
        self
    }
}

impl std::fmt::Display for Excerpt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.lines)
    }
}

impl std::error::Error for Excerpt {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn std::error::Error + 'static))
    }
}

/// The line and those around it, numbered, with an arrow at the line itself. Long lines are cut.
pub fn excerpt(text: &str, line: usize, around: usize) -> String {
    let first = line.saturating_sub(around).max(1);
    text.lines()
        .enumerate()
        .skip(first - 1)
        .take(line + around + 1 - first)
        .map(|(index, content)| {
            let arrow = if index + 1 == line { "> " } else { "  " };
            let cut: String = content.chars().take(200).collect();
            format!("{arrow}{:>4} | {cut}", index + 1)
        })
        .collect::<Vec<_>>()
        .join("\n")
}
