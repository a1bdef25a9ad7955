//! Aggregates over a query whose rows are its own affair, as a slice's are: an inner SELECT reads what they are over, and an
//! outer one aggregates. `coalesce(sum(pages), 0)` becomes the column `pages` within and `coalesce(sum(__col1), 0)` around.

use rjango_core::Result;

use super::expressions::aggregated;
use super::joins::Reuse;
use super::scope::Scope;
use super::writer::Sql;
use crate::query::{AggregateFunction, Condition, Expression, Operand, Prepared};
use crate::{Value, ValueType};

/// What the inner SELECT is to read, as the outer one's expressions ask for it.
pub(super) struct OuterAggregates<'s, 'a> {
    /// The query's own scope, for types; what joins there is not written.
    scope: &'s mut Scope<'a>,
    pub(super) inner: Vec<(Expression, ValueType)>,
}

/// The name of an inner SELECT's column.
pub(super) fn inner_name(index: usize) -> String {
    format!("__col{}", index + 1)
}

impl<'s, 'a> OuterAggregates<'s, 'a> {
    pub(super) fn new(scope: &'s mut Scope<'a>) -> Self {
        Self { scope, inner: Vec::new() }
    }

    /// The expression as the outer SELECT has it: its aggregates are over inner columns.
    pub(super) fn outer(&mut self, expression: &Expression) -> Result<Expression> {
        Ok(match expression {
            Expression::Aggregate { function, over, distinct, filter } => {
                let written = self.scope.expression(expression, &mut Reuse::All, None)?;
                let over = self.over(over.as_deref(), filter.as_deref())?;
                let sql = aggregated(self.scope.dialect, *function, *distinct, &over, &Sql::new());
                let sql = match written.value_type {
                    Some(value_type) => self.scope.cast(sql, value_type),
                    None => sql,
                };
                Expression::Prepared(Prepared { sql, value_type: written.value_type, nullable: written.nullable })
            }
            Expression::Value(_) => expression.clone(),
            Expression::Binary(left, operator, right) => {
                Expression::Binary(Box::new(self.outer(left)?), *operator, Box::new(self.outer(right)?))
            }
            Expression::Function(function, arguments) if self.scope.is_aggregate(expression) => {
                let arguments = arguments.iter().map(|argument| self.outer(argument));
                Expression::Function(*function, arguments.collect::<Result<_>>()?)
            }
            Expression::Case { branches, otherwise } if self.scope.is_aggregate(expression) => {
                let branches = branches.iter().map(|(when, then)| Ok((self.condition(when)?, self.outer(then)?)));
                let branches = branches.collect::<Result<_>>()?;
                let otherwise = otherwise.as_deref().map(|otherwise| self.outer(otherwise)).transpose()?;
                Expression::Case { branches, otherwise: otherwise.map(Box::new) }
            }
            // Any row's.
            other => {
                let written = self.scope.expression(other, &mut Reuse::All, None)?;
                let column = self.column(other.clone(), written.value_type);
                let sql = aggregated(self.scope.dialect, AggregateFunction::Max, false, &column, &Sql::new());
                Expression::Prepared(Prepared { sql, value_type: written.value_type, nullable: true })
            }
        })
    }

    /// What an aggregate is over, as a column that is NULL in the rows that its filter leaves out.
    fn over(&mut self, over: Option<&Expression>, filter: Option<&Condition>) -> Result<Sql> {
        let over = match (over, filter) {
            (None, None) => return Ok(Sql::text("*")),
            (Some(over), _) => over.clone(),
            (None, Some(_)) => Expression::Value(Value::Int(1)),
        };
        let value_type = self.scope.expression(&over, &mut Reuse::All, None)?.value_type;
        let over = match filter {
            Some(filter) => Expression::Case { branches: vec![(filter.clone(), over)], otherwise: None },
            None => over,
        };
        Ok(self.column(over, value_type))
    }

    fn column(&mut self, expression: Expression, value_type: Option<ValueType>) -> Sql {
        self.inner.push((expression, value_type.unwrap_or(ValueType::Text)));
        let mut column = Sql::new();
        column.push_name(self.scope.dialect, &inner_name(self.inner.len() - 1));
        column
    }

    fn condition(&mut self, condition: &Condition) -> Result<Condition> {
        let all = |outer: &mut Self, conditions: &[Condition]| -> Result<Vec<Condition>> {
            conditions.iter().map(|condition| outer.condition(condition)).collect()
        };
        Ok(match condition {
            Condition::All(conditions) => Condition::All(all(self, conditions)?),
            Condition::Any(conditions) => Condition::Any(all(self, conditions)?),
            Condition::Not(condition) => Condition::Not(Box::new(self.condition(condition)?)),
            Condition::Holds(expression) => Condition::Holds(self.outer(expression)?),
            Condition::Lookup { left, lookup, right } => {
                let right = match right {
                    Operand::One(right) => Operand::One(self.outer(right)?),
                    Operand::Many(right) => {
                        Operand::Many(right.iter().map(|right| self.outer(right)).collect::<Result<_>>()?)
                    }
                    query @ Operand::Query(..) => query.clone(),
                };
                Condition::Lookup { left: self.outer(left)?, lookup: *lookup, right }
            }
        })
    }
}

/// The columns that an expression speaks of, those of other queries left out.
pub(super) fn columns(expression: &Expression, found: &mut Vec<Expression>) {
    match expression {
        Expression::Column(_) => {
            if !found.contains(expression) {
                found.push(expression.clone());
            }
        }
        Expression::Binary(left, _, right) => {
            columns(left, found);
            columns(right, found);
        }
        Expression::Aggregate { over, filter, .. } => {
            over.iter().for_each(|over| columns(over, found));
            filter.iter().for_each(|filter| columns_of(filter, found));
        }
        Expression::Function(_, arguments) => arguments.iter().for_each(|argument| columns(argument, found)),
        Expression::Case { branches, otherwise } => {
            for (when, then) in branches {
                columns_of(when, found);
                columns(then, found);
            }
            otherwise.iter().for_each(|otherwise| columns(otherwise, found));
        }
        Expression::Value(_)
        | Expression::Unsaved(_)
        | Expression::Subquery(..)
        | Expression::Exists(_)
        | Expression::Outer(_)
        | Expression::Window(_)
        | Expression::Prepared(_) => {}
    }
}

fn columns_of(condition: &Condition, found: &mut Vec<Expression>) {
    match condition {
        Condition::All(conditions) | Condition::Any(conditions) => {
            conditions.iter().for_each(|condition| columns_of(condition, found));
        }
        Condition::Not(condition) => columns_of(condition, found),
        Condition::Holds(expression) => columns(expression, found),
        Condition::Lookup { left, right, .. } => {
            columns(left, found);
            match right {
                Operand::One(right) => columns(right, found),
                Operand::Many(right) => right.iter().for_each(|right| columns(right, found)),
                Operand::Query(..) => {}
            }
        }
    }
}
