//! [`ForeignKey`] and [`OneToOne`]: the key of another row, and the row itself once it is loaded.

use std::any::Any;
use std::fmt;
use std::hash::{Hash, Hasher};

use rjango_core::Result;
use serde::{Serialize, Serializer};

use super::slot::of_model;
use super::{AnyModel, RelationSlot};
use crate::typed::{NotNull, Pending, instance};
use crate::{FieldValue, Model, ModelEntry, ModelField, QuerySet, Value, ValueType};

macro_rules! key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// It is `Clone` and `Debug` whatever `T` is; two are equal when their keys are. A template sees the loaded
        /// row, and the key where none is loaded.
        pub struct $name<T: Model> {
            key: Option<T::Pk>,
            /// A `T`. Its type is hidden from the compiler, which would otherwise walk from model to model over all
            /// relations to know how to drop one, and give up after some forty.
            row: Option<Box<dyn AnyModel>>,
        }

        impl<T: Model> $name<T> {
            /// A reference to this instance, which stays loaded.
            ///
            /// An instance that is yet to be saved has no key: the reference is then refused on saving.
            pub fn to(target: &T) -> Self {
                let key = match target.pk_value() {
                    Value::Null => None,
                    value => T::Pk::from_value(value).ok(),
                };
                Self { key, row: Some(Box::new(target.clone())) }
            }

            /// A reference to the row of this primary key.
            pub fn from_pk(pk: impl Into<T::Pk>) -> Self {
                Self { key: Some(pk.into()), row: None }
            }

            /// The target's primary key; the type's initial value where the reference is yet to be set.
            pub fn pk(&self) -> T::Pk {
                self.key.clone().unwrap_or_else(T::Pk::initial)
            }

            /// Whether the reference is set.
            pub fn is_set(&self) -> bool {
                !self.to_value().is_null()
            }

            /// The target's row, where `select_related`, `prefetch_related` or [`Self::to`] brought it.
            pub fn loaded(&self) -> Option<&T> {
                self.row.as_deref().and_then(|row| (row as &dyn Any).downcast_ref())
            }

            /// The target's row: the loaded one, or else a query.
            ///
            /// # Errors
            /// `DoesNotExist` where there is no such row.
            pub fn get(&self) -> Pending<'static, T> {
                match self.loaded() {
                    Some(row) => Pending::ready(Ok(row.clone())),
                    None => QuerySet::<T>::new().get_pk(self.to_value()),
                }
            }

            /// As [`Self::get`], from the database of this alias where no row is loaded.
            ///
            /// # Errors
            /// As [`Self::get`].
            pub fn get_using(&self, alias: impl Into<String>) -> Pending<'static, T> {
                match self.loaded() {
                    Some(row) => Pending::ready(Ok(row.clone())),
                    None => QuerySet::<T>::new().using(alias).get_pk(self.to_value()),
                }
            }
        }

        impl<T: Model> Clone for $name<T> {
            fn clone(&self) -> Self {
                let row = self.loaded().map(|row| Box::new(row.clone()) as Box<dyn AnyModel>);
                Self { key: self.key.clone(), row }
            }
        }

        impl<T: Model> Default for $name<T> {
            fn default() -> Self {
                Self { key: None, row: None }
            }
        }

        impl<T: Model> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.to_value()).finish()
            }
        }

        impl<T: Model> PartialEq for $name<T> {
            fn eq(&self, other: &Self) -> bool {
                self.to_value() == other.to_value()
            }
        }

        impl<T: Model<Pk: Eq>> Eq for $name<T> {}

        impl<T: Model<Pk: Hash>> Hash for $name<T> {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.key.hash(state);
            }
        }

        impl<T: Model> From<&T> for $name<T> {
            fn from(target: &T) -> Self {
                Self::to(target)
            }
        }

        impl<T: Model> From<T> for $name<T> {
            fn from(target: T) -> Self {
                Self::to(&target)
            }
        }

        /// The key.
        impl<T: Model> Serialize for $name<T> {
            fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                self.to_value().serialize(serializer)
            }
        }

        impl<T: Model> FieldValue for $name<T> {
            const TYPE: ValueType = T::Pk::TYPE;

            fn to_value(&self) -> Value {
                self.key.as_ref().map_or(Value::Null, T::Pk::to_value)
            }

            fn from_value(value: Value) -> Result<Self> {
                let key = match value {
                    Value::Null => None,
                    value => Some(T::Pk::from_value(value)?),
                };
                Ok(Self { key, row: None })
            }
        }

        impl<T: Model> ModelField for $name<T> {
            type Operand = ForeignKey<T>;
            type Inner = Self;
            type Null = NotNull;

            fn initial() -> Self {
                Self::default()
            }

            fn relation(&self) -> Option<&dyn RelationSlot> {
                Some(self)
            }

            fn relation_mut(&mut self) -> Option<&mut dyn RelationSlot> {
                Some(self)
            }
        }

        impl<T: Model> RelationSlot for $name<T> {
            fn target(&self) -> &'static ModelEntry {
                T::entry()
            }

            fn key(&self) -> Value {
                self.to_value()
            }

            fn is_many(&self) -> bool {
                false
            }

            fn load(&mut self, rows: Vec<Vec<Value>>) -> Result<()> {
                self.row = match rows.into_iter().next() {
                    Some(row) => Some(Box::new(instance::<T>(&mut row.into_iter())?) as Box<dyn AnyModel>),
                    None => None,
                };
                Ok(())
            }

            fn keep(&mut self, instances: &[&dyn AnyModel]) {
                self.row = of_model::<T>(instances).next().map(|row| Box::new(row) as Box<dyn AnyModel>);
            }

            fn loaded(&self) -> Option<Vec<&dyn AnyModel>> {
                self.row.as_deref().map(|row| vec![row])
            }

            fn loaded_mut(&mut self) -> Option<Vec<&mut dyn AnyModel>> {
                self.row.as_deref_mut().map(|row| vec![row])
            }
        }
    };
}

key! {
    /// A reference to a row of another model: Django's `ForeignKey`.
    ForeignKey
}
key! {
    /// A reference to a row that nothing else of this model refers to: Django's `OneToOneField`.
    OneToOne
}
