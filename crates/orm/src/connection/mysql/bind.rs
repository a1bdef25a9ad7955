//! Values into MySQL's binary protocol, in Django's formats.

use rjango_core::{Error, ErrorKind, Result};
use sqlx::error::BoxDynError;
use sqlx::mysql::{MySqlArguments, MySqlConnection};
use sqlx::query::Query;
use sqlx::{Arguments, AssertSqlSafe, Either, Executor as _, MySql, SqlSafeStr as _, Statement as _};

use super::errors::database_error;
use crate::Value;
use crate::connection::errors::check;
use crate::connection::{Engine, Statement};
use crate::value::{duration_micros, python_json};

/// The statement as sqlx runs it: prepared once a connection and cached.
///
/// The text was written by the compiler, which puts every value into a parameter, or by the project's own author.
pub(super) async fn query(
    connection: &mut MySqlConnection,
    statement: &Statement,
) -> Result<Query<'static, MySql, MySqlArguments>> {
    check(statement, Engine::MySql)?;
    let sql = AssertSqlSafe(statement.sql.as_str()).into_sql_str();
    let prepared = connection.prepare(sql).await.map_err(|error| database_error(error, Some(statement)))?;
    // sqlx would find it out when it already waits for an answer, which would never come.
    if let Some(Either::Right(wanted)) = prepared.parameters()
        && wanted != statement.parameters.len()
    {
        let message = format!("the statement has {wanted} parameters, found {}", statement.parameters.len());
        return Err(Error::new(ErrorKind::Database, message).with_sql(statement.to_string()));
    }
    let mut arguments = MySqlArguments::default();
    arguments.reserve(statement.parameters.len(), 0);
    for value in &statement.parameters {
        bind(&mut arguments, value).map_err(|error| {
            Error::new(ErrorKind::Database, format!("MySQL has no form for {} `{value}`", value.kind_name()))
                .with_sql(statement.to_string())
                .with_source(error)
        })?;
    }
    Ok(sqlx::query_with(prepared.into_sql(), arguments))
}

fn bind(arguments: &mut MySqlArguments, value: &Value) -> std::result::Result<(), BoxDynError> {
    match value {
        // MariaDB takes a text for every type, a number not for its `uuid`, even where it is NULL.
        Value::Null => arguments.add(None::<&str>),
        Value::Bool(flag) => arguments.add(i64::from(*flag)),
        Value::Int(number) => arguments.add(*number),
        Value::Float(number) => arguments.add(*number),
        Value::Decimal(number) => arguments.add(*number),
        Value::Text(text) => arguments.add(text.as_str()),
        Value::Bytes(bytes) => arguments.add(bytes.as_slice()),
        Value::Date(date) => arguments.add(*date),
        Value::Time(time) => arguments.add(*time),
        Value::DateTime(moment) => arguments.add(moment.naive_utc()),
        Value::Duration(duration) => arguments.add(duration_micros(*duration)),
        // MySQL and older MariaDB have it in `char(32)`; MariaDB's own `uuid`, from 10.7, takes the same text.
        Value::Uuid(uuid) => arguments.add(uuid.simple().to_string()),
        Value::Json(json) => arguments.add(python_json(json)),
    }
}
