//! What the compiler says of a name in `q!`, `f!` and `set!` that stands for nothing.
//!
//! A path such as `category__nmae` is a chain of accessors. Where a chain ends, at a model's accessors or at a column, `q!` adds a
//! method of each of its names, which no type can call. It is found where no accessor has the name, and the bound that fails
//! says what there is to choose from.

use std::marker::PhantomData;

use crate::typed::expressions::aggregates::Aggregate;
use crate::typed::fields::column::{Column, Expr};

/// What a model's accessors end in: the accessors that there are not.
pub struct Unknown<M>(PhantomData<fn() -> M>);

impl<M> Unknown<M> {
    /// The one value of the type.
    pub const fn field() -> &'static Self {
        &Self(PhantomData)
    }
}

/// Where a path can go no further.
pub trait Ends: Sized {}

impl<M> Ends for Unknown<M> {}
impl<R, T> Ends for Column<R, T> {}
impl<R, T> Ends for Expr<R, T> {}
impl<R, T> Ends for Aggregate<R, T> {}

/// Goes on to `Name` all the same. Nothing does.
pub trait Reaches<Name>: Sized {
    /// Where it leads.
    fn column<R, T>(&self) -> Column<R, T>;
}

/// The model has a field `Name`. The derive writes the one implementation, whose bound nothing fulfils.
pub trait HasField<Name> {
    /// The field.
    fn path() -> crate::query::Path;
}

impl<Name, M: HasField<Name>> Reaches<Name> for Unknown<M> {
    fn column<R, T>(&self) -> Column<R, T> {
        Column::new(M::path())
    }
}

/// The name of a lookup or function. Those that there are, are methods, and need no such name.
#[diagnostic::on_unimplemented(
    message = "a column has no lookup or function `{Self}`",
    label = "not a lookup",
    note = "the lookups are `exact`, `iexact`, `contains`, `icontains`, `startswith`, `istartswith`, `endswith`, `iendswith`, `gt`, \
            `gte`, `lt`, `lte`, `in`, `range`, `isnull`, `regex`, `iregex`, and of JSON `contained_by`, `has_key`, `has_keys` and \
            `has_any_keys`",
    note = "between field and lookup may stand `year`, `iso_year`, `quarter`, `month`, `week`, `day`, `week_day`, `iso_week_day`, \
            `hour`, `minute`, `second`, `date` and `time`; of a text `lower`, `upper`, `length` and `trim`"
)]
pub trait IsLookup {
    /// The way to it.
    fn path() -> crate::query::Path;
}

macro_rules! columns {
    ($($type:ident),*) => {
        $(impl<Name: IsLookup, R, T> Reaches<Name> for $type<R, T> {
            fn column<S, U>(&self) -> Column<S, U> {
                Column::new(Name::path())
            }
        })*
    };
}

columns!(Column, Expr, Aggregate);
