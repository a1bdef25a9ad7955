//! The right side of a lookup by name.

use super::{Instance, Objects};
use crate::Value;

/// What a lookup compares with: a value, a list of them, an instance or a query.
#[derive(Debug, Clone)]
pub enum Argument {
    /// One value; text is read as the field's type.
    Value(Value),
    /// A list, for `in` and `range`.
    List(Vec<Value>),
    /// A query, for `in`.
    Objects(Box<Objects>),
    /// An instance of the model of this label that is not saved. It is not NULL: such a lookup is refused.
    Unsaved(String),
}

impl<T: Into<Value>> From<T> for Argument {
    fn from(value: T) -> Self {
        Self::Value(value.into())
    }
}

impl From<Vec<Value>> for Argument {
    fn from(values: Vec<Value>) -> Self {
        Self::List(values)
    }
}

/// An instance stands for its primary key.
impl From<&Instance> for Argument {
    fn from(instance: &Instance) -> Self {
        if instance.pk().is_null() {
            return Self::Unsaved(instance.meta().schema.label());
        }
        Self::Value(instance.pk().clone())
    }
}

impl From<Objects> for Argument {
    fn from(objects: Objects) -> Self {
        Self::Objects(Box::new(objects))
    }
}
