//! Whether what a query gives can be NULL, as a type: [`NotNull`] or [`Nullable`].
//!
//! A column knows it by its Rust type, `Option<T>` or not. The way to a column and what it is computed with can add it.
//! Lookups do not ask for it.

use crate::ModelField;

/// [`NotNull`] or [`Nullable`].
pub trait Nullability: 'static {
    /// `T`, or `Option<T>` where it can be NULL. An `Option` stays as it is.
    type Of<T: ModelField>: ModelField<Operand = T::Operand>;

    /// NULL where this or the other is NULL: a sum.
    type Or<N: Nullability>: Nullability;

    /// NULL where this and the other are NULL: `coalesce`.
    type And<N: Nullability>: Nullability;
}

/// Never NULL.
pub enum NotNull {}

/// NULL or a value.
pub enum Nullable {}

impl Nullability for NotNull {
    type Of<T: ModelField> = T;
    type Or<N: Nullability> = N;
    type And<N: Nullability> = Self;
}

impl Nullability for Nullable {
    type Of<T: ModelField> = Option<T::Inner>;
    type Or<N: Nullability> = Self;
    type And<N: Nullability> = N;
}

/// What a query gives of a field of type `T`: `T`, with the integer in the place of a key that counts up.
pub type Selected<T> = <<T as ModelField>::Null as Nullability>::Of<<T as ModelField>::Inner>;

/// `U`, or `Option<U>` where a value of type `T` can be NULL.
pub type Like<T, U> = <<T as ModelField>::Null as Nullability>::Of<U>;

/// What is left of a value of type `T` where something of nullability `N` stands in for NULL.
pub type Either<T, N> = <<<T as ModelField>::Null as Nullability>::And<N> as Nullability>::Of<<T as ModelField>::Inner>;

/// `T`, or `Option<T>` where something of nullability `N` is computed into it.
pub type With<T, N> = <<<T as ModelField>::Null as Nullability>::Or<N> as Nullability>::Of<T>;
