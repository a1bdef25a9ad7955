//! The terms of an order: `f!(-price, name)`.

use std::marker::PhantomData;

use crate::ModelField;
use crate::query::{Expression, Ordering, Path};
use crate::relations::RelationField;
use crate::typed::fields::column::{Column, Expr};
use crate::typed::fields::place::Place;
use crate::typed::fields::relation::Relation;

/// One term of an order, with its direction.
pub struct Order<R> {
    ordering: Ordering,
    marker: PhantomData<fn() -> R>,
}

impl<R> Order<R> {
    pub(in crate::typed) fn new(by: Expression, descending: bool) -> Self {
        Self { ordering: Ordering { by, descending, nulls_first: None }, marker: PhantomData }
    }

    /// At random, anew each time: `f!(?)`.
    pub fn random() -> Self {
        Self::new(Expression::Column(Path::root().join("?")), false)
    }

    /// NULLs before everything else.
    #[must_use]
    pub fn nulls_first(mut self) -> Self {
        self.ordering.nulls_first = Some(true);
        self
    }

    /// NULLs after everything else.
    #[must_use]
    pub fn nulls_last(mut self) -> Self {
        self.ordering.nulls_first = Some(false);
        self
    }
}

/// One term of an order or several: columns, relations, expressions, `column.desc()`, tuples and lists of them.
#[diagnostic::on_unimplemented(
    message = "rows of `{R}` cannot be ordered by `{Self}`",
    label = "not a column or expression of `{R}`",
    note = "give a column, `-column` in `f!`, or a tuple of up to eight of them"
)]
pub trait Orderings<R> {
    /// Adds the terms.
    fn orderings(self, out: &mut Vec<Ordering>);
}

impl<R> Orderings<R> for Order<R> {
    fn orderings(self, out: &mut Vec<Ordering>) {
        out.push(self.ordering);
    }
}

impl<R, T: ModelField> Orderings<R> for Column<R, T> {
    fn orderings(self, out: &mut Vec<Ordering>) {
        self.asc().orderings(out);
    }
}

impl<R, T: ModelField> Orderings<R> for Expr<R, T> {
    fn orderings(self, out: &mut Vec<Ordering>) {
        self.asc().orderings(out);
    }
}

impl<P: Place, F: RelationField> Orderings<P::Model> for Relation<P, F> {
    fn orderings(self, out: &mut Vec<Ordering>) {
        self.asc().orderings(out);
    }
}

impl<R> Orderings<R> for Vec<Order<R>> {
    fn orderings(self, out: &mut Vec<Ordering>) {
        out.extend(self.into_iter().map(|order| order.ordering));
    }
}

/// `f!()`: no order at all, not even the model's own.
impl<R> Orderings<R> for () {
    fn orderings(self, _: &mut Vec<Ordering>) {}
}

macro_rules! tuples {
    ($(($($name:ident),+))*) => {
        $(impl<R, $($name: Orderings<R>),+> Orderings<R> for ($($name,)+) {
            fn orderings(self, out: &mut Vec<Ordering>) {
                #[allow(non_snake_case)] // The type's name serves as the variable's.
                let ($($name,)+) = self;
                $($name.orderings(out);)+
            }
        })*
    };
}

tuples! {
    (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) (A, B, C, D, E, F, G) (A, B, C, D, E, F, G, H)
}
