//! [`QuerySet`]: the rows of a model that a query asks for. Building one touches no database.

pub(in crate::typed) mod annotated;
pub(in crate::typed) mod closures;
pub(in crate::typed) mod combine;
pub(in crate::typed) mod dates;
pub(in crate::typed) mod lazy;
pub(in crate::typed) mod order;
pub(in crate::typed) mod partial;
pub(in crate::typed) mod pending;
pub(in crate::typed) mod prefetch;
pub(in crate::typed) mod raw;
pub(in crate::typed) mod read;
pub(in crate::typed) mod related;
pub(in crate::typed) mod rows;
pub(in crate::typed) mod stream;
pub(in crate::typed) mod values;
pub(in crate::typed) mod with_related;

use std::marker::PhantomData;
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::ModelSchema;

use crate::query::{Condition, Expression, Lock, Lookup, Operand, Path, Query};
use crate::relations::{Relates, RelationField};
use crate::typed::conditions::q::Q;
use crate::typed::fields::columns::{Columns, ToOne};
use crate::typed::fields::place::Place;
use crate::typed::fields::relation::Relation;
use crate::typed::query_set::order::Orderings;
use crate::typed::query_set::prefetch::Prefetch;
use crate::typed::{ConditionOf, FieldsOf};
use crate::{Model, Value};

/// The rows of `M` that a query asks for: lazy and cloneable. `.await` gives a `Vec<M>`, [`QuerySet::sync`] the same
/// in plain code; nothing runs before.
///
/// Each method gives a further query set or a [`crate::Pending`] query. The closures get the model's accessors, and
/// `q!`, `f!` and `set!` write such closures.
#[must_use = "a query set does nothing until it is awaited or `.sync()` is called"]
pub struct QuerySet<M> {
    pub(crate) query: Query,
    pub(in crate::typed) prefetch: Vec<Prefetch>,
    /// What `create` sets in each new row: the instance that a related query set belongs to.
    pub(in crate::typed) presets: Vec<(&'static str, Value)>,
    /// The many-to-many field by which each new row is related to the instance of this key.
    pub(in crate::typed) relates: Option<Relates>,
    /// Why the query cannot run, told when it is run.
    failure: Option<Arc<Error>>,
    marker: PhantomData<fn() -> M>,
}

impl<M> Clone for QuerySet<M> {
    fn clone(&self) -> Self {
        Self {
            query: self.query.clone(),
            prefetch: self.prefetch.clone(),
            presets: self.presets.clone(),
            relates: self.relates.clone(),
            failure: self.failure.clone(),
            marker: PhantomData,
        }
    }
}

impl<M> std::fmt::Debug for QuerySet<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("QuerySet").field(&self.query).finish()
    }
}

impl<M: Model> Default for QuerySet<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: Model> QuerySet<M> {
    /// Every row of the model, in the model's own order: what `M::objects()` gives.
    pub fn new() -> Self {
        Self {
            query: Query::new((M::entry().label)()),
            prefetch: Vec::new(),
            presets: Vec::new(),
            relates: None,
            failure: None,
            marker: PhantomData,
        }
    }

    /// The rows that refer to the row `pk` by the relation `field`; `create` makes such rows.
    pub(crate) fn related(field: &'static str, pk: Value) -> Self {
        let mut set = Self::new();
        if pk.is_null() {
            return set.fail(unsaved());
        }
        let is_concrete = M::entry().schema().field(field).is_some_and(rjango_schema::FieldSchema::is_concrete);
        if is_concrete {
            set.presets.push((field, pk.clone()));
        }
        let condition = Condition::Lookup {
            left: Expression::Column(Path::root().join(field)),
            lookup: Lookup::Exact,
            right: Operand::One(Expression::Value(pk.clone())),
        };
        if is_concrete {
            return set.filter_by(Q::from_condition(condition));
        }
        let mut set = Self::joined(condition);
        set.relates = Some(Relates { field, other: pk, defaults: None });
        set
    }

    /// The rows that a condition over a many-to-many relation names: the next one may speak of the join table's same row.
    pub(crate) fn joined(condition: Condition) -> Self {
        let mut set = Self::new().filter_by(Q::from_condition(condition));
        set.query.sticky = true;
        set
    }

    pub(crate) fn fail(mut self, error: Error) -> Self {
        self.failure.get_or_insert_with(|| Arc::new(error));
        self
    }

    /// The query as data, if it can run.
    pub(in crate::typed) fn checked(self) -> Result<Query> {
        match self.failure {
            None => Ok(self.query),
            Some(failure) => {
                let error = Error::new(failure.kind(), failure.to_string());
                Err(match failure.hint() {
                    Some(hint) => error.with_hint(hint),
                    None => error,
                })
            }
        }
    }

    /// The query as data: what the SQL compiler reads.
    pub fn into_query(self) -> Query {
        self.query
    }

    fn unsliced(self, what: &str) -> Self {
        match self.query.check_open(what) {
            Ok(()) => self,
            Err(error) => self.fail(error),
        }
    }

    /// The query set with its query changed, or why it cannot be.
    fn changed(mut self, change: impl FnOnce(&mut Query, &ModelSchema) -> Result<()>) -> Self {
        match change(&mut self.query, M::entry().schema()) {
            Ok(()) => self,
            Err(error) => self.fail(error),
        }
    }

    /// The rows that satisfy the condition: `.filter(q!(price__lt = 5))`.
    pub fn filter(self, condition: impl ConditionOf<M>) -> Self {
        self.filter_by(condition(M::fields(Path::root())))
    }

    /// As [`QuerySet::filter`], by a condition made beforehand.
    pub fn filter_by(self, condition: Q<M>) -> Self {
        let mut set = self.unsliced("filter");
        set.query.filter(condition.into_condition());
        set
    }

    /// The rows that do not satisfy the condition.
    pub fn exclude(self, condition: impl ConditionOf<M>) -> Self {
        self.filter_by(!condition(M::fields(Path::root())))
    }

    /// In this order, whatever order was asked for before: `.order_by(f!(-price, name))`; `f!()` for none.
    pub fn order_by<O: Orderings<M>>(self, terms: impl FieldsOf<M, O>) -> Self {
        let mut set = self.unsliced("reorder");
        set.query.ordering.clear();
        set.query.default_ordering = false;
        terms(M::fields(Path::root())).orderings(&mut set.query.ordering);
        set
    }

    /// The order turned round.
    pub fn reverse(self) -> Self {
        self.changed(Query::reverse)
    }

    /// Ordered somehow: by the query, by the model or else by the primary key.
    pub(in crate::typed) fn ordered(self) -> Self {
        self.changed(Query::order_somehow)
    }

    /// Equal rows once.
    pub fn distinct(self) -> Self {
        let mut set = self.unsliced("make distinct");
        set.query.distinct = true;
        set.query.distinct_on.clear();
        set
    }

    /// Of the rows that are equal in these fields, the first in the query's order, which must begin with them:
    /// `.order_by(f!(category__pk, -price)).distinct_on(f!(category__pk))`. PostgreSQL alone has it; the others refuse.
    pub fn distinct_on<C: Columns<M>>(self, fields: impl FieldsOf<M, C>) -> Self {
        let mut set = self.unsliced("make distinct");
        set.query.distinct = true;
        set.query.distinct_on.clear();
        fields(M::fields(Path::root())).paths(&mut set.query.distinct_on);
        set
    }

    /// A part of the rows: `.slice(0..20)`, `.slice(20..)`. Of a slice, a part of that part.
    pub fn slice(mut self, range: impl RangeBounds<u64>) -> Self {
        let start = match range.start_bound() {
            Bound::Included(&start) => start,
            Bound::Excluded(&start) => start.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(&end) => Some(end.saturating_add(1)),
            Bound::Excluded(&end) => Some(end),
            Bound::Unbounded => None,
        };
        self.query.slice(start, end);
        self
    }

    /// The same rows.
    pub fn all(self) -> Self {
        self
    }

    /// No rows, and no query.
    pub fn none(mut self) -> Self {
        self.query.none = true;
        self
    }

    /// From the database of this alias in DATABASES, rather than the ambient one.
    pub fn using(mut self, alias: impl Into<String>) -> Self {
        self.query.using = Some(alias.into().into());
        self
    }

    /// From where rows of the model are written, though nothing is written: never from a replica, which may be behind.
    pub fn for_write(mut self) -> Self {
        self.query.for_write = true;
        self
    }

    /// With the rows that these foreign keys refer to, by the same query: `.select_related(f!(category))`.
    pub fn select_related<C: ToOne<M>>(mut self, relations: impl FieldsOf<M, C>) -> Self {
        relations(M::fields(Path::root())).paths(&mut self.query.select_related);
        self
    }

    /// With the rows that these relations refer to, by one more query for each: `.prefetch_related(f!(tags))`. For
    /// many-to-many fields and foreign keys; [`QuerySet::with_related`] is for ways back over relations.
    pub fn prefetch_related<C: Columns<M>>(mut self, relations: impl FieldsOf<M, C>) -> Self {
        let mut paths = Vec::new();
        relations(M::fields(Path::root())).paths(&mut paths);
        self.prefetch.extend(paths.into_iter().map(|path| Prefetch { path, source: None }));
        self
    }

    /// As [`QuerySet::prefetch_related`], with rows of a query set of one's own, Django's `Prefetch`:
    /// `.prefetch_related_with(f!(tags), Tag::objects().filter(q!(label__startswith = "new")))`. The field then holds these
    /// rows in their order; a slice is a slice of each instance's rows.
    pub fn prefetch_related_with<P: Place<Model = M>, F: RelationField>(
        mut self,
        relation: impl FieldsOf<M, Relation<P, F>>,
        rows: QuerySet<F::Target>,
    ) -> Self {
        let path = relation(M::fields(Path::root())).into_path();
        self.prefetch.push(Prefetch { path, source: Some(Arc::new(rows)) });
        self
    }

    /// Without the slice.
    pub(in crate::typed) fn unbounded(mut self) -> Self {
        (self.query.offset, self.query.limit) = (0, None);
        self
    }

    /// With the rows locked until the end of the transaction, where the engine has row locks. SQLite has none, and a
    /// write locks all of it: there this does nothing, as in Django.
    pub fn select_for_update(self) -> Self {
        self.select_for_update_with(Lock::default())
    }

    /// As [`QuerySet::select_for_update`], with `NOWAIT`, `SKIP LOCKED` or `NO KEY`.
    pub fn select_for_update_with(mut self, lock: Lock) -> Self {
        self.query.lock = Some(lock);
        self
    }

    /// As [`QuerySet::select_for_update`], of some tables alone where `select_related` reads several: `f!(pk)` for the query
    /// set's own rows, `f!(pk, category)` for those of a relation too. PostgreSQL needs it where a relation may be empty.
    /// MariaDB has no such choice and refuses.
    pub fn select_for_update_of<C: Columns<M>>(mut self, of: impl FieldsOf<M, C>) -> Self {
        of(M::fields(Path::root())).paths(&mut self.query.lock.get_or_insert_default().of);
        self
    }
}

/// The row of a query that must give just one.
pub(in crate::typed) fn only_one<M: Model, T>(rows: Vec<T>) -> Result<T> {
    crate::query::only_one(M::entry().schema(), rows)
}

#[cold]
pub(crate) fn unsaved() -> Error {
    Error::new(ErrorKind::Other, "the instance has no primary key yet, so nothing can refer to it")
        .with_hint("save it first: `instance.save().await?`")
}
