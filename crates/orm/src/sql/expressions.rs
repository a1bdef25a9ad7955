//! Expressions into SQL: columns, parameters, arithmetic and aggregates.

use std::collections::BTreeSet;

use rjango_core::{Error, ErrorKind, Result};

use super::Dialect;
use super::conditions::Clause;
use super::dialect::Temporal;
use super::functions::fill;
use super::joins::Reuse;
use super::scope::Scope;
use super::writer::Sql;
use crate::query::{AggregateFunction, BinaryOperator, Expression};
use crate::value::bounds::check_parameter;
use crate::{Value, ValueType};

/// A written expression.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) sql: Sql,
    /// How it is read; `None` for NULL alone.
    pub(super) value_type: Option<ValueType>,
    /// Whether it may be NULL.
    pub(super) nullable: bool,
    /// The joins it stands on.
    pub(super) joins: BTreeSet<usize>,
    /// Whether it compares as a column of its type does: it is one, or it was cast.
    pub(super) affine: bool,
}

impl<'a> Scope<'a> {
    /// Writes an expression; its columns join as they need. `beside` is the type of what it is compared with or
    /// assigned to, which a plain value takes.
    pub(super) fn expression(
        &mut self,
        expression: &Expression,
        reuse: &mut Reuse,
        beside: Option<ValueType>,
    ) -> Result<Written> {
        match expression {
            Expression::Column(path) => {
                if let Some((index, annotation)) = self.annotation(&path.0) {
                    return self.annotated(index, annotation, reuse, beside);
                }
                let target = self.resolve(&path.0)?;
                let (column, whole, way) = self.column(&target, reuse);
                if let Reuse::Only(shared) = reuse {
                    shared.extend(&way);
                }
                let left = self.joins.get(column.join).kind == super::joins::JoinKind::Left;
                Ok(Written {
                    sql: self.write_column(&column),
                    value_type: Some(column.value_type),
                    nullable: column.nullable || left,
                    joins: whole.into_iter().collect(),
                    affine: true,
                })
            }
            Expression::Value(value) => {
                check_parameter(self.dialect.engine(), value)?;
                Ok(self.value(value.clone(), beside))
            }
            Expression::Unsaved(what) => Err(unsaved(what)),
            Expression::Binary(left, operator, right) => self.binary(left, *operator, right, reuse, beside),
            Expression::Aggregate { function, over, distinct, filter } => {
                self.aggregate(*function, over.as_deref(), *distinct, filter.as_deref(), None)
            }
            Expression::Function(function, arguments) => self.function(*function, arguments, reuse, beside),
            Expression::Case { branches, otherwise } => self.case(branches, otherwise.as_deref(), reuse, beside),
            Expression::Subquery(query, column, value_type) => self.subquery(query, column, *value_type),
            Expression::Exists(query) => self.exists(query),
            Expression::Window(window) => self.window(window, reuse),
            Expression::Outer(_) => Err(Error::new(
                ErrorKind::Other,
                "an expression over the row of the query around stands in a query with none around it",
            )
            .with_hint("use this query set inside another query, as a subquery or in `exists`")),
            Expression::Prepared(prepared) => Ok(Written {
                sql: prepared.sql.clone(),
                value_type: prepared.value_type,
                nullable: prepared.nullable,
                joins: BTreeSet::new(),
                affine: true,
            }),
        }
    }

    /// A parameter.
    pub(super) fn value(&self, value: Value, beside: Option<ValueType>) -> Written {
        let value = match beside {
            Some(value_type) => value.coerce(value_type),
            None => value,
        };
        let value_type = value.value_type();
        let nullable = value.is_null();
        Written {
            sql: Sql::value(self.dialect.adapt(value)),
            value_type,
            nullable,
            joins: BTreeSet::new(),
            affine: false,
        }
    }

    fn binary(
        &mut self,
        left: &Expression,
        operator: BinaryOperator,
        right: &Expression,
        reuse: &mut Reuse,
        beside: Option<ValueType>,
    ) -> Result<Written> {
        // A plain value takes the type of the other side: `F(price) + 1` adds a decimal.
        let is_value = |expression: &Expression| matches!(expression, Expression::Value(_));
        let divides = matches!(operator, BinaryOperator::Divide | BinaryOperator::Modulo);
        // A plain divisor is known to be another number than zero, or not.
        let guarded = match right {
            Expression::Value(divisor) if divides && is_zero(divisor) => return Err(division_by_zero()),
            Expression::Value(_) => false,
            _ => divides,
        };
        let (left, right) = if is_value(left) && !is_value(right) {
            let right = self.expression(right, reuse, beside)?;
            (self.expression(left, reuse, right.value_type)?, right)
        } else {
            let left = self.expression(left, reuse, beside)?;
            let operand = left.value_type;
            (left, self.expression(right, reuse, operand)?)
        };
        let mut joins = left.joins;
        joins.extend(right.joins);
        let (sql, value_type) = match temporal(left.value_type, operator, right.value_type) {
            Some((spelling, value_type)) => {
                let spelling = self.dialect.temporal(spelling);
                (fill(spelling, vec![left.sql, right.sql])?, value_type)
            }
            None => {
                let value_type = combined(left.value_type, operator, right.value_type)?;
                let (before, between, after) = self.dialect.arithmetic(operator, value_type);
                let mut sql = Sql::text(before);
                sql.append(left.sql).push(between).append(right.sql.clone()).push(after);
                if let Some(guard) = self.dialect.division_guard().filter(|_| guarded) {
                    sql = fill(guard, vec![sql, right.sql])?;
                }
                (sql, value_type)
            }
        };
        Ok(Written {
            sql,
            value_type: Some(value_type),
            nullable: left.nullable || right.nullable,
            joins,
            affine: false,
        })
    }

    /// An aggregate, over a group or, where its clause is given, over a window.
    pub(super) fn aggregate(
        &mut self,
        function: AggregateFunction,
        over: Option<&Expression>,
        distinct: bool,
        filter: Option<&crate::query::Condition>,
        window: Option<&Sql>,
    ) -> Result<Written> {
        let mut reuse = Reuse::All;
        let over = over.map(|over| self.expression(over, &mut reuse, None)).transpose()?;
        let mut joins = over.as_ref().map(|over| over.joins.clone()).unwrap_or_default();
        let filter = match filter {
            Some(condition) => {
                let (clause, used) = self.shared_condition(condition)?;
                joins.extend(used);
                Some(clause)
            }
            None => None,
        };
        let over_type = over.as_ref().and_then(|over| over.value_type).unwrap_or(ValueType::Int);
        let value_type = match function {
            AggregateFunction::Count => ValueType::Int,
            AggregateFunction::Avg if over_type == ValueType::Int => ValueType::Float,
            AggregateFunction::Avg if matches!(over_type, ValueType::Decimal(_)) => ValueType::Decimal(None),
            AggregateFunction::StdDev { .. } | AggregateFunction::Variance { .. } => ValueType::Float,
            _ => over_type,
        };
        let mut over = over.map_or_else(|| Sql::text("*"), |over| over.sql);
        let mut after = Sql::new();
        match filter {
            Some(Clause::Sql(filter)) if self.dialect.filters_aggregates() => {
                after.push(" FILTER (WHERE ").append(filter).push(")");
            }
            Some(Clause::Sql(filter)) => {
                let value = if over.as_text() == "*" { Sql::text("1") } else { over };
                over = Sql::text("CASE WHEN ");
                over.append(filter).push(" THEN ").append(value).push(" END");
            }
            // Over no rows.
            Some(Clause::False) => over = Sql::text("CASE WHEN 0 = 1 THEN 1 END"),
            Some(Clause::True) | None => {}
        }
        if let Some(window) = window {
            after.append(window.clone());
        }
        let sql = aggregated(self.dialect, function, distinct, &over, &after);
        Ok(Written {
            sql: self.cast(sql, value_type),
            value_type: Some(value_type),
            nullable: function != AggregateFunction::Count,
            joins,
            affine: true,
        })
    }

    /// The expression, made to compare as a column of its type.
    pub(super) fn cast(&self, sql: Sql, value_type: ValueType) -> Sql {
        match self.dialect.cast(value_type) {
            Some((before, after)) => sql.wrapped(before, after),
            None => sql,
        }
    }
}

/// An aggregate over a written expression, with what stands after each of its parentheses.
pub(super) fn aggregated(
    dialect: &dyn Dialect,
    function: AggregateFunction,
    distinct: bool,
    over: &Sql,
    after: &Sql,
) -> Sql {
    let mut sql = Sql::new();
    let mut spelling = dialect.aggregate(function);
    while let Some(mark) = spelling.find(['[', ']', '@']) {
        sql.push(&spelling[..mark]);
        match spelling.as_bytes()[mark] {
            b'[' => sql.push(if distinct { "(DISTINCT " } else { "(" }),
            b'@' => sql.append(over.clone()),
            _ => sql.push(")").append(after.clone()),
        };
        spelling = &spelling[mark + 1..];
    }
    sql.push(spelling);
    sql
}

/// The arithmetic of days, times and moments that this is, if it is one, and the type of its result.
fn temporal(
    left: Option<ValueType>,
    operator: BinaryOperator,
    right: Option<ValueType>,
) -> Option<(Temporal, ValueType)> {
    use BinaryOperator as Op;
    use ValueType as T;
    Some(match (left?, operator, right?) {
        (T::DateTime, Op::Subtract, T::DateTime) => (Temporal::BetweenMoments, T::Duration),
        (T::Date, Op::Subtract, T::Date) => (Temporal::BetweenDays, T::Duration),
        (T::Time, Op::Subtract, T::Time) => (Temporal::BetweenTimes, T::Duration),
        (T::DateTime, Op::Add, T::Duration) => (Temporal::MomentAndDuration, T::DateTime),
        (T::Duration, Op::Add, T::DateTime) => (Temporal::DurationAndMoment, T::DateTime),
        (T::DateTime, Op::Subtract, T::Duration) => (Temporal::MomentLessDuration, T::DateTime),
        (T::Date, Op::Add, T::Duration) => (Temporal::DayAndDuration, T::DateTime),
        (T::Duration, Op::Add, T::Date) => (Temporal::DurationAndDay, T::DateTime),
        (T::Date, Op::Subtract, T::Duration) => (Temporal::DayLessDuration, T::DateTime),
        (T::Time, Op::Add, T::Duration) => (Temporal::TimeAndDuration, T::Time),
        (T::Duration, Op::Add, T::Time) => (Temporal::DurationAndTime, T::Time),
        (T::Time, Op::Subtract, T::Duration) => (Temporal::TimeLessDuration, T::Time),
        _ => return None,
    })
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::Int(number) => *number == 0,
        Value::Float(number) => *number == 0.0,
        Value::Decimal(number) => number.is_zero(),
        _ => false,
    }
}

#[cold]
fn division_by_zero() -> Error {
    Error::new(ErrorKind::Other, "division by zero").with_hint("divide by another number, or by a field")
}

/// The error for an instance without a key where a value is needed.
#[cold]
fn unsaved(what: &str) -> Error {
    Error::new(
        ErrorKind::Other,
        format!("{what} has no primary key, so nothing can be compared with it or refer to it"),
    )
    .with_hint("save the instance first; for NULL write `field__isnull = true` or `field = None`")
}

/// The type of a sum, difference, product, quotient or remainder.
fn combined(left: Option<ValueType>, operator: BinaryOperator, right: Option<ValueType>) -> Result<ValueType> {
    use ValueType as T;
    Ok(match (left, right) {
        (None, Some(only)) | (Some(only), None) => only,
        (None, None) => T::Int,
        (Some(T::Decimal(_)), Some(T::Decimal(_) | T::Int | T::Float))
        | (Some(T::Int | T::Float), Some(T::Decimal(_))) => T::Decimal(None),
        (Some(T::Float), Some(T::Int | T::Float)) | (Some(T::Int), Some(T::Float)) => T::Float,
        (Some(T::Int | T::Bool), Some(T::Int | T::Bool)) => T::Int,
        (Some(T::Duration), Some(T::Duration)) => T::Duration,
        (Some(T::Duration), Some(T::Int)) | (Some(T::Int), Some(T::Duration)) => T::Duration,
        (Some(left), Some(right)) => {
            return Err(Error::new(
                ErrorKind::Other,
                format!("`{operator:?}` of a column of {left:?} and a column of {right:?} is not supported"),
            )
            .with_hint("compute it in Rust, or store a number"));
        }
    })
}
