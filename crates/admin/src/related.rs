//! The rows that a relation can point at, as a form or filter offers them.

use rjango_core::Result;
use rjango_orm::dynamic::Instance;
use rjango_orm::query::{Path, Query};
use rjango_orm::{Models, Value};
use rjango_schema::{FieldKind, FieldSchema};

use crate::record;

/// The label of Django's permissions, which are told apart by their model.
const PERMISSION: &str = "auth.Permission";

/// A row to choose.
pub(crate) struct RelatedOption {
    pub pk: Value,
    pub label: String,
}

/// The label of the model that a relation points at.
pub(crate) fn target(field: &FieldSchema) -> Option<&str> {
    match &field.kind {
        FieldKind::ManyToMany(relation) => Some(&relation.to),
        kind => kind.relation().map(|relation| relation.to.as_str()),
    }
}

/// Every row of a model, in the model's own order.
pub(crate) async fn options(models: &Models, label: &str) -> Result<Vec<RelatedOption>> {
    models.require(label)?;
    let mut query = Query::new(label.to_owned());
    if label == PERMISSION {
        query.select_related.push(Path(vec!["content_type".into()]));
    }
    let records = record::fetch(&query).await?;
    Ok(records.into_iter().map(|record| RelatedOption { pk: record.pk().clone(), label: label_of(&record) }).collect())
}

fn label_of(record: &Instance) -> String {
    match record.known("content_type").flatten() {
        Some(content_type) => format!("{} | {}", content_type.display(), record.display()),
        None => record.display(),
    }
}
