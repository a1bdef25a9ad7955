//! What was read once: the rows of a query, and the values of an object's attributes.
//!
//! A lock is held while a value is taken out or put in, and never while somebody waits.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rjango_core::Result;
use rjango_templates::{Attribute, Value};

/// The rows of a query, once they were read. Of two who read at once, the rows of the first stay.
#[derive(Default)]
pub(super) struct Rows(Mutex<Option<Arc<[Value]>>>);

impl Rows {
    /// Rows that are known already.
    pub(super) fn known(rows: Arc<[Value]>) -> Self {
        Self(Mutex::new(Some(rows)))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<[Value]>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rows, where they are known.
    pub(super) fn get(&self) -> Option<Arc<[Value]>> {
        self.lock().clone()
    }

    /// Keeps the rows, unless others are known.
    pub(super) fn keep(&self, rows: Arc<[Value]>) -> Arc<[Value]> {
        Arc::clone(self.lock().get_or_insert(rows))
    }

    /// Forgets the rows: something has changed them.
    pub(super) fn forget(&self) {
        *self.lock() = None;
    }
}

/// The values of attributes, once they were found. The first that comes stays.
#[derive(Default)]
pub(super) struct Kept(Mutex<BTreeMap<String, Value>>);

impl Kept {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Value>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The value of this name, where it is known.
    pub(super) fn get(&self, name: &str) -> Option<Value> {
        self.lock().get(name).cloned()
    }

    /// Keeps the value, unless another is known; gives the one that is kept.
    pub(super) fn keep(&self, name: &str, value: Value) -> Value {
        self.lock().entry(name.to_owned()).or_insert(value).clone()
    }

    /// Every value, by name.
    pub(super) fn all(&self) -> Vec<(String, Value)> {
        self.lock().iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Forgets one value.
    pub(super) fn forget(&self, name: &str) {
        self.lock().remove(name);
    }

    /// Forgets every value.
    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    /// The value of this name, or the one that the future gives, which is kept then.
    pub(super) fn or_read<'a>(
        &'a self,
        name: &str,
        read: impl Future<Output = Result<Value>> + Send + 'a,
    ) -> Attribute<'a> {
        if let Some(known) = self.get(name) {
            return Attribute::Value(known);
        }
        let name = name.to_owned();
        Attribute::Later(Box::pin(async move { Ok(self.keep(&name, read.await?)) }))
    }

    /// The value of this name, or the one that the function makes, which is kept then.
    pub(super) fn or_make(&self, name: &str, make: impl FnOnce() -> Result<Value>) -> Attribute<'_> {
        match self.get(name).map_or_else(make, Ok) {
            Ok(value) => Attribute::Value(self.keep(name, value)),
            Err(error) => Attribute::Refused(error),
        }
    }
}
