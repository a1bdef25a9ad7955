//! Queries inside a query's expressions.

use std::collections::BTreeSet;

use rjango_core::Result;

use super::expressions::Written;
use super::joins::Reuse;
use super::scope::Scope;
use super::select;
use super::writer::Sql;
use crate::query::{Expression, Prepared, Query};
use crate::{Value, ValueType};

impl Scope<'_> {
    /// The one value that another query gives.
    pub(super) fn subquery(&mut self, query: &Query, column: &Expression, value_type: ValueType) -> Result<Written> {
        let (mut query, mut column) = (query.clone(), column.clone());
        let mut joins = self.bind_outer(&mut query, Some(&mut column))?;
        let sql = if query.none {
            joins.clear();
            Sql::text("NULL")
        } else {
            let sql = select::subquery(self.models, self.dialect, &query, Some(&column), self.depth + 1)?;
            self.cast(sql.wrapped("(", ")"), value_type)
        };
        Ok(Written { sql, value_type: Some(value_type), nullable: true, joins, affine: true })
    }

    /// Whether another query has a row.
    pub(super) fn exists(&mut self, query: &Query) -> Result<Written> {
        let mut query = query.clone();
        let joins = self.bind_outer(&mut query, None)?;
        let sql = if query.none {
            Sql::text("0 = 1")
        } else {
            let one = Expression::Value(Value::Int(1));
            if self.dialect.limits_exists() && query.limit.is_none() {
                query.limit = Some(1);
            }
            select::subquery(self.models, self.dialect, &query, Some(&one), self.depth + 1)?.wrapped("EXISTS(", ")")
        };
        Ok(Written { sql, value_type: Some(ValueType::Bool), nullable: false, joins, affine: false })
    }

    /// Writes what a query inside takes from this one's row, and gives the joins that it stands on.
    pub(super) fn bind_outer(&mut self, query: &mut Query, column: Option<&mut Expression>) -> Result<BTreeSet<usize>> {
        let mut joins = BTreeSet::new();
        let mut bind = |outer: &Expression| -> Result<Expression> {
            let written = self.expression(outer, &mut Reuse::All, None)?;
            joins.extend(written.joins);
            Ok(Expression::Prepared(Prepared {
                sql: written.sql,
                value_type: written.value_type,
                nullable: written.nullable,
            }))
        };
        query.bind_outer(&mut bind)?;
        if let Some(column) = column {
            column.bind_outer(&mut bind)?;
        }
        Ok(joins)
    }
}
