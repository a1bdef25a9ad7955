//! What the shell prints for the value of an expression.

use rjango_core::Result;
use rjango_templates::{BoxFuture, Value};

use super::QuerySetObject;

/// The value as Python's prompt shows it: `<QuerySet [<Product: Coffee>]>`, `'text'`, `4`; nothing for `None`. A query set that
/// was not read reads as many rows as it shows.
///
/// # Errors
/// The database's, where a query set runs only now.
pub async fn repr(value: &Value) -> Result<Option<String>> {
    match value {
        Value::None | Value::Undefined => Ok(None),
        value => show(value).await.map(Some),
    }
}

fn show(value: &Value) -> BoxFuture<'_, Result<String>> {
    Box::pin(async move {
        if let Some(query) = value.downcast::<QuerySetObject>().filter(|query| !query.is_manager()) {
            return Ok(QuerySetObject::shown(&query.shown_rows().await?));
        }
        match value {
            Value::List(items) => Ok(format!("[{}]", show_all(items).await?.join(", "))),
            Value::Tuple(items) => Ok(match show_all(items).await?.as_slice() {
                [only] => format!("({only},)"),
                items => format!("({})", items.join(", ")),
            }),
            Value::Map(map) => {
                let mut pairs = Vec::new();
                for (key, value) in map.iter() {
                    pairs.push(format!("{}: {}", show(key).await?, show(value).await?));
                }
                Ok(format!("{{{}}}", pairs.join(", ")))
            }
            other => Ok(other.repr()),
        }
    })
}

async fn show_all(items: &[Value]) -> Result<Vec<String>> {
    let mut shown = Vec::with_capacity(items.len());
    for item in items {
        shown.push(show(item).await?);
    }
    Ok(shown)
}
