//! A value that could not be made: whoever uses it gets the error.

use std::any::Any;
use std::fmt;

use rjango_core::{Error, Result};

use super::{Attribute, BoxFuture, Object, Value};

/// The error of a value, told each time that it is used.
struct Failed {
    message: String,
    hint: Option<String>,
}

/// A value whose use is this error.
pub fn failed(error: Error) -> Value {
    Value::object(Failed { message: error.to_string(), hint: error.hint().map(str::to_owned) })
}

impl Failed {
    fn error(&self) -> Error {
        let error = Error::new(rjango_core::ErrorKind::Template, self.message.clone());
        match &self.hint {
            Some(hint) => error.with_hint(hint.clone()),
            None => error,
        }
    }
}

impl fmt::Debug for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

impl Object for Failed {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn attribute(&self, _: &str) -> Attribute<'_> {
        Attribute::Later(Box::pin(async { Err(self.error()) }))
    }

    fn load(&self) -> Option<BoxFuture<'_, Result<()>>> {
        Some(Box::pin(async { Err(self.error()) }))
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(&self.message)
    }
}
