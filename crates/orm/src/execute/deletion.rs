//! What goes with a deleted row: Django's `Collector`, as a plan.
//!
//! The plan is made once and is data: the rows that go, those that change, those that forbid it. Whoever deletes carries it
//! out; the admin puts the same plan into words. The rows that refer to the deleted ones are found level by level, as each
//! foreign key's `on_delete` says. Rows of a model that nothing refers to are not read: one statement deletes them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result, Site};
use rjango_schema::OnDelete;

use super::{place, update};
use crate::Value;
use crate::connection::Database;
use crate::dynamic::default_value;
use crate::model::{ModelMeta, Models};
use crate::query::{Assignment, Expression, Ordering, Path, Query};
use crate::signals::{Doomed, hears_deletions};
use crate::sql::paths::{primary_key, value_type};
use crate::sql::{self, Columns};

/// How many keys one statement lists at most.
const KEYS: usize = 1_000;

/// What a deletion did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deleted {
    /// How many rows are gone, those of cascades included.
    pub total: u64,
    /// How many of each model, by label.
    pub by_model: BTreeMap<String, u64>,
}

impl Deleted {
    fn add(&mut self, label: String, rows: u64) {
        if rows > 0 {
            self.total += rows;
            *self.by_model.entry(label).or_default() += rows;
        }
    }
}

/// Rows of one model that a deletion is about.
#[derive(Debug, Clone)]
pub struct PlannedRows {
    meta: Arc<ModelMeta>,
    /// What the keys are of: `pk`, or the foreign key by which the rows refer to others.
    by: String,
    keys: Vec<Value>,
    alias: String,
}

impl PlannedRows {
    /// The model.
    pub fn meta(&self) -> &Arc<ModelMeta> {
        &self.meta
    }

    /// The queries that read the rows, of a bounded number of keys each, from the database of the deletion.
    pub fn queries(&self) -> impl Iterator<Item = Query> + '_ {
        self.keys.chunks(KEYS).map(|keys| {
            let mut query = Query::new(self.meta.schema.label());
            query.default_ordering = false;
            query.using = Some(self.alias.clone().into());
            query.filters.push(sql::is_in(self.by.clone(), keys.iter().cloned()));
            query
        })
    }
}

/// Rows that stay, and what becomes of their reference.
#[derive(Debug)]
struct Change {
    rows: PlannedRows,
    field: String,
    value: Value,
}

/// Rows that forbid the deletion.
#[derive(Debug)]
struct Objection {
    rows: PlannedRows,
    field: String,
    /// The model of the rows that they refer to.
    target: String,
    how: &'static str,
}

/// What deleting the rows of a query would do. It is good for as long as the transaction in which it was made.
#[derive(Debug)]
pub struct DeletionPlan {
    database: Database,
    /// The rows whose keys are known, in the order in which they go.
    known: Vec<PlannedRows>,
    /// The rows that go by what they refer to: of models that nothing refers to.
    referring: Vec<PlannedRows>,
    changes: Vec<Change>,
    objections: Vec<Objection>,
}

impl DeletionPlan {
    /// Every group of rows that goes. A row that refers to two of the deleted ones can be in two groups.
    pub fn rows(&self) -> impl Iterator<Item = &PlannedRows> {
        self.known.iter().rev().chain(&self.referring)
    }

    /// The rows that forbid it: the protected ones, and the restricted ones that do not go themselves.
    pub fn objections(&self) -> impl Iterator<Item = &PlannedRows> {
        self.objections.iter().map(|objection| &objection.rows)
    }

    /// Deletes. Run it in the transaction in which the plan was made.
    ///
    /// # Errors
    /// `Integrity` where a row forbids it, or a constraint refuses.
    pub async fn run(&self) -> Result<Deleted> {
        if let Some(objection) = self.objections.first() {
            return Err(refused(objection));
        }
        let site = Site::current()?;
        let models = site.require::<Models>()?;
        let mut deleted = Deleted::default();
        let mut doomed = Vec::with_capacity(self.known.len());
        for rows in &self.known {
            doomed.push(self.doomed(models, rows).await?);
        }
        for doomed in &mut doomed {
            doomed.before().await?;
        }
        for rows in &self.referring {
            self.delete(models, rows, &mut deleted).await?;
        }
        for Change { rows, field, value } in &self.changes {
            let value = Expression::Value(value.clone());
            let assignments = [Assignment { field: field.clone().into(), value }];
            for query in rows.queries() {
                update(&query, &assignments).await?;
            }
        }
        for (rows, mut doomed) in self.known.iter().zip(doomed) {
            self.delete(models, rows, &mut deleted).await?;
            doomed.after().await?;
        }
        Ok(deleted)
    }

    async fn delete(&self, models: &Models, rows: &PlannedRows, deleted: &mut Deleted) -> Result<()> {
        for query in rows.queries() {
            if let Some(statement) = sql::delete(models, self.database.dialect(), &query)? {
                deleted.add(rows.meta.schema.label(), self.database.execute(&statement).await?.rows_affected);
            }
        }
        Ok(())
    }

    /// The rows that receivers want to hear of.
    async fn doomed(&self, models: &Models, rows: &PlannedRows) -> Result<Doomed> {
        let mut found = Vec::new();
        if hears_deletions(&rows.meta) {
            for mut query in rows.queries() {
                query.ordering.push(Ordering {
                    by: Expression::Column(Path(vec!["pk".into()])),
                    descending: false,
                    nulls_first: None,
                });
                let select = sql::select(models, self.database.dialect(), &query, Columns::Model)?;
                found.append(&mut self.database.fetch(&select.statement, &select.types).await?);
            }
        }
        Doomed::of(&rows.meta, found, self.database.alias())
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
    let models = site.require::<Models>()?;
    let label = models.require(&query.model)?.schema.label();
    if References::new(models).is_leaf(models, &label) {
        let mut deleted = Deleted::default();
        if let Some(statement) = sql::delete(models, database.dialect(), query)? {
            deleted.add(label, database.execute(&statement).await?.rows_affected);
        }
        return Ok(deleted);
    }
    database
        .atomic(async || {
            let mut planning = Planning::new(models, &database);
            planning.ends_at_objection = true;
            planning.plan(query).await?.run().await
        })
        .await
}

/// What [`delete`] would do, every objection to it included: what the admin shows before it asks. Made in the database where
/// the model's rows are written; for a deletion inside of its transaction.
///
/// # Errors
/// `Other` for a slice; `Database` where the database refuses.
pub async fn plan_deletion(query: &Query) -> Result<DeletionPlan> {
    sql::whole(query, "delete")?;
    let (site, database) = place(&query.model, query.using.as_deref(), true)?;
    Planning::new(site.require::<Models>()?, &database).plan(query).await
}

struct Reference<'a> {
    meta: &'a Arc<ModelMeta>,
    field: &'a rjango_schema::FieldSchema,
    on_delete: OnDelete,
}

/// The foreign keys to each model, hidden ones and those of join tables included.
struct References<'a>(BTreeMap<&'a str, Vec<Reference<'a>>>);

impl<'a> References<'a> {
    fn new(models: &'a Models) -> Self {
        let mut references: BTreeMap<&str, Vec<Reference<'_>>> = BTreeMap::new();
        for meta in models.iter() {
            for field in &meta.schema.fields {
                if let Some(relation) = field.kind.relation().filter(|to| to.on_delete != OnDelete::DoNothing) {
                    let reference = Reference { meta, field, on_delete: relation.on_delete };
                    references.entry(&relation.to).or_default().push(reference);
                }
            }
        }
        Self(references)
    }

    fn to(&self, label: &str) -> &[Reference<'a>] {
        self.0.get(label).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether no row's fate depends on a row of this model, and nobody wants to hear of its end.
    fn is_leaf(&self, models: &Models, label: &str) -> bool {
        self.to(label).is_empty() && !models.get(label).is_some_and(|meta| hears_deletions(meta))
    }
}

/// A plan that is being made.
struct Planning<'a> {
    models: &'a Models,
    database: &'a Database,
    references: References<'a>,
    /// Whether one objection is enough.
    ends_at_objection: bool,
    /// The rows to delete, by model in the order of their finding.
    found: Vec<(&'a Arc<ModelMeta>, Vec<Value>)>,
    /// By model the texts of the keys that were found.
    seen: HashMap<String, HashSet<String>>,
    referring: Vec<PlannedRows>,
    changes: Vec<Change>,
    protected: Vec<Objection>,
    /// Rows that must be among the deleted ones in the end.
    restricted: Vec<Objection>,
}

impl<'a> Planning<'a> {
    fn new(models: &'a Models, database: &'a Database) -> Self {
        Self {
            models,
            database,
            references: References::new(models),
            ends_at_objection: false,
            found: Vec::new(),
            seen: HashMap::new(),
            referring: Vec::new(),
            changes: Vec::new(),
            protected: Vec::new(),
            restricted: Vec::new(),
        }
    }

    async fn plan(mut self, query: &Query) -> Result<DeletionPlan> {
        if !query.none {
            let keys = self.keys(query).await?;
            self.collect(self.models.require(&query.model)?, keys).await?;
        }
        let mut objections = std::mem::take(&mut self.protected);
        for mut objection in std::mem::take(&mut self.restricted) {
            let seen = self.seen.get(&objection.rows.meta.schema.label());
            objection.rows.keys.retain(|key| seen.is_none_or(|seen| !seen.contains(&text(key))));
            if !objection.rows.keys.is_empty() {
                objections.push(objection);
            }
        }
        let known = self.in_order();
        let Self { database, referring, changes, .. } = self;
        Ok(DeletionPlan { database: database.clone(), known, referring, changes, objections })
    }

    /// The primary keys of a query's rows.
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

    async fn collect(&mut self, meta: &'a Arc<ModelMeta>, keys: Vec<Value>) -> Result<()> {
        let mut queue: Vec<(&'a Arc<ModelMeta>, Vec<Value>)> = vec![(meta, keys)];
        while let Some((meta, mut keys)) = queue.pop() {
            let label = meta.schema.label();
            let seen = self.seen.entry(label.clone()).or_default();
            keys.retain(|key| seen.insert(text(key)));
            if keys.is_empty() {
                continue;
            }
            for index in 0..self.references.to(&label).len() {
                let Reference { meta: referring, field, on_delete } = self.references.to(&label)[index];
                let by = format!("{}_id", field.name);
                if on_delete == OnDelete::Cascade && self.references.is_leaf(self.models, &referring.schema.label()) {
                    self.referring.push(self.rows(referring, by, keys.clone()));
                    continue;
                }
                let mut found = Vec::new();
                for query in self.rows(referring, by, keys.clone()).queries() {
                    found.append(&mut self.keys(&query).await?);
                }
                if found.is_empty() {
                    continue;
                }
                let rows = self.rows(referring, "pk".to_owned(), found);
                let change = |value| Change { rows: rows.clone(), field: field.name.clone(), value };
                let objection =
                    |how| Objection { rows: rows.clone(), field: field.name.clone(), target: label.clone(), how };
                match on_delete {
                    OnDelete::Cascade => {
                        // As Django: where each row is checked at once, those of a tree or circle let go of each other
                        // first.
                        if field.null && self.database.dialect().checks_references_at_once() {
                            self.changes.push(change(Value::Null));
                        }
                        queue.push((referring, rows.keys));
                    }
                    OnDelete::Protect => self.protected.push(objection("protected")),
                    OnDelete::Restrict => self.restricted.push(objection("restricted")),
                    OnDelete::SetNull => self.changes.push(change(Value::Null)),
                    OnDelete::SetDefault => {
                        let default = default_value(referring, field, value_type(self.models, field))?;
                        self.changes.push(change(default));
                    }
                    OnDelete::DoNothing => {}
                }
            }
            match self.found.iter_mut().find(|(other, _)| Arc::ptr_eq(other, meta)) {
                Some((_, found)) => found.append(&mut keys),
                None => self.found.push((meta, keys)),
            }
            if self.ends_at_objection && !self.protected.is_empty() {
                break;
            }
        }
        Ok(())
    }

    fn rows(&self, meta: &Arc<ModelMeta>, by: String, keys: Vec<Value>) -> PlannedRows {
        PlannedRows { meta: Arc::clone(meta), by, keys, alias: self.database.alias().to_owned() }
    }

    /// Models that refer before those they refer to; in a circle, the last found first.
    fn in_order(&mut self) -> Vec<PlannedRows> {
        let mut waiting = std::mem::take(&mut self.found);
        waiting.reverse();
        let mut order = Vec::with_capacity(waiting.len());
        while !waiting.is_empty() {
            let labels: BTreeSet<String> = waiting.iter().map(|(meta, _)| meta.schema.label()).collect();
            let free = waiting.iter().position(|(meta, _)| {
                let label = meta.schema.label();
                let others = self.references.to(&label).iter().map(|reference| reference.meta.schema.label());
                !others.into_iter().any(|other| other != label && labels.contains(&other))
            });
            let (meta, keys) = waiting.remove(free.unwrap_or(0));
            order.push(self.rows(meta, "pk".to_owned(), keys));
        }
        order
    }
}

/// A key to compare by: values have no hash of their own.
fn text(key: &Value) -> String {
    key.to_string()
}

#[cold]
fn refused(objection: &Objection) -> Error {
    let Objection { rows, field, target, how } = objection;
    let label = rows.meta.schema.label();
    let constraint = format!("{label}.{field}");
    Error::new(
        ErrorKind::Integrity,
        format!("cannot delete rows of `{target}`: `{constraint}` refers to them and is {how}"),
    )
    .with_constraint(constraint)
    .with_hint(format!("delete the rows of `{label}` first, or let them refer to others"))
}
