//! UNION, INTERSECT and EXCEPT.

use rjango_core::{Error, ErrorKind, Result};

use super::Dialect;
use super::paths::{read_as, value_type};
use super::select::{Columns, own_name, rows as single_rows};
use super::writer::Sql;
use crate::ValueType;
use crate::model::Models;
use crate::query::{Combinator, Combined, Expression, Ordering, Query};

/// The SELECT of several queries together, in the order and slice of the query around them.
pub(super) fn rows(
    models: &Models,
    dialect: &dyn Dialect,
    query: &Query,
    combined: &Combined,
    columns: Columns<'_>,
    depth: usize,
) -> Result<(Sql, Vec<ValueType>)> {
    let (before, after) = dialect.combined();
    let mut pieces = Vec::with_capacity(combined.queries.len());
    for part in &combined.queries {
        // A query that is known to give nothing changes a union by nothing, and a difference only as its first part.
        if part.none && !pieces.is_empty() && combined.how != Combinator::Intersection {
            continue;
        }
        let mut part = part.clone();
        part.select_related.clear();
        part.lock = None;
        if part.limit.is_none() && part.offset == 0 {
            part.ordering.clear();
            part.default_ordering = false;
        }
        if part.none {
            part.filters.push(crate::query::Condition::Any(Vec::new()));
        }
        let (sql, _) = single_rows(models, dialect, &part, columns, depth, false)?;
        pieces.push(sql.wrapped(before, after));
    }
    let between = match combined.how {
        Combinator::Union => " UNION ",
        Combinator::UnionAll => " UNION ALL ",
        Combinator::Intersection => " INTERSECT ",
        Combinator::Difference => " EXCEPT ",
    };
    let mut sql = Sql::join(pieces, between);
    let meta = models.require(&query.model)?;
    for (index, term) in query.ordering.iter().enumerate() {
        let position = position(models, query, columns, term)?;
        sql.push(if index == 0 { " ORDER BY " } else { ", " }).push(&position.to_string());
        sql.push(if term.descending { " DESC" } else { " ASC" });
        match term.nulls_first {
            Some(first) if dialect.orders_nulls() => {
                sql.push(if first { " NULLS FIRST" } else { " NULLS LAST" });
            }
            _ => {}
        }
    }
    dialect.limit(query.limit, query.offset, sql.as_text_mut());
    let types = match columns {
        Columns::Model => meta.schema.concrete_fields().map(|field| value_type(models, field)).collect(),
        Columns::Expressions(expressions) => expressions
            .iter()
            .map(|(expression, value_type)| read_as(models, meta, &query.annotations, expression, *value_type))
            .collect(),
    };
    Ok((sql, types))
}

/// Which of the columns, from 1, a term orders by.
fn position(models: &Models, query: &Query, columns: Columns<'_>, term: &Ordering) -> Result<usize> {
    let meta = models.require(&query.model)?;
    let found = match (columns, &term.by) {
        (Columns::Model, Expression::Column(path)) => match path.0.as_slice() {
            [name] => meta.schema.concrete_fields().position(|field| {
                field.name == *name || own_name(field) == *name || (field.primary_key && name == "pk")
            }),
            _ => None,
        },
        (Columns::Expressions(expressions), by) => expressions.iter().position(|(expression, _)| expression == by),
        _ => None,
    };
    found.map(|index| index + 1).ok_or_else(|| {
        Error::new(ErrorKind::Other, "combined rows can be ordered only by columns that are read")
            .with_hint("order by the model's own fields, or by what `values_list` names")
    })
}

/// Refuses what combined rows cannot do.
pub(super) fn refuse(query: &Query, verb: &str) -> Result<()> {
    if query.combined.is_none() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Other, format!("cannot {verb} the rows of combined queries"))
        .with_hint(format!("{verb} before `union`, `intersection` or `difference`, or filter with `pk__in`")))
}
