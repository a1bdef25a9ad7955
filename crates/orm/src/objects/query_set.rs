//! A manager or query set in a template or the shell.

mod calls;

use std::any::Any;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

pub(super) use calls::found_or_made;
use rjango_core::Result;
use rjango_templates::{Arguments, Attribute, BoxFuture, Object, Shape, Value};

use super::InstanceObject;
use super::convert::{self, template_value};
use super::kept::{Kept, Rows};
use super::refused::{changes_rows, needs_arguments};
use crate::dynamic::{Instance, Objects};
use crate::execute::Deleted;
use crate::query::Query;

/// How many rows a `repr` shows: Django's `REPR_OUTPUT_SIZE`.
const SHOWN: usize = 20;

/// The methods that a template calls, without arguments.
const ANSWERS: [&str; 11] =
    ["all", "count", "distinct", "exists", "first", "get", "last", "none", "reverse", "values", "values_list"];

/// The methods that change rows.
const CHANGING: [&str; 7] =
    ["bulk_create", "bulk_update", "create", "delete", "get_or_create", "update", "update_or_create"];

/// The methods that take arguments. Those that a query set by name does not have, typed ones do.
const TAKING: [&str; 16] = [
    "aggregate",
    "annotate",
    "contains",
    "difference",
    "exclude",
    "filter",
    "in_bulk",
    "intersection",
    "only",
    "order_by",
    "prefetch_related",
    "select_for_update",
    "select_related",
    "slice",
    "union",
    "using",
];

/// Reads the rows of a query as the typed query set does that it came from, with what it prefetches.
pub(crate) type Reader = Arc<dyn Fn(Query) -> BoxFuture<'static, Result<Vec<Instance>>> + Send + Sync>;

/// A lazy query: walking it is one query, whose rows it keeps.
pub struct QuerySetObject {
    objects: Objects,
    is_manager: bool,
    /// Where the query came from a typed query set that prefetches.
    reader: Option<Reader>,
    /// Shared with what `all` gives.
    rows: Arc<Rows>,
    /// What methods without arguments gave.
    kept: Kept,
}

impl QuerySetObject {
    /// A query as a value.
    pub fn value(objects: Objects) -> Value {
        Value::object(Self::new(objects, None))
    }

    /// A manager as a value: like a query of every row, but it is not walked without `all`.
    pub fn manager(objects: Objects) -> Value {
        Value::object(Self::of_manager(objects))
    }

    /// A manager, not yet a value.
    pub(super) fn of_manager(objects: Objects) -> Self {
        Self { is_manager: true, ..Self::new(objects, None) }
    }

    pub(crate) fn new(objects: Objects, reader: Option<Reader>) -> Self {
        Self { objects, is_manager: false, reader, rows: Arc::default(), kept: Kept::default() }
    }

    /// A query whose rows are known already.
    pub(super) fn of_rows(objects: Objects, rows: Arc<[Value]>) -> Self {
        Self { rows: Arc::new(Rows::known(rows)), ..Self::new(objects, None) }
    }

    /// The query.
    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    /// The rows, where they were read.
    pub fn known_rows(&self) -> Option<Arc<[Value]>> {
        self.rows.get()
    }

    /// Forgets what was read.
    pub(super) fn forget(&self) {
        self.rows.forget();
        self.kept.clear();
    }

    /// The rows of a query that was made of this one.
    async fn read(&self, objects: &Objects) -> Result<Arc<[Value]>> {
        let found = match &self.reader {
            Some(read) => read(objects.query().clone()).await?,
            None => objects.all().await?,
        };
        Ok(found.into_iter().map(InstanceObject::value).collect())
    }

    /// Every row, which is kept.
    async fn every_row(&self) -> Result<Arc<[Value]>> {
        match self.rows.get() {
            Some(rows) => Ok(rows),
            None => Ok(self.rows.keep(self.read(&self.objects).await?)),
        }
    }

    /// The first of the rows of a query; nothing where there is none.
    async fn one(&self, objects: Result<Objects>) -> Result<Option<Value>> {
        Ok(self.read(&objects?).await?.first().cloned())
    }

    /// A further query, read as this one is.
    fn derived(&self, objects: Objects) -> Value {
        Value::object(Self::new(objects, self.reader.clone()))
    }

    /// The same query, which shares its rows.
    fn same(&self) -> Value {
        Value::object(Self { rows: Arc::clone(&self.rows), ..Self::new(self.objects.clone(), self.reader.clone()) })
    }

    async fn count(&self) -> Result<Value> {
        match self.rows.get() {
            Some(rows) => Ok(rows.len().into()),
            None => self.objects.count().await.map(Value::from),
        }
    }

    async fn exists(&self) -> Result<Value> {
        match self.rows.get() {
            Some(rows) => Ok((!rows.is_empty()).into()),
            None => self.objects.exists().await.map(Value::from),
        }
    }

    /// The first or the last row. Rows without an order are ordered by key, as Django does.
    async fn end(&self, is_first: bool) -> Result<Value> {
        let known = self.rows.get().filter(|_| self.objects.is_ordered() || !self.objects.query().is_sliced());
        let found = match known {
            Some(rows) if self.objects.is_ordered() => if is_first { rows.first() } else { rows.last() }.cloned(),
            Some(rows) if is_first => rows.iter().min_by(|left, right| by_key(left, right)).cloned(),
            Some(rows) => rows.iter().max_by(|left, right| by_key(left, right)).cloned(),
            None => {
                let end = if is_first { self.objects.for_first() } else { self.objects.for_last() };
                self.one(end).await?
            }
        };
        Ok(found.unwrap_or(Value::None))
    }

    /// The columns that a page gets where it names none.
    fn shown_columns(&self) -> Vec<String> {
        let mut names = self.objects.value_names::<&str>(&[]);
        names.retain(|name| !self.objects.meta().is_secret(name));
        names
    }

    /// The rows as mappings, of every column where none is named.
    async fn values(&self, names: &[String]) -> Result<Value> {
        let rows = self.objects.values(names).await?;
        let names = self.objects.value_names(names);
        let maps = rows
            .iter()
            .map(|row| Value::map(names.iter().zip(row).map(|(name, value)| (name.as_str(), template_value(value)))));
        Ok(Value::list(maps))
    }

    /// The rows as tuples, of every column where none is named; of one column, flat, as its values.
    async fn values_list(&self, names: &[String], is_flat: bool) -> Result<Value> {
        let rows = self.objects.values(names).await?;
        let lists = rows.iter().map(|row| match (is_flat, row.first()) {
            (true, Some(only)) => template_value(only),
            _ => Value::Tuple(row.iter().map(template_value).collect()),
        });
        Ok(Value::list(lists))
    }

    /// The row at a place. As in Django, a query that was not walked reads that row alone.
    async fn row(&self, index: usize) -> Result<Value> {
        let start = index as u64;
        let found = self.one(Ok(self.objects.clone().slice(start, Some(start.saturating_add(1))))).await?;
        Ok(found.unwrap_or_default())
    }

    /// The first rows, as many as a `repr` shows and one more.
    pub(super) async fn shown_rows(&self) -> Result<Arc<[Value]>> {
        match self.rows.get() {
            Some(rows) => Ok(rows),
            None => self.read(&self.objects.clone().slice(0, Some(SHOWN as u64 + 1))).await,
        }
    }

    /// `<QuerySet [<Product: Coffee>, ...]>` as Django shows it.
    pub(super) fn shown(rows: &[Value]) -> String {
        let mut shown: Vec<String> = rows.iter().take(SHOWN).map(Value::repr).collect();
        if rows.len() > SHOWN {
            shown.push("'...(remaining elements truncated)...'".to_owned());
        }
        format!("<QuerySet [{}]>", shown.join(", "))
    }

    /// Whether it is a manager, which is not walked.
    pub fn is_manager(&self) -> bool {
        self.is_manager
    }
}

/// Instances by their keys.
fn by_key(left: &Value, right: &Value) -> Ordering {
    let key = |row: &Value| row.downcast::<InstanceObject>().map(|row| template_value(row.instance().pk()));
    match (key(left), key(right)) {
        (Some(left), Some(right)) => left.order(&right).unwrap_or(Ordering::Equal),
        _ => Ordering::Equal,
    }
}

/// What a deletion gives: Django's pair of the total and the numbers by model.
pub(super) fn deleted_value(deleted: &Deleted) -> Value {
    let by_model = deleted.by_model.iter().map(|(label, rows)| (label.as_str(), Value::from(*rows)));
    Value::Tuple([deleted.total.into(), Value::map(by_model)].into())
}

impl fmt::Debug for QuerySetObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = self.objects.meta().schema.label();
        match self.rows.get() {
            _ if self.is_manager => write!(f, "<Manager of '{label}'>"),
            Some(rows) => f.write_str(&Self::shown(&rows)),
            None => write!(f, "<QuerySet of '{label}' that was not read>"),
        }
    }
}

impl Object for QuerySetObject {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn shape(&self) -> Shape {
        if self.is_manager { Shape::Plain } else { Shape::Sequence }
    }

    fn type_name(&self) -> &str {
        if self.is_manager { "Manager" } else { "QuerySet" }
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        match name {
            "all" => self.kept.or_make(name, || Ok(self.same())),
            "distinct" => self.kept.or_make(name, || self.objects.clone().distinct().map(|rows| self.derived(rows))),
            "reverse" => self.kept.or_make(name, || self.objects.clone().reverse().map(|rows| self.derived(rows))),
            "none" => self.kept.or_make(name, || Ok(self.derived(self.objects.clone().none()))),
            "count" => self.kept.or_read(name, self.count()),
            "exists" => self.kept.or_read(name, self.exists()),
            "first" => self.kept.or_read(name, self.end(true)),
            "last" => self.kept.or_read(name, self.end(false)),
            "values" => self.kept.or_read(name, async { self.values(&self.shown_columns()).await }),
            "values_list" => self.kept.or_read(name, async { self.values_list(&self.shown_columns(), false).await }),
            "get" => self.kept.or_read(name, async {
                let found = self.objects.get::<&str, crate::Value>([]).await?;
                Ok(InstanceObject::value(found))
            }),
            name if CHANGING.contains(&name) => Attribute::Refused(changes_rows(name)),
            name if TAKING.contains(&name) => Attribute::Refused(needs_arguments(name)),
            _ => Attribute::Unknown,
        }
    }

    fn attribute_names(&self) -> Vec<Cow<'_, str>> {
        convert::names(&ANSWERS).collect()
    }

    fn call_method<'a>(&'a self, name: &'a str, arguments: Arguments) -> BoxFuture<'a, Result<Value>> {
        Box::pin(self.call(name, arguments))
    }

    fn load(&self) -> Option<BoxFuture<'_, Result<()>>> {
        if self.is_manager || self.rows.get().is_some() {
            return None;
        }
        Some(Box::pin(async move { self.every_row().await.map(drop) }))
    }

    fn index(&self, index: usize) -> Attribute<'_> {
        if self.is_manager {
            return Attribute::Unknown;
        }
        match self.rows.get() {
            Some(rows) => rows.get(index).cloned().map_or(Attribute::Unknown, Attribute::Value),
            None => self.kept.or_read(&index.to_string(), self.row(index)),
        }
    }

    fn items(&self) -> Option<Vec<Value>> {
        if self.is_manager {
            return None;
        }
        self.rows.get().map(|rows| rows.to_vec())
    }

    fn len(&self) -> Option<usize> {
        if self.is_manager {
            return None;
        }
        self.rows.get().map(|rows| rows.len())
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{self:?}")
    }
}
