//! Finding what a query inside another takes from the row around it.

use rjango_core::Result;

use super::{Condition, Expression, Operand, Query, WindowFunction};

/// What is done with an [`Expression::Outer`] of the query around: it is replaced by what this gives.
type Bind<'a> = &'a mut dyn FnMut(&Expression) -> Result<Expression>;

impl Query {
    /// Replaces every expression over the row of the query around this one, those in queries inside it included.
    pub(crate) fn bind_outer(&mut self, bind: Bind<'_>) -> Result<()> {
        query(self, 1, bind)
    }
}

impl Expression {
    /// As [`Query::bind_outer`], in an expression that a query inside gives.
    pub(crate) fn bind_outer(&mut self, bind: Bind<'_>) -> Result<()> {
        expression(self, 1, bind)
    }
}

/// `level` is how many times an expression must be wrapped to mean the query around.
fn query(inner: &mut Query, level: usize, bind: Bind<'_>) -> Result<()> {
    for filter in &mut inner.filters {
        condition(filter, level, bind)?;
    }
    for annotation in &mut inner.annotations {
        expression(&mut annotation.expression, level, bind)?;
    }
    for term in &mut inner.ordering {
        expression(&mut term.by, level, bind)?;
    }
    match inner.combined.as_deref_mut() {
        Some(combined) => combined.queries.iter_mut().try_for_each(|part| query(part, level, bind)),
        None => Ok(()),
    }
}

fn condition(inner: &mut Condition, level: usize, bind: Bind<'_>) -> Result<()> {
    match inner {
        Condition::All(conditions) | Condition::Any(conditions) => {
            conditions.iter_mut().try_for_each(|inner| condition(inner, level, bind))
        }
        Condition::Not(inner) => condition(inner, level, bind),
        Condition::Holds(inner) => expression(inner, level, bind),
        Condition::Lookup { left, right, .. } => {
            expression(left, level, bind)?;
            match right {
                Operand::One(right) => expression(right, level, bind),
                Operand::Many(right) => right.iter_mut().try_for_each(|right| expression(right, level, bind)),
                Operand::Query(inner, given) => {
                    query(inner, level + 1, bind)?;
                    given.as_deref_mut().map_or(Ok(()), |given| expression(given, level + 1, bind))
                }
            }
        }
    }
}

fn expression(inner: &mut Expression, level: usize, bind: Bind<'_>) -> Result<()> {
    match inner {
        Expression::Outer(_) => {
            if let Some(outer) = unwrapped(inner, level) {
                *inner = bind(outer)?;
            }
            Ok(())
        }
        Expression::Column(_) | Expression::Value(_) | Expression::Unsaved(_) | Expression::Prepared(_) => Ok(()),
        Expression::Binary(left, _, right) => {
            expression(left, level, bind)?;
            expression(right, level, bind)
        }
        Expression::Aggregate { over, filter, .. } => {
            if let Some(over) = over {
                expression(over, level, bind)?;
            }
            filter.as_deref_mut().map_or(Ok(()), |filter| condition(filter, level, bind))
        }
        Expression::Function(_, arguments) => {
            arguments.iter_mut().try_for_each(|argument| expression(argument, level, bind))
        }
        Expression::Case { branches, otherwise } => {
            for (when, then) in branches {
                condition(when, level, bind)?;
                expression(then, level, bind)?;
            }
            otherwise.as_deref_mut().map_or(Ok(()), |otherwise| expression(otherwise, level, bind))
        }
        Expression::Subquery(inner, given, _) => {
            query(inner, level + 1, bind)?;
            expression(given, level + 1, bind)
        }
        Expression::Exists(inner) => query(inner, level + 1, bind),
        Expression::Window(window) => {
            match &mut window.function {
                WindowFunction::Aggregate(inner)
                | WindowFunction::Lag(inner, _)
                | WindowFunction::Lead(inner, _)
                | WindowFunction::FirstValue(inner)
                | WindowFunction::LastValue(inner)
                | WindowFunction::NthValue(inner, _) => expression(inner, level, bind)?,
                _ => {}
            }
            window.partition_by.iter_mut().try_for_each(|by| expression(by, level, bind))?;
            window.order_by.iter_mut().try_for_each(|term| expression(&mut term.by, level, bind))
        }
    }
}

/// What is inside so many `Outer`s, if there are so many.
fn unwrapped(expression: &Expression, level: usize) -> Option<&Expression> {
    let mut inner = expression;
    for _ in 0..level {
        let Expression::Outer(next) = inner else { return None };
        inner = next;
    }
    Some(inner)
}
