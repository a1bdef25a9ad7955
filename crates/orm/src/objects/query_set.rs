//! A manager or query set in a template or the shell.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use minijinja::value::{Enumerator, Kwargs, Object, ObjectRepr, Rest, from_args};
use minijinja::{Error, ErrorKind, State};

use super::InstanceObject;
use super::convert::{fields, lookups, mapped, refuse_in_template, template_error, template_value};
use super::repr::show;
use crate::block_on;
use crate::dynamic::{Instance, Objects};
use crate::execute::Deleted;

/// How many rows a `repr` shows: Django's `REPR_OUTPUT_SIZE`.
const SHOWN: usize = 20;

/// A lazy query: walking it is one query, whose rows it remembers.
pub struct QuerySetObject {
    objects: Objects,
    manager: bool,
    /// The rows, once it was walked.
    rows: OnceLock<Vec<minijinja::Value>>,
}

impl QuerySetObject {
    /// A query as a value.
    pub fn value(objects: Objects) -> minijinja::Value {
        minijinja::Value::from_object(Self { objects, manager: false, rows: OnceLock::new() })
    }

    /// A manager as a value: like a query of every row, but it is not walked without `all()`.
    pub fn manager(objects: Objects) -> minijinja::Value {
        minijinja::Value::from_object(Self { objects, manager: true, rows: OnceLock::new() })
    }

    /// The query.
    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    /// Every row: read once, where it is needed for the first time. Of two threads at once both may read; the rows of the
    /// first stay.
    fn rows(&self) -> rjango_core::Result<&[minijinja::Value]> {
        if let Some(rows) = self.rows.get() {
            return Ok(rows);
        }
        let found = values(block_on(self.objects.all())?);
        Ok(self.rows.get_or_init(|| found))
    }

    /// The row at a place. As in Django, a query that was not walked reads that row alone.
    fn row(&self, index: usize) -> rjango_core::Result<Option<minijinja::Value>> {
        if let Some(rows) = self.rows.get() {
            return Ok(rows.get(index).cloned());
        }
        let start = index as u64;
        let found = block_on(self.objects.clone().slice(start, Some(start.saturating_add(1))).all())?;
        Ok(values(found).pop())
    }

    /// `<QuerySet [<Product: Coffee>, ...]>` as Django shows it.
    pub(super) fn repr(&self) -> rjango_core::Result<String> {
        if self.manager {
            return Ok(format!("<Manager of '{}'>", self.objects.meta().schema.label()));
        }
        let read;
        let rows = match self.rows.get() {
            Some(rows) => rows,
            None => {
                read = values(block_on(self.objects.clone().slice(0, Some(SHOWN as u64 + 1)).all())?);
                &read
            }
        };
        let mut shown = rows.iter().take(SHOWN).map(show).collect::<rjango_core::Result<Vec<_>>>()?;
        if rows.len() > SHOWN {
            shown.push("'...(remaining elements truncated)...'".to_owned());
        }
        Ok(format!("<QuerySet [{}]>", shown.join(", ")))
    }

    fn dispatch(&self, method: &str, args: &[minijinja::Value]) -> Result<minijinja::Value, Error> {
        let objects = self.objects.clone();
        let derived = |objects: rjango_core::Result<Objects>| objects.map(Self::value).map_err(template_error);
        let instance = |found: Option<_>| match found {
            Some(found) => InstanceObject::value(found),
            None => minijinja::Value::from(()),
        };
        match method {
            "all" => {
                from_args::<()>(args)?;
                Ok(Self::value(objects))
            }
            "filter" | "exclude" | "get" => {
                let (named,): (Kwargs,) = from_args(args)?;
                let lookups = lookups(&named)?;
                match method {
                    "filter" => derived(objects.filter(lookups)),
                    "exclude" => derived(objects.exclude(lookups)),
                    _ => block_on(objects.get(lookups)).map(Some).map(instance).map_err(template_error),
                }
            }
            "order_by" | "select_related" => {
                let (names,): (Rest<String>,) = from_args(args)?;
                derived(if method == "order_by" {
                    objects.order_by(names.iter())
                } else {
                    objects.select_related(names.iter())
                })
            }
            "distinct" | "reverse" | "none" => {
                from_args::<()>(args)?;
                derived(match method {
                    "distinct" => objects.distinct(),
                    "reverse" => objects.reverse(),
                    _ => Ok(objects.none()),
                })
            }
            // What the shell makes of `rows[start:stop]`.
            "__slice__" if !self.manager => {
                let (start, stop): (Option<i64>, Option<i64>) = from_args(args)?;
                let bound = |bound: Option<i64>| bound.map(u64::try_from).transpose();
                let (Ok(start), Ok(stop)) = (bound(start), bound(stop)) else {
                    return Err(Error::new(
                        ErrorKind::InvalidOperation,
                        "a query set has no negative slices\nhint: turn it round by `reverse()`, and slice from the front",
                    ));
                };
                let start = start.unwrap_or(0);
                Ok(match self.rows.get() {
                    Some(rows) => {
                        let number = |bound: u64| usize::try_from(bound).unwrap_or(usize::MAX);
                        let length = stop.map_or(usize::MAX, |stop| number(stop.saturating_sub(start)));
                        rows.iter().skip(number(start)).take(length).cloned().collect()
                    }
                    None => Self::value(objects.slice(start, stop)),
                })
            }
            "using" => {
                let (alias,): (String,) = from_args(args)?;
                Ok(Self::value(objects.using(alias)))
            }
            "first" | "last" => {
                from_args::<()>(args)?;
                let found = if method == "first" { block_on(objects.first()) } else { block_on(objects.last()) };
                found.map(instance).map_err(template_error)
            }
            "count" => {
                from_args::<()>(args)?;
                block_on(objects.count()).map(minijinja::Value::from).map_err(template_error)
            }
            "exists" => {
                from_args::<()>(args)?;
                block_on(objects.exists()).map(minijinja::Value::from).map_err(template_error)
            }
            "create" => {
                let (named,): (Kwargs,) = from_args(args)?;
                block_on(objects.create(fields(&named, &[])?)).map(Some).map(instance).map_err(template_error)
            }
            "get_or_create" | "update_or_create" => {
                let (named,): (Kwargs,) = from_args(args)?;
                let defaults: Option<minijinja::Value> = named.get("defaults")?;
                let own = fields(&named, &["defaults"])?;
                let defaults = defaults.as_ref().map_or_else(|| Ok(Vec::new()), mapped)?;
                let found = if method == "get_or_create" {
                    block_on(objects.get_or_create(own, defaults))
                } else {
                    block_on(objects.update_or_create(own, defaults))
                };
                let (found, made) = found.map_err(template_error)?;
                let pair = [instance(Some(found)), made.into()];
                Ok(minijinja::value::Tuple::from(pair.to_vec()).into())
            }
            "update" => {
                let (named,): (Kwargs,) = from_args(args)?;
                block_on(objects.update(fields(&named, &[])?)).map(minijinja::Value::from).map_err(template_error)
            }
            "delete" => {
                from_args::<()>(args)?;
                if self.manager {
                    return Err(unknown_method("a manager", "delete", "call `all().delete()` to delete every row"));
                }
                block_on(objects.delete()).map(|deleted| deleted_value(&deleted)).map_err(template_error)
            }
            "values" => {
                let (names,): (Rest<String>,) = from_args(args)?;
                let rows = block_on(objects.values(&names)).map_err(template_error)?;
                let names = objects.value_names(&names);
                let maps = rows.iter().map(|row| {
                    let fields = names.iter().zip(row).map(|(name, value)| (name.clone(), template_value(value)));
                    minijinja::Value::from(fields.collect::<BTreeMap<_, _>>())
                });
                Ok(maps.collect())
            }
            "values_list" => {
                let (names, named): (Rest<String>, Kwargs) = from_args(args)?;
                let flat = named.get::<Option<bool>>("flat")?.unwrap_or(false);
                named.assert_all_used()?;
                let rows = block_on(objects.values(&names)).map_err(template_error)?;
                if flat && names.len() != 1 {
                    return Err(Error::new(ErrorKind::InvalidOperation, "`flat` is for exactly one field"));
                }
                Ok(rows
                    .iter()
                    .map(|row| match (flat, row.first()) {
                        (true, Some(only)) => template_value(only),
                        _ => minijinja::value::Tuple::from(row.iter().map(template_value).collect::<Vec<_>>()).into(),
                    })
                    .collect())
            }
            other => Err(unknown_method(
                "a query set",
                other,
                "the methods are: all, count, create, delete, distinct, exclude, exists, filter, first, get, \
                 get_or_create, last, none, order_by, reverse, select_related, update, update_or_create, using, values, values_list",
            )),
        }
    }
}

fn unknown_method(what: &str, method: &str, hint: &str) -> Error {
    Error::new(ErrorKind::UnknownMethod, format!("{what} has no method `{method}`\nhint: {hint}"))
}

/// What a deletion gives: Django's pair of the total and the numbers by model.
pub(super) fn deleted_value(deleted: &Deleted) -> minijinja::Value {
    let by_model = minijinja::Value::from(deleted.by_model.clone());
    minijinja::value::Tuple::from(vec![deleted.total.into(), by_model]).into()
}

fn values(found: Vec<Instance>) -> Vec<minijinja::Value> {
    found.into_iter().map(InstanceObject::value).collect()
}

impl fmt::Debug for QuerySetObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.repr() {
            Ok(text) => f.write_str(&text),
            Err(error) => write!(f, "<QuerySet that failed: {error}>"),
        }
    }
}

impl Object for QuerySetObject {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        if self.manager { ObjectRepr::Plain } else { ObjectRepr::Iterable }
    }

    fn get_value(self: &Arc<Self>, key: &minijinja::Value) -> Option<minijinja::Value> {
        let index = key.as_usize().filter(|_| !self.manager)?;
        self.row(index).unwrap_or_else(|error| Some(template_error(error).into()))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        if self.manager {
            return Enumerator::NonEnumerable;
        }
        match self.rows() {
            Ok(rows) => Enumerator::Values(rows.to_vec()),
            Err(error) => Enumerator::Values(vec![template_error(error).into()]),
        }
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        if self.manager { None } else { self.rows().ok().map(<[_]>::len) }
    }

    fn is_true(self: &Arc<Self>) -> bool {
        // An error is told by whoever walks it.
        self.manager || self.rows().map_or(true, |rows| !rows.is_empty())
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        args: &[minijinja::Value],
    ) -> Result<minijinja::Value, Error> {
        if matches!(method, "create" | "get_or_create" | "update_or_create" | "update" | "delete") {
            refuse_in_template(state, method)?;
        }
        self.dispatch(method, args)
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
