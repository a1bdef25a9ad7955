//! What a struct field must be able to do to be a model's field.

use std::any::Any;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use rjango_core::Result;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::relations::RelationSlot;
use crate::typed::fields::null::{NotNull, Nullability, Nullable};
use crate::{FieldValue, ManyToMany, Model, ModelEntry, Value};

/// A Rust type that a model's column can have.
///
/// The framework implements it for its own types, `#[derive(Choices)]` for an enum. A type of your own needs
/// [`FieldValue`] and these few lines.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a model's field",
    label = "not a field type",
    note = "field types: integers, floats, `bool`, `String`, `Decimal`, `Date`, `Time`, `DateTime`, `Duration`, `Uuid`, \
            `Json`, `Vec<u8>`, `IpAddr`, `Auto`, `ForeignKey<Model>`, `OneToOne<Model>`, enums with `#[derive(Choices)]`, \
            and `Option` of these"
)]
pub trait ModelField: FieldValue + Clone + Send + Sync + 'static {
    /// What values of the field are compared as: every integer as `i64`, an `Option<T>` as `T`.
    type Operand: 'static;

    /// What a query gives where there is a value: the type without its `Option`. Of a key that counts up, the integer.
    type Inner: ModelField<Operand = Self::Operand>;

    /// Whether the column can be NULL: [`Nullable`] for an `Option`, [`NotNull`] for everything else.
    type Null: Nullability;

    /// What the field of a new instance holds where the model names no default.
    fn initial() -> Self;

    /// The field as a relation, where it is one.
    fn relation(&self) -> Option<&dyn RelationSlot> {
        None
    }

    /// As [`ModelField::relation`], to fill it.
    fn relation_mut(&mut self) -> Option<&mut dyn RelationSlot> {
        None
    }
}

impl<T: ModelField> ModelField for Option<T> {
    type Operand = T::Operand;
    type Inner = T::Inner;
    type Null = Nullable;

    fn initial() -> Self {
        None
    }

    fn relation(&self) -> Option<&dyn RelationSlot> {
        self.as_ref().and_then(T::relation)
    }

    fn relation_mut(&mut self) -> Option<&mut dyn RelationSlot> {
        self.as_mut().and_then(T::relation_mut)
    }
}

macro_rules! fields {
    ($($field:ty as $operand:ty, $inner:ty = $initial:expr;)*) => {
        $(impl ModelField for $field {
            type Operand = $operand;
            type Inner = $inner;
            type Null = NotNull;

            fn initial() -> Self {
                $initial
            }
        })*
    };
}

fields! {
    i8 as i64, Self = 0;
    i16 as i64, Self = 0;
    i32 as i64, Self = 0;
    i64 as i64, Self = 0;
    u8 as i64, Self = 0;
    u16 as i64, Self = 0;
    u32 as i64, Self = 0;
    u64 as i64, Self = 0;
    crate::Auto as i64, i64 = Self::UNSET;
    crate::Auto32 as i64, i32 = Self::UNSET;
    crate::SmallAuto as i64, i16 = Self::UNSET;
    f32 as f64, Self = 0.0;
    f64 as f64, Self = 0.0;
    bool as bool, Self = false;
    String as String, Self = Self::new();
    Decimal as Decimal, Self = Self::ZERO;
    NaiveDate as NaiveDate, Self = Self::default();
    NaiveTime as NaiveTime, Self = Self::default();
    DateTime<Utc> as DateTime<Utc>, Self = Self::default();
    TimeDelta as TimeDelta, Self = Self::zero();
    Uuid as Uuid, Self = Self::nil();
    serde_json::Value as serde_json::Value, Self = Self::Null;
    Vec<u8> as Vec<u8>, Self = Self::new();
    IpAddr as IpAddr, Self = Self::V4(Ipv4Addr::UNSPECIFIED);
    Ipv4Addr as IpAddr, Self = Self::UNSPECIFIED;
    Ipv6Addr as IpAddr, Self = Self::UNSPECIFIED;
}

/// One field of an instance, whatever its type: how the library reaches into a struct without the derive's help.
pub trait Slot: Send + Sync {
    /// Whether the field is a column of the model's own table.
    fn is_concrete(&self) -> bool;

    /// The column's value; [`Value::Null`] for a many-to-many field.
    fn value(&self) -> Value;

    /// Takes a value. A relation forgets the row that it had loaded.
    ///
    /// # Errors
    /// `Validation` where the value does not fit the field's Rust type.
    fn assign(&mut self, value: Value) -> Result<()>;

    /// Tells a many-to-many field whose it is: the model, the field's name and the instance's primary key.
    fn bind(&mut self, owner: &'static ModelEntry, field: &str, pk: &Value);

    /// The field as a relation that points at a row.
    fn relation(&self) -> Option<&dyn RelationSlot>;

    /// As [`Slot::relation`], to fill it.
    fn relation_mut(&mut self) -> Option<&mut dyn RelationSlot>;

    /// The field as its own type may be asked for.
    fn as_any(&self) -> &dyn Any;

    /// As [`Slot::as_any`], to change it.
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

impl<T: ModelField> Slot for T {
    fn is_concrete(&self) -> bool {
        true
    }

    fn value(&self) -> Value {
        self.to_value()
    }

    fn assign(&mut self, value: Value) -> Result<()> {
        *self = T::from_value(value)?;
        Ok(())
    }

    fn bind(&mut self, _: &'static ModelEntry, _: &str, _: &Value) {}

    fn relation(&self) -> Option<&dyn RelationSlot> {
        ModelField::relation(self)
    }

    fn relation_mut(&mut self) -> Option<&mut dyn RelationSlot> {
        ModelField::relation_mut(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

impl<T: Model> Slot for ManyToMany<T> {
    fn is_concrete(&self) -> bool {
        false
    }

    fn value(&self) -> Value {
        Value::Null
    }

    fn assign(&mut self, _: Value) -> Result<()> {
        Ok(())
    }

    fn bind(&mut self, owner: &'static ModelEntry, field: &str, pk: &Value) {
        ManyToMany::bind(self, owner, field, pk);
    }

    fn relation(&self) -> Option<&dyn RelationSlot> {
        Some(self)
    }

    fn relation_mut(&mut self) -> Option<&mut dyn RelationSlot> {
        Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
