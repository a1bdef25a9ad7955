//! The relation fields of a model: [`ForeignKey`], [`OneToOne`] and [`ManyToMany`].
//!
//! A relation holds the target's key. The target's row comes with `select_related` or `prefetch_related`, or by an
//! explicit `get().await`; nothing is read behind the reader's back.

mod foreign_key;
mod join;
mod many_to_many;
mod slot;
mod through;

use std::marker::PhantomData;

use rjango_core::Result;

pub use foreign_key::{ForeignKey, OneToOne};
pub(crate) use join::Join;
pub use many_to_many::ManyToMany;
pub use slot::{AnyModel, RelationSlot};
pub(crate) use through::Through;

use crate::{Model, ModelEntry, Value};

/// A field type that leads to another model.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a relation", label = "not a relation")]
pub trait RelationField: 'static {
    /// The model at the other end.
    type Target: Model;
}

impl<T: Model> RelationField for ForeignKey<T> {
    type Target = T;
}

impl<T: Model> RelationField for OneToOne<T> {
    type Target = T;
}

impl<F: RelationField> RelationField for Option<F> {
    type Target = F::Target;
}

impl<T: Model> RelationField for ManyToMany<T> {
    type Target = T;
}

/// The way back over a relation of `M`: not a field, but what `m.products()` leads over.
pub struct Reverse<M>(PhantomData<fn() -> M>);

impl<M: Model> RelationField for Reverse<M> {
    type Target = M;
}

/// Relates the row `pk` of a model to the row `other`, by its many-to-many field.
///
/// # Errors
/// `Other` over a through model, whose rows are made as rows of that model.
pub(crate) async fn relate(
    model: &'static ModelEntry,
    field: &str,
    pk: Value,
    other: Value,
    using: Option<std::borrow::Cow<'static, str>>,
) -> Result<()> {
    let owner = many_to_many::Owner { model, field: field.to_owned(), pk, using };
    Through::of(&owner)?.add(vec![other]).await
}
