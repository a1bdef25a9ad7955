//! Names of fields in sequence: what `select_related`, `prefetch_related` and the admin's options take.

use crate::query::Path;
use crate::relations::{RelationField, Single};
use crate::typed::fields::column::Column;
use crate::typed::fields::place::Place;
use crate::typed::fields::relation::Relation;

/// One field or several, by their paths: columns, relations, and tuples of up to twelve of them, as `f!(name, category)`
/// makes. A `-column` is no such name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name fields of `{R}`",
    label = "not a field of `{R}`",
    note = "give a field or a tuple of up to twelve of them, as `f!(name, category)` makes"
)]
pub trait Columns<R> {
    /// Adds the paths.
    fn paths(self, out: &mut Vec<Path>);

    /// The fields as a person writes them: `category__name`.
    fn names(self) -> Vec<String>
    where
        Self: Sized,
    {
        let mut paths = Vec::new();
        self.paths(&mut paths);
        paths.into_iter().map(|path| path.0.join("__")).collect()
    }
}

impl<R, T> Columns<R> for Column<R, T> {
    fn paths(self, out: &mut Vec<Path>) {
        out.push(self.path);
    }
}

impl<P: Place, F: RelationField> Columns<P::Model> for Relation<P, F> {
    fn paths(self, out: &mut Vec<Path>) {
        out.push(self.into_path());
    }
}

impl<R> Columns<R> for () {
    fn paths(self, _: &mut Vec<Path>) {}
}

/// Relations to at most one row: what `select_related` takes.
#[diagnostic::on_unimplemented(
    message = "`select_related` cannot follow `{Self}`",
    label = "not a foreign key or one-to-one of `{R}`",
    note = "give relations, as `f!(category)` makes; for many-to-many fields there is `.prefetch_related(f!(tags))`"
)]
pub trait ToOne<R>: Columns<R> {}

impl<P: Place, F: Single> ToOne<P::Model> for Relation<P, F> {}

impl<R> ToOne<R> for () {}

macro_rules! tuples {
    ($(($($name:ident),+))*) => {
        $(impl<R, $($name: Columns<R>),+> Columns<R> for ($($name,)+) {
            fn paths(self, out: &mut Vec<Path>) {
                #[allow(non_snake_case)] // The type's name serves as the variable's.
                let ($($name,)+) = self;
                $($name.paths(out);)+
            }
        }

        impl<R, $($name: ToOne<R>),+> ToOne<R> for ($($name,)+) {})*
    };
}

tuples! {
    (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) (A, B, C, D, E, F, G) (A, B, C, D, E, F, G, H)
    (A, B, C, D, E, F, G, H, I) (A, B, C, D, E, F, G, H, I, J) (A, B, C, D, E, F, G, H, I, J, K)
    (A, B, C, D, E, F, G, H, I, J, K, L)
}
