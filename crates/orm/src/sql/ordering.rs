//! The order of rows: by columns, by expressions, by a relation's own order, or at random.

use std::borrow::Cow;

use rjango_core::{Error, ErrorKind, Result};

use super::Dialect;
use super::functions::fill;
use super::groups::has_window;
use super::joins::Reuse;
use super::scope::Scope;
use super::writer::Sql;
use crate::model::ModelMeta;
use crate::query::{Expression, Function, Ordering, Path};

/// One written term.
pub(super) struct Term {
    /// What is ordered by.
    pub(super) by: Sql,
    /// Whether it is computed over a group, or over a window after that.
    pub(super) aggregate: bool,
    /// Whether it is a column of the query's own model.
    pub(super) own: bool,
    pub(super) descending: bool,
    pub(super) nulls_first: Option<bool>,
}

impl Term {
    /// The term as it stands in ORDER BY.
    pub(super) fn write(&self, dialect: &dyn Dialect, out: &mut Sql) {
        if let Some(nulls_first) = self.nulls_first.filter(|_| !dialect.orders_nulls()) {
            out.append(self.by.clone()).push(if nulls_first { " IS NOT NULL, " } else { " IS NULL, " });
        }
        out.append(self.by.clone());
        out.push(if self.descending { " DESC" } else { " ASC" });
        if dialect.orders_nulls() {
            match self.nulls_first {
                Some(true) => out.push(" NULLS FIRST"),
                Some(false) => out.push(" NULLS LAST"),
                None => out,
            };
        }
    }
}

/// A model's `ordering` as terms: `-price`, `category__name`, `?`.
pub(crate) fn parse_ordering(names: &[String]) -> Vec<Ordering> {
    names.iter().map(|name| parse_term(name)).collect()
}

/// One term of an order by name.
pub(crate) fn parse_term(name: &str) -> Ordering {
    let (descending, name) = name.strip_prefix('-').map_or((false, name), |name| (true, name));
    let name = name.strip_prefix('+').unwrap_or(name);
    let path = Path(name.split("__").map(|name| Cow::Owned(name.to_owned())).collect());
    Ordering { by: Expression::Column(path), descending, nulls_first: None }
}

impl<'a> Scope<'a> {
    /// Writes the terms.
    pub(super) fn order(&mut self, ordering: &[Ordering]) -> Result<Vec<Term>> {
        let mut terms = Vec::with_capacity(ordering.len());
        for term in ordering {
            self.order_by(term, &mut Vec::new(), &mut terms)?;
        }
        Ok(terms)
    }

    /// The model's own order.
    pub(super) fn default_order(&mut self) -> Result<Vec<Term>> {
        let ordering = parse_ordering(&self.meta.schema.ordering);
        self.order(&ordering)
    }

    /// Whether the expression is a column of many related rows.
    pub(super) fn is_by_many(&self, by: &Expression) -> bool {
        let Expression::Column(path) = by else { return false };
        self.annotation(&path.0).is_none()
            && self.resolve(&path.0).is_ok_and(|target| target.hops.iter().any(|hop| hop.many))
    }

    fn order_by(&mut self, ordering: &Ordering, seen: &mut Vec<Vec<usize>>, terms: &mut Vec<Term>) -> Result<()> {
        let Expression::Column(path) = &ordering.by else {
            let aggregate = self.is_aggregate(&ordering.by) || has_window(&ordering.by);
            let mut by = self.expression(&ordering.by, &mut Reuse::All, None)?.sql;
            if let Expression::Function(Function::JsonKey | Function::JsonIndex, _) = &ordering.by
                && let Some(spelling) = self.dialect.json_order()
            {
                by = fill(spelling, vec![by])?;
            }
            terms.push(Term {
                by,
                aggregate,
                own: false,
                descending: ordering.descending,
                nulls_first: ordering.nulls_first,
            });
            return Ok(());
        };
        if matches!(path.0.as_slice(), [name] if name == "?") {
            let by = Sql::text(self.dialect.random());
            terms.push(Term { by, aggregate: false, own: true, descending: false, nulls_first: None });
            return Ok(());
        }
        if let Some((_, annotation)) = self.annotation(&path.0) {
            let aggregate = self.is_aggregate(&ordering.by) || has_window(&annotation.expression);
            let by = self.expression(&ordering.by, &mut Reuse::All, None)?.sql;
            terms.push(Term {
                by,
                aggregate,
                own: false,
                descending: ordering.descending,
                nulls_first: ordering.nulls_first,
            });
            return Ok(());
        }
        let target = self.resolve(&path.0)?;
        if target.relation && !target.meta.schema.ordering.is_empty() {
            let whole = self.joins.follow(&target.hops, &Reuse::All);
            if seen.contains(&whole) {
                return Err(endless(target.meta));
            }
            seen.push(whole.clone());
            for mut term in parse_ordering(&target.meta.schema.ordering) {
                if let Expression::Column(further) = &mut term.by {
                    let names = path.0.iter().chain(&further.0).cloned().collect();
                    *further = Path(names);
                }
                term.descending ^= ordering.descending;
                term.nulls_first = ordering.nulls_first;
                self.order_by(&term, seen, terms)?;
            }
            whole.into_iter().skip(1).for_each(|join| self.joins.release(join));
            return Ok(());
        }
        let (column, ..) = self.column(&target, &Reuse::All);
        terms.push(Term {
            by: self.write_column(&column),
            aggregate: false,
            own: column.join == 0,
            descending: ordering.descending,
            nulls_first: ordering.nulls_first,
        });
        Ok(())
    }
}

#[cold]
fn endless(meta: &ModelMeta) -> Error {
    Error::new(ErrorKind::Other, format!("the ordering of `{}` leads back to itself", meta.schema.label()))
        .with_hint("name a field in the relation's place, such as `parent__name` or `parent_id`")
}
