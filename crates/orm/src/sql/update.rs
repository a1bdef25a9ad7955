//! UPDATE and DELETE: what one filter finds, in one statement.

use std::borrow::Cow;

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::{FieldKind, FieldSchema};

use super::Dialect;
use super::conditions::Clause;
use super::functions::fill;
use super::joins::Reuse;
use super::paths::{column_kind, no_such_field, primary_key, value_type};
use super::scope::Scope;
use super::select::subquery;
use super::writer::Sql;
use crate::connection::Statement;
use crate::model::{ModelMeta, Models};
use crate::query::{Assignment, Expression, Query};
use crate::value::bounds::kept;
use crate::{Value, ValueType};

/// The statement that assigns to every row of a query; `None` where the query is known to give nothing or nothing
/// is assigned.
///
/// # Errors
/// `Other` where a name is no field of the model's own table, the query is sliced, or a value reads another table;
/// `Validation` where a column cannot keep a value.
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
    let label = meta.schema.label();
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
        let target = Assigned { label: &label, field, kind: column_kind(models, field), field_type };
        let value = target.kept(dialect, &assignment.value)?;
        let mut written = scope.expression(&value, &mut Reuse::All, Some(field_type))?;
        if !is_known(&value)
            && let Some(guard) = dialect.guard(target.kind)
        {
            let name = Sql::value(Value::Text(format!("{label}.{}", field.name)));
            written.sql = fill(&guard, vec![written.sql, name])?;
        }
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

/// The field of an assignment.
struct Assigned<'a> {
    label: &'a str,
    field: &'a FieldSchema,
    kind: &'a FieldKind,
    field_type: ValueType,
}

impl Assigned<'_> {
    /// The expression with its plain values as the column keeps them. What the database computes is held against the column
    /// by the database.
    fn kept<'e>(&self, dialect: &dyn Dialect, value: &'e Expression) -> Result<Cow<'e, Expression>> {
        Ok(match value {
            Expression::Value(value) => {
                let value = kept(dialect.engine(), self.label, self.field, self.kind, self.field_type, value.clone())?;
                Cow::Owned(Expression::Value(value))
            }
            Expression::Case { branches, otherwise } => {
                let branches =
                    branches.iter().map(|(when, then)| Ok((when.clone(), self.kept(dialect, then)?.into_owned())));
                let otherwise = otherwise.as_deref().map(|otherwise| self.kept(dialect, otherwise)).transpose()?;
                Cow::Owned(Expression::Case {
                    branches: branches.collect::<Result<_>>()?,
                    otherwise: otherwise.map(|otherwise| Box::new(otherwise.into_owned())),
                })
            }
            computed => Cow::Borrowed(computed),
        })
    }
}

/// Whether the expression gives plain values alone.
fn is_known(value: &Expression) -> bool {
    match value {
        Expression::Value(_) => true,
        Expression::Case { branches, otherwise } => {
            branches.iter().all(|(_, then)| is_known(then)) && otherwise.as_deref().is_none_or(is_known)
        }
        _ => false,
    }
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
