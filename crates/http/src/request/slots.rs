//! Typed slots of one request: at most one value of each type, shared by every handle.

use std::any::{Any, TypeId};
use std::sync::{Arc, Mutex, PoisonError};

type Slot = (TypeId, Arc<dyn Any + Send + Sync>);

/// A request has a handful of slots, so a list that is searched beats a map; an untouched one allocates nothing.
#[derive(Default)]
pub(super) struct Slots(Mutex<Vec<Slot>>);

impl Slots {
    pub(super) fn get<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        let slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        find::<T>(&slots)
    }

    pub(super) fn get_or_insert_with<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Arc<T> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = find::<T>(&slots) {
            return value;
        }
        let value = Arc::new(make());
        slots.push((TypeId::of::<T>(), Arc::clone(&value) as Arc<dyn Any + Send + Sync>));
        value
    }

    pub(super) fn insert<T: Any + Send + Sync>(&self, value: T) -> Arc<T> {
        let value = Arc::new(value);
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|(id, _)| *id != TypeId::of::<T>());
        slots.push((TypeId::of::<T>(), Arc::clone(&value) as Arc<dyn Any + Send + Sync>));
        value
    }

    pub(super) fn remove<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let index = slots.iter().position(|(id, _)| *id == TypeId::of::<T>())?;
        slots.swap_remove(index).1.downcast().ok()
    }
}

fn find<T: Any + Send + Sync>(slots: &[Slot]) -> Option<Arc<T>> {
    let (_, value) = slots.iter().find(|(id, _)| *id == TypeId::of::<T>())?;
    Arc::clone(value).downcast().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_slot_holds_one_value_of_its_type() {
        let slots = Slots::default();
        assert_eq!(slots.get::<u8>(), None);
        assert_eq!(*slots.get_or_insert_with(|| 1u8), 1);
        assert_eq!(*slots.get_or_insert_with(|| 2u8), 1);
        slots.insert("text");
        assert_eq!(*slots.insert(3u8), 3);
        assert_eq!(*slots.remove::<u8>().unwrap(), 3);
        assert_eq!(slots.get::<u8>(), None);
        assert_eq!(*slots.get::<&str>().unwrap(), "text");
    }
}
