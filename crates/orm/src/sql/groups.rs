//! What a grouped SELECT groups by beyond what it selects: the columns that stand beside an aggregate, as in
//! `count(..) > publisher.founded`.

use rjango_core::Result;

use super::conditions::{Clause, Position};
use super::joins::Reuse;
use super::lookups::{Right, transformed};
use super::scope::Scope;
use super::writer::Sql;
use crate::query::{Condition, Expression, Lookup, Operand, Query, WindowFunction};

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
        if self.is_computed_of_rows(expression) {
            let written = self.expression(expression, reuse, None)?;
            // Servers without numbered parameters do not know such an expression again. Its columns decide it as well.
            if self.dialect.numbers_parameters() || !written.sql.has_parameters() {
                out.push(Beside { own: written.joins.iter().all(|join| *join == 0), column: written.sql });
                return Ok(());
            }
        }
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
            Expression::Subquery(query, column, _) => self.beside_query(query, Some(column), Some(expression), out),
            Expression::Exists(query) => self.beside_query(query, None, Some(expression), out),
            Expression::Aggregate { .. }
            | Expression::Value(_)
            | Expression::Unsaved(_)
            | Expression::Outer(_)
            | Expression::Prepared(_) => Ok(()),
        }
    }

    /// Whether it is computed of the columns of single rows, by nothing that has a group of its own.
    fn is_computed_of_rows(&self, expression: &Expression) -> bool {
        let is_computed =
            matches!(expression, Expression::Binary(..) | Expression::Function(..) | Expression::Case { .. });
        is_computed && !self.is_aggregate(expression) && !has_window(expression)
    }

    /// What a query inside takes from this one's rows. As Django: its columns, or the query itself where one stands on a way.
    fn beside_query(
        &mut self,
        query: &Query,
        column: Option<&Expression>,
        whole: Option<&Expression>,
        out: &mut Vec<Beside>,
    ) -> Result<()> {
        let mut taken: Vec<Expression> = Vec::new();
        let mut take = |outer: &Expression| {
            taken.push(outer.clone());
            Ok(outer.clone())
        };
        query.clone().bind_outer(&mut take)?;
        if let Some(column) = column {
            column.clone().bind_outer(&mut take)?;
        }
        let is_on_a_way = |outer: &Expression| matches!(outer, Expression::Column(path) if path.0.len() > 1);
        match whole.filter(|_| taken.iter().any(is_on_a_way)) {
            Some(whole) => {
                let written = self.expression(whole, &mut Reuse::All, None)?;
                out.push(Beside { column: written.sql, own: false });
                Ok(())
            }
            None => taken.iter().try_for_each(|outer| self.beside_aggregates(outer, &mut Reuse::All, out)),
        }
    }

    /// A negated lookup over a relation to many rows, which is a query of its own, where it stands on a way.
    fn beside_split(
        &mut self,
        condition: (&Expression, Lookup, &Operand),
        reuse: &mut Reuse,
        out: &mut Vec<Beside>,
    ) -> Result<()> {
        let (left, lookup, right) = condition;
        let Some(path) = transformed(left) else { return Ok(()) };
        if self.resolve(&path.0)?.hops.iter().position(|hop| hop.many) == Some(0) {
            return Ok(());
        }
        let own = std::mem::replace(reuse, Reuse::All);
        let mut position = Position { reuse: own, negated: true, in_negation: true, split: true };
        let written = self.lookup(left, lookup, Right::Operand(right), &mut position);
        *reuse = position.reuse;
        if let (Clause::Sql(column), _) = written? {
            out.push(Beside { column, own: false });
        }
        Ok(())
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
            Condition::Lookup { left, lookup, right } => {
                if negated == Some(true) && self.is_of_many(left)? {
                    return self.beside_split((left, *lookup, right), reuse, out);
                }
                self.beside_aggregates(left, reuse, out)?;
                match right {
                    Operand::One(right) => self.beside_aggregates(right, reuse, out),
                    Operand::Many(right) => {
                        right.iter().try_for_each(|right| self.beside_aggregates(right, reuse, out))
                    }
                    Operand::Query(query, column) => self.beside_query(query, column.as_deref(), None, out),
                }
            }
        }
    }
}
