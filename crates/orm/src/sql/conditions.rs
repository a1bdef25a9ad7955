//! Conditions into SQL: groups, negation, and what they make of the joins.
//!
//! The promotion rules are those of Django's `JoinPromoter`: every condition of an AND needs its rows, so their
//! joins become INNER; in an OR only a join that every branch needs does. Negation swaps the two.

use std::collections::{BTreeMap, BTreeSet};

use rjango_core::Result;

use super::joins::Reuse;
use super::scope::Scope;
use super::writer::Sql;
use crate::query::{Condition, Expression, Lookup, Operand};

/// A written condition. Constants are folded: `in` an empty list is false before any database sees it.
#[derive(Debug, Clone)]
pub(super) enum Clause {
    True,
    False,
    Sql(Sql),
}

/// Where in a tree of conditions a lookup stands.
pub(super) struct Position {
    pub(super) reuse: Reuse,
    /// Whether an odd number of negations is above.
    pub(super) negated: bool,
    /// Whether any negation is above.
    pub(super) in_negation: bool,
    /// Whether a negated lookup over a many-valued relation becomes a subquery.
    pub(super) split: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Connector {
    And,
    Or,
}

/// The joins whose rows a condition needs.
pub(super) type Needed = BTreeSet<usize>;

impl Clause {
    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Sql(sql) => {
                let grouped = sql.as_text().starts_with('(') && sql.as_text().ends_with(')');
                let (before, after) = if grouped { ("NOT ", "") } else { ("NOT (", ")") };
                Self::Sql(sql.wrapped(before, after))
            }
        }
    }

    /// All of the clauses.
    pub(super) fn all(clauses: impl IntoIterator<Item = Self>) -> Self {
        Self::fold(clauses, Connector::And)
    }

    /// Any of the clauses.
    pub(super) fn any(clauses: impl IntoIterator<Item = Self>) -> Self {
        Self::fold(clauses, Connector::Or)
    }

    fn fold(clauses: impl IntoIterator<Item = Self>, connector: Connector) -> Self {
        let mut pieces = Vec::new();
        for clause in clauses {
            match (clause, connector) {
                (Self::True, Connector::And) | (Self::False, Connector::Or) => {}
                (Self::True, Connector::Or) => return Self::True,
                (Self::False, Connector::And) => return Self::False,
                (Self::Sql(sql), _) => pieces.push(sql),
            }
        }
        match (pieces.len(), connector) {
            (0, Connector::And) => Self::True,
            (0, Connector::Or) => Self::False,
            (1, _) => Self::Sql(pieces.swap_remove(0)),
            (_, connector) => {
                let separator = if connector == Connector::And { " AND " } else { " OR " };
                Self::Sql(Sql::chain(pieces, separator))
            }
        }
    }
}

impl<'a> Scope<'a> {
    /// Writes one `filter()`.
    pub(super) fn filter(&mut self, condition: &Condition) -> Result<Clause> {
        let inner = self.joins.inner();
        let mut position =
            Position { reuse: Reuse::Only(BTreeSet::new()), negated: false, in_negation: false, split: true };
        let (clause, needed) = self.condition(condition, &mut position)?;
        self.joins.demote(needed);
        // What an earlier filter needed, it still needs.
        self.joins.demote(inner);
        Ok(clause)
    }

    /// Writes one `filter()` of which a part is about groups. Gives the clause about rows, those about groups, and the joins that
    /// they share.
    pub(super) fn filter_groups(
        &mut self,
        of_rows: Vec<Condition>,
        of_groups: &[Condition],
    ) -> Result<(Clause, Vec<Clause>, Reuse)> {
        let inner = self.joins.inner();
        let mut position =
            Position { reuse: Reuse::Only(BTreeSet::new()), negated: false, in_negation: false, split: true };
        let (clause, mut needed) = self.condition(&Condition::All(of_rows), &mut position)?;
        let mut clauses = Vec::with_capacity(of_groups.len());
        for condition in of_groups {
            let (clause, further) = self.condition(condition, &mut position)?;
            clauses.push(clause);
            needed.extend(further);
        }
        self.joins.demote(needed);
        self.joins.demote(inner);
        Ok((clause, clauses, position.reuse))
    }

    /// Writes the condition of an aggregate: it shares every join, and needs none of them.
    pub(super) fn shared_condition(&mut self, condition: &Condition) -> Result<(Clause, Needed)> {
        let inner = self.joins.inner();
        let mut position = Position { reuse: Reuse::All, negated: false, in_negation: false, split: false };
        let (clause, needed) = self.condition(condition, &mut position)?;
        self.joins.promote(needed.iter().copied().filter(|join| !inner.contains(join)));
        self.joins.demote(inner);
        Ok((clause, needed))
    }

    fn condition(&mut self, condition: &Condition, position: &mut Position) -> Result<(Clause, Needed)> {
        match condition {
            Condition::All(conditions) => self.group(Connector::And, conditions, false, position),
            Condition::Any(conditions) => self.group(Connector::Or, conditions, false, position),
            Condition::Not(condition) => match &**condition {
                Condition::All(conditions) => self.group(Connector::And, conditions, true, position),
                Condition::Any(conditions) => self.group(Connector::Or, conditions, true, position),
                single => self.group(Connector::And, std::slice::from_ref(single), true, position),
            },
            single @ (Condition::Lookup { .. } | Condition::Holds(_)) => {
                self.group(Connector::And, std::slice::from_ref(single), false, position)
            }
        }
    }

    fn group(
        &mut self,
        connector: Connector,
        conditions: &[Condition],
        negate: bool,
        position: &mut Position,
    ) -> Result<(Clause, Needed)> {
        let outside = (position.negated, position.in_negation);
        position.negated ^= negate;
        position.in_negation |= negate;
        let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
        let mut clauses = Vec::with_capacity(conditions.len());
        for condition in conditions {
            let (clause, needed) = match condition {
                Condition::Lookup { left, lookup, right } => {
                    let right = super::lookups::Right::Operand(right);
                    self.lookup(left, *lookup, right, position)?
                }
                Condition::Holds(expression) => {
                    // As Django: it may hold where a related row is missing, as that no row exists does.
                    let written = self.expression(expression, &mut position.reuse, Some(crate::ValueType::Bool))?;
                    (Clause::Sql(written.sql), Needed::new())
                }
                nested => self.condition(nested, position)?,
            };
            for join in needed {
                *votes.entry(join).or_default() += 1;
            }
            clauses.push(clause);
        }
        let is_and = (connector == Connector::And) != position.negated;
        let (mut promote, mut demote) = (Vec::new(), Needed::new());
        for (join, count) in votes {
            if is_and || count == conditions.len() {
                demote.insert(join);
            } else {
                promote.push(join);
            }
        }
        self.joins.promote(promote);
        self.joins.demote(demote.iter().copied());
        (position.negated, position.in_negation) = outside;
        let clause = Clause::fold(clauses, connector);
        Ok((if negate { clause.not() } else { clause }, demote))
    }
}

/// Splits a filter into the conditions about rows and those about groups, which stand in HAVING.
pub(super) fn split_groups(scope: &Scope<'_>, condition: &Condition) -> (Vec<Condition>, Vec<Condition>) {
    let (mut of_rows, mut of_groups) = (Vec::new(), Vec::new());
    split(scope, condition, &mut of_rows, &mut of_groups);
    (of_rows, of_groups)
}

/// As Django: whatever must hold in any case stands where it can, and what it holds in stays whole otherwise.
fn split(scope: &Scope<'_>, condition: &Condition, of_rows: &mut Vec<Condition>, of_groups: &mut Vec<Condition>) {
    if !scope.is_about_groups(condition) {
        of_rows.push(condition.clone());
        return;
    }
    match condition {
        Condition::All(conditions) => {
            for condition in conditions {
                split(scope, condition, of_rows, of_groups);
            }
        }
        Condition::Not(negated) => match &**negated {
            // None of them holds.
            Condition::Any(conditions) => {
                for condition in conditions {
                    split(scope, &Condition::Not(Box::new(condition.clone())), of_rows, of_groups);
                }
            }
            _ => of_groups.push(condition.clone()),
        },
        _ => of_groups.push(condition.clone()),
    }
}

/// `field = value` as a condition.
pub(crate) fn equals(field: impl Into<std::borrow::Cow<'static, str>>, value: crate::Value) -> Condition {
    Condition::Lookup {
        left: Expression::Column(crate::query::Path::root().join(field)),
        lookup: Lookup::Exact,
        right: Operand::One(Expression::Value(value)),
    }
}

/// `field in values` as a condition.
pub(crate) fn is_in(
    field: impl Into<std::borrow::Cow<'static, str>>,
    values: impl IntoIterator<Item = crate::Value>,
) -> Condition {
    Condition::Lookup {
        left: Expression::Column(crate::query::Path::root().join(field)),
        lookup: Lookup::In,
        right: Operand::Many(values.into_iter().map(Expression::Value).collect()),
    }
}
