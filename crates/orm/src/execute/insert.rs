//! New rows: their batches, their keys, and what happens where one is there already.

use rjango_core::Result;
use rjango_schema::FieldSchema;

use super::{named, place};
use crate::Value;
use crate::connection::Row;
use crate::model::{ModelMeta, Models};
use crate::sql::{self, OnConflict};

/// What happens where a new row has the values of a row that is there, which a unique constraint forbids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Conflict<'a> {
    /// Nothing is inserted, and the error says so.
    #[default]
    Refuse,
    /// The new row is left out.
    Ignore,
    /// The row that is there gets the new values of some fields.
    Update {
        /// The fields of the unique constraint. MySQL takes any constraint of the table instead.
        unique: &'a [&'a str],
        /// The fields that get new values.
        fields: &'a [&'a str],
    },
}

/// Inserts rows, each with the values of these fields, and gives their primary keys in the same order. A primary key
/// that is NULL is left to the database. Several statements are one transaction.
///
/// # Errors
/// `Integrity` where a constraint refuses, as [`fetch`](super::fetch) otherwise.
pub async fn insert(model: &str, fields: &[&str], rows: Vec<Row>, using: Option<&str>) -> Result<Vec<Value>> {
    upsert(model, fields, rows, &Conflict::Refuse, using).await
}

/// As [`insert`], where rows may meet rows that are there. The keys are NULL where the engine does not tell them: of
/// rows that may have been left out, and on MySQL of rows that may have been changed.
///
/// # Errors
/// As [`insert`]; `Other` where a conflict names no field.
pub async fn upsert(
    model: &str,
    fields: &[&str],
    rows: Vec<Row>,
    conflict: &Conflict<'_>,
    using: Option<&str>,
) -> Result<Vec<Value>> {
    let (site, database) = place(model, using, true)?;
    let models = site.require::<Models>()?;
    let meta = models.require(model)?;
    let columns = concrete(meta, fields)?;
    let conflict = match conflict {
        Conflict::Refuse => OnConflict::Refuse,
        Conflict::Ignore => OnConflict::Ignore { unique: Vec::new() },
        Conflict::Update { unique, fields } => {
            OnConflict::Update { unique: concrete(meta, unique)?, fields: concrete(meta, fields)? }
        }
    };
    let returns = database.dialect().returns_inserted() && !matches!(conflict, OnConflict::Ignore { .. });
    let numbers = matches!(conflict, OnConflict::Refuse);
    let key = columns.iter().position(|field| field.primary_key);
    let open: Vec<bool> =
        rows.iter().map(|row| key.is_some_and(|key| row.get(key).is_some_and(Value::is_null))).collect();
    let without_key: Vec<&FieldSchema> = columns.iter().copied().filter(|field| !field.primary_key).collect();
    // Rows whose key is given and rows whose key is not have different columns.
    let mut batches: Vec<(bool, Vec<usize>, Vec<Row>)> = Vec::new();
    let dialect = database.dialect();
    let most = (dialect.max_parameters() / columns.len().max(1)).clamp(1, dialect.max_rows());
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
            let (statement, key_type) = sql::insert(models, database.dialect(), meta, fields, rows, &conflict)?;
            let new: Vec<Value> = if returns {
                let done = database.fetch(&statement, &[key_type]).await;
                let rows = named(&site, &database, model, done).await?;
                rows.into_iter().filter_map(|row| row.into_iter().next()).collect()
            } else {
                let done = database.execute(&statement).await;
                let done = named(&site, &database, model, done).await?;
                match done.last_insert_id {
                    _ if !given.is_empty() => given,
                    // Such engines number the rows of one statement in even steps, from the first.
                    Some(first) if numbers => {
                        let keys = std::iter::successors(Some(first), |key| key.checked_add(done.insert_step));
                        keys.take(indices.len()).map(Value::Int).collect()
                    }
                    _ => Vec::new(),
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

/// Inserts a row whose primary key is given, unless another row has that key; gives whether it did. The transaction goes on either
/// way. MySQL and MariaDB leave it out where any other unique constraint refuses, too.
///
/// # Errors
/// As [`insert`], for other constraints.
pub(crate) async fn insert_if_absent(model: &str, fields: &[&str], row: Row, using: Option<&str>) -> Result<bool> {
    let (site, database) = place(model, using, true)?;
    let models = site.require::<Models>()?;
    let meta = models.require(model)?;
    let columns = concrete(meta, fields)?;
    let conflict = OnConflict::Ignore { unique: columns.iter().copied().filter(|field| field.primary_key).collect() };
    let (statement, _) = sql::insert(models, database.dialect(), meta, &columns, vec![row], &conflict)?;
    let done = database.execute(&statement).await;
    let done = named(&site, &database, model, done).await?;
    Ok(done.rows_affected > 0 && done.last_insert_id != Some(sql::LEFT_OUT))
}

fn concrete<'a>(meta: &'a ModelMeta, names: &[&str]) -> Result<Vec<&'a FieldSchema>> {
    let mut fields = Vec::with_capacity(names.len());
    for name in names {
        let field = meta.schema.field(name).filter(|field| field.is_concrete());
        fields.push(field.ok_or_else(|| sql::paths::no_such_field(meta, name))?);
    }
    Ok(fields)
}
