//! Conditions on what windows compute: the three dearest of each category. Windows are computed after WHERE and HAVING, so
//! an inner SELECT computes them, and an outer one chooses among its rows, orders and slices them.

use rjango_core::{Error, ErrorKind, Result};

use super::conditions::Clause;
use super::joins::Reuse;
use super::ordering::Term;
use super::scope::Scope;
use super::select::{From, write_where};
use super::selected::Piece;
use super::writer::Sql;
use crate::query::{Condition, Expression, Operand, Prepared, Query};

/// The SELECT around the rows of `from`.
pub(super) fn rows(
    mut scope: Scope<'_>,
    query: &Query,
    filters: &[&Condition],
    pieces: Vec<Piece>,
    from: From,
    order: Vec<Term>,
) -> Result<Sql> {
    if !query.distinct_on.is_empty() || query.lock.is_some() {
        return Err(Error::new(
            ErrorKind::Other,
            "rows that are chosen by a window can be neither locked nor made distinct by some of their fields",
        )
        .with_hint("filter by `pk__in` with this query set"));
    }
    let dialect = scope.dialect;
    let mut inner = Inner { scope: &mut scope, columns: Vec::new() };
    let mut outer = Vec::with_capacity(pieces.len());
    for Piece { sql, name } in pieces {
        outer.push(Piece { sql: inner.column(sql), name });
    }
    let conditions = filters.iter().map(|filter| inner.condition(filter)).collect::<Result<Vec<_>>>()?;
    let order: Vec<Term> = order.into_iter().map(|term| Term { by: inner.column(term.by.clone()), ..term }).collect();
    let mut rows = Sql::text("SELECT ");
    let columns = std::mem::take(&mut inner.columns);
    let columns = columns.into_iter().enumerate().map(|(index, sql)| Piece { sql, name: Some(name(index).into()) });
    rows.append(Sql::join(columns.map(|piece| piece.written(dialect)), ", "));
    from.write(&scope, &mut rows);

    // A scope without joins: what the outer SELECT reads is written already.
    let mut scope = Scope::new(scope.models, dialect, &query.model, &[], scope.depth)?;
    let clauses = conditions.iter().map(|condition| Ok(scope.shared_condition(condition)?.0));
    let clauses = clauses.collect::<Result<Vec<Clause>>>()?;
    let mut sql = Sql::text(if query.distinct { "SELECT DISTINCT " } else { "SELECT " });
    sql.append(Sql::join(outer.into_iter().map(|piece| piece.written(dialect)), ", "));
    sql.push(" FROM (").append(rows).push(") qualified");
    write_where(Clause::all(clauses), &mut sql);
    for (index, term) in order.iter().enumerate() {
        sql.push(if index == 0 { " ORDER BY " } else { ", " });
        term.write(dialect, &mut sql);
    }
    dialect.limit(query.limit, query.offset, sql.as_text_mut());
    Ok(sql)
}

/// The name of an inner column.
fn name(index: usize) -> String {
    format!("__row{}", index + 1)
}

/// The inner SELECT's columns, as the outer one asks for them.
struct Inner<'s, 'a> {
    scope: &'s mut Scope<'a>,
    columns: Vec<Sql>,
}

impl Inner<'_, '_> {
    /// The name by which the outer SELECT knows it.
    fn column(&mut self, sql: Sql) -> Sql {
        let index = self.columns.iter().position(|known| *known == sql).unwrap_or_else(|| {
            self.columns.push(sql);
            self.columns.len() - 1
        });
        let mut column = Sql::text("qualified.");
        column.push_name(self.scope.dialect, &name(index));
        column
    }

    fn expression(&mut self, expression: &Expression) -> Result<Expression> {
        if matches!(expression, Expression::Value(_)) {
            return Ok(expression.clone());
        }
        let written = self.scope.expression(expression, &mut Reuse::All, None)?;
        let sql = self.column(written.sql);
        Ok(Expression::Prepared(Prepared { sql, value_type: written.value_type, nullable: written.nullable }))
    }

    /// The condition with inner columns in the place of expressions.
    fn condition(&mut self, condition: &Condition) -> Result<Condition> {
        let mut each = |conditions: &[Condition]| {
            conditions.iter().map(|condition| self.condition(condition)).collect::<Result<Vec<_>>>()
        };
        Ok(match condition {
            Condition::All(conditions) => Condition::All(each(conditions)?),
            Condition::Any(conditions) => Condition::Any(each(conditions)?),
            Condition::Not(condition) => Condition::Not(Box::new(self.condition(condition)?)),
            Condition::Holds(expression) => Condition::Holds(self.expression(expression)?),
            Condition::Lookup { left, lookup, right } => Condition::Lookup {
                left: self.expression(left)?,
                lookup: *lookup,
                right: match right {
                    Operand::One(right) => Operand::One(self.expression(right)?),
                    Operand::Many(right) => {
                        Operand::Many(right.iter().map(|right| self.expression(right)).collect::<Result<_>>()?)
                    }
                    query @ Operand::Query(..) => query.clone(),
                },
            },
        })
    }
}
