//! Where accessors stand, as a type: at the query's model, or beyond a relation that may lead to no row.

use std::marker::PhantomData;

use crate::Model;
use crate::typed::fields::column::Column;
use crate::typed::fields::null::{NotNull, Nullability, Nullable};

/// The place of a model's accessors: a model `M`, for rows that every row of `M` has, or [`Maybe<M>`](Maybe).
pub trait Place: 'static {
    /// The model that the query is of.
    type Model: 'static;

    /// Whether a row of the query can be without a row here.
    type Null: Nullability;

    /// The place beyond a relation that may lead to no row.
    type Beyond: Place<Model = Self::Model>;
}

impl<M: Model> Place for M {
    type Model = M;
    type Null = NotNull;
    type Beyond = Maybe<M>;
}

/// A place that some rows of `M` have no row at: beyond an optional foreign key, a many-to-many field or a way back. A column
/// that is selected there gives an `Option`.
pub struct Maybe<M>(PhantomData<fn() -> M>);

impl<M: Model> Place for Maybe<M> {
    type Model = M;
    type Null = Nullable;
    type Beyond = Self;
}

/// The column of a field of type `T` at the place `P`.
pub type ColumnAt<P, T> = Column<<P as Place>::Model, <<P as Place>::Null as Nullability>::Of<T>>;
