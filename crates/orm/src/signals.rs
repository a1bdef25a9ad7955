//! Signals: functions of the project that hear of saves, deletions and changes of many-to-many relations.
//!
//! `#[receiver(post_save)]` registers a receiver; whatever writes an instance, typed or by name, calls the receivers
//! of its model in the order of their paths, awaits each, and stops at the first error. They run where the writer runs:
//! in its transaction, if it has one. A model without receivers costs one look into a map.

pub(crate) mod receiver;

mod changes;
mod deletions;
mod saves;

pub(crate) use changes::Change;
pub(crate) use deletions::{Doomed, hears_deletions};
pub(crate) use saves::Saves;

use receiver::{Event, Signal};
use rjango_core::Result;

use crate::{FieldValue, Model, Value};

/// What a `pre_save` receiver learns about a save that is about to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saving {
    /// The fields that are written, where not all of them are: those of `save_fields`.
    pub update_fields: Option<Vec<String>>,
    /// The alias of the database.
    pub using: String,
}

/// What a `post_save` receiver learns about a save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Whether the row is new.
    pub created: bool,
    /// The fields that were written, where not all of them were: those of `save_fields`.
    pub update_fields: Option<Vec<String>>,
    /// The alias of the database.
    pub using: String,
}

/// What a `pre_delete` or `post_delete` receiver learns about a deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// The alias of the database.
    pub using: String,
}

/// What an `m2m_changed` receiver learns about a change of an instance's many-to-many field.
#[derive(Debug, Clone, PartialEq)]
pub struct RelationChange {
    /// What happens, and whether it has happened.
    pub action: Action,
    /// The many-to-many field's name.
    pub field: String,
    /// Whether the change was asked for at the other end: `tag.product_set`.
    pub reverse: bool,
    /// The primary keys at the other end: those that were not related before for an addition, those that were named for
    /// a removal. `None` where the field is cleared.
    pub keys: Option<Vec<Value>>,
    /// The alias of the database.
    pub using: String,
}

impl RelationChange {
    /// The primary keys at the other end, as the model `T` has them; none where the field is cleared.
    ///
    /// # Errors
    /// `Validation` where the field leads to another model.
    pub fn pks<T: Model>(&self) -> Result<Vec<T::Pk>> {
        self.keys.iter().flatten().map(|key| T::Pk::from_value(key.clone())).collect()
    }
}

/// What happens to a many-to-many field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Rows are about to be related.
    PreAdd,
    /// Rows have been related.
    PostAdd,
    /// Rows are about to be related no longer.
    PreRemove,
    /// Rows have ceased to be related.
    PostRemove,
    /// No row is about to be related.
    PreClear,
    /// No row is related any more.
    PostClear,
}
