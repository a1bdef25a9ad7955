//! INSERT: one row or many, with the keys that the database gives them.

use rjango_core::Result;
use rjango_schema::FieldSchema;

use super::Dialect;
use super::paths::{primary_key, value_type};
use super::writer::Sql;
use crate::connection::Statement;
use crate::model::{ModelMeta, Models};
use crate::{Value, ValueType};

/// The statement that inserts rows with these fields' values; where the engine can, it gives back their keys, to be
/// read as the second part says.
///
/// # Errors
/// `ImproperlyConfigured` where the model has no primary key.
pub fn insert(
    models: &Models,
    dialect: &dyn Dialect,
    meta: &ModelMeta,
    fields: &[&FieldSchema],
    rows: Vec<Vec<Value>>,
) -> Result<(Statement, ValueType)> {
    let key = primary_key(meta)?;
    let types: Vec<ValueType> = fields.iter().map(|field| value_type(models, field)).collect();
    let mut sql = Sql::text("INSERT INTO ");
    sql.push_name(dialect, &meta.schema.table()).push(" ");
    if fields.is_empty() {
        dialect.default_values(sql.as_text_mut());
    } else {
        for (index, field) in fields.iter().enumerate() {
            sql.push(if index == 0 { "(" } else { ", " }).push_name(dialect, &field.column());
        }
        sql.push(") VALUES ");
        for (index, row) in rows.into_iter().enumerate() {
            sql.push(if index == 0 { "(" } else { "), (" });
            for (position, (value, value_type)) in row.into_iter().zip(&types).enumerate() {
                if position > 0 {
                    sql.push(", ");
                }
                sql.push_value(dialect.adapt(value.coerce(*value_type)));
            }
        }
        sql.push(")");
    }
    if dialect.returns_inserted() {
        sql.push(" RETURNING ").push_name(dialect, &key.column());
    }
    Ok((sql.finish(dialect), value_type(models, key)))
}
