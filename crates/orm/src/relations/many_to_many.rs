//! [`ManyToMany`]: rows of another model, over a join table.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result};

use super::slot::of_model;
use super::through::{Defaults, Through};
use super::{AnyModel, RelationSlot};
use crate::typed::{Pending, instance, unsaved};
use crate::{ForeignKey, Model, ModelEntry, Operand, QuerySet, Value};

/// Any number of rows of another model: Django's `ManyToManyField`.
///
/// The field itself holds no rows. [`ManyToMany::all`] queries them, `add`, `remove`, `set` and `clear` change them, and
/// [`ManyToMany::loaded`] gives what `prefetch_related(f!(tags))` brought along.
pub struct ManyToMany<T: Model> {
    owner: Option<Owner>,
    /// A `Vec<T>`, whose type is hidden as that of a foreign key's row is.
    rows: Option<Box<dyn Any + Send + Sync>>,
    marker: PhantomData<fn() -> T>,
}

/// Whose field it is.
#[derive(Clone)]
pub(super) struct Owner {
    pub(super) model: &'static ModelEntry,
    pub(super) field: String,
    pub(super) pk: Value,
    /// The database's alias, where `using` names one.
    pub(super) using: Option<Cow<'static, str>>,
    /// Whether it is the key of a row at the other end, and the field leads here.
    pub(super) reverse: bool,
    /// What the other columns of new rows of a through model hold.
    pub(super) defaults: Option<Arc<Defaults>>,
}

impl Owner {
    pub(super) fn new(model: &'static ModelEntry, field: &str, pk: Value, using: Option<Cow<'static, str>>) -> Self {
        Self { model, field: field.to_owned(), pk, using, reverse: false, defaults: None }
    }
}

impl<T: Model> ManyToMany<T> {
    pub(crate) fn bind(&mut self, model: &'static ModelEntry, field: &str, pk: &Value) {
        if pk.is_null() {
            self.owner = None;
        } else {
            self.owner = Some(Owner::new(model, field, pk.clone(), None));
        }
    }

    fn owner(&self) -> Result<&Owner> {
        self.owner.as_ref().ok_or_else(unsaved)
    }

    /// The same relation in the database of this alias: `product.tags.using("archive").add([&new]).await?`.
    #[must_use]
    pub fn using(&self, alias: impl Into<String>) -> Self {
        let mut there = self.clone();
        if let Some(owner) = &mut there.owner {
            owner.using = Some(Cow::Owned(alias.into()));
        }
        there
    }

    /// The same relation, whose new rows of the through model get the other columns of this instance, Django's
    /// `through_defaults`: `article.readers.through_defaults(Reading { minutes: 5, ..Default::default() }).add([&ann]).await?`.
    ///
    /// `add`, `set` and `create` fail with `Other` where the instance is not of the relation's through model.
    #[must_use]
    pub fn through_defaults<R: Model>(&self, row: R) -> Self {
        let mut with = self.clone();
        if let Some(owner) = &mut with.owner {
            owner.defaults = Some(Arc::new(Defaults::of(row)));
        }
        with
    }

    /// The related rows, as a query set to narrow down.
    pub fn all(&self) -> QuerySet<T> {
        match self.owner().and_then(Through::of) {
            Ok(through) => {
                let mut related = through.related();
                related.query.using = through.using().cloned();
                related
            }
            Err(error) => QuerySet::new().fail(error),
        }
    }

    /// The rows that `prefetch_related` brought along. Changes since then do not show.
    pub fn loaded(&self) -> Option<&[T]> {
        self.rows.as_deref().and_then(|rows| rows.downcast_ref::<Vec<T>>()).map(Vec::as_slice)
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
            through
                .database()?
                .atomic(async || {
                    let mut targets = QuerySet::new();
                    targets.query.using = through.using().cloned();
                    let target = targets.create(target).await?;
                    through.add(vec![target.pk_value()]).await?;
                    Ok(target)
                })
                .await
        })
    }
}

/// The primary keys of the targets; an instance that is yet to be saved has none.
pub(crate) fn keys<T, V: Operand<T, ForeignKey<T>>>(targets: impl IntoIterator<Item = V>) -> Result<Vec<Value>>
where
    T: Model,
{
    targets
        .into_iter()
        .map(|target| match target.operand() {
            crate::query::Expression::Value(Value::Null) | crate::query::Expression::Unsaved(_) => Err(unsaved()),
            crate::query::Expression::Value(key) => Ok(key),
            _ => Err(Error::new(ErrorKind::Other, "expected an instance or a primary key, found an expression")),
        })
        .collect()
}

impl<T: Model> Clone for ManyToMany<T> {
    fn clone(&self) -> Self {
        let rows = self.loaded().map(|rows| Box::new(rows.to_vec()) as Box<dyn Any + Send + Sync>);
        Self { owner: self.owner.clone(), rows, marker: PhantomData }
    }
}

impl<T: Model> Default for ManyToMany<T> {
    fn default() -> Self {
        Self { owner: None, rows: None, marker: PhantomData }
    }
}

impl<T: Model> fmt::Debug for ManyToMany<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.loaded() {
            Some(rows) => f.debug_list().entries(rows.iter().map(Model::pk_value)).finish(),
            None => f.write_str("ManyToMany(not loaded)"),
        }
    }
}

/// Two are equal when they belong to the same row.
impl<T: Model> PartialEq for ManyToMany<T> {
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
        let rows = rows.into_iter().map(|row| instance::<T>(&mut row.into_iter())).collect::<Result<Vec<T>>>()?;
        self.rows = Some(Box::new(rows));
        Ok(())
    }

    fn keep(&mut self, instances: &[&dyn AnyModel]) {
        self.rows = Some(Box::new(of_model::<T>(instances).collect::<Vec<T>>()));
    }

    fn loaded(&self) -> Option<Vec<&dyn AnyModel>> {
        ManyToMany::loaded(self).map(|rows| rows.iter().map(|row| row as &dyn AnyModel).collect())
    }

    fn loaded_mut(&mut self) -> Option<Vec<&mut dyn AnyModel>> {
        let rows = self.rows.as_deref_mut()?.downcast_mut::<Vec<T>>()?;
        Some(rows.iter_mut().map(|row| row as &mut dyn AnyModel).collect())
    }
}
