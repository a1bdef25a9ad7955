//! Functions and CASE into SQL. The zone that is in force is read here, where a function of the query reads clocks; it becomes
//! part of the text, so that statements of two zones are two statements.

use std::collections::BTreeSet;

use rjango_core::{Error, ErrorKind, Result, timezone};

use super::conditions::Clause;
use super::expressions::Written;
use super::joins::Reuse;
use super::scope::Scope;
use super::writer::Sql;
use crate::ValueType;
use crate::query::{Condition, Expression, Function};

impl Scope<'_> {
    /// A function of the database.
    pub(super) fn function(
        &mut self,
        function: Function,
        arguments: &[Expression],
        reuse: &mut Reuse,
        beside: Option<ValueType>,
    ) -> Result<Written> {
        let is_value = |argument: &Expression| matches!(argument, Expression::Value(_));
        // Plain values come last: they take the type of the others.
        let mut written: Vec<Option<Written>> = Vec::with_capacity(arguments.len());
        let mut shared = None;
        for argument in arguments {
            let own = if is_value(argument) { None } else { Some(self.expression(argument, reuse, None)?) };
            shared = shared.or(own.as_ref().and_then(|own| own.value_type));
            written.push(own);
        }
        let shared = if function.is_of_one_type() { shared.or(beside) } else { None };
        let mut pieces = Vec::with_capacity(arguments.len());
        for (argument, own) in arguments.iter().zip(written) {
            pieces.push(match (own, argument) {
                (Some(own), _) => own,
                (None, Expression::Value(step)) if matches!(function, Function::JsonKey | Function::JsonIndex) => {
                    self.value(self.dialect.json_step(step.clone()), None)
                }
                (None, _) => self.compared(argument, reuse, shared)?,
            });
        }
        let types: Vec<Option<ValueType>> = pieces.iter().map(|piece| piece.value_type).collect();
        let nullable: Vec<bool> = pieces.iter().map(|piece| piece.nullable).collect();
        let joins: BTreeSet<usize> = pieces.iter().flat_map(|piece| piece.joins.iter().copied()).collect();
        let of = types.first().copied().flatten().unwrap_or(ValueType::Text);
        let value_type = function.value_type(&types);
        let spelling = self.dialect.function(function, of);
        let mut pieces: Vec<Sql> = pieces.into_iter().map(|piece| piece.sql).collect();
        let mut back = None;
        if of == ValueType::DateTime
            && let Some(zone) = function.zone()
        {
            let zone = zone.unwrap_or_else(timezone::current);
            if let Some(first) = pieces.first_mut() {
                *first = fill(&self.dialect.local(zone), vec![std::mem::take(first)])?;
            }
            back = (value_type == ValueType::DateTime).then_some(zone);
        }
        let mut sql = fill(&spelling, pieces)?;
        // DIFFERENCE: Django leaves to Python what the clocks show, so that its database compares that with moments.
        if let Some(zone) = back {
            sql = fill(&self.dialect.moment(zone), vec![sql])?;
        }
        Ok(Written {
            sql: self.cast(sql, value_type),
            value_type: Some(value_type),
            nullable: function.is_nullable(&nullable),
            joins,
            affine: true,
        })
    }

    /// A plain value that the database is to compare with values of this type.
    fn compared(&mut self, value: &Expression, reuse: &mut Reuse, shared: Option<ValueType>) -> Result<Written> {
        let written = self.expression(value, reuse, shared)?;
        Ok(match shared {
            Some(value_type) if !written.affine => Written { sql: self.cast(written.sql, value_type), ..written },
            _ => written,
        })
    }

    /// CASE.
    pub(super) fn case(
        &mut self,
        branches: &[(Condition, Expression)],
        otherwise: Option<&Expression>,
        reuse: &mut Reuse,
        beside: Option<ValueType>,
    ) -> Result<Written> {
        let mut sql = Sql::text("CASE");
        let (mut joins, mut value_type, mut nullable) = (BTreeSet::new(), None, false);
        let mut last = otherwise;
        let mut any = false;
        for (when, then) in branches {
            let (clause, used) = self.shared_condition(when)?;
            match clause {
                Clause::False => continue,
                Clause::True => {
                    last = Some(then);
                    break;
                }
                Clause::Sql(condition) => {
                    let then = self.expression(then, reuse, value_type.or(beside))?;
                    joins.extend(used.into_iter().chain(then.joins));
                    value_type = value_type.or(then.value_type);
                    nullable |= then.nullable;
                    sql.push(" WHEN ").append(condition).push(" THEN ").append(then.sql);
                    any = true;
                }
            }
        }
        let last = last.map(|last| self.expression(last, reuse, value_type.or(beside))).transpose()?;
        match last {
            Some(last) if !any => return Ok(last),
            Some(last) => {
                joins.extend(last.joins);
                value_type = value_type.or(last.value_type);
                nullable |= last.nullable;
                sql.push(" ELSE ").append(last.sql);
            }
            None if !any => return Ok(self.value(crate::Value::Null, beside)),
            None => nullable = true,
        }
        sql.push(" END");
        let sql = match value_type {
            Some(value_type) => self.cast(sql, value_type),
            None => sql,
        };
        Ok(Written { sql, value_type, nullable, joins, affine: true })
    }
}

/// The arguments in their places.
pub(super) fn fill(spelling: &str, arguments: Vec<Sql>) -> Result<Sql> {
    let mut sql = Sql::new();
    let mut rest = spelling;
    while let Some((before, after)) = rest.split_once('{') {
        let (place, after) = after.split_once('}').unwrap_or((after, ""));
        sql.push(before);
        match place.parse::<usize>() {
            Ok(index) => {
                let argument = arguments.get(index).ok_or_else(|| {
                    Error::new(ErrorKind::Other, format!("a function of the database needs {} arguments", index + 1))
                })?;
                sql.append(argument.clone());
            }
            Err(_) => {
                sql.append(Sql::join(arguments.iter().cloned(), ", "));
            }
        }
        rest = after;
    }
    sql.push(rest);
    Ok(sql)
}
