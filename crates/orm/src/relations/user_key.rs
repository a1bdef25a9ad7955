//! [`UserKey`]: a foreign key to a user, where the model of users is not known by type.

use std::fmt;

use rjango_core::Result;
use serde::{Serialize, Serializer};

use crate::query::Expression;
use crate::{FieldValue, Model, ModelField, NotNull, Operand, Value, ValueType};

/// The key of a user: a foreign key to whatever model AUTH_USER_MODEL names. It is Django's
/// `ForeignKey(settings.AUTH_USER_MODEL)`.
///
/// A crate that is used by many projects does not know the type of their users, nor the type of its key. An app of the project
/// does, and writes `ForeignKey<accounts::User>`. A lookup compares the key: `q!(user = key)`.
#[derive(Clone, PartialEq)]
pub struct UserKey(Value);

impl Default for UserKey {
    fn default() -> Self {
        Self(Value::Null)
    }
}

impl UserKey {
    /// The key of this value.
    pub fn new(key: impl Into<Value>) -> Self {
        Self(key.into())
    }

    /// The key of this user; unset where the user was not saved yet.
    pub fn to<M: Model>(user: &M) -> Self {
        Self(user.pk_value())
    }

    /// The key as a value; NULL where it is unset.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// Whether the key is set.
    pub fn is_set(&self) -> bool {
        !self.0.is_null()
    }
}

impl fmt::Display for UserKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_set() { self.0.fmt(f) } else { f.write_str("-") }
    }
}

impl fmt::Debug for UserKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UserKey").field(&self.0).finish()
    }
}

impl Serialize for UserKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl FieldValue for UserKey {
    const TYPE: ValueType = ValueType::Key;

    fn to_value(&self) -> Value {
        self.0.clone()
    }

    fn from_value(value: Value) -> Result<Self> {
        Ok(Self(value))
    }
}

impl ModelField for UserKey {
    type Operand = Self;
    type Inner = Self;
    type Null = NotNull;

    fn initial() -> Self {
        Self::default()
    }
}

/// A key that is unset is not NULL: nothing can be compared with it.
fn operand(key: Value) -> Expression {
    match key {
        Value::Null => Expression::Unsaved("the key of an unsaved user".into()),
        key => Expression::Value(key),
    }
}

#[diagnostic::do_not_recommend]
impl<R> Operand<R, UserKey> for UserKey {
    type Null = NotNull;

    fn operand(self) -> Expression {
        operand(self.0)
    }
}

#[diagnostic::do_not_recommend]
impl<R> Operand<R, UserKey> for &UserKey {
    type Null = NotNull;

    fn operand(self) -> Expression {
        operand(self.0.clone())
    }
}
