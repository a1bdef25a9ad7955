//! Rows of several query sets: `union`, `intersection`, `difference`.

use crate::query::{Combinator, Combined, Query};
use crate::{Model, QuerySet};

impl<M: Model> QuerySet<M> {
    /// The rows of this query set and of the other, equal ones once. Afterwards rows can be ordered, sliced, counted and
    /// read, not filtered.
    pub fn union(self, other: Self) -> Self {
        self.combine(other, Combinator::Union)
    }

    /// As [`QuerySet::union`], with equal rows as often as they come.
    pub fn union_all(self, other: Self) -> Self {
        self.combine(other, Combinator::UnionAll)
    }

    /// The rows that both query sets have.
    pub fn intersection(self, other: Self) -> Self {
        self.combine(other, Combinator::Intersection)
    }

    /// The rows of this query set that the other has not.
    pub fn difference(self, other: Self) -> Self {
        self.combine(other, Combinator::Difference)
    }

    fn combine(self, other: Self, how: Combinator) -> Self {
        let mut set = Self::new();
        set.prefetch.clone_from(&self.prefetch);
        let using = self.query.using.clone();
        let queries = match (self.checked(), other.checked()) {
            (Ok(one), Ok(other)) => vec![one, other],
            (Err(error), _) | (_, Err(error)) => return set.fail(error),
        };
        set.query = Query {
            default_ordering: false,
            using,
            combined: Some(Box::new(Combined { how, queries })),
            ..Query::new((M::entry().label)())
        };
        set
    }
}
