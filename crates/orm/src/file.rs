//! [`File`]: the value of a `FileField`.

use std::fmt;

use rjango_core::Result;
use serde::{Serialize, Serializer};

use crate::query::Expression;
use crate::{FieldValue, ModelField, Operand, Value, ValueType};

/// A file under MEDIA_ROOT, by its path there with `/` between folders: Django's `FileField`. Empty for none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct File(String);

impl File {
    /// The file of this path.
    pub fn new(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    /// The path under MEDIA_ROOT.
    pub fn path(&self) -> &str {
        &self.0
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for File {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

impl From<String> for File {
    fn from(path: String) -> Self {
        Self(path)
    }
}

impl fmt::Display for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for File {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl FieldValue for File {
    const TYPE: ValueType = ValueType::Text;

    fn to_value(&self) -> Value {
        Value::Text(self.0.clone())
    }

    fn from_value(value: Value) -> Result<Self> {
        String::from_value(value).map(Self)
    }
}

impl ModelField for File {
    type Operand = String;
    type Inner = Self;
    type Null = crate::NotNull;

    fn initial() -> Self {
        Self::default()
    }
}

#[diagnostic::do_not_recommend]
impl<R> Operand<R, String> for File {
    type Null = crate::NotNull;

    fn operand(self) -> Expression {
        Expression::Value(Value::Text(self.0))
    }
}
