//! A row of any model, by names: what lists, forms and previews read.

use std::sync::Arc;

use rjango_core::{Error, Result, Site};
use rjango_orm::execute;
use rjango_orm::query::{Condition, Expression, Lookup, Operand, Path, Query};
use rjango_orm::sql::{Columns, related_paths};
use rjango_orm::{ModelEntry, ModelMeta, Models, Value};
use rjango_schema::ModelSchema;

/// A row with the related rows that came with it.
#[derive(Clone)]
pub(crate) struct Record {
    pub schema: Arc<ModelSchema>,
    entry: Option<&'static ModelEntry>,
    values: Vec<Value>,
    related: Vec<(String, Record)>,
}

impl Record {
    /// A row of these concrete values.
    pub fn new(meta: &ModelMeta, values: Vec<Value>) -> Self {
        Self { schema: Arc::clone(&meta.schema), entry: meta.entry, values, related: Vec::new() }
    }

    /// The primary key.
    pub fn pk(&self) -> &Value {
        self.get("pk").unwrap_or(&Value::Null)
    }

    /// The values of the concrete fields, in their order.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The value of a field of the model's own table; `pk` is the primary key.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let position = self.schema.concrete_fields().position(|field| match name {
            "pk" => field.primary_key,
            name => field.name == name,
        })?;
        self.values.get(position)
    }

    /// The related row that came along.
    pub fn related(&self, name: &str) -> Option<&Self> {
        self.related.iter().find(|(known, _)| known == name).map(|(_, record)| record)
    }

    /// How people see the row: its `Display`, or `Product object (5)`.
    pub fn display(&self) -> String {
        if let Some(text) = self.entry.and_then(|entry| (entry.display)(self.values.clone())) {
            return text;
        }
        format!("{} object ({})", self.schema.name, self.pk())
    }
}

/// The rows of a query, with the relations that it selects.
pub(crate) async fn fetch(query: &Query) -> Result<Vec<Record>> {
    let site = Site::current()?;
    let models = site.require::<Models>()?;
    let meta = models.require(&query.model)?;
    let mut related = Vec::new();
    for path in related_paths(query) {
        related.push((path.clone(), target(models, meta, &path)?));
    }
    let rows = execute::fetch(query, Columns::Model).await?;
    Ok(rows.into_iter().map(|row| read(meta, &related, row)).collect())
}

fn read(meta: &ModelMeta, related: &[(Path, &ModelMeta)], row: Vec<Value>) -> Record {
    let mut values = row.into_iter();
    let mut take = |meta: &ModelMeta| {
        let values: Vec<Value> = values.by_ref().take(meta.schema.concrete_fields().count()).collect();
        Record::new(meta, values)
    };
    let mut record = take(meta);
    for (path, meta) in related {
        let found = take(meta);
        if found.pk().is_null() {
            continue;
        }
        let Some((name, before)) = path.0.split_last() else { continue };
        let mut place = Some(&mut record);
        for name in before {
            place = place
                .and_then(|place| place.related.iter_mut().find(|(known, _)| known == name).map(|(_, record)| record));
        }
        if let Some(place) = place {
            place.related.push((name.clone().into_owned(), found));
        }
    }
    record
}

/// The model at the end of a path of forward relations.
fn target<'a>(models: &'a Models, start: &'a ModelMeta, path: &Path) -> Result<&'a ModelMeta> {
    let mut meta = start;
    for name in &path.0 {
        let relation = meta.schema.field(name).and_then(|field| field.kind.relation());
        let relation = relation.ok_or_else(|| {
            Error::improperly_configured(format!("`{}` has no forward relation `{name}`", meta.schema.label()))
        })?;
        meta = models.require(&relation.to)?;
    }
    Ok(meta)
}

/// The row of this primary key.
pub(crate) async fn get(label: &str, pk: Value) -> Result<Option<Record>> {
    let mut query = Query::new(label.to_owned());
    query.default_ordering = false;
    query.filters.push(equals("pk", pk));
    query.limit = Some(1);
    Ok(fetch(&query).await?.into_iter().next())
}

/// `path = value`.
pub(crate) fn equals(path: &str, value: Value) -> Condition {
    lookup(path, Lookup::Exact, value)
}

/// `path__lookup = value`.
pub(crate) fn lookup(path: &str, lookup: Lookup, value: Value) -> Condition {
    Condition::Lookup { left: column(path), lookup, right: Operand::One(Expression::Value(value)) }
}

/// `path__in = values`.
pub(crate) fn is_in(path: &str, values: impl IntoIterator<Item = Value>) -> Condition {
    let values = values.into_iter().map(Expression::Value).collect();
    Condition::Lookup { left: column(path), lookup: Lookup::In, right: Operand::Many(values) }
}

/// The column at the end of a path such as `category__name`.
pub(crate) fn column(path: &str) -> Expression {
    Expression::Column(Path(path.split("__").map(|name| name.to_owned().into()).collect()))
}
