//! A relation as field accessors see it: a column of its own, and the way to the target's fields.

use std::marker::PhantomData;
use std::ops::Deref;

use rjango_core::Result;

use crate::query::{AggregateFunction, Expression, Lookup, Operand as Right, Path};
use crate::relations::{RelationField, Reverse};
use crate::typed::conditions::operand::{Operand, Operands};
use crate::typed::conditions::q::Q;
use crate::typed::fields::column::{Expr, Selection};
use crate::typed::query_set::order::Order;
use crate::typed::{Aggregate, Assigned, Pending, aggregate};
use crate::{ForeignKey, Model, ModelField, QuerySet, Record, Value, ValueType};

/// A relation `F` as seen from the model `R`: `m.category()`. It compares with instances and primary keys, and it
/// derefs to the target's accessors, so that `m.category().name()` is the target's column.
pub struct Relation<R: 'static, F: RelationField> {
    path: Path,
    fields: <F::Target as Record>::Fields<R>,
    marker: PhantomData<fn() -> F>,
}

impl<R: 'static, F: RelationField> Relation<R, F> {
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

    fn lookup(self, lookup: Lookup, right: Right) -> Q<R> {
        Q::lookup(Expression::Column(self.path), lookup, right)
    }

    /// Refers to this instance, or to the row of this primary key.
    pub fn exact(self, target: impl Operand<R, ForeignKey<F::Target>>) -> Q<R> {
        self.lookup(Lookup::Exact, Right::One(target.operand()))
    }

    /// Refers to one of these instances or primary keys, or to a row of this query set.
    pub fn in_(self, targets: impl Operands<R, ForeignKey<F::Target>>) -> Q<R> {
        self.lookup(Lookup::In, targets.operands())
    }

    /// Refers to nothing, as `q!(relation = None)` asks.
    #[doc(hidden)]
    pub fn exact_null(self) -> Q<R> {
        self.isnull(true)
    }

    /// Refers to nothing, or to something.
    pub fn isnull(self, null: bool) -> Q<R> {
        self.lookup(Lookup::IsNull, Right::One(Expression::Value(Value::Bool(null))))
    }

    /// How many rows it reaches.
    pub fn count(self) -> Aggregate<R, i64> {
        aggregate(AggregateFunction::Count, Expression::Column(self.path), false)
    }

    /// How many different rows it reaches.
    pub fn count_distinct(self) -> Aggregate<R, i64> {
        aggregate(AggregateFunction::Count, Expression::Column(self.path), true)
    }

    /// The target's own order.
    pub fn asc(self) -> Order<R> {
        Order::new(Expression::Column(self.path), false)
    }

    /// The target's own order, the other way round.
    pub fn desc(self) -> Order<R> {
        Order::new(Expression::Column(self.path), true)
    }
}

impl<R: 'static, F: RelationField + ModelField> Relation<R, F> {
    /// `set!(category = &drinks)`.
    pub fn set(self, target: impl Operand<R, ForeignKey<F::Target>>) -> Assigned<R> {
        Assigned::new(self.path, target.operand())
    }
}

impl<R: 'static, F: RelationField> Relation<R, Option<F>>
where
    Option<F>: RelationField + ModelField,
{
    /// `set!(category = None)`.
    pub fn set_null(self) -> Assigned<R> {
        Assigned::new(self.path, Expression::Value(Value::Null))
    }
}

impl<R: 'static, F: RelationField> Clone for Relation<R, F> {
    fn clone(&self) -> Self {
        Self::new(self.path.clone())
    }
}

impl<R: 'static, F: RelationField> Deref for Relation<R, F> {
    type Target = <F::Target as Record>::Fields<R>;

    fn deref(&self) -> &Self::Target {
        &self.fields
    }
}

impl<R: 'static, F: RelationField + ModelField> Selection<R> for Relation<R, F> {
    type Output = F;
    type Named = Expr<R, F>;

    fn named(names: &mut dyn Iterator<Item = Path>) -> Self::Named {
        Expr::next(names)
    }

    fn expressions(self, out: &mut Vec<(Expression, ValueType)>) {
        out.push((Expression::Column(self.path), F::TYPE));
    }

    fn read(values: &mut std::vec::IntoIter<Value>) -> Result<F> {
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

impl<R: 'static> crate::typed::At<R> {
    /// The relation back from `M`.
    pub fn back<M: Model>(&self, query_name: &'static str) -> Relation<R, Reverse<M>> {
        Relation::new(self.path().join(query_name))
    }
}
