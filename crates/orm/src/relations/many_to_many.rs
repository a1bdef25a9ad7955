//! [`ManyToMany`]: rows of another model, over a join table.

use std::fmt;

use rjango_core::{Error, ErrorKind, Result};

use super::through::Through;
use super::{AnyModel, RelationSlot};
use crate::typed::{Pending, unsaved};
use crate::{Database, ForeignKey, Model, ModelEntry, Operand, QuerySet, Value};

/// Any number of rows of another model: Django's `ManyToManyField`.
///
/// The field itself holds no rows. [`ManyToMany::all`] queries them, `add`, `remove`, `set` and `clear` change them, and
/// [`ManyToMany::loaded`] gives what `prefetch_related(f!(tags))` brought along.
pub struct ManyToMany<T> {
    owner: Option<Owner>,
    rows: Option<Vec<T>>,
}

/// Whose field it is.
#[derive(Clone)]
pub(super) struct Owner {
    pub(super) model: &'static ModelEntry,
    pub(super) field: String,
    pub(super) pk: Value,
}

impl<T: Model> ManyToMany<T> {
    pub(crate) fn bind(&mut self, model: &'static ModelEntry, field: &str, pk: &Value) {
        if pk.is_null() {
            self.owner = None;
        } else {
            self.owner = Some(Owner { model, field: field.to_owned(), pk: pk.clone() });
        }
    }

    fn owner(&self) -> Result<&Owner> {
        self.owner.as_ref().ok_or_else(unsaved)
    }

    /// The related rows, as a query set to narrow down.
    pub fn all(&self) -> QuerySet<T> {
        match self.owner().and_then(Through::of) {
            Ok(through) => through.related(),
            Err(error) => QuerySet::new().fail(error),
        }
    }

    /// The rows that `prefetch_related` brought along. Changes since then do not show.
    pub fn loaded(&self) -> Option<&[T]> {
        self.rows.as_deref()
    }

    /// Relates these rows too, by instance or primary key: `product.tags.add([&new, &cheap]).await?`.
    pub fn add<V: Operand<T, ForeignKey<T>>>(&self, targets: impl IntoIterator<Item = V>) -> Pending<'static, ()> {
        let (owner, keys) = (self.owner.clone(), keys(targets));
        Pending::new(async move { Through::of(owner.as_ref().ok_or_else(unsaved)?)?.add(keys?).await })
    }

    /// Relates these rows no longer.
    pub fn remove<V: Operand<T, ForeignKey<T>>>(&self, targets: impl IntoIterator<Item = V>) -> Pending<'static, ()> {
        let (owner, keys) = (self.owner.clone(), keys(targets));
        Pending::new(async move { Through::of(owner.as_ref().ok_or_else(unsaved)?)?.remove(Some(keys?)).await })
    }

    /// Relates exactly these rows: adds what is missing and removes the rest.
    pub fn set<V: Operand<T, ForeignKey<T>>>(&self, targets: impl IntoIterator<Item = V>) -> Pending<'static, ()> {
        let (owner, keys) = (self.owner.clone(), keys(targets));
        Pending::new(async move { Through::of(owner.as_ref().ok_or_else(unsaved)?)?.set(keys?).await })
    }

    /// Relates no rows.
    pub fn clear(&self) -> Pending<'static, ()> {
        let owner = self.owner.clone();
        Pending::new(async move { Through::of(owner.as_ref().ok_or_else(unsaved)?)?.remove(None).await })
    }

    /// Creates a row and relates it.
    pub fn create(&self, target: T) -> Pending<'static, T> {
        let owner = self.owner.clone();
        Pending::new(async move {
            let through = Through::of(owner.as_ref().ok_or_else(unsaved)?)?;
            // Where the join table refuses, as that of a through model does, no row is left behind.
            Database::current(None)?
                .atomic(async || {
                    let target = QuerySet::new().create(target).await?;
                    through.add(vec![target.pk_value()]).await?;
                    Ok(target)
                })
                .await
        })
    }
}

/// The primary keys of the targets; an instance that is yet to be saved has none.
fn keys<T, V: Operand<T, ForeignKey<T>>>(targets: impl IntoIterator<Item = V>) -> Result<Vec<Value>>
where
    T: Model,
{
    targets
        .into_iter()
        .map(|target| match target.operand() {
            crate::query::Expression::Value(Value::Null) => Err(unsaved()),
            crate::query::Expression::Value(key) => Ok(key),
            _ => Err(Error::new(ErrorKind::Other, "expected an instance or a primary key, found an expression")),
        })
        .collect()
}

impl<T: Clone> Clone for ManyToMany<T> {
    fn clone(&self) -> Self {
        Self { owner: self.owner.clone(), rows: self.rows.clone() }
    }
}

impl<T> Default for ManyToMany<T> {
    fn default() -> Self {
        Self { owner: None, rows: None }
    }
}

impl<T: Model> fmt::Debug for ManyToMany<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rows {
            Some(rows) => f.debug_list().entries(rows.iter().map(Model::pk_value)).finish(),
            None => f.write_str("ManyToMany(not loaded)"),
        }
    }
}

/// Two are equal when they belong to the same row.
impl<T> PartialEq for ManyToMany<T> {
    fn eq(&self, other: &Self) -> bool {
        let pk = |field: &Self| field.owner.as_ref().map(|owner| owner.pk.clone());
        pk(self) == pk(other)
    }
}

impl<T: Model> RelationSlot for ManyToMany<T> {
    fn target(&self) -> &'static ModelEntry {
        T::entry()
    }

    fn key(&self) -> Value {
        Value::Null
    }

    fn is_many(&self) -> bool {
        true
    }

    fn load(&mut self, rows: Vec<Vec<Value>>) -> Result<()> {
        self.rows = Some(rows.into_iter().map(|row| T::from_values(&mut row.into_iter())).collect::<Result<_>>()?);
        Ok(())
    }

    fn loaded(&self) -> Option<Vec<&dyn AnyModel>> {
        self.rows.as_ref().map(|rows| rows.iter().map(|row| row as &dyn AnyModel).collect())
    }

    fn loaded_mut(&mut self) -> Option<Vec<&mut dyn AnyModel>> {
        self.rows.as_mut().map(|rows| rows.iter_mut().map(|row| row as &mut dyn AnyModel).collect())
    }
}
