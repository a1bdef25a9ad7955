//! What an instance of a model can do: save, delete, refresh and check itself.

use std::borrow::Cow;

use rjango_core::Result;

use super::{Comparable, OuterRef, clean, fresh, unsaved};
use crate::query::{Assignment, Expression, Query};
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

    /// Holds every value against its field: length, choices, blankness, digits, and the forms of e-mail addresses,
    /// URLs and slugs.
    ///
    /// DIFFERENCE: Django queries the database for uniqueness too; here the database's constraints say so on saving.
    ///
    /// # Errors
    /// `Validation` with every field that is wrong.
    fn full_clean(&self) -> Result<()> {
        clean::full_clean(Self::entry().schema(), &self.values())
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
    let pk = instance.pk_value();
    if !pk.is_null() {
        fresh::times(instance, false)?;
        let row: Vec<Assignment> = M::entry()
            .schema()
            .concrete_fields()
            .zip(fresh::row(instance)?)
            .filter(|(field, _)| !field.primary_key)
            .map(|(field, value)| Assignment { field: field.name.clone().into(), value: Expression::Value(value) })
            .collect();
        let query = row_of::<M>(pk, using.clone());
        let found =
            if row.is_empty() { execute::exists(&query).await? } else { execute::update(&query, &row).await? > 0 };
        if found {
            return Ok(());
        }
    }
    fresh::times(instance, true)?;
    let row = fresh::row(instance)?;
    if let Some(pk) = fresh::insert::<M>(vec![row], using.as_deref()).await?.pop() {
        instance.set_pk_value(pk)?;
    }
    Ok(())
}
