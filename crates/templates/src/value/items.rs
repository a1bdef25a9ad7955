//! Walking and counting.

use std::sync::Arc;

use super::{Map, Value};

/// The items of a value, one after the other.
pub enum Items {
    /// Of a list or tuple.
    Shared(Arc<[Value]>, usize),
    /// The keys of a mapping.
    Keys(Arc<Map>, usize),
    /// Of anything else.
    Owned(std::vec::IntoIter<Value>),
}

impl Items {
    /// No items.
    pub(crate) fn nothing() -> Self {
        Self::Owned(Vec::new().into_iter())
    }
}

impl Iterator for Items {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        match self {
            Self::Shared(items, next) => {
                let item = items.get(*next)?.clone();
                *next += 1;
                Some(item)
            }
            Self::Keys(map, next) => {
                let key = map.iter().as_slice().get(*next)?.0.clone();
                *next += 1;
                Some(key)
            }
            Self::Owned(items) => items.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = match self {
            Self::Shared(items, next) => items.len().saturating_sub(*next),
            Self::Keys(map, next) => map.len().saturating_sub(*next),
            Self::Owned(items) => items.len(),
        };
        (left, Some(left))
    }
}

impl ExactSizeIterator for Items {}

impl Value {
    /// What Python's `iter` gives: the items of a list, the characters of a text, the keys of a mapping. Nothing where it
    /// cannot be walked.
    pub fn items(&self) -> Option<Items> {
        Some(match self {
            Self::List(items) | Self::Tuple(items) => Items::Shared(Arc::clone(items), 0),
            Self::Map(map) => Items::Keys(Arc::clone(map), 0),
            Self::Text(text) | Self::Safe(text) => {
                let characters: Vec<Self> =
                    text.chars().map(|one| Self::from(one.encode_utf8(&mut [0; 4]) as &str)).collect();
                Items::Owned(characters.into_iter())
            }
            Self::Bytes(bytes) => {
                let numbers: Vec<Self> = bytes.iter().map(|byte| Self::Int(i64::from(*byte))).collect();
                Items::Owned(numbers.into_iter())
            }
            Self::Object(object) => match object.items() {
                Some(items) => Items::Owned(items.into_iter()),
                None => return object.plain()?.items(),
            },
            _ => return None,
        })
    }

    /// Python's `len`; nothing where it has no answer.
    pub fn len(&self) -> Option<usize> {
        match self {
            Self::List(items) | Self::Tuple(items) => Some(items.len()),
            Self::Map(map) => Some(map.len()),
            Self::Text(text) | Self::Safe(text) => Some(text.chars().count()),
            Self::Bytes(bytes) => Some(bytes.len()),
            Self::Object(object) => object.len().or_else(|| object.plain()?.len()),
            _ => None,
        }
    }

    /// Whether [`Value::len`] is 0.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }
}
