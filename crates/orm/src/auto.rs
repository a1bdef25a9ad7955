//! The primary keys that the database numbers: [`Auto`], [`Auto32`] and [`SmallAuto`].

use std::fmt;

use rjango_core::{Error, ErrorKind, Result};

use crate::{FieldValue, Value, ValueType};

macro_rules! auto {
    ($(#[$doc:meta])* $name:ident, $integer:ty) => {
        $(#[$doc])*
        ///
        /// Unset until the first save. It compares with integers, and prints as one (`-` before the first save).
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
        pub struct $name(Option<$integer>);

        impl $name {
            /// The key of a row that is yet to be saved.
            pub const UNSET: Self = Self(None);

            /// The key of this number.
            pub const fn new(number: $integer) -> Self {
                Self(Some(number))
            }

            /// The number, unless the row is yet to be saved.
            pub const fn get(self) -> Option<$integer> {
                self.0
            }

            /// Whether the database has given the number.
            pub const fn is_set(self) -> bool {
                self.0.is_some()
            }
        }

        impl From<$integer> for $name {
            fn from(number: $integer) -> Self {
                Self(Some(number))
            }
        }

        impl From<$name> for Option<$integer> {
            fn from(auto: $name) -> Self {
                auto.0
            }
        }

        impl PartialEq<$integer> for $name {
            fn eq(&self, other: &$integer) -> bool {
                self.0 == Some(*other)
            }
        }

        impl PartialEq<$name> for $integer {
            fn eq(&self, other: &$name) -> bool {
                other == self
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 {
                    Some(number) => number.fmt(f),
                    None => f.pad("-"),
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 {
                    Some(number) => number.fmt(f),
                    None => f.write_str("unset"),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                Option::deserialize(deserializer).map(Self)
            }
        }

        impl FieldValue for $name {
            const TYPE: ValueType = ValueType::Int;

            fn to_value(&self) -> Value {
                self.0.map_or(Value::Null, |number| Value::Int(number.into()))
            }

            fn from_value(value: Value) -> Result<Self> {
                match value {
                    Value::Null => Ok(Self::UNSET),
                    Value::Int(number) => number.try_into().map(Self::new).map_err(|_| {
                        Error::new(
                            ErrorKind::Validation,
                            format!("{number} is too large for `{}`", stringify!($name)),
                        )
                    }),
                    other => <$integer>::from_value(other).map(Self::new),
                }
            }
        }
    };
}

auto! {
    /// The usual primary key, Django's `BigAutoField`: 64 bits, numbered by the database.
    Auto, i64
}
auto! {
    /// Django's `AutoField`: 32 bits, numbered by the database.
    Auto32, i32
}
auto! {
    /// Django's `SmallAutoField`: 16 bits, numbered by the database.
    SmallAuto, i16
}
