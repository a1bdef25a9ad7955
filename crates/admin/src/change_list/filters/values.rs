//! Every value that a field has: Django's `AllValuesFieldListFilter`.

use rjango_core::Result;
use rjango_http::templates::Value as Shown;
use rjango_orm::execute;
use rjango_orm::query::{Ordering, Query};
use rjango_orm::sql::Columns;
use rjango_orm::{FieldValue, Value};
use rjango_schema::FieldSchema;

use super::Setting;
use crate::display::shown;
use crate::record::column;

/// The choices: each value that a row of the field's model has.
pub(super) async fn settings(label: &str, path: &str, field: &FieldSchema) -> Result<Vec<(Shown, Setting)>> {
    let mut query = Query::new(label.to_owned());
    query.distinct = true;
    query.ordering.push(Ordering { by: column(&field.name), descending: false, nulls_first: None });
    let value_type = rjango_orm::ValueType::of(&field.kind, |_| i64::TYPE);
    let rows = execute::fetch(&query, Columns::Expressions(&[(column(&field.name), value_type)])).await?;
    let values = rows.into_iter().filter_map(|row| row.into_iter().next());
    Ok(values
        .map(|value| match value {
            Value::Null => (shown(field, &Value::Null), vec![(format!("{path}__isnull"), "True".to_owned())]),
            value => (shown(field, &value), vec![(path.to_owned(), value.to_text(field))]),
        })
        .collect())
}
