//! What a check has to say.

use std::fmt;

use crate::{Error, Place};

/// How serious a message is, with Django's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Of interest to those who look for it.
    Debug = 10,
    /// Good to know.
    Info = 20,
    /// Works, and is unwise.
    Warning = 30,
    /// Does not work.
    Error = 40,
    /// Does harm.
    Critical = 50,
}

impl Level {
    /// The word before a message.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One message of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckMessage {
    /// How serious it is.
    pub level: Level,
    /// Its identifier, Django's where Django has one: `security.W004`. `SILENCED_SYSTEM_CHECKS` lists these.
    pub id: String,
    /// What is wrong, in the words of an error.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// The place in the project's files, or the model or field, that it is about.
    pub place: Option<Place>,
}

impl CheckMessage {
    /// A message of this level.
    pub fn new(level: Level, id: impl Into<String>, message: impl Into<String>) -> Self {
        Self { level, id: id.into(), message: message.into(), hint: None, place: None }
    }

    /// Something that works and is unwise.
    pub fn warning(id: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Level::Warning, id, message)
    }

    /// Something that does not work.
    pub fn error(id: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Level::Error, id, message)
    }

    /// An error as a message, its causes in the same line. Lines of a file stand below it.
    pub fn from_error(id: impl Into<String>, error: &Error) -> Self {
        let mut text = error.to_string();
        for cause in error.causes() {
            text.push_str(if cause.contains('\n') || cause.starts_with("> ") { "\n" } else { ": " });
            text.push_str(&cause);
        }
        let hint = error.hint().map(str::to_owned);
        Self { hint, place: error.place().cloned(), ..Self::error(id, text) }
    }

    /// The same message with what to do.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same message with the file, line and column (from 1; 0 where unknown) that it is about.
    #[must_use]
    pub fn at(mut self, file: impl Into<String>, line: usize, column: usize) -> Self {
        self.place = Some(Place { file: file.into(), line, column });
        self
    }

    /// Whether a command stops for it.
    pub fn is_serious(&self) -> bool {
        self.level >= Level::Error
    }
}

/// The level, the identifier, the message; place and hint on lines of their own.
impl fmt::Display for CheckMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.level, self.id, self.message)?;
        if let Some(place) = &self.place {
            write!(f, "\n  at {place}")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}
