//! The way into a JSON document, the same on columns and expressions: `p.data().key("sizes").index(0).text()`.

/// Writes the steps of a path and the lookups on keys for `Column` or `Expr`.
macro_rules! documents {
    ($type:ident) => {
        /// Documents. A path gives what stands there, or NULL where there is nothing; JSON's `null` is a value.
        impl<R, T: $crate::ModelField<Operand = serde_json::Value>> $type<R, T> {
            /// What the document has under a key.
            pub fn key(self, key: impl Into<String>) -> $crate::Expr<R, Option<serde_json::Value>> {
                let key = $crate::query::Expression::Value($crate::Value::Text(key.into()));
                $crate::typed::expressions::functions::call(
                    $crate::query::Function::JsonKey,
                    [self.into_expression(), key],
                )
            }

            /// What the document, a list, has at an index from 0.
            pub fn index(self, index: u32) -> $crate::Expr<R, Option<serde_json::Value>> {
                let index = $crate::typed::expressions::functions::number(index.into());
                $crate::typed::expressions::functions::call(
                    $crate::query::Function::JsonIndex,
                    [self.into_expression(), index],
                )
            }

            /// A text as text, for the lookups and functions of text. Another value is as the engine writes it, and
            /// JSON's `null` is NULL.
            pub fn text(self) -> $crate::Expr<R, Option<String>> {
                $crate::typed::expressions::functions::call($crate::query::Function::JsonText, [self.into_expression()])
            }

            /// The other document has everything that this one has. SQLite has no such lookup.
            pub fn contained_by(self, document: impl $crate::Operand<R, serde_json::Value>) -> $crate::Q<R> {
                self.lookup($crate::query::Lookup::ContainedBy, document.operand())
            }

            /// Has the key.
            pub fn has_key(self, key: impl Into<String>) -> $crate::Q<R> {
                let key = $crate::query::Expression::Value($crate::Value::Text(key.into()));
                self.lookup($crate::query::Lookup::HasKey, key)
            }

            /// Has all of the keys.
            pub fn has_keys<K: Into<String>>(self, keys: impl IntoIterator<Item = K>) -> $crate::Q<R> {
                $crate::Q::lookup(
                    self.into_expression(),
                    $crate::query::Lookup::HasKeys,
                    $crate::typed::fields::json::texts(keys),
                )
            }

            /// Has one of the keys.
            pub fn has_any_keys<K: Into<String>>(self, keys: impl IntoIterator<Item = K>) -> $crate::Q<R> {
                $crate::Q::lookup(
                    self.into_expression(),
                    $crate::query::Lookup::HasAnyKeys,
                    $crate::typed::fields::json::texts(keys),
                )
            }
        }
    };
}

pub(in crate::typed) use documents;

use crate::Value;
use crate::query::{Expression, Operand};

pub(in crate::typed) fn texts<K: Into<String>>(keys: impl IntoIterator<Item = K>) -> Operand {
    Operand::Many(keys.into_iter().map(|key| Expression::Value(Value::Text(key.into()))).collect())
}
