//! `bulk_create` and `bulk_update`: many rows by few statements.

use rjango_core::{Error, ErrorKind, Result};

use crate::execute::Conflict;
use crate::query::{Assignment, Condition, Expression, Path, Query};
use crate::sql::equals;
use crate::typed::FieldsOf;
use crate::typed::fields::columns::Columns;
use crate::typed::instance::fresh;
use crate::typed::query_set::prefetch::one_of;
use crate::typed::unsaved;
use crate::{Model, Pending, QuerySet, Value, execute};

/// How many rows one statement changes at most: each is a branch that the database tries for each row.
const ROWS: usize = 200;

impl<M: Model> QuerySet<M> {
    /// Inserts many rows by few statements and gives them back, with their primary keys where the engine tells.
    ///
    /// # Errors
    /// As [`QuerySet::create`]; then none is inserted.
    pub fn bulk_create(self, instances: impl IntoIterator<Item = M>) -> Pending<'static, Vec<M>> {
        let instances = instances.into_iter().collect();
        Pending::new(self.insert_many(instances, Vec::new(), None))
    }

    /// As [`QuerySet::bulk_create`], leaving out rows that a unique constraint forbids: Django's `ignore_conflicts`. No
    /// engine tells which, so the instances that come back have no new primary keys.
    ///
    /// # Errors
    /// As [`QuerySet::create`], for other constraints than unique ones.
    pub fn bulk_create_or_ignore(self, instances: impl IntoIterator<Item = M>) -> Pending<'static, Vec<M>> {
        let instances = instances.into_iter().collect();
        Pending::new(self.insert_many(instances, Vec::new(), Some(Vec::new())))
    }

    /// As [`QuerySet::bulk_create`], changing `fields` of the rows whose `unique` fields are there already: Django's
    /// `update_conflicts`. `.bulk_create_or_update(products, f!(sku), f!(price, name))`. MySQL and MariaDB take a conflict
    /// with any unique constraint, whichever is named, and tell no primary keys.
    ///
    /// # Errors
    /// As [`QuerySet::create`]; `Database` where no unique constraint covers just the `unique` fields; `Other` where no
    /// field is named.
    pub fn bulk_create_or_update<U: Columns<M>, C: Columns<M>>(
        self,
        instances: impl IntoIterator<Item = M>,
        unique: impl FieldsOf<M, U>,
        fields: impl FieldsOf<M, C>,
    ) -> Pending<'static, Vec<M>> {
        let accessors = || M::fields(Path::root());
        let (unique, fields) = (unique(accessors()).names(), fields(accessors()).names());
        let instances = instances.into_iter().collect();
        Pending::new(async move {
            if unique.is_empty() || fields.is_empty() {
                return Err(Error::new(
                    ErrorKind::Other,
                    "`bulk_create_or_update` needs fields to find and to change rows by",
                )
                .with_hint("to leave out rows that are there, take `bulk_create_or_ignore`"));
            }
            self.insert_many(instances, unique, Some(fields)).await
        })
    }

    /// Inserts; with `update` the rows that are there get the new values of those fields, by the `unique` ones, or stay as
    /// they are where there are none.
    async fn insert_many(
        self,
        mut instances: Vec<M>,
        unique: Vec<String>,
        update: Option<Vec<String>>,
    ) -> Result<Vec<M>> {
        let mut rows = Vec::with_capacity(instances.len());
        for instance in &mut instances {
            if !self.presets.is_empty() {
                self.clone().preset(instance)?;
            }
            fresh::times(instance, true, &|_| true)?;
            fresh::settle(instance, &|_| true)?;
            rows.push(fresh::row(instance)?);
        }
        let relates = self.relates.clone();
        let query = self.checked()?;
        if rows.is_empty() {
            return Ok(instances);
        }
        if relates.is_some() && update.is_some() {
            return Err(Error::new(
                ErrorKind::Other,
                "rows of a many-to-many relation that may be there already cannot be related here",
            )
            .with_hint("create them as rows of their model, and `add` them"));
        }
        let unique: Vec<&str> = unique.iter().map(String::as_str).collect();
        let fields: Option<Vec<&str>> = update.as_ref().map(|fields| fields.iter().map(String::as_str).collect());
        let conflict = match &fields {
            None => Conflict::Refuse,
            Some(_) if unique.is_empty() => Conflict::Ignore,
            Some(fields) => Conflict::Update { unique: &unique, fields },
        };
        let insert = fresh::insert::<M>(rows, &conflict, query.using.as_deref());
        let keys = match relates {
            None => insert.await?,
            Some(relates) => {
                let database = execute::write_database(&query.model, query.using.as_deref())?;
                let related = async || {
                    let keys = insert.await?;
                    for pk in keys.iter().cloned() {
                        relates.clone().relate(M::entry(), pk, query.using.clone()).await?;
                    }
                    Ok(keys)
                };
                database.atomic(related).await?
            }
        };
        for (instance, pk) in instances.iter_mut().zip(keys).filter(|(_, pk)| !pk.is_null()) {
            instance.set_pk_value(pk)?;
        }
        Ok(instances)
    }

    /// Writes these columns of many instances, and gives the number of rows that matched:
    /// `.bulk_update(&products, f!(price, name))`. One transaction; times do not set themselves.
    ///
    /// # Errors
    /// `Integrity` where a constraint refuses, and then nothing is written; `Other` where an instance has no primary key.
    pub fn bulk_update<'a, C: Columns<M>>(
        self,
        instances: impl IntoIterator<Item = &'a M>,
        fields: impl FieldsOf<M, C>,
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
        let is_written = |name: &str| names.iter().any(|written| written == name);
        let rows: Result<Vec<(Value, Vec<Value>)>> = instances
            .into_iter()
            .map(|instance| Ok((instance.pk_value(), fresh::row_of(instance, &is_written)?)))
            .collect();
        Pending::new(async move {
            let (query, rows) = (self.checked()?, rows?);
            let names: Vec<String> = schema.concrete_fields().map(|field| field.name.clone()).collect();
            if rows.iter().any(|(pk, _)| pk.is_null()) {
                return Err(unsaved());
            }
            if indices.is_empty() || rows.is_empty() {
                return Ok(0);
            }
            let database = execute::write_database(&query.model, query.using.as_deref())?;
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
