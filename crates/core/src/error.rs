//! The one error of the framework.
//!
//! Any `std::error::Error` turns into it with `?`, so a view, a command or a model method needs no other. It carries
//! what happened, where, and what to do next; its cause stays reachable through [`Error::source`].

use std::fmt;
use std::panic::Location;

use http::HeaderMap;

/// `std::result::Result` with the framework's [`Error`] unless another is named.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, as far as a program may want to tell apart. New kinds may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The page does not exist: Django's `Http404`, status 404.
    NotFound,
    /// The user may not: Django's `PermissionDenied`, status 403.
    PermissionDenied,
    /// The request is malformed or suspicious: Django's `SuspiciousOperation`, status 400.
    BadRequest,
    /// `get` found no row.
    DoesNotExist,
    /// `get` found more than one row.
    MultipleObjectsReturned,
    /// The database refused a value: a unique, foreign key, check or not-null constraint.
    Integrity,
    /// A value does not fit its field or form.
    Validation,
    /// The database refused a statement, or failed.
    Database,
    /// Something that the site needs cannot be reached or has no room at the moment, such as the database's server: status
    /// 503.
    Unavailable,
    /// A template does not exist, parse or render.
    Template,
    /// The settings or the set-up of the site are wrong.
    ImproperlyConfigured,
    /// A migration is missing, changed, conflicting or cannot be applied.
    Migration,
    /// A management command was given something it cannot use: Django's `CommandError`, exit code 1.
    Command,
    /// Anything else: most often an error of the project's own code.
    Other,
}

/// The framework's error: message, kind, place, next step, cause.
///
/// It is deliberately not a `std::error::Error`, so that `?` turns every such error into it; [`Error::into_boxed`]
/// gives one where a `Box<dyn Error>` is asked for.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    place: Option<Place>,
    constraint: Option<String>,
    fields: Vec<String>,
    sql: Option<String>,
    status: Option<u16>,
    headers: Option<Box<HeaderMap>>,
    raised: &'static Location<'static>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
    /// Whether the message says already what the cause says.
    is_told: bool,
}

/// A place in a file of the project: settings, models, a template, a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file's path.
    pub file: String,
    /// The line, from 1; 0 where only the file is known.
    pub line: usize,
    /// The column, from 1; 0 where unknown.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(f, "{}", self.file),
            (line, 0) => write!(f, "{}:{line}", self.file),
            (line, column) => write!(f, "{}:{line}:{column}", self.file),
        }
    }
}

impl Error {
    /// An error of this kind; the message is lower case, without a final period, with identifiers in backticks.
    #[track_caller]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            hint: None,
            place: None,
            constraint: None,
            fields: Vec::new(),
            sql: None,
            status: None,
            headers: None,
            raised: Location::caller(),
            source: None,
            is_told: false,
        }))
    }

    /// Django's `Http404`.
    #[track_caller]
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, message)
    }

    /// Django's `PermissionDenied`.
    #[track_caller]
    pub fn permission_denied(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::PermissionDenied, message)
    }

    /// Django's `SuspiciousOperation` and `BadRequest`.
    #[track_caller]
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::BadRequest, message)
    }

    /// A wrong set-up: Django's `ImproperlyConfigured`.
    #[track_caller]
    pub fn improperly_configured(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::ImproperlyConfigured, message)
    }

    /// A management command's plain refusal: Django's `CommandError`.
    #[track_caller]
    pub fn command(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Command, message)
    }

    /// The same error with the next step for the person who meets it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// The same error with the file (and line and column, from 1; 0 where unknown) that it is about.
    #[must_use]
    pub fn at(mut self, file: impl Into<String>, line: usize, column: usize) -> Self {
        self.0.place = Some(Place { file: file.into(), line, column });
        self
    }

    /// The same error with its cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same error with something between it and its cause: lines of the file that it is about. `between` gets the cause.
    #[must_use]
    pub fn with_between<E>(
        mut self,
        between: impl FnOnce(Option<Box<dyn std::error::Error + Send + Sync>>) -> E,
    ) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.0.source = Some(between(self.0.source.take()).into());
        self
    }

    /// The same error with its cause, which the message has told: a program finds it, a person does not read it twice.
    #[must_use]
    pub fn with_told_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.is_told = true;
        self.with_source(source)
    }

    /// The same error with the name of the database constraint that refused.
    #[must_use]
    pub fn with_constraint(mut self, constraint: impl Into<String>) -> Self {
        self.0.constraint = Some(constraint.into());
        self
    }

    /// The same error with the names of the model's fields that it is about.
    #[must_use]
    pub fn with_fields(mut self, fields: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.0.fields = fields.into_iter().map(Into::into).collect();
        self
    }

    /// The same error with the statement (and its parameters) that failed. Shown in DEBUG alone.
    #[must_use]
    pub fn with_sql(mut self, sql: impl Into<String>) -> Self {
        self.0.sql = Some(sql.into());
        self
    }

    /// The same error, answered with this status instead of its kind's. A page for it is looked for as `409.html` and the
    /// like. What is not the status of an answer, from 200 to 999, is 500.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(if (200..1000).contains(&status) { status } else { 500 });
        self
    }

    /// The same error, whose page has these headers too.
    #[must_use]
    pub fn with_headers(mut self, headers: HeaderMap) -> Self {
        if !headers.is_empty() {
            self.0.headers.get_or_insert_default().extend(headers);
        }
        self
    }

    pub(crate) fn replace_headers(mut self, headers: HeaderMap) -> Self {
        self.0.headers = None;
        self.with_headers(headers)
    }

    /// The same error, told from one step further out: `message` becomes the message, this error its cause.
    #[must_use]
    #[track_caller]
    pub fn wrap(self, message: impl Into<String>) -> Self {
        let mut outer = Self::new(self.0.kind, message);
        outer.0.hint = self.0.hint.clone();
        outer.0.place = self.0.place.clone();
        outer.0.constraint = self.0.constraint.clone();
        outer.0.fields = self.0.fields.clone();
        outer.0.sql = self.0.sql.clone();
        outer.0.status = self.0.status;
        outer.0.headers = self.0.headers.clone();
        outer.0.raised = self.0.raised;
        outer.0.source = Some(self.into_boxed());
        outer
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The next step for the person who meets it.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The file of the project that it is about.
    pub fn place(&self) -> Option<&Place> {
        self.0.place.as_ref()
    }

    /// The database constraint that refused, for [`ErrorKind::Integrity`].
    pub fn constraint(&self) -> Option<&str> {
        self.0.constraint.as_deref()
    }

    /// The fields of the model that it is about: those whose values another row has, where a unique constraint refused.
    /// None where that is not known.
    pub fn fields(&self) -> &[String] {
        &self.0.fields
    }

    /// The statement that failed, with its parameters. Not for strangers' eyes.
    pub fn sql(&self) -> Option<&str> {
        self.0.sql.as_deref()
    }

    /// The line of Rust that raised it or turned another error into it.
    pub fn raised(&self) -> &'static Location<'static> {
        self.0.raised
    }

    /// The cause.
    pub fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }

    /// The cause, if it is an `E`.
    pub fn downcast_ref<E: std::error::Error + 'static>(&self) -> Option<&E> {
        self.0.source.as_deref().and_then(|source| source.downcast_ref())
    }

    /// Whether a `get` found no row.
    pub fn is_does_not_exist(&self) -> bool {
        self.0.kind == ErrorKind::DoesNotExist
    }

    /// Whether a `get` found more than one row.
    pub fn is_multiple_objects_returned(&self) -> bool {
        self.0.kind == ErrorKind::MultipleObjectsReturned
    }

    /// Whether a database constraint refused.
    pub fn is_integrity(&self) -> bool {
        self.0.kind == ErrorKind::Integrity
    }

    /// Whether the page does not exist.
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// Whether a value does not fit its field or form.
    pub fn is_validation(&self) -> bool {
        self.0.kind == ErrorKind::Validation
    }

    /// What its causes say, the nearest first. What was told before is left out: `?` keeps a foreign error as the cause of its
    /// own message, and a driver's wrapper quotes what it wraps.
    pub fn causes(&self) -> Vec<String> {
        let mut causes = Vec::new();
        let mut told = self.to_string();
        let mut is_told = self.0.is_told;
        let mut cause = self.source();
        while let Some(source) = cause.filter(|_| !is_told) {
            let message = source.to_string();
            if !told.contains(&message) {
                causes.push(message.clone());
                told.push('\n');
                told.push_str(&message);
            }
            is_told = source.downcast_ref::<Boxed>().is_some_and(|inner| inner.0.0.is_told);
            cause = source.source();
        }
        causes
    }

    /// The status a view's error answers with: that of [`Error::with_status`], or its kind's: 404, 403, 400, 503 or 500.
    pub fn status(&self) -> u16 {
        if let Some(status) = self.0.status {
            return status;
        }
        match self.0.kind {
            ErrorKind::NotFound => 404,
            ErrorKind::PermissionDenied => 403,
            ErrorKind::BadRequest => 400,
            // DIFFERENCE: Django answers 500. A proxy may ask another server after a 503, and a visitor may try again.
            ErrorKind::Unavailable => 503,
            _ => 500,
        }
    }

    /// The headers of its page, besides those that every page has.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.headers.as_deref()
    }

    /// As a `std::error::Error`, for interfaces that ask for one.
    pub fn into_boxed(self) -> Box<dyn std::error::Error + Send + Sync> {
        Box::new(Boxed(self))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

/// The message with its place, every cause and the hint, as a terminal shows it after `error: `.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.0.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.0.message)?;
        for cause in self.causes() {
            write!(f, "\n  caused by: {cause}")?;
        }
        if let Some(hint) = &self.0.hint {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for Error {
    #[track_caller]
    fn from(error: E) -> Self {
        let mut outer = Self::new(ErrorKind::Other, error.to_string());
        outer.0.source = Some(Box::new(error));
        outer
    }
}

struct Boxed(Error);

impl fmt::Display for Boxed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Boxed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl std::error::Error for Boxed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

/// Telling an error's story from further out.
pub trait ResultExt<T> {
    /// Puts `message` before the error's own.
    ///
    /// # Errors
    /// The same failure with the new message; its kind, place and hint stay.
    fn context(self, message: impl Into<String>) -> Result<T>;

    /// Adds the next step.
    ///
    /// # Errors
    /// The same failure with the hint.
    fn hint(self, hint: impl Into<String>) -> Result<T>;
}

impl<T, E: Into<Error>> ResultExt<T> for std::result::Result<T, E> {
    #[track_caller]
    fn context(self, message: impl Into<String>) -> Result<T> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(error.into().wrap(message)),
        }
    }

    #[track_caller]
    fn hint(self, hint: impl Into<String>) -> Result<T> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(error.into().with_hint(hint)),
        }
    }
}
