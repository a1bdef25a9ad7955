//! A column that cannot be read, told with its model, its field and the row's key.

use std::borrow::Cow;

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::ModelSchema;

use crate::connection::{Row, RowStream, Unreadable};
use crate::model::{ModelMeta, Models};
use crate::query::{Expression, Query};
use crate::sql::paths::resolve;
use crate::sql::{Columns, related_paths};
use crate::value::bounds::type_name;
use crate::{Value, ValueType};

/// Where a column of a result comes from.
#[derive(Debug, Clone)]
struct Origin {
    /// `shop.Product.price`.
    field: String,
    /// Where the primary key of its row stands among the columns.
    key: Option<usize>,
}

/// The rows, or the error with its field named.
pub(super) fn named(rows: Result<Vec<Row>>, models: &Models, query: &Query, columns: Columns<'_>) -> Result<Vec<Row>> {
    rows.map_err(|error| match error.downcast_ref::<Unreadable>() {
        Some(unreadable) => told(unreadable, origin(models, query, columns, unreadable.index), &error),
        None => error,
    })
}

/// As [`named`], of rows that come one by one.
pub(super) fn named_stream(rows: RowStream, models: &Models, query: &Query, columns: Columns<'_>) -> RowStream {
    use futures_util::StreamExt as _;
    let origins: Vec<Option<Origin>> =
        (0..columns_of(models, query, columns)).map(|index| origin(models, query, columns, index)).collect();
    Box::pin(rows.map(move |row| {
        row.map_err(|error| match error.downcast_ref::<Unreadable>() {
            Some(unreadable) => told(unreadable, origins.get(unreadable.index).cloned().flatten(), &error),
            None => error,
        })
    }))
}

fn told(unreadable: &Unreadable, origin: Option<Origin>, error: &Error) -> Error {
    let Some(origin) = origin else { return restated(error, unreadable, unreadable.to_string()) };
    let Unreadable { found, expected, before, .. } = unreadable;
    let key = origin.key.and_then(|key| before.get(key)).filter(|key| !key.is_null());
    let row = key.map(|key| format!(" of the row with the primary key `{key}`")).unwrap_or_default();
    let places = match expected {
        ValueType::Decimal(Some(places)) => format!(", {places} of them behind the point"),
        _ => String::new(),
    };
    let message = format!("`{}`{row} holds {found}, expected {}{places}", origin.field, type_name(*expected));
    restated(error, unreadable, message)
}

fn restated(error: &Error, unreadable: &Unreadable, message: String) -> Error {
    let mut told = Error::new(ErrorKind::Database, message).with_source(unreadable.clone());
    if let Some(hint) = error.hint() {
        told = told.with_hint(hint);
    }
    match error.sql() {
        Some(sql) => told.with_sql(sql),
        None => told,
    }
}

/// Where the column at a position comes from, in the order in which a SELECT reads them.
fn origin(models: &Models, query: &Query, columns: Columns<'_>, index: usize) -> Option<Origin> {
    let meta = models.get(&query.model)?;
    match columns {
        Columns::Model => {
            let own = own_columns(query, meta);
            if let Some(field) = own.get(index) {
                let key = meta.schema.primary_key().and_then(|key| own.iter().position(|name| *name == key.name));
                return Some(Origin { field: format!("{}.{field}", meta.schema.label()), key });
            }
            let mut start = own.len();
            for path in related_paths(query) {
                let far = resolve(models, meta, &path.0).ok()?.meta;
                let names: Vec<&str> = far.schema.concrete_fields().map(|field| field.name.as_str()).collect();
                if let Some(field) = names.get(index.checked_sub(start)?) {
                    let key = far.schema.primary_key()?.name.as_str();
                    let key = names.iter().position(|name| *name == key).map(|key| key + start);
                    return Some(Origin { field: format!("{}.{field}", far.schema.label()), key });
                }
                start += names.len();
            }
            let mut read = query.annotations.iter().filter(|annotation| annotation.selected);
            let annotation = read.nth(index.checked_sub(start)?)?;
            of_expression(models, meta, &annotation.expression)
        }
        Columns::Expressions(expressions) => of_expression(models, meta, &expressions.get(index)?.0),
    }
}

fn columns_of(models: &Models, query: &Query, columns: Columns<'_>) -> usize {
    match columns {
        Columns::Expressions(expressions) => expressions.len(),
        Columns::Model => {
            let Some(meta) = models.get(&query.model) else { return 0 };
            let related = related_paths(query);
            let far = related.iter().filter_map(|path| resolve(models, meta, &path.0).ok());
            let far: usize = far.map(|target| target.meta.schema.concrete_fields().count()).sum();
            own_columns(query, meta).len() + far + query.annotations.len()
        }
    }
}

fn own_columns<'a>(query: &Query, meta: &'a ModelMeta) -> Vec<&'a str> {
    meta.schema.concrete_fields().filter(|field| query.reads(field)).map(|field| field.name.as_str()).collect()
}

/// The field that an expression is.
fn of_expression(models: &Models, meta: &ModelMeta, expression: &Expression) -> Option<Origin> {
    let Expression::Column(path) = expression else { return None };
    let names: &[Cow<'static, str>] = &path.0;
    let target = resolve(models, meta, names).ok()?;
    Some(Origin { field: format!("{}.{}", target.meta.schema.label(), target.field.name), key: None })
}

/// The error with its field named, of rows that hold the concrete fields of a model in their order.
#[cold]
pub(crate) fn unreadable_in(error: Error, model: &ModelSchema) -> Error {
    let Some(unreadable) = error.downcast_ref::<Unreadable>() else { return error };
    let origin = model.concrete_fields().nth(unreadable.index).map(|field| Origin {
        field: format!("{}.{}", model.label(), field.name),
        key: model.concrete_fields().position(|field| field.primary_key),
    });
    told(unreadable, origin, &error)
}

/// The error for an update whose values the database computes and refuses, with the fields that were to get them.
#[cold]
pub(super) fn in_update(error: Error, query: &Query, fields: &[crate::query::Assignment]) -> Error {
    let is_computed = |assignment: &&crate::query::Assignment| !matches!(assignment.value, Expression::Value(_));
    if !matches!(error.kind(), ErrorKind::Database | ErrorKind::Integrity)
        || !fields.iter().any(|assignment| is_computed(&assignment))
    {
        return error;
    }
    let names: Vec<String> = fields.iter().filter(is_computed).map(|field| format!("`{}`", field.field)).collect();
    let message = format!("cannot compute {} of `{}`: {error}", names.join(", "), query.model);
    error.wrap(message)
}

/// The error for a value that a row holds and its Rust type does not, with model, field and key.
#[cold]
pub(crate) fn unfit(error: Error, model: &ModelSchema, index: usize, key: &Value) -> Error {
    let Some(field) = model.concrete_fields().nth(index) else { return error };
    let row = if key.is_null() { String::new() } else { format!(" of the row with the primary key `{key}`") };
    let message = format!("`{}.{}`{row} cannot be read: {error}", model.label(), field.name);
    error.wrap(message)
}
