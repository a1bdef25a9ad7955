//! A refusal of a unique constraint in the model's own words: the fields, not the name that the constraint has in the
//! database.

use rjango_core::Result;
use rjango_schema::{ConstraintSchema, ModelSchema};

use crate::connection::{Conflict, Database, Engine, Statement, conflict};
use crate::{Value, ValueType};

/// The result of a statement that writes rows of a model. Where a unique constraint refused, the error names the fields;
/// the constraint's own name stays at hand in it.
pub(super) async fn named<T>(database: &Database, schema: &ModelSchema, result: Result<T>) -> Result<T> {
    let error = match result {
        Ok(done) => return Ok(done),
        Err(error) => error,
    };
    let Some(conflict) = conflict(&error) else { return Err(error) };
    let fields = match &conflict {
        Conflict::Columns(columns) => by_columns(schema, columns),
        Conflict::Constraint(name) => match by_name(schema, name) {
            Some(fields) => Some(fields),
            None => asked(database, schema, name).await,
        },
    };
    let Some(fields) = fields else { return Err(error) };
    let names: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
    let names = match names.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        names => names.concat(),
    };
    let message = format!("another row of `{}` has the same {names}", schema.label());
    Err(error.wrap(message).with_fields(fields).with_hint("write other values, or change the row that has them"))
}

/// The fields of these columns; `None` where one is not the model's.
fn by_columns(schema: &ModelSchema, columns: &[String]) -> Option<Vec<String>> {
    let field = |column: &String| schema.concrete_fields().find(|field| field.column() == *column);
    columns.iter().map(|column| field(column).map(|field| field.name.clone())).collect()
}

/// The fields of a constraint by its name: the model's own, or one that an engine, Django or a migration gave.
fn by_name(schema: &ModelSchema, name: &str) -> Option<Vec<String>> {
    let own = schema.constraints.iter().find_map(|constraint| match constraint {
        ConstraintSchema::Unique { name: own, fields, .. } if own == name => Some(fields.clone()),
        _ => None,
    });
    if own.is_some() {
        return own;
    }
    let table = schema.table();
    if name == "PRIMARY" || name == format!("{table}_pkey") {
        return schema.primary_key().map(|key| vec![key.name.clone()]);
    }
    let groups = crate::unique_groups(schema);
    let fits = |group: &Vec<String>| {
        let fields = group.iter().filter_map(|name| schema.field(name));
        let columns: Vec<String> = fields.map(rjango_schema::FieldSchema::column).collect();
        let columns = columns.join("_");
        name == columns
            || name == format!("{table}_{columns}_key")
            || (name.ends_with("_uniq")
                && name
                    .strip_prefix(&format!("{table}_{columns}_"))
                    .is_some_and(|rest| rest.len() == "01234567_uniq".len()))
    };
    groups.into_iter().find(fits)
}

/// The fields of an index by the server's catalogue, where a refusal does not end the transaction: names that are too long are
/// cut, and other programs have their own.
async fn asked(database: &Database, schema: &ModelSchema, index: &str) -> Option<Vec<String>> {
    if database.engine() != Engine::MySql {
        return None;
    }
    let sql = "SELECT CAST(column_name AS CHAR) FROM information_schema.statistics \
               WHERE table_schema = DATABASE() AND table_name = ? AND index_name = ? ORDER BY seq_in_index";
    let statement = Statement::new(sql).bind(schema.table()).bind(index);
    // What is lost with an error here is a better word for another error.
    let rows = database.fetch(&statement, &[ValueType::Text]).await.unwrap_or_default();
    let columns: Vec<String> = rows
        .into_iter()
        .flatten()
        .filter_map(|value| match value {
            Value::Text(column) => Some(column),
            _ => None,
        })
        .collect();
    if columns.is_empty() { None } else { by_columns(schema, &columns) }
}
