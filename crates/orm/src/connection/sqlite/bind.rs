//! Values into SQLite's five storage classes, in Django's formats.

use rjango_core::Result;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe, Sqlite};

use crate::Value;
use crate::connection::errors::check;
use crate::connection::{Engine, Statement};
use crate::value::{date_time_text, duration_micros, python_json, time_text};

/// The statement as sqlx runs it: prepared once a connection and cached.
///
/// The text was written by the compiler, which puts every value into a parameter, or by the project's own author.
///
/// # Errors
/// `Validation` where SQLite would keep a parameter as something else.
pub(super) fn query(statement: &Statement) -> Result<sqlx::query::Query<'static, Sqlite, SqliteArguments>> {
    check(statement, Engine::Sqlite)?;
    let mut arguments = SqliteArguments::default();
    arguments.reserve(statement.parameters.len(), 0);
    for value in &statement.parameters {
        bind(&mut arguments, value);
    }
    Ok(sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), arguments))
}

fn bind(arguments: &mut SqliteArguments, value: &Value) {
    // Encoding into SQLite's storage classes cannot fail.
    let _ = match value {
        Value::Null => arguments.add(None::<i64>),
        Value::Bool(flag) => arguments.add(i64::from(*flag)),
        Value::Int(number) => arguments.add(*number),
        Value::Float(number) => arguments.add(*number),
        // As Django: a column's NUMERIC affinity makes a number of it, in storing and in comparing.
        Value::Decimal(number) => arguments.add(number.to_string()),
        Value::Text(text) => arguments.add(text.clone()),
        Value::Bytes(bytes) => arguments.add(bytes.clone()),
        Value::Date(date) => arguments.add(date.to_string()),
        Value::Time(time) => arguments.add(time_text(*time)),
        Value::DateTime(moment) => arguments.add(date_time_text(*moment)),
        Value::Duration(duration) => arguments.add(duration_micros(*duration)),
        Value::Uuid(uuid) => arguments.add(uuid.simple().to_string()),
        Value::Json(json) => arguments.add(python_json(json)),
    };
}
