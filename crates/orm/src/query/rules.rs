//! What can be done to a query and what cannot: the same rules, whether it is built by type or by name.

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::ModelSchema;

use super::Query;
use crate::sql::parse_term;

/// The largest number of rows to skip or to take. Engines count in signed numbers, and no table has more rows.
const MOST: u64 = i64::MAX.unsigned_abs();

/// How many rows a `get` reads at most: Django's `MAX_GET_RESULTS`.
const SEVERAL: u64 = 21;

impl Query {
    /// Whether a slice was taken.
    pub fn is_sliced(&self) -> bool {
        self.limit.is_some() || self.offset > 0
    }

    /// Refuses what cannot be done any more once a slice was taken or queries were combined. `what` is the verb: `filter`.
    ///
    /// # Errors
    /// `Other`, with what to do first.
    pub fn check_open(&self, what: &str) -> Result<()> {
        let orders = matches!(what, "reorder" | "reverse");
        if self.combined.is_some() && !orders {
            return Err(Error::new(ErrorKind::Other, format!("cannot {what} the rows of combined queries"))
                .with_hint("call it before `union`, `intersection` or `difference`"));
        }
        if self.is_sliced() {
            return Err(Error::new(ErrorKind::Other, format!("cannot {what} a query once a slice has been taken"))
                .with_hint("take the slice last"));
        }
        Ok(())
    }

    /// Narrows the query to the rows from `start` up to, not including, `stop`, counted within the query. Numbers beyond
    /// the largest that engines count to stand for that one.
    pub fn slice(&mut self, start: u64, stop: Option<u64>) {
        let left = self.limit.map(|limit| limit.saturating_sub(start));
        let wanted = stop.map(|stop| stop.saturating_sub(start));
        self.offset = self.offset.saturating_add(start).min(MOST);
        self.limit = match (left, wanted) {
            (Some(left), Some(wanted)) => Some(left.min(wanted)),
            (left, wanted) => left.or(wanted),
        }
        .map(|limit| limit.min(MOST));
    }

    /// Writes the model's own order out where the query relies on it.
    pub(crate) fn write_order(&mut self, schema: &ModelSchema) {
        if self.ordering.is_empty() && self.default_ordering && self.combined.is_none() {
            self.ordering = schema.ordering.iter().map(|term| parse_term(term)).collect();
        }
    }

    /// Gives the query an order where it has none: that of the model, else that of the primary keys.
    ///
    /// # Errors
    /// `Other` for a slice without an order: which rows it holds is not known.
    pub(crate) fn order_somehow(&mut self, schema: &ModelSchema) -> Result<()> {
        self.write_order(schema);
        if self.ordering.is_empty() {
            self.check_open("reorder")?;
            self.ordering.push(parse_term("pk"));
        }
        Ok(())
    }

    /// Turns the order round. A query without an order stays without one.
    ///
    /// # Errors
    /// `Other` for a slice.
    pub(crate) fn reverse(&mut self, schema: &ModelSchema) -> Result<()> {
        self.check_open("reverse")?;
        self.write_order(schema);
        self.default_ordering = false;
        for term in &mut self.ordering {
            term.descending = !term.descending;
            term.nulls_first = term.nulls_first.map(|first| !first);
        }
        Ok(())
    }

    /// Makes it the query of a `get`: without an order that nobody sees, and with no more rows than tell how many there
    /// are.
    pub(crate) fn for_one(&mut self) {
        if !self.is_sliced() && self.distinct_on.is_empty() {
            self.ordering.clear();
            self.default_ordering = false;
        }
        self.slice(0, Some(SEVERAL));
    }
}

/// The row of a `get`, whose query is [`Query::for_one`].
///
/// # Errors
/// `DoesNotExist` without a row, `MultipleObjectsReturned` with several.
pub(crate) fn only_one<T>(schema: &ModelSchema, rows: Vec<T>) -> Result<T> {
    let count = rows.len();
    let mut rows = rows.into_iter();
    match (rows.next(), count) {
        (Some(row), 1) => Ok(row),
        (None, _) => Err(no_row(schema)),
        (Some(_), count) => {
            let found = if count as u64 >= SEVERAL { format!("more than {}", SEVERAL - 1) } else { count.to_string() };
            let message = format!("expected one `{}`, found {found}", schema.name);
            Err(Error::new(ErrorKind::MultipleObjectsReturned, message)
                .with_hint("narrow the query down, or take `first()`"))
        }
    }
}

/// The error of a `get` that found nothing.
#[cold]
pub(crate) fn no_row(schema: &ModelSchema) -> Error {
    Error::new(ErrorKind::DoesNotExist, format!("`{}` matching query does not exist", schema.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slice(slices: &[(u64, Option<u64>)]) -> (u64, Option<u64>) {
        let mut query = Query::new("shop.Product");
        for (start, stop) in slices {
            query.slice(*start, *stop);
        }
        (query.offset, query.limit)
    }

    #[test]
    fn a_slice_of_a_slice_stays_inside_of_it() {
        assert_eq!(slice(&[(1, Some(4)), (1, Some(9))]), (2, Some(2)));
        assert_eq!(slice(&[(5, Some(3))]), (5, Some(0)));
        assert_eq!(slice(&[(2, None), (3, None)]), (5, None));
        assert_eq!(slice(&[(0, Some(3)), (9, None)]), (9, Some(0)));
    }

    #[test]
    fn numbers_that_no_engine_counts_to_are_the_largest_that_it_counts_to() {
        assert_eq!(slice(&[(u64::MAX, None)]), (MOST, None));
        assert_eq!(slice(&[(u64::MAX, None), (u64::MAX, Some(u64::MAX))]), (MOST, Some(0)));
        assert_eq!(slice(&[(0, Some(u64::MAX))]), (0, Some(MOST)));
    }
}
