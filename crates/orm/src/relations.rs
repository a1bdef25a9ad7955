//! The relation fields of a model: [`ForeignKey`], [`OneToOne`] and [`ManyToMany`].
//!
//! A relation holds the target's key. The target's row comes with `select_related` or `prefetch_related`, or by an
//! explicit `get().await`; nothing is read behind the reader's back.

mod foreign_key;
mod many_to_many;
mod slot;
mod through;

use std::marker::PhantomData;

use rjango_core::Result;

pub use foreign_key::{ForeignKey, OneToOne};
pub use many_to_many::ManyToMany;
pub use slot::{AnyModel, RelationSlot};
pub(crate) use through::Through;

use crate::typed::Place;
use crate::{Model, ModelEntry, Value};

/// A field type that leads to another model.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a relation", label = "not a relation")]
pub trait RelationField: 'static {
    /// The model at the other end.
    type Target: Model;

    /// The place at the other end, seen from `P`.
    type Beyond<P: Place>: Place<Model = P::Model>;
}

impl<T: Model> RelationField for ForeignKey<T> {
    type Target = T;
    type Beyond<P: Place> = P;
}

impl<T: Model> RelationField for OneToOne<T> {
    type Target = T;
    type Beyond<P: Place> = P;
}

impl<F: RelationField> RelationField for Option<F> {
    type Target = F::Target;
    type Beyond<P: Place> = P::Beyond;
}

impl<T: Model> RelationField for ManyToMany<T> {
    type Target = T;
    type Beyond<P: Place> = P::Beyond;
}

/// A relation to at most one row: a foreign key or a one-to-one, which `select_related` can follow.
#[diagnostic::on_unimplemented(
    message = "`select_related` cannot follow a `{Self}`",
    label = "not a foreign key or one-to-one",
    note = "for many-to-many fields there is `.prefetch_related(f!(tags))`, for ways back \
            `.with_related(f!(products), Product::objects())`"
)]
pub trait Single: RelationField {}

impl<T: Model> Single for ForeignKey<T> {}
impl<T: Model> Single for OneToOne<T> {}
impl<F: Single> Single for Option<F> {}

/// The way back over a relation of `M`: not a field, but what `m.products()` leads over.
pub struct Reverse<M>(PhantomData<fn() -> M>);

impl<M: Model> RelationField for Reverse<M> {
    type Target = M;
    type Beyond<P: Place> = P::Beyond;
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
