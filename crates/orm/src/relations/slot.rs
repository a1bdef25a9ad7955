//! Relations and models without their types: how one piece of code fills and shows them all.

use std::any::Any;

use rjango_core::Result;

use crate::{Model, ModelEntry, Slot, Value};

/// A relation field of an instance, whatever its target.
pub trait RelationSlot: Send + Sync {
    /// The model at the other end.
    fn target(&self) -> &'static ModelEntry;

    /// The target's primary key; [`Value::Null`] where there is none, and for a many-to-many field.
    fn key(&self) -> Value;

    /// Whether it leads to any number of rows.
    fn is_many(&self) -> bool;

    /// Keeps the target's rows, each the values of its concrete fields.
    ///
    /// # Errors
    /// `Validation` where a value does not fit.
    fn load(&mut self, rows: Vec<Vec<Value>>) -> Result<()>;

    /// Keeps instances of the target that were read elsewhere; those of another model are left out.
    fn keep(&mut self, instances: &[&dyn AnyModel]);

    /// The rows that were loaded.
    fn loaded(&self) -> Option<Vec<&dyn AnyModel>>;

    /// As [`RelationSlot::loaded`], to change.
    fn loaded_mut(&mut self) -> Option<Vec<&mut dyn AnyModel>>;
}

/// Those of the instances that are of the model `T`, copied.
pub(crate) fn of_model<T: Model>(instances: &[&dyn AnyModel]) -> impl Iterator<Item = T> {
    instances.iter().filter_map(|instance| (*instance as &dyn Any).downcast_ref::<T>().cloned())
}

/// An instance of any model.
pub trait AnyModel: Any + Send + Sync {
    /// The model's entry.
    fn model_entry(&self) -> &'static ModelEntry;

    /// Every field, in the order of the description's.
    fn all_slots(&self) -> Vec<&dyn Slot>;

    /// As [`AnyModel::all_slots`], to change.
    fn all_slots_mut(&mut self) -> Vec<&mut dyn Slot>;
}

impl<T: Model> AnyModel for T {
    fn model_entry(&self) -> &'static ModelEntry {
        T::entry()
    }

    fn all_slots(&self) -> Vec<&dyn Slot> {
        let mut slots = Vec::new();
        self.slots(&mut slots);
        slots
    }

    fn all_slots_mut(&mut self) -> Vec<&mut dyn Slot> {
        let mut slots = Vec::new();
        self.slots_mut(&mut slots);
        slots
    }
}
