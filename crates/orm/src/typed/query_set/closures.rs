//! What `q!`, `f!` and `set!` make, as methods take it: closures over a model's accessors.
//!
//! Each trait is the closure and nothing more. It exists for what the compiler says of anything else.

use crate::{Model, Q};

/// A condition on rows of `M`, as `q!` makes it.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is not a condition on rows of `{M}`",
    label = "expected a condition, as `q!(price__lt = 5)` makes",
    note = "write `.filter(q!(price__lt = 5))`, or a closure over the fields: `.filter(|p| p.price().lt(5))`; a `Q` goes to \
            `.filter_by(..)`"
)]
pub trait ConditionOf<M: Model>: FnOnce(M::Fields<M>) -> Q<M> {}

#[diagnostic::do_not_recommend]
impl<M: Model, F: FnOnce(M::Fields<M>) -> Q<M>> ConditionOf<M> for F {}

/// Fields of `M`, as `f!` makes them.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` does not name fields of `{M}`",
    label = "expected fields, as `f!(name, -price)` makes",
    note = "write the names in `f!`, without quotes: `.order_by(f!(-price, name))`, `.values_list(f!(name, price))`"
)]
pub trait FieldsOf<M: Model, C>: FnOnce(M::Fields<M>) -> C {}

#[diagnostic::do_not_recommend]
impl<M: Model, C, F: FnOnce(M::Fields<M>) -> C> FieldsOf<M, C> for F {}

/// Assignments to fields of `M`, as `set!` makes them.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` does not assign to fields of `{M}`",
    label = "expected assignments, as `set!(name = \"Tea\")` makes",
    note = "write `.update(set!(votes = F(votes) + 1))`, `.get_or_create(set!(name = \"Drinks\"))`"
)]
pub trait AssignmentsOf<M: Model, A>: FnOnce(M::Fields<M>) -> A {}

#[diagnostic::do_not_recommend]
impl<M: Model, A, F: FnOnce(M::Fields<M>) -> A> AssignmentsOf<M, A> for F {}
