//! Queries run: compiled against the ambient site's models and sent to its database.
//!
//! The typed query sets and the dynamic objects both end here. Each function compiles before it first waits.

mod collector;

use rjango_core::{Error, ErrorKind, Result, Site};
use rjango_schema::FieldSchema;

use crate::connection::{Database, Databases, Row, RowStream};
use crate::model::Models;
use crate::query::{Assignment, Expression, Query};
use crate::sql::{self, Columns};
use crate::{Value, ValueType};

pub use collector::Deleted;

/// The ambient site's models and the database for a query.
fn place(using: Option<&str>) -> Result<(std::sync::Arc<Site>, Database)> {
    let site = Site::current()?;
    let database = site.require::<Databases>()?.get(using.unwrap_or("default"))?;
    Ok((site, database))
}

/// Reads a query's rows.
///
/// # Errors
/// `Other` where a path names no field; `Database` where the database refuses.
pub async fn fetch(query: &Query, columns: Columns<'_>) -> Result<Vec<Row>> {
    if query.none {
        return Ok(Vec::new());
    }
    let (site, database) = place(query.using.as_deref())?;
    let select = sql::select(site.require::<Models>()?, database.dialect(), query, columns)?;
    database.fetch(&select.statement, &select.types).await
}

/// Reads a query's rows as they come. A mistake in the query is the stream's first item.
pub fn stream(query: &Query, columns: Columns<'_>) -> RowStream {
    let started = || -> Result<RowStream> {
        let (site, database) = place(query.using.as_deref())?;
        let select = sql::select(site.require::<Models>()?, database.dialect(), query, columns)?;
        Ok(database.fetch_stream(select.statement, select.types))
    };
    if query.none {
        return Box::pin(futures_util::stream::empty());
    }
    started().unwrap_or_else(|error| Box::pin(futures_util::stream::once(async move { Err(error) })))
}

/// Counts a query's rows.
///
/// # Errors
/// As [`fetch`].
pub async fn count(query: &Query) -> Result<i64> {
    if query.none {
        return Ok(0);
    }
    let (site, database) = place(query.using.as_deref())?;
    let statement = sql::count(site.require::<Models>()?, database.dialect(), query)?;
    let rows = database.fetch(&statement, &[ValueType::Int]).await?;
    Ok(rows.first().and_then(|row| row.first()).and_then(Value::as_int).unwrap_or(0))
}

/// Whether a query has any row.
///
/// # Errors
/// As [`fetch`].
pub async fn exists(query: &Query) -> Result<bool> {
    if query.none {
        return Ok(false);
    }
    let (site, database) = place(query.using.as_deref())?;
    let statement = sql::exists(site.require::<Models>()?, database.dialect(), query)?;
    Ok(!database.fetch(&statement, &[]).await?.is_empty())
}

/// How the database would go about a query, in the words of its `EXPLAIN`.
///
/// # Errors
/// As [`fetch`].
pub async fn explain(query: &Query) -> Result<String> {
    let (site, database) = place(query.using.as_deref())?;
    let mut statement = sql::select(site.require::<Models>()?, database.dialect(), query, Columns::Model)?.statement;
    let (before, types) = database.dialect().explain();
    statement.sql.insert_str(0, before);
    let rows = database.fetch(&statement, types).await?;
    let lines: Vec<String> = rows.iter().filter_map(|row| row.last().map(ToString::to_string)).collect();
    Ok(lines.join("\n"))
}

/// Computes aggregates over a query's rows. Over no rows a count is 0 and everything else NULL.
///
/// # Errors
/// As [`fetch`].
pub async fn aggregate(query: &Query, aggregates: &[(Expression, ValueType)]) -> Result<Row> {
    let (site, database) = place(query.using.as_deref())?;
    let mut query = query.clone();
    if query.none {
        // One row of nothing, by the database's own arithmetic.
        query.filters.push(crate::query::Condition::Any(Vec::new()));
    }
    let statement = sql::aggregate(site.require::<Models>()?, database.dialect(), &query, aggregates)?;
    let types: Vec<ValueType> = aggregates.iter().map(|(_, value_type)| *value_type).collect();
    let rows = database.fetch(&statement, &types).await?;
    rows.into_iter().next().ok_or_else(|| Error::new(ErrorKind::Database, "the database gave no row of aggregates"))
}

/// Inserts rows, each with the values of these fields, and gives their primary keys in the same order. A primary key
/// that is NULL is left to the database. Several statements are one transaction.
///
/// # Errors
/// `Integrity` where a constraint refuses, as [`fetch`] otherwise.
pub async fn insert(model: &str, fields: &[&str], rows: Vec<Row>, using: Option<&str>) -> Result<Vec<Value>> {
    let (site, database) = place(using)?;
    let models = site.require::<Models>()?;
    let meta = models.require(model)?;
    let mut columns: Vec<&FieldSchema> = Vec::with_capacity(fields.len());
    for name in fields {
        let field = meta.schema.field(name).filter(|field| field.is_concrete());
        columns.push(field.ok_or_else(|| sql::paths::no_such_field(meta, name))?);
    }
    let key = columns.iter().position(|field| field.primary_key);
    let open: Vec<bool> =
        rows.iter().map(|row| key.is_some_and(|key| row.get(key).is_some_and(Value::is_null))).collect();
    let without_key: Vec<&FieldSchema> = columns.iter().copied().filter(|field| !field.primary_key).collect();
    // Rows whose key is given and rows whose key is not have different columns.
    let mut batches: Vec<(bool, Vec<usize>, Vec<Row>)> = Vec::new();
    let most = (database.dialect().max_parameters() / columns.len().max(1)).max(1);
    for (index, (mut row, open)) in rows.into_iter().zip(open).enumerate() {
        if let Some(key) = key.filter(|_| open) {
            row.remove(key);
        }
        let single = (if open { &without_key } else { &columns }).is_empty();
        match batches.iter_mut().rev().find(|(batch, ..)| *batch == open) {
            Some((_, indices, batch)) if batch.len() < most && !single => {
                indices.push(index);
                batch.push(row);
            }
            _ => batches.push((open, vec![index], vec![row])),
        }
    }
    let total: usize = batches.iter().map(|(_, indices, _)| indices.len()).sum();
    let mut keys = vec![Value::Null; total];
    let several = batches.len() > 1;
    let mut run = async || -> Result<()> {
        for (open, indices, rows) in std::mem::take(&mut batches) {
            let fields = if open { &without_key } else { &columns };
            let given: Vec<Value> = match key {
                Some(key) if !open => rows.iter().map(|row| row[key].clone()).collect(),
                _ => Vec::new(),
            };
            let (statement, key_type) = sql::insert(models, database.dialect(), meta, fields, rows)?;
            let new: Vec<Value> = if database.dialect().returns_inserted() {
                let rows = database.fetch(&statement, &[key_type]).await?;
                rows.into_iter().filter_map(|row| row.into_iter().next()).collect()
            } else {
                let done = database.execute(&statement).await?;
                match done.last_insert_id {
                    _ if !given.is_empty() => given,
                    // Such engines number the rows of one statement without a gap, from the first.
                    Some(first) => (first..).take(indices.len()).map(Value::Int).collect(),
                    None => Vec::new(),
                }
            };
            for (index, key) in indices.into_iter().zip(new) {
                keys[index] = key;
            }
        }
        Ok(())
    };
    if several {
        database.atomic(run).await?;
    } else {
        run().await?;
    }
    Ok(keys)
}

/// Assigns to every row of a query; gives their number.
///
/// # Errors
/// `Other` where a name is no field or the query is sliced; `Integrity` where a constraint refuses.
pub async fn update(query: &Query, assignments: &[Assignment]) -> Result<u64> {
    let (site, database) = place(query.using.as_deref())?;
    let statement = sql::update(site.require::<Models>()?, database.dialect(), query, assignments)?;
    match statement {
        Some(statement) => Ok(database.execute(&statement).await?.rows_affected),
        None => Ok(0),
    }
}

/// Deletes every row of a query and, as their `on_delete` says, what refers to them, in one transaction.
///
/// # Errors
/// `Integrity` where a protected or restricted row refers to one of them, or a constraint refuses.
pub async fn delete(query: &Query) -> Result<Deleted> {
    sql::whole(query, "delete")?;
    if query.none {
        return Ok(Deleted::default());
    }
    let (site, database) = place(query.using.as_deref())?;
    collector::delete(site.require::<Models>()?, &database, query).await
}
