//! What an instance of a model can do: save, delete, refresh and check itself.

use std::borrow::Cow;

use rjango_core::{Error, ErrorKind, Result};

use super::{Columns, Comparable, OuterRef, clean, fresh, unique, unsaved};
use crate::execute::Conflict;
use crate::query::{Assignment, Expression, Path, Query};
use crate::signals::Saves;
use crate::typed::prefetch::one_of;
use crate::{Model, Pending, Value, execute};

/// The methods of every instance. `use rjango::prelude::*` or `rjango::models::*` brings them into scope.
pub trait ModelInstance: Model {
    /// Writes the instance's row: updates the row of its primary key, or inserts one where there is none.
    ///
    /// Times that set themselves are set in the instance too, and so is a primary key that the database gives.
    ///
    /// # Errors
    /// `Integrity` where a constraint refuses; `Validation` where a required relation is not set.
    fn save(&mut self) -> Pending<'_, ()> {
        Pending::new(save(self, None))
    }

    /// As [`ModelInstance::save`], in the database of this alias.
    ///
    /// # Errors
    /// As [`ModelInstance::save`].
    fn save_using(&mut self, alias: &str) -> Pending<'_, ()> {
        Pending::new(save(self, Some(Cow::Owned(alias.to_owned()))))
    }

    /// A column of the row of the query around, inside a subquery: `q!(product = Product::outer(f!(id)))`.
    fn outer<C: Comparable<Self>>(column: impl FnOnce(Self::Fields<Self>) -> C) -> OuterRef<C::Operand> {
        OuterRef::of::<Self, C>(column)
    }

    /// Inserts the instance's row, even where it has a primary key: Django's `save(force_insert=True)`.
    ///
    /// # Errors
    /// As [`ModelInstance::save`]; `Integrity` where a row of that key is there.
    fn save_new(&mut self) -> Pending<'_, ()> {
        Pending::new(async move {
            let signals = Saves::of(Self::entry(), None, None);
            signals.before(self).await?;
            insert(self, None).await?;
            signals.after(self, true).await
        })
    }

    /// Updates the instance's row: Django's `save(force_update=True)`.
    ///
    /// # Errors
    /// As [`ModelInstance::save`]; `DoesNotExist` where there is no row of its key.
    fn save_existing(&mut self) -> Pending<'_, ()> {
        Pending::new(save_existing(self, None))
    }

    /// Updates these columns of the instance's row and no other: Django's `save(update_fields=[..])`. A time that sets
    /// itself is set where it is among them.
    ///
    /// # Errors
    /// As [`ModelInstance::save_existing`].
    fn save_fields<C: Columns<Self>>(&mut self, fields: impl FnOnce(Self::Fields<Self>) -> C) -> Pending<'_, ()> {
        let fields = fields(Self::fields(Path::root())).names();
        Pending::new(save_existing(self, Some(fields)))
    }

    /// Deletes the instance's row and what relations' `on_delete` says; gives the number of rows deleted.
    ///
    /// # Errors
    /// `Integrity` where a relation protects the row.
    fn delete(&self) -> Pending<'static, u64> {
        let pk = self.pk_value();
        Pending::new(async move {
            if pk.is_null() {
                return Err(unsaved());
            }
            Ok(execute::delete(&row_of::<Self>(pk, None)).await?.total)
        })
    }

    /// Reads the instance's row again. Relations forget what they had loaded.
    ///
    /// # Errors
    /// `DoesNotExist` where the row is gone.
    fn refresh_from_db(&mut self) -> Pending<'_, ()> {
        Pending::new(async move {
            *self = crate::QuerySet::<Self>::new().get_pk(self.pk_value()).await?;
            Ok(())
        })
    }

    /// Holds every value against its field, without a query: length, choices, blankness, digits, and the forms of e-mail
    /// addresses, URLs and slugs.
    ///
    /// # Errors
    /// `Validation` with every field that is wrong.
    fn clean_fields(&self) -> Result<()> {
        let schema = Self::entry().schema();
        clean::refuse(schema, &clean::problems(schema, &self.values()).1)
    }

    /// Looks for other rows with values that must be unique: of unique fields, `unique_together` and unique constraints.
    /// Between this and the save another writer may be faster; then the database refuses.
    ///
    /// # Errors
    /// `Validation` with every field or group of fields that another row has, in Django's words.
    fn validate_unique(&self) -> Pending<'static, ()> {
        let (schema, values) = (Self::entry().schema(), self.values());
        Pending::new(async move { clean::refuse(schema, &unique::problems(schema, &values, &[]).await?) })
    }

    /// [`ModelInstance::clean_fields`] and [`ModelInstance::validate_unique`], for all that is wrong at once. Uniqueness is
    /// not looked into for fields that are wrong in themselves.
    ///
    /// DIFFERENCE: a check constraint is SQL that the database alone evaluates, so it is the database that refuses.
    ///
    /// # Errors
    /// `Validation` with everything that is wrong.
    fn full_clean(&self) -> Pending<'static, ()> {
        let (schema, values) = (Self::entry().schema(), self.values());
        Pending::new(async move {
            let (wrong, mut problems) = clean::problems(schema, &values);
            problems.extend(unique::problems(schema, &values, &wrong).await?);
            clean::refuse(schema, &problems)
        })
    }
}

impl<M: Model> ModelInstance for M {}

/// The query for the row of a primary key.
fn row_of<M: Model>(pk: Value, using: Option<Cow<'static, str>>) -> Query {
    let mut query = Query::new((M::entry().label)());
    query.filters.push(one_of("pk", &[pk]));
    query.using = using;
    query
}

pub(super) async fn save<M: Model>(instance: &mut M, using: Option<Cow<'static, str>>) -> Result<()> {
    let signals = Saves::of(M::entry(), using.as_deref(), None);
    signals.before(instance).await?;
    let created = instance.pk_value().is_null() || !update(instance, using.clone(), None).await?;
    if created {
        insert(instance, using).await?;
    }
    signals.after(instance, created).await
}

async fn save_existing<M: Model>(instance: &mut M, only: Option<Vec<String>>) -> Result<()> {
    let signals = Saves::of(M::entry(), None, only.as_deref());
    signals.before(instance).await?;
    if !update(instance, None, only.as_deref()).await? {
        return Err(no_row(instance));
    }
    signals.after(instance, false).await
}

/// Updates the row, all of it or these fields; gives whether there is one.
async fn update<M: Model>(instance: &mut M, using: Option<Cow<'static, str>>, only: Option<&[String]>) -> Result<bool> {
    let pk = instance.pk_value();
    if pk.is_null() {
        return Err(unsaved());
    }
    let is_wanted = |name: &str| only.is_none_or(|only| only.iter().any(|wanted| wanted == name));
    fresh::times(instance, false, &is_wanted)?;
    let row: Vec<Assignment> = M::entry()
        .schema()
        .concrete_fields()
        .zip(fresh::row(instance)?)
        .filter(|(field, _)| !field.primary_key && is_wanted(&field.name))
        .map(|(field, value)| Assignment { field: field.name.clone().into(), value: Expression::Value(value) })
        .collect();
    let query = row_of::<M>(pk, using);
    if row.is_empty() { execute::exists(&query).await } else { Ok(execute::update(&query, &row).await? > 0) }
}

pub(super) async fn insert<M: Model>(instance: &mut M, using: Option<Cow<'static, str>>) -> Result<()> {
    fresh::times(instance, true, &|_| true)?;
    let row = fresh::row(instance)?;
    if let Some(pk) = fresh::insert::<M>(vec![row], &Conflict::Refuse, using.as_deref()).await?.pop() {
        instance.set_pk_value(pk)?;
    }
    Ok(())
}

#[cold]
fn no_row<M: Model>(instance: &M) -> Error {
    let schema = M::entry().schema();
    Error::new(
        ErrorKind::DoesNotExist,
        format!("there is no row of `{}` with the primary key `{}` to update", schema.label(), instance.pk_value()),
    )
    .with_hint("`save()` inserts the row where it is not there")
}
