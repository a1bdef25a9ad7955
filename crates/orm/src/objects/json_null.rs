//! JSON's `null` in the shell, where `None` is NULL.

use std::any::Any;
use std::fmt;

use rjango_templates::{Object, Value};

/// What `JSONNull()` gives: as the value of a field it is JSON's `null`.
#[derive(Debug, Clone, Copy)]
pub struct JsonNullObject;

impl JsonNullObject {
    /// JSON's `null` as a value.
    pub fn value() -> Value {
        Value::object(Self)
    }
}

impl Object for JsonNullObject {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn type_name(&self) -> &str {
        "JSONNull"
    }

    fn is_true(&self) -> bool {
        false
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().is::<Self>()
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str("JSONNull()")
    }

    fn data(&self) -> Value {
        Value::None
    }
}
