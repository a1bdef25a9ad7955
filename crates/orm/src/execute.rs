//! Queries run: compiled against the ambient site's models and sent to its database.
//!
//! The typed query sets and the dynamic objects both end here. Each function compiles before it first waits.

mod deletion;
mod insert;
mod save;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod taken;
mod unreadable;

use std::borrow::Cow;
use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result, Site};
use rjango_schema::ModelSchema;

use crate::connection::{Database, Databases, Routed, Row, RowStream, ambient_alias};
use crate::model::Models;
use crate::query::{Assignment, Expression, Query};
use crate::sql::{self, Columns};
use crate::transaction::in_atomic_block;
use crate::{Value, ValueType};

pub use deletion::{Deleted, DeletionPlan, PlannedRows, delete, plan_deletion};
pub use insert::{Conflict, insert, upsert};
pub(crate) use save::{insert_row, prepare_new, save_row, set_new_times, sets_itself, update_row};
pub(crate) use unreadable::{unfit, unreadable_in};

/// The ambient site's models and the database of a query: the one it names, or where routing sends it.
fn place(model: &str, using: Option<&str>, write: bool) -> Result<(Arc<Site>, Database)> {
    let site = Site::current()?;
    let databases = site.require::<Databases>()?;
    let ambient = if using.is_none() { ambient_alias() } else { None };
    let database = match using.or(ambient.as_deref()) {
        Some(alias) => databases.get(alias)?,
        None => databases.route(&Routed { model, write })?,
    };
    Ok((site, database))
}

/// Where a query reads.
fn place_of(query: &Query) -> Result<(Arc<Site>, Database)> {
    place(&query.model, query.using.as_deref(), query.for_write || query.lock.is_some())
}

/// The database from which a query reads.
pub(crate) fn read_database(query: &Query) -> Result<Database> {
    Ok(place_of(query)?.1)
}

/// The database to which rows of a model are written: that of the alias, the ambient one, or where routing sends them.
///
/// # Errors
/// `ImproperlyConfigured` outside of a site, or where there is no such database.
pub fn write_database(model: &str, using: Option<&str>) -> Result<Database> {
    Ok(place(model, using, true)?.1)
}

/// The alias of the database to which an instance is written, where it is not just the default one.
pub(crate) fn write_alias(schema: &ModelSchema, using: Option<Cow<'static, str>>) -> Result<Option<Cow<'static, str>>> {
    if using.is_some() {
        return Ok(using);
    }
    if ambient_alias().is_none() && Site::current()?.require::<Databases>()?.is_plain() {
        return Ok(None);
    }
    Ok(Some(Cow::Owned(write_database(&schema.label(), None)?.alias().to_owned())))
}

/// Refuses a lock that would end with the statement that takes it.
fn check_lock(query: &Query, database: &Database) -> Result<()> {
    match &query.lock {
        Some(lock) if database.dialect().lock(lock).is_some() && !in_atomic_block(database) => {
            Err(Error::new(ErrorKind::Other, "`select_for_update` stands outside of a transaction")
                .with_hint("put it and what needs the rows into one `atomic` block"))
        }
        _ => Ok(()),
    }
}

/// Reads a query's rows.
///
/// # Errors
/// `Other` where a path names no field; `Database` where the database refuses.
pub async fn fetch(query: &Query, columns: Columns<'_>) -> Result<Vec<Row>> {
    if query.none {
        return Ok(Vec::new());
    }
    let (site, database) = place_of(query)?;
    check_lock(query, &database)?;
    let models = site.require::<Models>()?;
    let select = sql::select(models, database.dialect(), query, columns)?;
    let rows = database.fetch(&select.statement, &select.types).await;
    unreadable::named(rows, models, query, columns)
}

/// Reads a query's rows as they come. A mistake in the query is the stream's first item.
pub fn stream(query: &Query, columns: Columns<'_>) -> RowStream {
    let started = || -> Result<RowStream> {
        let (site, database) = place_of(query)?;
        check_lock(query, &database)?;
        let models = site.require::<Models>()?;
        let select = sql::select(models, database.dialect(), query, columns)?;
        let rows = database.fetch_stream(select.statement, select.types);
        Ok(unreadable::named_stream(rows, models, query, columns))
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
    let (site, database) = place_of(query)?;
    let statement = sql::count(site.require::<Models>()?, database.dialect(), query)?;
    let rows = database.fetch(&statement, &[ValueType::Int]).await?;
    Ok(rows.first().and_then(|row| row.first()).and_then(Value::as_int).unwrap_or(0))
}

/// Counts the rows that a query gives of these columns: of aggregates the groups, of columns of many related rows each.
///
/// # Errors
/// As [`fetch`].
pub async fn count_of(query: &Query, columns: &[(Expression, ValueType)]) -> Result<i64> {
    if query.none {
        return Ok(0);
    }
    let (site, database) = place_of(query)?;
    let statement = sql::count_of(site.require::<Models>()?, database.dialect(), query, columns)?;
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
    let (site, database) = place_of(query)?;
    let statement = sql::exists(site.require::<Models>()?, database.dialect(), query)?;
    Ok(!database.fetch(&statement, &[]).await?.is_empty())
}

/// How the database would go about a query, in the words of its `EXPLAIN`.
///
/// # Errors
/// As [`fetch`].
pub async fn explain(query: &Query) -> Result<String> {
    let (site, database) = place_of(query)?;
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
    let (site, database) = place_of(query)?;
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

/// The result of a statement that writes rows of a model; where a unique constraint refused, the error names the fields.
async fn named<T>(site: &Site, database: &Database, model: &str, result: Result<T>) -> Result<T> {
    #[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
    if result.is_err() {
        let schema = &site.require::<Models>()?.require(model)?.schema;
        return taken::named(database, schema, result).await;
    }
    let _ = (site, database, model);
    result
}

/// Assigns to every row of a query; gives their number.
///
/// # Errors
/// `Other` where a name is no field or the query is sliced; `Integrity` where a constraint refuses.
pub async fn update(query: &Query, assignments: &[Assignment]) -> Result<u64> {
    let (site, database) = place(&query.model, query.using.as_deref(), true)?;
    let statement = sql::update(site.require::<Models>()?, database.dialect(), query, assignments)?;
    match statement {
        Some(statement) => {
            let done = database.execute(&statement).await;
            let done = done.map_err(|error| unreadable::in_update(error, query, assignments));
            Ok(named(&site, &database, &query.model, done).await?.rows_affected)
        }
        None => Ok(0),
    }
}
