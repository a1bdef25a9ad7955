//! Rows of any model by name, and the conditions on them: what lists, forms and previews read.

use std::sync::Arc;

use rjango_core::{Result, Site};
use rjango_orm::dynamic::{Instance, Objects};
use rjango_orm::query::{Condition, Expression, Lookup, Operand, Path, Query};
use rjango_orm::{Models, Value};

/// The rows of a query, with the relations that it selects.
pub(crate) async fn fetch(query: &Query) -> Result<Vec<Instance>> {
    let site = Site::current()?;
    let meta = site.require::<Models>()?.require(&query.model)?;
    Objects::of(Arc::clone(meta)).with_query(query.clone()).all().await
}

/// The row of this primary key.
pub(crate) async fn get(label: &str, pk: Value) -> Result<Option<Instance>> {
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
