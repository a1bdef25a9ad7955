//! Queries run: compiled against the ambient site's models and sent to its database.
//!
//! The typed query sets and the dynamic objects both end here. Each function compiles before it first waits.

mod collector;
mod insert;
mod unreadable;

use std::borrow::Cow;
use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result, Site};

use crate::connection::{Database, Databases, Routed, Row, RowStream, ambient_alias};
use crate::model::{ModelEntry, Models};
use crate::query::{Assignment, Expression, Query};
use crate::sql::{self, Columns};
use crate::transaction::in_atomic_block;
use crate::{Value, ValueType};

pub use collector::Deleted;
pub use insert::{Conflict, insert, upsert};
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

/// The database to which rows of a model are written.
pub(crate) fn write_database(model: &str, using: Option<&str>) -> Result<Database> {
    Ok(place(model, using, true)?.1)
}

/// The alias of the database to which an instance is written, where it is not just the default one.
pub(crate) fn write_alias(
    model: &'static ModelEntry,
    using: Option<Cow<'static, str>>,
) -> Result<Option<Cow<'static, str>>> {
    if using.is_some() {
        return Ok(using);
    }
    if ambient_alias().is_none() && Site::current()?.require::<Databases>()?.is_plain() {
        return Ok(None);
    }
    Ok(Some(Cow::Owned(write_database(&(model.label)(), None)?.alias().to_owned())))
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
            Ok(done.map_err(|error| unreadable::in_update(error, query, assignments))?.rows_affected)
        }
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
    let (site, database) = place(&query.model, query.using.as_deref(), true)?;
    collector::delete(site.require::<Models>()?, &database, query).await
}
