//! [`At`]: where a set of accessors stands. What the derive writes is a method per field over it.

use std::marker::PhantomData;

use rjango_core::Result;

use crate::query::Path;
use crate::relations::RelationField;
use crate::typed::fields::column::Column;
use crate::typed::fields::place::{ColumnAt, Place};
use crate::typed::fields::relation::Relation;
use crate::{FieldValue, ModelField, Record, Value};

/// Where a model's accessors stand: a path from the model of the place `P`.
pub struct At<P> {
    path: Path,
    marker: PhantomData<fn() -> P>,
}

impl<P: Place> At<P> {
    /// The place at the end of `path`.
    pub fn new(path: Path) -> Self {
        Self { path, marker: PhantomData }
    }

    /// The names from the query's model to here.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The column of this name.
    pub fn column<T: ModelField>(&self, name: &'static str) -> ColumnAt<P, T> {
        Column::new(self.path.join(name))
    }

    /// The relation of this name.
    pub fn relation<F: RelationField>(&self, name: &'static str) -> Relation<P, F> {
        Relation::new(self.path.join(name))
    }

    /// The accessors of a flattened base, whose columns are the model's own.
    pub fn base<B: Record>(&self) -> B::Fields<P> {
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
