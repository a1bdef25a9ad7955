//! SELECT: rows, counts, existence and aggregates.

use rjango_core::Result;

use super::Dialect;
use super::combined;
use super::conditions::{Clause, split_groups};
use super::joins::Reuse;
use super::ordering::Term;
use super::outer_aggregates::{self, OuterAggregates};
use super::paths::{primary_key, value_type};
use super::scope::Scope;
use super::selected::{Piece, Selected};
use super::windowed;
use super::writer::Sql;
use crate::connection::Statement;
use crate::model::Models;
use crate::query::{AggregateFunction, Expression, Path, Query};
use crate::{Value, ValueType};

/// What each row of a result holds.
#[derive(Debug, Clone, Copy)]
pub enum Columns<'a> {
    /// The model's concrete fields, then those of each relation of [`related_paths`] (all NULL where there is no
    /// related row), then the annotations.
    Model,
    /// These expressions. Where one is an aggregate, the rows are grouped by the others, as `values().annotate()`.
    Expressions(&'a [(Expression, ValueType)]),
}

/// A SELECT and how its columns are read.
#[derive(Debug, Clone, PartialEq)]
pub struct Select {
    /// The statement.
    pub statement: Statement,
    /// The columns' types.
    pub types: Vec<ValueType>,
}

/// The relations whose rows come with each row, each after the one it hangs on: `category__parent` is `category`,
/// then `category__parent`.
pub fn related_paths(query: &Query) -> Vec<Path> {
    let mut paths: Vec<Path> = Vec::new();
    for path in &query.select_related {
        for length in 1..=path.0.len() {
            let part = Path(path.0[..length].to_vec());
            if !paths.contains(&part) {
                paths.push(part);
            }
        }
    }
    paths
}

/// The statement that reads a query's rows.
///
/// # Errors
/// `Other` where a path names no field, `ImproperlyConfigured` where the site has no such model.
pub fn select(models: &Models, dialect: &dyn Dialect, query: &Query, columns: Columns<'_>) -> Result<Select> {
    let (sql, types) = rows(models, dialect, query, columns, 0, false)?;
    Ok(Select { statement: sql.finish(dialect), types })
}

/// The statement that counts a query's rows.
///
/// # Errors
/// As [`select`].
pub fn count(models: &Models, dialect: &dyn Dialect, query: &Query) -> Result<Statement> {
    if query.combined.is_some() {
        let (sql, _) = rows(models, dialect, query, Columns::Model, 0, false)?;
        return Ok(sql.wrapped("SELECT COUNT(*) FROM (", ") subquery").finish(dialect));
    }
    let all = (
        Expression::Aggregate { function: AggregateFunction::Count, over: None, distinct: false, filter: None },
        ValueType::Int,
    );
    aggregate(models, dialect, query, &[all])
}

/// The statement that counts the rows that a query gives of these columns.
///
/// # Errors
/// As [`select`].
pub fn count_of(
    models: &Models,
    dialect: &dyn Dialect,
    query: &Query,
    columns: &[(Expression, ValueType)],
) -> Result<Statement> {
    let mut query = query.clone();
    query.select_related.clear();
    query.lock = None;
    if query.limit.is_none() && query.offset == 0 && query.distinct_on.is_empty() {
        query.ordering.clear();
        query.default_ordering = false;
    }
    let (sql, _) = rows(models, dialect, &query, Columns::Expressions(columns), 0, true)?;
    Ok(sql.wrapped("SELECT COUNT(*) FROM (", ") subquery").finish(dialect))
}

/// The statement that reads one row with a 1 where the query has any.
///
/// # Errors
/// As [`select`].
pub fn exists(models: &Models, dialect: &dyn Dialect, query: &Query) -> Result<Statement> {
    let mut query = query.clone();
    query.ordering.clear();
    query.default_ordering = false;
    query.select_related.clear();
    query.limit = Some(query.limit.map_or(1, |limit| limit.min(1)));
    if query.combined.is_some() {
        let (sql, _) = rows(models, dialect, &query, Columns::Model, 0, false)?;
        return Ok(sql.finish(dialect));
    }
    let one = [(Expression::Value(Value::Int(1)), ValueType::Int)];
    // Equal rows exist as one row does; without the model's columns there is nothing to compare.
    query.distinct = query.distinct && query.offset > 0;
    let columns = if query.distinct { Columns::Model } else { Columns::Expressions(&one) };
    let (sql, _) = rows(models, dialect, &query, columns, 0, false)?;
    Ok(sql.finish(dialect))
}

/// The statement that reads one row of aggregates over a query's rows.
///
/// # Errors
/// As [`select`].
pub fn aggregate(
    models: &Models,
    dialect: &dyn Dialect,
    query: &Query,
    aggregates: &[(Expression, ValueType)],
) -> Result<Statement> {
    combined::refuse(query, "aggregate")?;
    let mut query = query.clone();
    query.select_related.clear();
    query.lock = None;
    let sliced = query.limit.is_some() || query.offset > 0;
    let annotations = query.annotations.clone();
    let mut scope = Scope::new(models, dialect, &query.model, &annotations, 0)?;
    if !sliced {
        // An order by many related rows gives a row for each, and they count.
        query.ordering.retain(|term| scope.is_by_many(&term.by));
        query.default_ordering = false;
    }
    let grouped = query.annotations.iter().any(|annotation| scope.is_aggregate(&annotation.expression))
        || query.filters.iter().any(|filter| scope.is_about_groups(filter) || scope.is_about_windows(filter));
    if !sliced && !query.distinct && !grouped {
        return single_row(models, dialect, &query, aggregates);
    }
    let mut outer = OuterAggregates::new(&mut scope);
    let expressions = aggregates.iter().map(|(expression, _)| outer.outer(expression)).collect::<Result<Vec<_>>>()?;
    let mut inner = outer.inner;
    if query.distinct || grouped {
        // As Django: rows are distinct, and groups are made, by each column that an aggregate or its filter speaks of.
        let mut columns = Vec::new();
        aggregates.iter().for_each(|(expression, _)| outer_aggregates::columns(expression, &mut columns));
        columns.retain(|column| !matches!(column, Expression::Column(path) if scope.annotation(&path.0).is_some()));
        inner.extend(columns.into_iter().map(|column| (column, ValueType::Text)));
    }
    // A scope without joins: what the outer SELECT reads is written already.
    let mut scope = Scope::new(models, dialect, &query.model, &annotations, 0)?;
    let pieces = expressions
        .iter()
        .zip(aggregates)
        .map(|(expression, (_, value_type))| {
            scope.expression(expression, &mut Reuse::All, Some(*value_type)).map(|written| written.sql)
        })
        .collect::<Result<Vec<_>>>()?;
    let mut sql = Sql::text("SELECT ");
    sql.append(Sql::join(pieces, ", ")).push(" FROM (");
    sql.append(inner_rows(models, dialect, &query, &inner)?);
    sql.push(") subquery");
    Ok(sql.finish(dialect))
}

/// The rows that an outer aggregate reads: distinct as the query's own rows are, with the columns it needs.
fn inner_rows(models: &Models, dialect: &dyn Dialect, query: &Query, inner: &[(Expression, ValueType)]) -> Result<Sql> {
    let mut columns: Vec<(Expression, ValueType)> = inner.to_vec();
    if query.distinct || inner.is_empty() {
        let meta = models.require(&query.model)?;
        let fields: Vec<_> =
            if query.distinct { meta.schema.concrete_fields().collect() } else { vec![primary_key(meta)?] };
        // A foreign key's own column, not the row that it refers to.
        columns.extend(
            fields
                .into_iter()
                .map(|field| (Expression::Column(Path(vec![own_name(field).into()])), value_type(models, field))),
        );
    }
    if query.distinct {
        // What is annotated tells rows apart, too.
        let read = query.annotations.iter().filter(|annotation| annotation.selected);
        columns.extend(
            read.map(|annotation| (Expression::Column(Path(vec![annotation.name.clone()])), annotation.value_type)),
        );
    }
    let (sql, _) = rows(models, dialect, query, Columns::Expressions(&columns), 0, true)?;
    Ok(sql)
}

/// The name under which a path means the field's own column.
pub(crate) fn own_name(field: &rjango_schema::FieldSchema) -> String {
    if field.kind.relation().is_some() { format!("{}_id", field.name) } else { field.name.clone() }
}

fn single_row(
    models: &Models,
    dialect: &dyn Dialect,
    query: &Query,
    aggregates: &[(Expression, ValueType)],
) -> Result<Statement> {
    let mut scope = Scope::new(models, dialect, &query.model, &query.annotations, 0)?;
    let mut filters = Vec::with_capacity(query.filters.len());
    for (index, condition) in query.filters.iter().enumerate() {
        scope.annotate_before(index)?;
        filters.push(scope.filter(condition)?);
    }
    scope.annotate_before(usize::MAX)?;
    scope.order(&query.ordering)?;
    let mut selected = Vec::with_capacity(aggregates.len());
    for (expression, _) in aggregates {
        selected.push(scope.expression(expression, &mut Reuse::All, None)?.sql);
    }
    let mut sql = Sql::text("SELECT ");
    sql.append(Sql::join(selected, ", "));
    scope.joins.write_from(dialect, false, &mut sql);
    write_where(Clause::all(filters), &mut sql);
    Ok(sql.finish(dialect))
}

pub(super) fn write_where(clause: Clause, sql: &mut Sql) {
    match clause {
        Clause::True => {}
        Clause::False => {
            sql.push(" WHERE 0 = 1");
        }
        Clause::Sql(condition) => {
            sql.push(" WHERE ").append(condition);
        }
    }
}

/// A query inside another, for `in`: its primary key or the one expression.
pub(super) fn subquery(
    models: &Models,
    dialect: &dyn Dialect,
    query: &Query,
    expression: Option<&Expression>,
    depth: usize,
) -> Result<Sql> {
    let key = Expression::Column(Path(vec!["pk".into()]));
    let columns = [(expression.cloned().unwrap_or(key), ValueType::Int)];
    let mut query = query.clone();
    query.select_related.clear();
    if query.limit.is_none() && query.offset == 0 {
        query.ordering.clear();
        query.default_ordering = false;
    }
    rows(models, dialect, &query, Columns::Expressions(&columns), depth, false).map(|(sql, _)| sql)
}

/// The SELECT. `named` gives expressions the names that an outer SELECT knows them by.
pub(super) fn rows(
    models: &Models,
    dialect: &dyn Dialect,
    query: &Query,
    columns: Columns<'_>,
    depth: usize,
    named: bool,
) -> Result<(Sql, Vec<ValueType>)> {
    if let Some(combined) = &query.combined {
        return combined::rows(models, dialect, query, combined, columns, depth);
    }
    let mut scope = Scope::new(models, dialect, &query.model, &query.annotations, depth)?;
    let mut conditions = Vec::with_capacity(query.filters.len());
    let (mut having, mut beside, mut about_windows) = (Vec::new(), Vec::new(), Vec::new());
    for (index, filter) in query.filters.iter().enumerate() {
        scope.annotate_before(index)?;
        if scope.is_about_windows(filter) {
            about_windows.push(filter);
            continue;
        }
        // The conditions of one filter share their joins; a filter that is about rows alone is written whole.
        let (of_rows, of_groups) = split_groups(&scope, filter);
        if of_groups.is_empty() {
            conditions.push(scope.filter(filter)?);
        } else {
            let (clause, clauses, mut reuse) = scope.filter_groups(of_rows, &of_groups)?;
            conditions.push(clause);
            for (condition, clause) in of_groups.iter().zip(clauses) {
                if matches!(clause, Clause::Sql(_)) {
                    scope.beside_aggregates_in(condition, &mut reuse, true, &mut beside)?;
                }
                having.push(clause);
            }
        }
    }
    // As Django: an annotation joins what it needs, whether it is read or not.
    scope.annotate_before(usize::MAX)?;
    let mut selected = Selected::default();
    match columns {
        Columns::Model => selected.model(&mut scope, query)?,
        Columns::Expressions(expressions) => selected.expressions(&mut scope, expressions, named)?,
    }
    let grouped = selected.aggregates
        || !having.is_empty()
        || query.annotations.iter().any(|annotation| scope.is_aggregate(&annotation.expression))
        || query.ordering.iter().any(|term| scope.is_aggregate(&term.by));
    selected.beside.extend(beside);
    let order: Vec<Term> = if !query.ordering.is_empty() {
        scope.order(&query.ordering)?
    } else if query.default_ordering && !grouped {
        // As Django: a model's own order does not apply to groups, which it would split.
        scope.default_order()?
    } else {
        Vec::new()
    };
    let mut group: Vec<Sql> = Vec::new();
    if grouped {
        group = selected.group(&scope)?;
        for term in order.iter().filter(|term| !term.aggregate && !term.own) {
            if !group.contains(&term.by) {
                group.push(term.by.clone());
            }
        }
    }
    let Selected { pieces, types, .. } = selected;
    let from = From { conditions, group, having };
    let sql = if about_windows.is_empty() {
        plain(&mut scope, query, pieces, from, &order)?
    } else {
        windowed::rows(scope, query, &about_windows, pieces, from, order)?
    };
    Ok((sql, types))
}

/// What stands between the columns of a SELECT and its order.
pub(super) struct From {
    conditions: Vec<Clause>,
    group: Vec<Sql>,
    having: Vec<Clause>,
}

impl From {
    pub(super) fn write(self, scope: &Scope<'_>, sql: &mut Sql) {
        scope.joins.write_from(scope.dialect, false, sql);
        write_where(Clause::all(self.conditions), sql);
        if !self.group.is_empty() {
            if self.group.iter().any(Sql::has_parameters) {
                sql.share_parameters();
            }
            sql.push(" GROUP BY ").append(Sql::join(self.group, ", "));
        }
        match Clause::all(self.having) {
            Clause::True => {}
            Clause::False => {
                sql.push(" HAVING 0 = 1");
            }
            Clause::Sql(condition) => {
                sql.push(" HAVING ").append(condition);
            }
        }
    }
}

fn plain(scope: &mut Scope<'_>, query: &Query, pieces: Vec<Piece>, from: From, order: &[Term]) -> Result<Sql> {
    let dialect = scope.dialect;
    let mut sql = Sql::text(if query.distinct { "SELECT DISTINCT " } else { "SELECT " });
    if !query.distinct_on.is_empty() {
        sql.push("ON (").append(scope.distinct_on(&query.distinct_on)?).push(") ");
    }
    // Distinct rows are ordered by what is selected alone.
    let is_selected = |term: &Term| pieces.iter().any(|piece| piece.sql.as_text() == term.by.as_text());
    let distinct = query.distinct && query.distinct_on.is_empty();
    if query.distinct && order.iter().any(|term| term.by.has_parameters()) {
        sql.share_parameters();
    }
    let missing: Vec<Sql> =
        order.iter().filter(|term| distinct && !is_selected(term)).map(|term| term.by.clone()).collect();
    sql.append(Sql::join(pieces.into_iter().map(|piece| piece.written(dialect)).chain(missing), ", "));
    from.write(scope, &mut sql);
    for (index, term) in order.iter().enumerate() {
        sql.push(if index == 0 { " ORDER BY " } else { ", " });
        term.write(dialect, &mut sql);
    }
    dialect.limit(query.limit, query.offset, sql.as_text_mut());
    if let Some(lock) = &query.lock {
        scope.lock(lock, &mut sql)?;
    }
    Ok(sql)
}
