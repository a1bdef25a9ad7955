//! The values of templates: Python's, as far as a page can tell.
//!
//! A value is cheap to clone. What it is in Python decides how it prints, compares and counts: [`Value::text`] is Python's
//! `str`, [`Value::repr`] its `repr`, [`Value::is_true`] its `bool`, [`Value::equals`] and [`Value::order`] its operators.

mod attribute;
mod compare;
mod convert;
mod failed;
mod given;
mod items;
mod map;
mod object;
mod print;
mod serialize;

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use rjango_core::timezone::Zone;
use rust_decimal::Decimal;
use uuid::Uuid;

pub use failed::failed;
pub use given::{FromValue, argument};
pub use items::Items;
pub use map::Map;
pub use object::{Arguments, Attribute, BoxFuture, Object, Shape};
pub use print::{escape, write_escaped};
pub use serialize::{from_serialize, is_serializing, serialize_object};

pub(crate) use print::float_text;

/// A text that many values share.
pub type Str = Arc<str>;

/// A value of a template.
#[derive(Clone, Default)]
pub enum Value {
    /// What a name stands for that nothing has. It prints as nothing.
    #[default]
    Undefined,
    /// Python's `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number beyond 64 bits; [`Value::int`] makes one where it is needed and at no other time.
    Big(Arc<i128>),
    /// A binary fraction.
    Float(f64),
    /// A decimal fraction.
    Decimal(Decimal),
    /// Text, which HTML escapes.
    Text(Str),
    /// Text that is HTML already: Django's `SafeString`.
    Safe(Str),
    /// Bytes.
    Bytes(Arc<[u8]>),
    /// A day.
    Date(NaiveDate),
    /// A time of day.
    Time(NaiveTime),
    /// A moment; it is shown in the current time zone.
    DateTime(DateTime<Utc>),
    /// A moment that is shown in a zone of its own: what the filter `timezone` makes.
    Zoned(Arc<DateTime<Zone>>),
    /// A day and a time without a zone.
    Naive(NaiveDateTime),
    /// A length of time.
    Duration(TimeDelta),
    /// A UUID.
    Uuid(Uuid),
    /// Python's `list`.
    List(Arc<[Value]>),
    /// Python's `tuple`.
    Tuple(Arc<[Value]>),
    /// Python's `dict`, with its keys in their order.
    Map(Arc<Map>),
    /// Anything else that has attributes or methods: an instance, a query set, a request.
    Object(Arc<dyn Object>),
}

impl Value {
    /// A whole number of any width that Rust has.
    pub fn int(number: i128) -> Self {
        i64::try_from(number).map_or_else(|_| Self::Big(Arc::new(number)), Self::Int)
    }

    /// Text that pages show as it stands.
    pub fn safe(text: impl Into<Str>) -> Self {
        Self::Safe(text.into())
    }

    /// An object as a value.
    pub fn object(object: impl Object) -> Self {
        Self::Object(Arc::new(object))
    }

    /// A list.
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::List(items.into_iter().collect())
    }

    /// A mapping of these keys, in this order.
    pub fn map<K: Into<Str>>(pairs: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Map(Arc::new(pairs.into_iter().map(|(key, value)| (Self::Text(key.into()), value)).collect()))
    }

    /// The pairs of two mappings; of a key that both have, the value of the other one.
    #[must_use]
    pub fn merged(&self, other: &Self) -> Self {
        let pairs = [self, other].into_iter().filter_map(|value| match value {
            Self::Map(map) => Some(map.iter().cloned()),
            _ => None,
        });
        Self::Map(Arc::new(pairs.flatten().collect()))
    }

    /// Whether nothing has this name.
    pub fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined)
    }

    /// Whether it is Python's `None`.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Whether it is text that pages show as it stands.
    pub fn is_safe(&self) -> bool {
        match self {
            Self::Safe(_) => true,
            Self::Object(object) => object.is_safe(),
            _ => false,
        }
    }

    /// The text, where it is a text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Safe(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, where it is one. `True` is 1, as in Python.
    pub fn as_int(&self) -> Option<i128> {
        match self {
            Self::Bool(flag) => Some(i128::from(*flag)),
            Self::Int(number) => Some(i128::from(*number)),
            Self::Big(number) => Some(**number),
            _ => None,
        }
    }

    /// The object, where it is one of this type.
    pub fn downcast<T: Object>(&self) -> Option<&T> {
        match self {
            Self::Object(object) => object.as_any().downcast_ref(),
            _ => None,
        }
    }

    /// The name of its type in Python, for messages.
    pub fn type_name(&self) -> &str {
        match self {
            Self::Undefined => "an unknown name",
            Self::None => "None",
            Self::Bool(_) => "bool",
            Self::Int(_) | Self::Big(_) => "int",
            Self::Float(_) => "float",
            Self::Decimal(_) => "Decimal",
            Self::Text(_) | Self::Safe(_) => "str",
            Self::Bytes(_) => "bytes",
            Self::Date(_) => "date",
            Self::Time(_) => "time",
            Self::DateTime(_) | Self::Zoned(_) | Self::Naive(_) => "datetime",
            Self::Duration(_) => "timedelta",
            Self::Uuid(_) => "UUID",
            Self::List(_) => "list",
            Self::Tuple(_) => "tuple",
            Self::Map(_) => "dict",
            Self::Object(object) => object.type_name(),
        }
    }

    /// Python's `bool(value)`. An object that must be loaded first must have been ([`Object::load`]).
    pub fn is_true(&self) -> bool {
        match self {
            Self::Undefined | Self::None => false,
            Self::Bool(flag) => *flag,
            Self::Int(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Decimal(number) => !number.is_zero(),
            Self::Text(text) | Self::Safe(text) => !text.is_empty(),
            Self::Bytes(bytes) => !bytes.is_empty(),
            Self::Duration(duration) => !duration.is_zero(),
            Self::List(items) | Self::Tuple(items) => !items.is_empty(),
            Self::Map(map) => !map.is_empty(),
            Self::Object(object) => object.is_true(),
            Self::Big(_)
            | Self::Date(_)
            | Self::Time(_)
            | Self::DateTime(_)
            | Self::Zoned(_)
            | Self::Naive(_)
            | Self::Uuid(_) => true,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.repr())
    }
}
