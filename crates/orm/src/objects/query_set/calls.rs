//! The methods of a query set with their arguments, which the shell calls.

use rjango_core::{Error, ErrorKind, Result};
use rjango_templates::{Arguments, Value};

use super::QuerySetObject;
use crate::dynamic::{Instance, Objects};
use crate::objects::InstanceObject;
use crate::objects::given::Given;
use crate::objects::refused::unknown_method;

const KNOWN: &str = "the methods are: all, count, create, delete, distinct, exclude, exists, filter, first, get, \
                     get_or_create, last, none, order_by, reverse, select_related, update, update_or_create, using, \
                     values, values_list";

/// An instance and whether it was made.
pub(in crate::objects) fn found_or_made((found, made): (Instance, bool)) -> Value {
    Value::Tuple([InstanceObject::value(found), made.into()].into())
}

impl QuerySetObject {
    /// The rows from `start` up to, not including, `stop`: what the shell makes of `rows[start:stop]`. Rows that were read
    /// are not read again.
    fn part(&self, start: Option<u64>, stop: Option<u64>) -> Value {
        let start = start.unwrap_or(0);
        match self.rows.get() {
            Some(rows) => {
                let number = |bound: u64| usize::try_from(bound).unwrap_or(usize::MAX);
                let length = stop.map_or(usize::MAX, |stop| number(stop.saturating_sub(start)));
                Value::list(rows.iter().skip(number(start)).take(length).cloned())
            }
            None => self.derived(self.objects.clone().slice(start, stop)),
        }
    }

    pub(super) async fn call(&self, method: &str, arguments: Arguments) -> Result<Value> {
        let objects = self.objects.clone();
        let mut given = Given::new(method, arguments);
        let derived = |objects: Result<Objects>| objects.map(|objects| self.derived(objects));
        match method {
            "all" => {
                given.nothing()?;
                Ok(self.derived(objects))
            }
            "filter" => derived(objects.filter(given.lookups()?)),
            "exclude" => derived(objects.exclude(given.lookups()?)),
            "get" => objects.get(given.lookups()?).await.map(InstanceObject::value),
            "order_by" | "select_related" => {
                let names = given.texts()?;
                given.nothing()?;
                derived(if method == "order_by" { objects.order_by(names) } else { objects.select_related(names) })
            }
            "distinct" => {
                given.nothing()?;
                derived(objects.distinct())
            }
            "reverse" => {
                given.nothing()?;
                derived(objects.reverse())
            }
            "none" => {
                given.nothing()?;
                Ok(self.derived(objects.none()))
            }
            "__slice__" if !self.is_manager => {
                let (start, stop) = (given.bound()?, given.bound()?);
                given.nothing()?;
                Ok(self.part(start, stop))
            }
            "using" => {
                let aliases = given.texts()?;
                given.nothing()?;
                match <[String; 1]>::try_from(aliases) {
                    Ok([alias]) => Ok(self.derived(objects.using(alias))),
                    Err(_) => Err(Error::new(ErrorKind::Other, "`using()` takes the alias of one database")),
                }
            }
            "first" | "last" => {
                given.nothing()?;
                self.end(method == "first").await
            }
            "count" => {
                given.nothing()?;
                self.count().await
            }
            "exists" => {
                given.nothing()?;
                self.exists().await
            }
            "create" => objects.create(given.fields()?).await.map(InstanceObject::value),
            "get_or_create" => {
                let defaults = given.defaults()?;
                objects.get_or_create(given.fields()?, defaults).await.map(found_or_made)
            }
            "update_or_create" => {
                let defaults = given.defaults()?;
                objects.update_or_create(given.fields()?, defaults).await.map(found_or_made)
            }
            "update" => objects.update(given.fields()?).await.map(Value::from),
            "delete" => {
                given.nothing()?;
                if self.is_manager {
                    return Err(unknown_method("a manager", "delete", "call `all().delete()` to delete every row"));
                }
                objects.delete().await.map(|deleted| super::deleted_value(&deleted))
            }
            "values" => {
                let names = given.texts()?;
                given.nothing()?;
                self.values(&names).await
            }
            "values_list" => {
                let names = given.texts()?;
                let is_flat = given.take("flat").is_some_and(|flat| flat.is_true());
                given.nothing()?;
                if is_flat && names.len() != 1 {
                    return Err(Error::new(ErrorKind::Other, "`flat` is for exactly one field"));
                }
                self.values_list(&names, is_flat).await
            }
            other => Err(unknown_method("a query set", other, KNOWN)),
        }
    }
}
