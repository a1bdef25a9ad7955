//! What a filter was given: the value as text, the argument, and the error where it cannot work with them.

use std::borrow::Cow;

use rjango_core::{Error, ErrorKind, Result};

use super::python::NotANumber;
use crate::value::{Str, Value};

/// No filter makes a longer text out of a width or a number of places, in bytes.
pub(super) const LONGEST: usize = 10_000_000;

/// The value that a filter works with: an unknown name is an empty text, and a lazy value is what it stands for.
pub(super) fn plain(value: &Value) -> Cow<'_, Value> {
    match value {
        Value::Undefined => Cow::Owned(Value::Text("".into())),
        Value::Object(object) => match object.plain() {
            Some(plain) => Cow::Owned(plain),
            None => Cow::Borrowed(value),
        },
        _ => Cow::Borrowed(value),
    }
}

/// The value as text: what Django's `stringfilter` makes of it.
pub(super) struct Input<'a> {
    /// The text.
    pub(super) text: Cow<'a, str>,
    /// Whether it is HTML already.
    pub(super) is_safe: bool,
}

impl<'a> Input<'a> {
    pub(super) fn new(value: &'a Value) -> Self {
        Self { text: value.text(), is_safe: value.is_safe() }
    }

    /// A changed text, as safe as the input was.
    pub(super) fn like(&self, text: impl Into<Str>) -> Value {
        if self.is_safe { Value::Safe(text.into()) } else { Value::Text(text.into()) }
    }

    /// The same text.
    pub(super) fn same(&self) -> Value {
        self.like(&*self.text)
    }

    /// The text, escaped where this is needed and was not done.
    pub(super) fn escaped(&self, autoescape: bool) -> Cow<'_, str> {
        if autoescape && !self.is_safe {
            Cow::Owned(crate::value::escape(&self.text))
        } else {
            Cow::Borrowed(&self.text)
        }
    }
}

/// The text of a value, escaped unless it is HTML already: Django's `conditional_escape`.
pub(super) fn conditional_escape(value: &Value) -> Cow<'_, str> {
    let text = value.text();
    if value.is_safe() { text } else { Cow::Owned(crate::value::escape(&text)) }
}

/// The argument of a filter that needs one.
///
/// # Errors
/// There is none.
pub(super) fn needed<'a>(name: &str, argument: Option<&'a Value>) -> Result<Cow<'a, Value>> {
    argument.map(plain).ok_or_else(|| refused(format!("the filter `{name}` needs an argument")))
}

/// The argument of a filter that needs a text.
///
/// # Errors
/// There is none, or it is not a text.
pub(super) fn needed_text(name: &str, argument: Option<&Value>) -> Result<Str> {
    let argument = needed(name, argument)?;
    match &*argument {
        Value::Text(text) | Value::Safe(text) => Ok(text.clone()),
        other => Err(unfit(name, "a text as its argument", other)),
    }
}

/// The argument of a filter that needs a whole number.
///
/// # Errors
/// There is none, or it is not a number.
pub(super) fn needed_int(name: &str, argument: Option<&Value>) -> Result<i128> {
    let argument = needed(name, argument)?;
    super::python::int(&argument).map_err(|_| unfit(name, "a whole number as its argument", &argument))
}

/// The argument as a whole number; nothing where it is a text that is not one, which Django forgives.
///
/// # Errors
/// There is none, or nobody could take it for a number.
pub(super) fn forgiven_int(name: &str, argument: Option<&Value>) -> Result<Option<i128>> {
    let argument = needed(name, argument)?;
    match super::python::int(&argument) {
        Ok(number) => Ok(Some(number)),
        Err(NotANumber::Value) => Ok(None),
        Err(_) => Err(unfit(name, "a whole number as its argument", &argument)),
    }
}

/// The error of a filter that was given what it cannot work with.
pub(super) fn unfit(name: &str, expected: &str, found: &Value) -> Error {
    let shown = match found {
        Value::None => "None".to_owned(),
        Value::Undefined => "an unknown name".to_owned(),
        Value::Text(_) | Value::Safe(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_) => {
            let shown: String = found.repr().chars().take(60).collect();
            format!("`{shown}`")
        }
        other => format!("a value of the type `{}`", other.type_name()),
    };
    refused(format!("the filter `{name}` takes {expected}, not {shown}"))
}

/// The error of a filter that would make too long a text.
pub(super) fn too_long(name: &str) -> Error {
    refused(format!("the filter `{name}` would make more than {} MB of text", LONGEST / 1_000_000))
}

/// An error of a filter.
pub(super) fn refused(message: String) -> Error {
    Error::new(ErrorKind::Template, message)
}
