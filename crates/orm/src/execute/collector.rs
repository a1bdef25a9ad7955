//! What goes with a deleted row: Django's `Collector`.
//!
//! The rows that refer to the deleted ones are found level by level and deleted, set or refused as each foreign key's
//! `on_delete` says. Rows of a model that nothing refers to are not read: one statement deletes them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::{FieldSchema, OnDelete};

use crate::Value;
use crate::connection::Database;
use crate::dynamic::default_value;
use crate::model::{ModelMeta, Models};
use crate::query::{Assignment, Expression, Ordering, Path, Query};
use crate::signals::{Doomed, hears_deletions};
use crate::sql::paths::{primary_key, value_type};
use crate::sql::{self, Columns};

/// What a deletion did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deleted {
    /// How many rows are gone, those of cascades included.
    pub total: u64,
    /// How many of each model, by label.
    pub by_model: BTreeMap<String, u64>,
}

impl Deleted {
    fn add(&mut self, label: &str, rows: u64) {
        if rows > 0 {
            self.total += rows;
            *self.by_model.entry(label.to_owned()).or_default() += rows;
        }
    }
}

pub(super) async fn delete(models: &Models, database: &Database, query: &Query) -> Result<Deleted> {
    let meta = models.require(&query.model)?;
    let mut collector = Collector::new(models, database);
    if collector.is_leaf(&meta.schema.label()) {
        let mut deleted = Deleted::default();
        if let Some(statement) = sql::delete(models, database.dialect(), query)? {
            deleted.add(&meta.schema.label(), database.execute(&statement).await?.rows_affected);
        }
        return Ok(deleted);
    }
    database
        .atomic(async || {
            let keys = collector.keys(query).await?;
            collector.collect(meta, keys).await?;
            collector.refuse_restricted()?;
            collector.run().await
        })
        .await
}

struct Reference<'a> {
    meta: &'a ModelMeta,
    field: &'a FieldSchema,
    on_delete: OnDelete,
}

struct Collector<'a> {
    models: &'a Models,
    database: &'a Database,
    /// The foreign keys to each model, hidden ones and those of join tables included.
    references: BTreeMap<&'a str, Vec<Reference<'a>>>,
    /// The rows to delete, by model in the order of their finding.
    found: Vec<(&'a ModelMeta, Vec<Value>)>,
    seen: HashSet<(String, String)>,
    /// Deletions by foreign key, of models that nothing refers to.
    fast: Vec<(&'a ModelMeta, &'a FieldSchema, Vec<Value>)>,
    /// Assignments to rows that stay.
    updates: Vec<(&'a ModelMeta, &'a FieldSchema, Value, Vec<Value>)>,
    /// Rows that must be among the deleted ones in the end.
    restricted: Vec<(&'a ModelMeta, &'a FieldSchema, Vec<Value>, String)>,
}

impl<'a> Collector<'a> {
    fn new(models: &'a Models, database: &'a Database) -> Self {
        let mut references: BTreeMap<&str, Vec<Reference<'_>>> = BTreeMap::new();
        for meta in models.iter() {
            for field in &meta.schema.fields {
                if let Some(relation) = field.kind.relation() {
                    let reference = Reference { meta, field, on_delete: relation.on_delete };
                    references.entry(&relation.to).or_default().push(reference);
                }
            }
        }
        Self {
            models,
            database,
            references,
            found: Vec::new(),
            seen: HashSet::new(),
            fast: Vec::new(),
            updates: Vec::new(),
            restricted: Vec::new(),
        }
    }

    /// Whether no row's fate depends on a row of this model, and nobody wants to hear of its end.
    fn is_leaf(&self, label: &str) -> bool {
        let is_heard = self.models.get(label).is_some_and(hears_deletions);
        !is_heard
            && self
                .references
                .get(label)
                .is_none_or(|references| references.iter().all(|reference| reference.on_delete == OnDelete::DoNothing))
    }

    async fn keys(&self, query: &Query) -> Result<Vec<Value>> {
        let meta = self.models.require(&query.model)?;
        let key_type = value_type(self.models, primary_key(meta)?);
        let columns = [(Expression::Column(Path(vec!["pk".into()])), key_type)];
        let mut query = query.clone();
        query.ordering.clear();
        query.default_ordering = false;
        query.select_related.clear();
        let select = sql::select(self.models, self.database.dialect(), &query, Columns::Expressions(&columns))?;
        let rows = self.database.fetch(&select.statement, &select.types).await?;
        Ok(rows.into_iter().filter_map(|row| row.into_iter().next()).collect())
    }

    async fn collect(&mut self, meta: &'a ModelMeta, keys: Vec<Value>) -> Result<()> {
        let mut queue: Vec<(&'a ModelMeta, Vec<Value>)> = vec![(meta, keys)];
        while let Some((meta, mut keys)) = queue.pop() {
            let label = meta.schema.label();
            keys.retain(|key| self.seen.insert((label.clone(), format!("{key:?}"))));
            if keys.is_empty() {
                continue;
            }
            for (referring, field, on_delete) in self.references_to(&label) {
                for chunk in keys.chunks(self.database.dialect().max_parameters().min(1_000)) {
                    if on_delete == OnDelete::Cascade && self.is_leaf(&referring.schema.label()) {
                        self.fast.push((referring, field, chunk.to_vec()));
                        continue;
                    }
                    let found = self.keys(&referring_rows(referring, field, chunk)).await?;
                    if found.is_empty() {
                        continue;
                    }
                    match on_delete {
                        OnDelete::Cascade => {
                            // As Django: where each row is checked at once, those of a tree or circle let go of each other
                            // first.
                            if field.null && self.database.dialect().checks_references_at_once() {
                                self.updates.push((referring, field, Value::Null, found.clone()));
                            }
                            queue.push((referring, found));
                        }
                        OnDelete::Protect => return Err(refused(&label, referring, field, "protected")),
                        OnDelete::Restrict => self.restricted.push((referring, field, found, label.clone())),
                        OnDelete::SetNull => self.updates.push((referring, field, Value::Null, found)),
                        OnDelete::SetDefault => {
                            let default = default_value(referring, field, value_type(self.models, field))?;
                            self.updates.push((referring, field, default, found));
                        }
                        OnDelete::DoNothing => {}
                    }
                }
            }
            match self.found.iter_mut().find(|(other, _)| std::ptr::eq(*other, meta)) {
                Some((_, found)) => found.append(&mut keys),
                None => self.found.push((meta, keys)),
            }
        }
        Ok(())
    }

    fn references_to(&self, label: &str) -> Vec<(&'a ModelMeta, &'a FieldSchema, OnDelete)> {
        let references = self.references.get(label).map(Vec::as_slice).unwrap_or_default();
        references
            .iter()
            .filter(|reference| reference.on_delete != OnDelete::DoNothing)
            .map(|reference| (reference.meta, reference.field, reference.on_delete))
            .collect()
    }

    fn refuse_restricted(&self) -> Result<()> {
        for (meta, field, keys, target) in &self.restricted {
            let label = meta.schema.label();
            if keys.iter().any(|key| !self.seen.contains(&(label.clone(), format!("{key:?}")))) {
                return Err(refused(target, meta, field, "restricted"));
            }
        }
        Ok(())
    }

    async fn run(&self) -> Result<Deleted> {
        let dialect = self.database.dialect();
        let mut deleted = Deleted::default();
        let order = self.in_order();
        let mut doomed = Vec::with_capacity(order.len());
        for (meta, keys) in &order {
            doomed.push(self.doomed(meta, keys).await?);
        }
        for doomed in &mut doomed {
            doomed.before().await?;
        }
        for (meta, field, keys) in &self.fast {
            if let Some(statement) = sql::delete(self.models, dialect, &referring_rows(meta, field, keys))? {
                deleted.add(&meta.schema.label(), self.database.execute(&statement).await?.rows_affected);
            }
        }
        for (meta, field, value, keys) in &self.updates {
            let value = Expression::Value(value.clone());
            let assignments = [Assignment { field: field.name.clone().into(), value }];
            for chunk in keys.chunks(dialect.max_parameters().min(1_000)) {
                if let Some(statement) = sql::update(self.models, dialect, &rows_of(meta, chunk), &assignments)? {
                    self.database.execute(&statement).await?;
                }
            }
        }
        for ((meta, keys), mut doomed) in order.into_iter().zip(doomed) {
            for chunk in keys.chunks(dialect.max_parameters().min(1_000)) {
                if let Some(statement) = sql::delete(self.models, dialect, &rows_of(meta, chunk))? {
                    deleted.add(&meta.schema.label(), self.database.execute(&statement).await?.rows_affected);
                }
            }
            doomed.after().await?;
        }
        Ok(deleted)
    }

    /// The rows that receivers want to hear of.
    async fn doomed(&self, meta: &ModelMeta, keys: &[Value]) -> Result<Doomed> {
        let dialect = self.database.dialect();
        let mut rows = Vec::new();
        if hears_deletions(meta) {
            for chunk in keys.chunks(dialect.max_parameters().min(1_000)) {
                let mut query = rows_of(meta, chunk);
                query.ordering.push(Ordering {
                    by: Expression::Column(Path(vec!["pk".into()])),
                    descending: false,
                    nulls_first: None,
                });
                let select = sql::select(self.models, dialect, &query, Columns::Model)?;
                rows.append(&mut self.database.fetch(&select.statement, &select.types).await?);
            }
        }
        Doomed::of(meta, rows, self.database.alias())
    }

    /// Models that refer before those they refer to; in a circle, the last found first.
    fn in_order(&self) -> Vec<(&'a ModelMeta, &[Value])> {
        let mut waiting: Vec<(&'a ModelMeta, &[Value])> =
            self.found.iter().rev().map(|(meta, keys)| (*meta, keys.as_slice())).collect();
        let mut order = Vec::with_capacity(waiting.len());
        while !waiting.is_empty() {
            let labels: BTreeSet<String> = waiting.iter().map(|(meta, _)| meta.schema.label()).collect();
            let free = waiting.iter().position(|(meta, _)| {
                let label = meta.schema.label();
                !self.references_to(&label).iter().any(|(referring, ..)| {
                    referring.schema.label() != label && labels.contains(&referring.schema.label())
                })
            });
            order.push(waiting.remove(free.unwrap_or(0)));
        }
        order
    }
}

fn referring_rows(meta: &ModelMeta, field: &FieldSchema, keys: &[Value]) -> Query {
    let mut query = Query::new(meta.schema.label());
    query.default_ordering = false;
    query.filters.push(sql::is_in(format!("{}_id", field.name), keys.iter().cloned()));
    query
}

fn rows_of(meta: &ModelMeta, keys: &[Value]) -> Query {
    let mut query = Query::new(meta.schema.label());
    query.default_ordering = false;
    query.filters.push(sql::is_in("pk", keys.iter().cloned()));
    query
}

#[cold]
fn refused(target: &str, referring: &ModelMeta, field: &FieldSchema, how: &str) -> Error {
    let constraint = format!("{}.{}", referring.schema.label(), field.name);
    Error::new(
        ErrorKind::Integrity,
        format!("cannot delete rows of `{target}`: `{constraint}` refers to them and is {how}"),
    )
    .with_constraint(constraint)
    .with_hint(format!("delete the rows of `{}` first, or let them refer to others", referring.schema.label()))
}
