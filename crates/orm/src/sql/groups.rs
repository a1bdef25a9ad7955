//! What a grouped SELECT groups by beyond what it selects: the columns that stand beside an aggregate, as in
//! `count(..) > publisher.founded`.

use rjango_core::Result;

use super::joins::Reuse;
use super::scope::Scope;
use super::writer::Sql;
use crate::query::{Condition, Expression, Operand, WindowFunction};

/// A column beside an aggregate.
pub(super) struct Beside {
    pub(super) column: Sql,
    /// Whether it is one of the query's own model, which the model's key decides.
    pub(super) own: bool,
}

/// Whether a window is in the expression: it is computed after the groups, which cannot be made by it.
pub(super) fn has_window(expression: &Expression) -> bool {
    match expression {
        Expression::Window(_) => true,
        Expression::Binary(left, _, right) => has_window(left) || has_window(right),
        Expression::Function(_, arguments) => arguments.iter().any(has_window),
        Expression::Case { branches, otherwise } => {
            branches.iter().any(|(_, then)| has_window(then)) || otherwise.as_deref().is_some_and(has_window)
        }
        _ => false,
    }
}

impl Scope<'_> {
    /// Whether the condition speaks of what a window computes, after the rows of WHERE and HAVING are chosen.
    pub(super) fn is_about_windows(&self, condition: &Condition) -> bool {
        let in_window = |expression: &Expression| match expression {
            Expression::Column(path) => {
                self.annotation(&path.0).is_some_and(|(_, annotation)| has_window(&annotation.expression))
            }
            other => has_window(other),
        };
        match condition {
            Condition::All(conditions) | Condition::Any(conditions) => {
                conditions.iter().any(|condition| self.is_about_windows(condition))
            }
            Condition::Not(condition) => self.is_about_windows(condition),
            Condition::Holds(expression) => in_window(expression),
            Condition::Lookup { left, right, .. } => {
                in_window(left)
                    || match right {
                        Operand::One(right) => in_window(right),
                        Operand::Many(right) => right.iter().any(in_window),
                        Operand::Query(..) => false,
                    }
            }
        }
    }

    /// The columns of an expression that stand outside of its aggregates.
    pub(super) fn beside_aggregates(
        &mut self,
        expression: &Expression,
        reuse: &mut Reuse,
        out: &mut Vec<Beside>,
    ) -> Result<()> {
        match expression {
            Expression::Column(path) => {
                if let Some((_, annotation)) = self.annotation(&path.0) {
                    return self.beside_aggregates(&annotation.expression, &mut Reuse::All, out);
                }
                let target = self.resolve(&path.0)?;
                let (column, ..) = self.column(&target, reuse);
                out.push(Beside { column: self.write_column(&column), own: column.join == 0 });
                Ok(())
            }
            Expression::Binary(left, _, right) => {
                self.beside_aggregates(left, reuse, out)?;
                self.beside_aggregates(right, reuse, out)
            }
            Expression::Function(_, arguments) => {
                arguments.iter().try_for_each(|argument| self.beside_aggregates(argument, reuse, out))
            }
            Expression::Case { branches, otherwise } => {
                for (when, then) in branches {
                    self.beside_aggregates_in(when, reuse, false, out)?;
                    self.beside_aggregates(then, reuse, out)?;
                }
                otherwise.as_deref().map_or(Ok(()), |otherwise| self.beside_aggregates(otherwise, reuse, out))
            }
            // A window looks at the groups: what it looks at belongs to them.
            Expression::Window(window) => {
                window.partition_by.iter().try_for_each(|by| self.beside_aggregates(by, reuse, out))?;
                window.order_by.iter().try_for_each(|term| self.beside_aggregates(&term.by, reuse, out))?;
                match &window.function {
                    WindowFunction::Aggregate(Expression::Aggregate { over: Some(over), .. }) => {
                        self.beside_aggregates(over, reuse, out)
                    }
                    WindowFunction::Lag(over, _)
                    | WindowFunction::Lead(over, _)
                    | WindowFunction::FirstValue(over)
                    | WindowFunction::LastValue(over)
                    | WindowFunction::NthValue(over, _) => self.beside_aggregates(over, reuse, out),
                    _ => Ok(()),
                }
            }
            // Another query has groups of its own, and what it takes from this row has been written already.
            Expression::Aggregate { .. }
            | Expression::Value(_)
            | Expression::Unsaved(_)
            | Expression::Subquery(..)
            | Expression::Exists(_)
            | Expression::Outer(_)
            | Expression::Prepared(_) => Ok(()),
        }
    }

    /// As [`Scope::beside_aggregates`], of a condition on groups. `splits` says whether a negated lookup over a relation to
    /// many rows is a query of its own there, with columns of its own.
    pub(super) fn beside_aggregates_in(
        &mut self,
        condition: &Condition,
        reuse: &mut Reuse,
        splits: bool,
        out: &mut Vec<Beside>,
    ) -> Result<()> {
        self.beside_in(condition, reuse, splits.then_some(false), out)
    }

    /// `negated` is whether a negation is above, where that matters.
    fn beside_in(
        &mut self,
        condition: &Condition,
        reuse: &mut Reuse,
        negated: Option<bool>,
        out: &mut Vec<Beside>,
    ) -> Result<()> {
        match condition {
            Condition::All(conditions) | Condition::Any(conditions) => {
                conditions.iter().try_for_each(|condition| self.beside_in(condition, reuse, negated, out))
            }
            Condition::Not(condition) => self.beside_in(condition, reuse, negated.map(|_| true), out),
            Condition::Holds(expression) => self.beside_aggregates(expression, reuse, out),
            Condition::Lookup { left, right, .. } => {
                if negated != Some(true) || !self.is_of_many(left)? {
                    self.beside_aggregates(left, reuse, out)?;
                }
                match right {
                    Operand::One(right) => self.beside_aggregates(right, reuse, out),
                    Operand::Many(right) => {
                        right.iter().try_for_each(|right| self.beside_aggregates(right, reuse, out))
                    }
                    Operand::Query(..) => Ok(()),
                }
            }
        }
    }
}
