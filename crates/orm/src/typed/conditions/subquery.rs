//! Queries inside a query's expressions: `Subquery`, `Exists` and `OuterRef` of Django's.

use std::marker::PhantomData;

use crate::query::{Condition, Expression, Path};
use crate::relations::RelationField;
use crate::typed::FieldsOf;
use crate::typed::conditions::operand::Operand;
use crate::typed::conditions::q::Q;
use crate::typed::fields::column::{Column, Expr};
use crate::typed::fields::null::Nullable;
use crate::typed::fields::place::Place;
use crate::typed::fields::relation::Relation;
use crate::typed::query_set::values::ValuesList;
use crate::{ForeignKey, Model, ModelField, QuerySet};

/// A column or relation of the row of the query around, compared as `T`: what [`crate::ModelInstance::outer`] gives.
pub struct OuterRef<T> {
    expression: Expression,
    marker: PhantomData<fn() -> T>,
}

impl<T> OuterRef<T> {
    pub(crate) fn of<M: Model, C: Comparable<M, Operand = T>>(column: impl FieldsOf<M, C>) -> Self {
        let column = Expression::Column(column(M::fields(Path::root())).into_path());
        Self { expression: Expression::Outer(Box::new(column)), marker: PhantomData }
    }

    /// The same of the query around that one, for a query inside a query inside a query.
    #[must_use]
    pub fn outer(self) -> Self {
        Self { expression: Expression::Outer(Box::new(self.expression)), marker: PhantomData }
    }
}

/// A field of the model `R` that another query can compare with.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a field of `{R}`",
    label = "expected one field or relation, as `f!(id)` or `f!(category)` makes"
)]
pub trait Comparable<R> {
    /// What it is compared as.
    type Operand;

    /// The names from the model to the field.
    fn into_path(self) -> Path;
}

impl<R, T: ModelField> Comparable<R> for Column<R, T> {
    type Operand = T::Operand;

    fn into_path(self) -> Path {
        self.path
    }
}

impl<P: Place, F: RelationField> Comparable<P::Model> for Relation<P, F> {
    type Operand = ForeignKey<F::Target>;

    fn into_path(self) -> Path {
        Relation::into_path(self)
    }
}

#[diagnostic::do_not_recommend]
impl<R, T> Operand<R, T> for OuterRef<T> {
    type Null = Nullable;

    fn operand(self) -> Expression {
        self.expression
    }
}

macro_rules! keys {
    ($($key:ty),*) => {
        $(/// A relation compares with the key that it holds.
        #[diagnostic::do_not_recommend]
        impl<R, T: Model> Operand<R, ForeignKey<T>> for OuterRef<$key>
        where
            T::Pk: ModelField<Operand = $key>,
        {
            type Null = Nullable;

            fn operand(self) -> Expression {
                self.expression
            }
        })*
    };
}

keys!(i64, String, uuid::Uuid);

impl<R> Q<R> {
    /// Another query has a row: `Q::exists(Review::objects().filter(q!(product = Product::outer(f!(id)))))`.
    pub fn exists<M: Model>(rows: QuerySet<M>) -> Self {
        Self::from_condition(Condition::Holds(Expression::Exists(Box::new(rows.into_query()))))
    }

    /// A boolean expression is true.
    pub fn holds(expression: Expr<R, bool>) -> Self {
        Self::from_condition(Condition::Holds(expression.into_expression()))
    }
}

impl<R> Expr<R, bool> {
    /// Whether another query has a row.
    pub fn exists<M: Model>(rows: QuerySet<M>) -> Self {
        Self::new(Expression::Exists(Box::new(rows.into_query())))
    }
}

impl<R, T: ModelField> Expr<R, Option<T>> {
    /// The value that another query gives by its first row; NULL where it has none. It takes the first row by itself.
    pub fn subquery<M: Model, C: ModelField<Inner = T>>(values: ValuesList<M, C>) -> Self {
        let (mut query, column) = values.into_query();
        query.limit = Some(query.limit.map_or(1, |limit| limit.min(1)));
        Self::new(Expression::Subquery(Box::new(query), Box::new(column), C::TYPE))
    }
}
