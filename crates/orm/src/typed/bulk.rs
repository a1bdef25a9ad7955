//! `bulk_update`: many rows, each with values of its own, by few statements.

use rjango_core::Result;

use super::columns::Columns;
use super::prefetch::one_of;
use super::{fresh, unsaved};
use crate::query::{Assignment, Condition, Expression, Path, Query};
use crate::sql::equals;
use crate::{Database, Model, Pending, QuerySet, Value, execute};

/// How many rows one statement changes at most: each is a branch that the database tries for each row.
const ROWS: usize = 200;

impl<M: Model> QuerySet<M> {
    /// Writes these columns of many instances, and gives the number of rows that matched:
    /// `.bulk_update(&products, f!(price, name))`. One transaction; times do not set themselves.
    ///
    /// # Errors
    /// `Integrity` where a constraint refuses, and then nothing is written; `Other` where an instance has no primary key.
    pub fn bulk_update<'a, C: Columns<M>>(
        self,
        instances: impl IntoIterator<Item = &'a M>,
        fields: impl FnOnce(M::Fields<M>) -> C,
    ) -> Pending<'static, u64>
    where
        M: 'a,
    {
        let names = fields(M::fields(Path::root())).names();
        let schema = M::entry().schema();
        let indices: Vec<usize> = schema
            .concrete_fields()
            .enumerate()
            .filter(|(_, field)| names.contains(&field.name) && !field.primary_key)
            .map(|(index, _)| index)
            .collect();
        let rows: Result<Vec<(Value, Vec<Value>)>> =
            instances.into_iter().map(|instance| Ok((instance.pk_value(), fresh::row(instance)?))).collect();
        Pending::new(async move {
            let (query, rows) = (self.checked()?, rows?);
            let names: Vec<String> = schema.concrete_fields().map(|field| field.name.clone()).collect();
            if rows.iter().any(|(pk, _)| pk.is_null()) {
                return Err(unsaved());
            }
            if indices.is_empty() || rows.is_empty() {
                return Ok(0);
            }
            let database = Database::current(query.using.as_deref())?;
            let most = database.dialect().max_parameters() / (2 * indices.len() + 1);
            database
                .atomic(async || {
                    let mut changed = 0;
                    for rows in rows.chunks(most.clamp(1, ROWS)) {
                        changed += update(&query, &names, &indices, rows).await?;
                    }
                    Ok(changed)
                })
                .await
        })
    }
}

async fn update(query: &Query, names: &[String], indices: &[usize], rows: &[(Value, Vec<Value>)]) -> Result<u64> {
    let assignments: Vec<Assignment> = indices
        .iter()
        .map(|index| {
            let value = |row: &Vec<Value>| row.get(*index).cloned().unwrap_or(Value::Null);
            let value = if rows.iter().all(|(_, row)| value(row).is_null()) {
                Expression::Value(Value::Null)
            } else {
                let branches = rows.iter().map(|(pk, row)| (is_row(pk), Expression::Value(value(row))));
                Expression::Case { branches: branches.collect(), otherwise: None }
            };
            Assignment { field: names[*index].clone().into(), value }
        })
        .collect();
    let mut query = query.clone();
    let keys: Vec<Value> = rows.iter().map(|(pk, _)| pk.clone()).collect();
    query.filters.push(one_of("pk", &keys));
    execute::update(&query, &assignments).await
}

fn is_row(pk: &Value) -> Condition {
    equals("pk", pk.clone())
}
