//! The order of two values, as Python would compare them.

use std::cmp::Ordering;

use rust_decimal::prelude::ToPrimitive;

use crate::Value;

/// Numbers compare across their types; values of otherwise different types, and NULL, have no order.
impl PartialOrd for Value {
    #[allow(clippy::cast_precision_loss)] // A float is on the other side; its precision is all there is.
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Null, Self::Null) => Some(Ordering::Equal),
            (Self::Bool(left), Self::Bool(right)) => left.partial_cmp(right),
            (Self::Int(left), Self::Int(right)) => left.partial_cmp(right),
            (Self::Text(left), Self::Text(right)) => left.partial_cmp(right),
            (Self::Bytes(left), Self::Bytes(right)) => left.partial_cmp(right),
            (Self::Date(left), Self::Date(right)) => left.partial_cmp(right),
            (Self::Time(left), Self::Time(right)) => left.partial_cmp(right),
            (Self::DateTime(left), Self::DateTime(right)) => left.partial_cmp(right),
            (Self::Duration(left), Self::Duration(right)) => left.partial_cmp(right),
            (Self::Uuid(left), Self::Uuid(right)) => left.partial_cmp(right),
            (Self::Json(left), Self::Json(right)) => (left == right).then_some(Ordering::Equal),
            (Self::Decimal(left), Self::Decimal(right)) => left.partial_cmp(right),
            (Self::Decimal(left), Self::Int(right)) => left.partial_cmp(&(*right).into()),
            (Self::Int(left), Self::Decimal(right)) => rust_decimal::Decimal::from(*left).partial_cmp(right),
            _ => self.to_f64()?.partial_cmp(&other.to_f64()?),
        }
    }
}

impl Value {
    #[allow(clippy::cast_precision_loss)] // As above.
    fn to_f64(&self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            Self::Decimal(number) => number.to_f64(),
            _ => None,
        }
    }
}
