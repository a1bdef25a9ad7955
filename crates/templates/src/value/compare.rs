//! Python's comparisons.

use std::cmp::Ordering;

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive as _, ToPrimitive as _};

use super::Value;

/// A number of any kind.
enum Number {
    Int(i128),
    Float(f64),
    Decimal(Decimal),
}

fn number(value: &Value) -> Option<Number> {
    Some(match value {
        Value::Float(number) => Number::Float(*number),
        Value::Decimal(number) => Number::Decimal(*number),
        other => Number::Int(other.as_int()?),
    })
}

fn compare_numbers(left: &Number, right: &Number) -> Option<Ordering> {
    match (left, right) {
        (Number::Int(left), Number::Int(right)) => Some(left.cmp(right)),
        (Number::Decimal(left), Number::Decimal(right)) => Some(left.cmp(right)),
        (Number::Float(left), Number::Float(right)) => left.partial_cmp(right),
        (Number::Int(left), Number::Decimal(right)) => Some(decimal_and_int(right, *left).reverse()),
        (Number::Decimal(left), Number::Int(right)) => Some(decimal_and_int(left, *right)),
        (Number::Float(left), other) => compare_with_float(other, *left).map(Ordering::reverse),
        (other, Number::Float(right)) => compare_with_float(other, *right),
    }
}

fn decimal_and_int(left: &Decimal, right: i128) -> Ordering {
    match Decimal::from_i128(right) {
        Some(right) => left.cmp(&right),
        // Beyond every decimal.
        None if right > 0 => Ordering::Less,
        None => Ordering::Greater,
    }
}

/// Python compares exactly: a float's own value, not its nearest decimal.
fn compare_with_float(left: &Number, right: f64) -> Option<Ordering> {
    if right.is_nan() {
        return None;
    }
    if right.is_infinite() {
        return Some(if right > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    match left {
        Number::Int(left) => {
            let whole = right.trunc();
            // Beyond 128 bits the sign decides.
            if whole.abs() >= 1.7e38 {
                return Some(if whole > 0.0 { Ordering::Less } else { Ordering::Greater });
            }
            let order = left.cmp(&(whole as i128));
            Some(if order == Ordering::Equal { 0.0.partial_cmp(&(right - whole))? } else { order })
        }
        Number::Decimal(left) => match Decimal::from_f64_retain(right) {
            Some(right) => Some(left.cmp(&right)),
            None => left.to_f64()?.partial_cmp(&right),
        },
        Number::Float(left) => left.partial_cmp(&right),
    }
}

impl Value {
    /// Python's `==`.
    pub fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) | (Self::Undefined, Self::Undefined) => true,
            (Self::Text(left) | Self::Safe(left), Self::Text(right) | Self::Safe(right)) => left == right,
            (Self::Bytes(left), Self::Bytes(right)) => left == right,
            (Self::Date(left), Self::Date(right)) => left == right,
            (Self::Time(left), Self::Time(right)) => left == right,
            (Self::Naive(left), Self::Naive(right)) => left == right,
            (Self::Duration(left), Self::Duration(right)) => left == right,
            (Self::Uuid(left), Self::Uuid(right)) => left == right,
            (Self::List(left), Self::List(right)) | (Self::Tuple(left), Self::Tuple(right)) => {
                left.len() == right.len() && left.iter().zip(right.iter()).all(|(left, right)| left.equals(right))
            }
            (Self::Map(left), Self::Map(right)) => {
                left.len() == right.len()
                    && left.iter().all(|(key, value)| right.get_value(key).is_some_and(|other| other.equals(value)))
            }
            (Self::Object(left), Self::Object(right))
                if std::ptr::addr_eq(std::sync::Arc::as_ptr(left), std::sync::Arc::as_ptr(right)) =>
            {
                true
            }
            (Self::Object(left), Self::Object(right)) => {
                left.equals(&**right) || right.equals(&**left) || {
                    let (left, right) = (left.plain(), right.plain());
                    matches!((left, right), (Some(left), Some(right)) if left.equals(&right))
                }
            }
            (Self::Object(object), plain) | (plain, Self::Object(object)) => {
                object.plain().is_some_and(|own| own.equals(plain))
            }
            _ => match (self.moment(), other.moment()) {
                (Some(left), Some(right)) => left == right,
                _ => match (number(self), number(other)) {
                    (Some(left), Some(right)) => compare_numbers(&left, &right) == Some(Ordering::Equal),
                    _ => false,
                },
            },
        }
    }

    /// Python's `<` and its like; nothing where Python would refuse to compare, or where one is not a number.
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(left) | Self::Safe(left), Self::Text(right) | Self::Safe(right)) => Some(left.cmp(right)),
            (Self::Bytes(left), Self::Bytes(right)) => Some(left.cmp(right)),
            (Self::Date(left), Self::Date(right)) => Some(left.cmp(right)),
            (Self::Time(left), Self::Time(right)) => Some(left.cmp(right)),
            (Self::Naive(left), Self::Naive(right)) => Some(left.cmp(right)),
            (Self::Duration(left), Self::Duration(right)) => Some(left.cmp(right)),
            (Self::Uuid(left), Self::Uuid(right)) => Some(left.cmp(right)),
            (Self::List(left), Self::List(right)) | (Self::Tuple(left), Self::Tuple(right)) => {
                for (left, right) in left.iter().zip(right.iter()) {
                    if !left.equals(right) {
                        return left.order(right);
                    }
                }
                Some(left.len().cmp(&right.len()))
            }
            (Self::Object(object), _) => object.plain().and_then(|own| own.order(other)),
            (_, Self::Object(object)) => object.plain().and_then(|other| self.order(&other)),
            _ => match (self.moment(), other.moment()) {
                (Some(left), Some(right)) => Some(left.cmp(&right)),
                _ => compare_numbers(&number(self)?, &number(other)?),
            },
        }
    }

    /// Python's `item in self`; nothing where it cannot be asked.
    pub fn contains(&self, item: &Self) -> Option<bool> {
        match self {
            Self::Text(text) | Self::Safe(text) => Some(text.contains(item.as_str()?)),
            Self::Map(map) => Some(map.get_value(item).is_some()),
            Self::List(items) | Self::Tuple(items) => Some(items.iter().any(|own| own.equals(item))),
            Self::Object(object) => match object.contains(item) {
                Some(answer) => Some(answer),
                None => match object.plain() {
                    Some(plain) => plain.contains(item),
                    None => object.items().map(|items| items.iter().any(|own| own.equals(item))),
                },
            },
            _ => None,
        }
    }

    /// The instant, where it is a moment with a zone.
    fn moment(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        match self {
            Self::DateTime(moment) => Some(*moment),
            Self::Zoned(moment) => Some(moment.to_utc()),
            _ => None,
        }
    }
}
