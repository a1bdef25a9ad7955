//! [`Raw`]: instances from SQL that a person wrote.

use std::future::IntoFuture;
use std::marker::PhantomData;

use rjango_core::{Error, ErrorKind, Result, Site};
use rjango_schema::ModelSchema;

use crate::connection::Wanted;
use crate::sql::Sql;
use crate::sql::paths::value_type;
use crate::typed::query_set::pending::Boxed;
use crate::typed::query_set::rows::instance;
use crate::{Model, Models, Pending, QuerySet, Value, ValueType, execute};

/// A query in SQL whose rows are instances of `M`: what `raw` gives. `.await` or `.sync()` runs it.
#[must_use = "a query does nothing until it is awaited or `.sync()` is called"]
#[derive(Debug, Clone)]
pub struct Raw<M> {
    rows: QuerySet<M>,
    sql: &'static str,
    parameters: Vec<Value>,
    marker: PhantomData<fn() -> M>,
}

impl<M: Model> QuerySet<M> {
    /// Instances from SQL: `Product::objects().raw("SELECT * FROM shop_product WHERE price < %s").bind(5).await?`.
    ///
    /// Each `%s` takes the value of a `bind`, on every engine; a percent sign before an `s` is written `%%`. The columns are
    /// known by their names, in any order; those that the model has not are left out. The text must be a constant, so
    /// that a value cannot become a part of it: text that is put together does not compile.
    pub fn raw(self, sql: &'static str) -> Raw<M> {
        Raw { rows: self, sql, parameters: Vec::new(), marker: PhantomData }
    }
}

impl<M: Model> Raw<M> {
    /// The value of the next `%s`.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.parameters.push(value.into());
        self
    }

    /// Runs the query and waits for every row.
    ///
    /// # Errors
    /// `Database` where the engine refuses; `Other` where values and `%s` are not as many, where a column of the model is
    /// missing, or where the query set has conditions or an order of its own.
    pub fn sync(self) -> Result<Vec<M>> {
        self.instances().sync()
    }

    fn instances(self) -> Pending<'static, Vec<M>> {
        Pending::new(async move {
            let query = self.rows.checked()?;
            if query
                != (crate::query::Query { using: query.using.clone(), ..crate::query::Query::new(query.model.clone()) })
            {
                return Err(Error::new(ErrorKind::Other, "`raw` runs its SQL alone, and the query set says more")
                    .with_hint("write `Product::objects().raw(..)`, with the conditions and the order in the SQL"));
            }
            let database = execute::read_database(&query)?;
            let statement = pieces(self.sql, self.parameters)?.finish(database.dialect());
            let site = Site::current()?;
            let models = site.require::<Models>()?;
            let schema = M::entry().schema();
            let types: Vec<ValueType> = schema.concrete_fields().map(|field| value_type(models, field)).collect();
            let choose = |names: &[&str]| columns(schema, &types, names);
            let rows = database.fetch_wanted(&statement, Wanted::Named(&choose)).await;
            let rows = rows.map_err(|error| execute::unreadable_in(error, schema))?;
            rows.into_iter().map(|row| instance(&mut row.into_iter())).collect()
        })
    }
}

impl<M: Model> IntoFuture for Raw<M> {
    type Output = Result<Vec<M>>;
    type IntoFuture = Boxed<'static, Vec<M>>;

    fn into_future(self) -> Self::IntoFuture {
        self.instances().into_boxed()
    }
}

/// Where the model's columns are among those of the rows.
fn columns(schema: &ModelSchema, types: &[ValueType], names: &[&str]) -> Result<Vec<(usize, ValueType)>> {
    let mut found = Vec::with_capacity(types.len());
    let mut missing = Vec::new();
    for (field, value_type) in schema.concrete_fields().zip(types) {
        let column = field.column();
        match names.iter().position(|name| *name == column) {
            Some(index) => found.push((index, *value_type)),
            None => missing.push(format!("`{column}`")),
        }
    }
    if missing.is_empty() {
        return Ok(found);
    }
    Err(Error::new(ErrorKind::Other, format!("the rows lack columns of `{}`: {}", schema.label(), missing.join(", ")))
        .with_hint("select them, or all by `*`; for other shapes of rows there is `Database::fetch`"))
}

/// The text with its parameters in their places.
fn pieces(text: &str, parameters: Vec<Value>) -> Result<Sql> {
    let wanted = parameters.len();
    let (mut sql, mut given, mut places) = (Sql::default(), parameters.into_iter(), 0);
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (before, after) = rest.split_at(at);
        sql.push(before);
        rest = match after.as_bytes().get(1) {
            Some(b's') => {
                places += 1;
                if let Some(value) = given.next() {
                    sql.push_value(value);
                }
                &after[2..]
            }
            Some(b'%') => {
                sql.push("%");
                &after[2..]
            }
            _ => {
                sql.push("%");
                &after[1..]
            }
        };
    }
    sql.push(rest);
    if text.contains('\0') {
        return Err(Error::new(ErrorKind::Other, "the SQL has a NUL character, which no engine takes"));
    }
    if places == wanted {
        return Ok(sql);
    }
    Err(Error::new(ErrorKind::Other, format!("the SQL has {places} times `%s`, and {wanted} values were bound"))
        .with_hint("`bind` once for each `%s`; a percent sign before an `s` that is no place is written `%%`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_takes_one_value_and_percent_signs_stay() {
        let sql = pieces("a %s b LIKE '%x%' AND '%%s' %s", vec![Value::Int(1), Value::Int(2)]).expect("two places");
        assert_eq!(sql.as_text(), "a \0 b LIKE '%x%' AND '%s' \0");
        assert!(pieces("%s", Vec::new()).is_err());
        assert!(pieces("a", vec![Value::Int(1)]).is_err());
    }
}
