//! UPDATE and DELETE: what one filter finds, in one statement.

use rjango_core::{Error, ErrorKind, Result};

use super::Dialect;
use super::conditions::Clause;
use super::joins::Reuse;
use super::paths::{no_such_field, primary_key, value_type};
use super::scope::Scope;
use super::select::subquery;
use super::writer::Sql;
use crate::connection::Statement;
use crate::model::{ModelMeta, Models};
use crate::query::{Assignment, Query};

/// The statement that assigns to every row of a query; `None` where the query is known to give nothing or nothing
/// is assigned.
///
/// # Errors
/// `Other` where a name is no field of the model's own table, the query is sliced, or a value reads another table.
pub fn update(
    models: &Models,
    dialect: &dyn Dialect,
    query: &Query,
    assignments: &[Assignment],
) -> Result<Option<Statement>> {
    whole(query, "update")?;
    if query.none || assignments.is_empty() {
        return Ok(None);
    }
    let mut scope = Scope::new(models, dialect, &query.model, &[], 0)?;
    let meta = scope.meta;
    let mut sql = Sql::text("UPDATE ");
    sql.push_name(dialect, &meta.schema.table()).push(" SET ");
    for (index, assignment) in assignments.iter().enumerate() {
        let field = meta
            .schema
            .field(&assignment.field)
            .or_else(|| {
                let relation = assignment.field.strip_suffix("_id").and_then(|name| meta.schema.field(name));
                relation.filter(|field| field.kind.relation().is_some())
            })
            .filter(|field| field.is_concrete())
            .ok_or_else(|| no_such_field(meta, &assignment.field))?;
        let field_type = value_type(models, field);
        let written = scope.expression(&assignment.value, &mut Reuse::All, Some(field_type))?;
        if written.joins.iter().any(|join| *join != 0) {
            return Err(Error::new(
                ErrorKind::Other,
                format!("`{}.{}` cannot be set from another table in an update", meta.schema.label(), field.name),
            )
            .with_hint("read the value first, or save the instances one by one"));
        }
        if index > 0 {
            sql.push(", ");
        }
        sql.push_name(dialect, &field.column()).push(" = ").append(written.sql);
    }
    write_where(&mut scope, query, &mut sql)?;
    Ok(Some(sql.finish(dialect)))
}

/// The statement that deletes every row of a query, whatever refers to it; `None` where the query is known to give
/// nothing.
///
/// # Errors
/// As [`update`].
pub fn delete(models: &Models, dialect: &dyn Dialect, query: &Query) -> Result<Option<Statement>> {
    whole(query, "delete")?;
    if query.none {
        return Ok(None);
    }
    let mut scope = Scope::new(models, dialect, &query.model, &[], 0)?;
    let mut sql = Sql::text("DELETE FROM ");
    sql.push_name(dialect, &scope.meta.schema.table());
    write_where(&mut scope, query, &mut sql)?;
    Ok(Some(sql.finish(dialect)))
}

/// The rows, by the condition itself where it stays in the table, else by their keys.
fn write_where(scope: &mut Scope<'_>, query: &Query, sql: &mut Sql) -> Result<()> {
    let grouped = !query.annotations.is_empty()
        || query.filters.iter().any(|filter| scope.is_about_groups(filter) || scope.is_about_windows(filter));
    if !grouped {
        let clauses = query.filters.iter().map(|filter| scope.filter(filter)).collect::<Result<Vec<_>>>()?;
        if !scope.joins.any() {
            match Clause::all(clauses) {
                Clause::True => return Ok(()),
                Clause::False => {
                    sql.push(" WHERE 0 = 1");
                    return Ok(());
                }
                // A subquery may read the table that changes.
                Clause::Sql(condition)
                    if scope.dialect.updates_from_itself() || !condition.as_text().contains("SELECT ") =>
                {
                    sql.push(" WHERE ").append(condition);
                    return Ok(());
                }
                Clause::Sql(_) => {}
            }
        }
    }
    let meta: &ModelMeta = scope.meta;
    let inner = subquery(scope.models, scope.dialect, query, None, 1)?;
    sql.push(" WHERE ").push_name(scope.dialect, &primary_key(meta)?.column()).push(" IN (");
    if scope.dialect.updates_from_itself() {
        sql.append(inner);
    } else {
        // A derived table is computed first.
        sql.push("SELECT * FROM (").append(inner).push(") subquery");
    }
    sql.push(")");
    Ok(())
}

/// Refuses a slice: an UPDATE or DELETE has none.
pub(crate) fn whole(query: &Query, verb: &str) -> Result<()> {
    super::combined::refuse(query, verb)?;
    if query.limit.is_some() || query.offset > 0 {
        return Err(Error::new(ErrorKind::Other, format!("cannot {verb} a slice of a query"))
            .with_hint(format!("{verb} by keys: filter with `pk__in` and the sliced query")));
    }
    Ok(())
}
