//! The relation fields of a model: [`ForeignKey`], [`OneToOne`] and [`ManyToMany`].
//!
//! A relation holds the target's key. The target's row comes with `select_related` or `prefetch_related`, or by an
//! explicit `get().await`; nothing is read behind the reader's back.

mod foreign_key;
mod join;
mod many_to_many;
mod slot;
mod through;
mod user_key;

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use rjango_core::Result;

pub use foreign_key::{ForeignKey, OneToOne};
pub(crate) use join::Join;
pub use many_to_many::ManyToMany;
pub(crate) use many_to_many::keys as keys_of;
pub use slot::{AnyModel, RelationSlot};
pub(crate) use through::{Defaults, Through};
pub use user_key::UserKey;

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

/// The many-to-many field by which the rows of a query set are related to one row at the other end.
#[derive(Debug, Clone)]
pub(crate) struct Relates {
    /// The field, of the query set's own model.
    pub(crate) field: &'static str,
    /// The key of the row at the other end.
    pub(crate) other: Value,
    /// What the other columns of new rows of a through model hold.
    pub(crate) defaults: Option<Arc<Defaults>>,
}

impl Relates {
    /// Relates the row `pk` of the model.
    ///
    /// # Errors
    /// `Other` over a through model whose other columns have no values.
    pub(crate) async fn relate(
        self,
        model: &'static ModelEntry,
        pk: Value,
        using: Option<Cow<'static, str>>,
    ) -> Result<()> {
        let mut owner = many_to_many::Owner::new(model, self.field, pk, using);
        owner.defaults = self.defaults;
        Through::of(&owner)?.add(vec![self.other]).await
    }

    /// The join table, seen from the row at the other end.
    pub(crate) fn seen_from(self, model: &'static ModelEntry, using: Option<Cow<'static, str>>) -> Result<Through> {
        let mut owner = many_to_many::Owner::new(model, self.field, self.other, using);
        owner.defaults = self.defaults;
        owner.reverse = true;
        Through::of(&owner)
    }
}
