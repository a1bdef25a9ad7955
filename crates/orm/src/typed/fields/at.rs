//! [`At`]: where a set of accessors stands. What the derive writes is a method per field over it.

use std::marker::PhantomData;

use rjango_core::Result;

use crate::query::Path;
use crate::relations::RelationField;
use crate::typed::fields::column::Column;
use crate::typed::fields::relation::Relation;
use crate::{FieldValue, Record, Value};

/// The place of a model's accessors: a path from the model `R`.
pub struct At<R> {
    path: Path,
    marker: PhantomData<fn() -> R>,
}

impl<R: 'static> At<R> {
    /// The place at the end of `path`.
    pub fn new(path: Path) -> Self {
        Self { path, marker: PhantomData }
    }

    /// The names from `R` to here.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The column of this name.
    pub fn column<T>(&self, name: &'static str) -> Column<R, T> {
        Column::new(self.path.join(name))
    }

    /// The relation of this name.
    pub fn relation<F: RelationField>(&self, name: &'static str) -> Relation<R, F> {
        Relation::new(self.path.join(name))
    }

    /// The accessors of a flattened base, whose columns are the model's own.
    pub fn base<B: Record>(&self) -> B::Fields<R> {
        B::fields(self.path.clone())
    }
}

/// The next value of a row, as its field's type.
///
/// # Errors
/// `Validation` where the value does not fit.
pub fn take<T: FieldValue>(values: &mut std::vec::IntoIter<Value>) -> Result<T> {
    T::from_value(values.next().unwrap_or(Value::Null))
}
