//! A relation as field accessors see it: a column of its own, and the way to the target's fields.

use std::marker::PhantomData;
use std::ops::Deref;

use rjango_core::Result;

use crate::query::{AggregateFunction, Expression, Lookup, Operand as Right, Path};
use crate::relations::{RelationField, Reverse};
use crate::typed::conditions::operand::{Operand, Operands};
use crate::typed::conditions::q::Q;
use crate::typed::fields::column::{Expr, Selection};
use crate::typed::fields::null::{Nullability, Selected};
use crate::typed::fields::place::Place;
use crate::typed::query_set::order::Order;
use crate::typed::{Aggregate, Assigned, Pending, aggregate};
use crate::{FieldValue, ForeignKey, Model, ModelField, QuerySet, Record, Value, ValueType};

/// The type `T` as the place `P` makes it.
type At<P, T> = <<P as Place>::Null as Nullability>::Of<T>;

/// A relation `F` at the place `P`: `m.category()`. It compares with instances and primary keys, and it
/// derefs to the target's accessors, so that `m.category().name()` is the target's column.
pub struct Relation<P: Place, F: RelationField> {
    path: Path,
    fields: <F::Target as Record>::Fields<F::Beyond<P>>,
    marker: PhantomData<fn() -> F>,
}

impl<P: Place, F: RelationField> Relation<P, F> {
    pub(crate) fn new(path: Path) -> Self {
        Self { fields: F::Target::fields(path.clone()), path, marker: PhantomData }
    }

    /// The names from the model to the relation.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(in crate::typed) fn into_path(self) -> Path {
        self.path
    }

    fn lookup(self, lookup: Lookup, right: Right) -> Q<P::Model> {
        Q::lookup(Expression::Column(self.path), lookup, right)
    }

    /// Refers to this instance, or to the row of this primary key.
    pub fn exact(self, target: impl Operand<P::Model, ForeignKey<F::Target>>) -> Q<P::Model> {
        self.lookup(Lookup::Exact, Right::One(target.operand()))
    }

    /// Refers to one of these instances or primary keys, or to a row of this query set.
    pub fn in_(self, targets: impl Operands<P::Model, ForeignKey<F::Target>>) -> Q<P::Model> {
        self.lookup(Lookup::In, targets.operands())
    }

    /// Refers to nothing, as `q!(relation = None)` asks.
    #[doc(hidden)]
    pub fn exact_null(self) -> Q<P::Model> {
        self.isnull(true)
    }

    /// Refers to nothing, or to something.
    pub fn isnull(self, null: bool) -> Q<P::Model> {
        self.lookup(Lookup::IsNull, Right::One(Expression::Value(Value::Bool(null))))
    }

    /// How many rows it reaches.
    pub fn count(self) -> Aggregate<P::Model, i64> {
        aggregate(AggregateFunction::Count, Expression::Column(self.path), false)
    }

    /// How many different rows it reaches.
    pub fn count_distinct(self) -> Aggregate<P::Model, i64> {
        aggregate(AggregateFunction::Count, Expression::Column(self.path), true)
    }

    /// The target's own order.
    pub fn asc(self) -> Order<P::Model> {
        Order::new(Expression::Column(self.path), false)
    }

    /// The target's own order, the other way round.
    pub fn desc(self) -> Order<P::Model> {
        Order::new(Expression::Column(self.path), true)
    }
}

impl<P: Place, F: RelationField + ModelField> Relation<P, F> {
    /// `set!(category = &drinks)`.
    pub fn set(self, target: impl Operand<P::Model, ForeignKey<F::Target>>) -> Assigned<P::Model> {
        Assigned::new(self.path, target.operand())
    }
}

impl<P: Place, F: RelationField> Relation<P, Option<F>>
where
    Option<F>: RelationField + ModelField,
{
    /// `set!(category = None)`.
    pub fn set_null(self) -> Assigned<P::Model> {
        Assigned::new(self.path, Expression::Value(Value::Null))
    }
}

impl<P: Place, F: RelationField> Clone for Relation<P, F> {
    fn clone(&self) -> Self {
        Self::new(self.path.clone())
    }
}

impl<P: Place, F: RelationField> Deref for Relation<P, F> {
    type Target = <F::Target as Record>::Fields<F::Beyond<P>>;

    fn deref(&self) -> &Self::Target {
        &self.fields
    }
}

impl<P: Place, F: RelationField + ModelField> Selection<P::Model> for Relation<P, F> {
    type Output = Selected<At<P, F>>;
    type Named = Expr<P::Model, At<P, F>>;

    fn named(names: &mut dyn Iterator<Item = Path>) -> Self::Named {
        Expr::next(names)
    }

    fn expressions(self, out: &mut Vec<(Expression, ValueType)>) {
        out.push((Expression::Column(self.path), <Self::Output as FieldValue>::TYPE));
    }

    fn read(values: &mut std::vec::IntoIter<Value>) -> Result<Self::Output> {
        crate::typed::take(values)
    }
}

/// Something from which relations lead back: an instance of `T`, or the accessors of `T`.
///
/// The derive writes a trait over it for each relation, next to the referring model.
pub trait ReverseOf<T: Model> {
    /// What the way back gives: a query set, or a relation to look up over.
    type Back<M: Model>;

    /// What the way back over a one-to-one gives: the one row, or a relation to look up over.
    type BackOne<M: Model>;

    /// The way back over the relation `field` of `M`, called `query_name` in lookups.
    fn back<M: Model>(&self, field: &'static str, query_name: &'static str) -> Self::Back<M>;

    /// The way back over the one-to-one `field` of `M`.
    fn back_one<M: Model>(&self, field: &'static str, query_name: &'static str) -> Self::BackOne<M>;
}

impl<T: Model> ReverseOf<T> for T {
    type Back<M: Model> = QuerySet<M>;
    type BackOne<M: Model> = Pending<'static, M>;

    fn back<M: Model>(&self, field: &'static str, _: &'static str) -> QuerySet<M> {
        QuerySet::related(field, self.pk_value())
    }

    fn back_one<M: Model>(&self, field: &'static str, _: &'static str) -> Pending<'static, M> {
        QuerySet::related(field, self.pk_value()).one()
    }
}

impl<P: Place> crate::typed::At<P> {
    /// The relation back from `M`.
    pub fn back<M: Model>(&self, query_name: &'static str) -> Relation<P, Reverse<M>> {
        Relation::new(self.path().join(query_name))
    }
}
