//! INSERT: one row or many, with the keys that the database gives them.

use rjango_core::Result;
use rjango_schema::FieldSchema;

use super::Dialect;
use super::paths::{column_kind, primary_key, value_type};
use super::writer::Sql;
use crate::connection::Statement;
use crate::model::{ModelMeta, Models};
use crate::value::bounds::kept;
use crate::{Value, ValueType};

/// The last key that MySQL and MariaDB tell of where a row was left out; no count of rows tells it.
pub(crate) const LEFT_OUT: i64 = i64::MAX;

/// What happens where a new row meets one that is there.
#[derive(Debug, Clone)]
pub enum OnConflict<'a> {
    /// The engine refuses.
    Refuse,
    /// The new row is left out where it meets one in these fields; no field means any unique constraint.
    Ignore {
        /// The fields of the constraint.
        unique: Vec<&'a FieldSchema>,
    },
    /// The row that is there gets the new values of `fields`.
    Update {
        /// The fields of the constraint.
        unique: Vec<&'a FieldSchema>,
        /// The fields to change.
        fields: Vec<&'a FieldSchema>,
    },
}

/// The statement that inserts rows with these fields' values; where the engine can, it gives back their keys, to be
/// read as the second part says.
///
/// # Errors
/// `ImproperlyConfigured` where the model has no primary key; `Validation` where a column cannot keep a value.
pub fn insert(
    models: &Models,
    dialect: &dyn Dialect,
    meta: &ModelMeta,
    fields: &[&FieldSchema],
    rows: Vec<Vec<Value>>,
    conflict: &OnConflict<'_>,
) -> Result<(Statement, ValueType)> {
    let key = primary_key(meta)?;
    let types: Vec<ValueType> = fields.iter().map(|field| value_type(models, field)).collect();
    let columns: Vec<_> = fields.iter().map(|field| (*field, column_kind(models, field))).collect();
    let label = meta.schema.label();
    let duplicate_key = dialect.updates_on_duplicate_key();
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
                let (field, kind) = columns[position];
                let value = kept(dialect.engine(), &label, field, kind, *value_type, value)?;
                sql.push_value(dialect.adapt(value));
            }
        }
        sql.push(")");
    }
    match conflict {
        OnConflict::Ignore { unique } if !duplicate_key => {
            sql.push(" ON CONFLICT ");
            push_constraint(&mut sql, dialect, unique);
            sql.push("DO NOTHING");
        }
        // `INSERT IGNORE` would leave out rows that refer to nothing, too, and cut values that do not fit. The row that is there is
        // locked as a write locks it: what an error leaves is a lock that two may share and neither may then write under.
        OnConflict::Ignore { .. } => {
            let mut column = String::new();
            dialect.quote(&key.column(), &mut column);
            sql.push(&format!(
                " ON DUPLICATE KEY UPDATE {column} = IF(LAST_INSERT_ID({LEFT_OUT}), {column}, {column})"
            ));
        }
        OnConflict::Update { unique, fields } => {
            if duplicate_key {
                sql.push(" ON DUPLICATE KEY UPDATE ");
            } else {
                sql.push(" ON CONFLICT ");
                push_constraint(&mut sql, dialect, unique);
                sql.push("DO UPDATE SET ");
            }
            let (before, after) = if duplicate_key { (" = VALUES(", ")") } else { (" = EXCLUDED.", "") };
            for (index, field) in fields.iter().enumerate() {
                sql.push(if index == 0 { "" } else { ", " }).push_name(dialect, &field.column());
                sql.push(before).push_name(dialect, &field.column()).push(after);
            }
        }
        OnConflict::Refuse => {}
    }
    if dialect.returns_inserted() && !matches!(conflict, OnConflict::Ignore { .. }) {
        sql.push(" RETURNING ").push_name(dialect, &key.column());
    }
    Ok((sql.finish(dialect), value_type(models, key)))
}

/// The columns of a constraint, in parentheses; nothing where there are none.
fn push_constraint(sql: &mut Sql, dialect: &dyn Dialect, unique: &[&FieldSchema]) {
    for (index, field) in unique.iter().enumerate() {
        sql.push(if index == 0 { "(" } else { ", " }).push_name(dialect, &field.column());
    }
    if !unique.is_empty() {
        sql.push(") ");
    }
}
