//! A manager or query set in a template or the shell.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Enumerator, Kwargs, Object, ObjectRepr, Rest, from_args};
use minijinja::{Error, ErrorKind, State};

use super::InstanceObject;
use super::convert::{fields, lookups, refuse_in_template, template_error, template_value};
use super::repr::show;
use crate::block_on;
use crate::dynamic::Objects;
use crate::execute::Deleted;

/// How many rows a first look reads; only a longer walk reads the rest.
const FIRST: u64 = 100;

/// How many rows a `repr` shows: Django's `REPR_OUTPUT_SIZE`.
const SHOWN: usize = 20;

/// A lazy query: it runs when it is walked, printed or asked for a row, and remembers its rows.
pub struct QuerySetObject {
    objects: Objects,
    manager: bool,
    rows: Arc<Mutex<Rows>>,
}

/// What has been read so far.
#[derive(Default)]
struct Rows {
    read: Vec<minijinja::Value>,
    complete: bool,
}

impl QuerySetObject {
    /// A query as a value.
    pub fn value(objects: Objects) -> minijinja::Value {
        minijinja::Value::from_object(Self { objects, manager: false, rows: Arc::default() })
    }

    /// A manager as a value: like a query of every row, but it is not walked without `all()`.
    pub fn manager(objects: Objects) -> minijinja::Value {
        minijinja::Value::from_object(Self { objects, manager: true, rows: Arc::default() })
    }

    /// The query.
    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    /// Makes sure that the row at `index` is read if there is one.
    fn read(&self, index: usize) -> rjango_core::Result<()> {
        read(&self.objects, &self.rows, index)
    }

    /// `<QuerySet [<Product: Coffee>, ...]>` as Django shows it.
    pub(super) fn repr(&self) -> rjango_core::Result<String> {
        if self.manager {
            return Ok(format!("<Manager of '{}'>", self.objects.meta().schema.label()));
        }
        self.read(SHOWN)?;
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let mut shown = rows.read.iter().take(SHOWN).map(show).collect::<rjango_core::Result<Vec<_>>>()?;
        if rows.read.len() > SHOWN {
            shown.push("'...(remaining elements truncated)...'".to_owned());
        }
        Ok(format!("<QuerySet [{}]>", shown.join(", ")))
    }

    fn len(&self) -> rjango_core::Result<usize> {
        self.read(0)?;
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if rows.complete {
            return Ok(rows.read.len());
        }
        drop(rows);
        Ok(usize::try_from(block_on(self.objects.count())?).unwrap_or(0))
    }

    fn dispatch(&self, method: &str, args: &[minijinja::Value]) -> Result<minijinja::Value, Error> {
        let objects = self.objects.clone();
        let derived = |objects: rjango_core::Result<Objects>| objects.map(Self::value).map_err(template_error);
        let instance = |found: Option<_>| match found {
            Some(found) => InstanceObject::value(found, None),
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
                Ok(Self::value(match method {
                    "distinct" => objects.distinct(),
                    "reverse" => objects.reverse(),
                    _ => objects.none(),
                }))
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
                block_on(objects.create(fields(&named)?)).map(Some).map(instance).map_err(template_error)
            }
            "get_or_create" => {
                let (named,): (Kwargs,) = from_args(args)?;
                let defaults: Option<minijinja::Value> = named.get("defaults")?;
                let own = fields(&named)?.into_iter().filter(|(name, _)| name != "defaults").collect();
                let mut filled = Vec::new();
                if let Some(defaults) = &defaults {
                    for name in defaults.try_iter()? {
                        filled.push((
                            name.to_string(),
                            super::value(&defaults.get_item(&name)?).map_err(template_error)?,
                        ));
                    }
                }
                let (found, made) = block_on(objects.get_or_create(own, filled)).map_err(template_error)?;
                let pair = [instance(Some(found)), made.into()];
                Ok(minijinja::value::Tuple::from(pair.to_vec()).into())
            }
            "update" => {
                let (named,): (Kwargs,) = from_args(args)?;
                block_on(objects.update(fields(&named)?)).map(minijinja::Value::from).map_err(template_error)
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
                 get_or_create, last, none, order_by, reverse, select_related, update, using, values, values_list",
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

fn read(objects: &Objects, rows: &Mutex<Rows>, index: usize) -> rjango_core::Result<()> {
    let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
    while !rows.complete && rows.read.len() <= index {
        let start = rows.read.len() as u64;
        let part = objects.clone().slice(start, (start == 0).then_some(FIRST));
        let found = block_on(part.all())?;
        rows.complete = start > 0 || (found.len() as u64) < FIRST;
        rows.read.extend(found.into_iter().map(|instance| InstanceObject::value(instance, None)));
    }
    Ok(())
}

/// Walks the rows, reading the first few, and the rest where it comes to them.
struct Walk {
    objects: Objects,
    rows: Arc<Mutex<Rows>>,
    next: usize,
    length: usize,
}

impl Iterator for Walk {
    type Item = minijinja::Value;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.length {
            return None;
        }
        if let Err(error) = read(&self.objects, &self.rows, self.next) {
            self.length = 0;
            return Some(template_error(error).into());
        }
        let row = self.rows.lock().unwrap_or_else(PoisonError::into_inner).read.get(self.next).cloned();
        self.next += 1;
        row
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.length.saturating_sub(self.next);
        (left, Some(left))
    }
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
        if let Err(error) = self.read(index) {
            return Some(template_error(error).into());
        }
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).read.get(index).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        if self.manager {
            return Enumerator::NonEnumerable;
        }
        match self.len() {
            Ok(length) => Enumerator::Iter(Box::new(Walk {
                objects: self.objects.clone(),
                rows: Arc::clone(&self.rows),
                next: 0,
                length,
            })),
            Err(error) => Enumerator::Values(vec![template_error(error).into()]),
        }
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        if self.manager { None } else { self.len().ok() }
    }

    fn is_true(self: &Arc<Self>) -> bool {
        self.manager
            || self.read(0).is_err()
            || !self.rows.lock().unwrap_or_else(PoisonError::into_inner).read.is_empty()
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        args: &[minijinja::Value],
    ) -> Result<minijinja::Value, Error> {
        if matches!(method, "create" | "get_or_create" | "update" | "delete") {
            refuse_in_template(state, method)?;
        }
        self.dispatch(method, args)
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
