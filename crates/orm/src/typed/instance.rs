//! What an instance of a model can do: save, delete, refresh and check itself.

pub(in crate::typed) mod clean;
pub(in crate::typed) mod fresh;
pub(in crate::typed) mod in_database;
pub(in crate::typed) mod unique;

use std::borrow::Cow;

use rjango_core::{Error, ErrorKind, Result};

use crate::execute::Conflict;
use crate::query::{Assignment, Expression, Path, Query};
use crate::signals::Saves;
use crate::typed::FieldsOf;
use crate::typed::instance::in_database::InDatabase;
use crate::typed::query_set::prefetch::one_of;
use crate::typed::{Columns, Comparable, OuterRef, unsaved};
use crate::{Model, Pending, Value, execute};

/// The alias of a database, where it is not the ambient one.
pub(in crate::typed) type Using = Option<Cow<'static, str>>;

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

    /// The instance in the database of this alias: `product.using("archive").save().await?`. An instance does not remember
    /// where it was read; its methods go to the ambient database otherwise.
    fn using(&mut self, alias: impl Into<String>) -> InDatabase<'_, Self> {
        InDatabase::new(self, alias.into())
    }

    /// A column of the row of the query around, inside a subquery: `q!(product = Product::outer(f!(id)))`.
    fn outer<C: Comparable<Self>>(column: impl FieldsOf<Self, C>) -> OuterRef<C::Operand> {
        OuterRef::of::<Self, C>(column)
    }

    /// Inserts the instance's row, even where it has a primary key: Django's `save(force_insert=True)`.
    ///
    /// # Errors
    /// As [`ModelInstance::save`]; `Integrity` where a row of that key is there.
    fn save_new(&mut self) -> Pending<'_, ()> {
        Pending::new(save_new(self, None))
    }

    /// Updates the instance's row: Django's `save(force_update=True)`.
    ///
    /// # Errors
    /// As [`ModelInstance::save`]; `DoesNotExist` where there is no row of its key.
    fn save_existing(&mut self) -> Pending<'_, ()> {
        Pending::new(write_existing(self, None, None))
    }

    /// Updates these columns of the instance's row and no other: Django's `save(update_fields=[..])`. A time that sets
    /// itself is set where it is among them.
    ///
    /// # Errors
    /// As [`ModelInstance::save_existing`].
    fn save_fields<C: Columns<Self>>(&mut self, fields: impl FieldsOf<Self, C>) -> Pending<'_, ()> {
        let fields = fields(Self::fields(Path::root())).names();
        Pending::new(write_existing(self, Some(fields), None))
    }

    /// Deletes the instance's row and what relations' `on_delete` says; gives the number of rows deleted.
    ///
    /// # Errors
    /// `Integrity` where a relation protects the row.
    fn delete(&self) -> Pending<'static, u64> {
        Pending::new(delete::<Self>(self.pk_value(), None))
    }

    /// Reads the instance's row again, from where it would be written. Relations forget what they had loaded.
    ///
    /// # Errors
    /// `DoesNotExist` where the row is gone.
    fn refresh_from_db(&mut self) -> Pending<'_, ()> {
        Pending::new(refresh(self, None, None))
    }

    /// Reads these columns of the instance's row again, and leaves the others as they are: Django's
    /// `refresh_from_db(fields=[..])`. `product.refresh_fields(f!(price, stock)).await?`.
    ///
    /// # Errors
    /// As [`ModelInstance::refresh_from_db`]; `Other` where a name is no column of the model's own.
    fn refresh_fields<C: Columns<Self>>(&mut self, fields: impl FieldsOf<Self, C>) -> Pending<'_, ()> {
        let fields = fields(Self::fields(Path::root())).names();
        Pending::new(refresh(self, Some(fields), None))
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
        Pending::new(validate_unique::<Self>(self.values(), None))
    }

    /// [`ModelInstance::clean_fields`] and [`ModelInstance::validate_unique`], for all that is wrong at once. Uniqueness is
    /// not looked into for fields that are wrong in themselves.
    ///
    /// DIFFERENCE: a check constraint is SQL that the database alone evaluates, so it is the database that refuses.
    ///
    /// # Errors
    /// `Validation` with everything that is wrong.
    fn full_clean(&self) -> Pending<'static, ()> {
        Pending::new(full_clean::<Self>(self.values(), None))
    }
}

impl<M: Model> ModelInstance for M {}

/// The query for the row of a primary key.
pub(in crate::typed) fn row_of<M: Model>(pk: Value, using: Using) -> Query {
    let mut query = Query::new((M::entry().label)());
    query.filters.push(one_of("pk", &[pk]));
    query.using = using;
    query
}

pub(in crate::typed) async fn save<M: Model>(instance: &mut M, using: Using) -> Result<()> {
    let using = execute::write_alias(M::entry(), using)?;
    let signals = Saves::of(M::entry(), using.as_deref(), None);
    signals.before(instance).await?;
    let created = instance.pk_value().is_null() || !update(instance, using.clone(), None).await?;
    if created {
        insert(instance, using).await?;
    }
    signals.after(instance, created).await
}

pub(in crate::typed) async fn save_new<M: Model>(instance: &mut M, using: Using) -> Result<()> {
    let using = execute::write_alias(M::entry(), using)?;
    let signals = Saves::of(M::entry(), using.as_deref(), None);
    signals.before(instance).await?;
    insert(instance, using).await?;
    signals.after(instance, true).await
}

/// Updates the instance's row, all of it or these fields.
pub(in crate::typed) async fn write_existing<M: Model>(
    instance: &mut M,
    only: Option<Vec<String>>,
    using: Using,
) -> Result<()> {
    let using = execute::write_alias(M::entry(), using)?;
    let signals = Saves::of(M::entry(), using.as_deref(), only.as_deref());
    signals.before(instance).await?;
    if !update(instance, using, only.as_deref()).await? {
        return Err(no_row(instance));
    }
    signals.after(instance, false).await
}

pub(in crate::typed) async fn delete<M: Model>(pk: Value, using: Using) -> Result<u64> {
    if pk.is_null() {
        return Err(unsaved());
    }
    Ok(execute::delete(&row_of::<M>(pk, using)).await?.total)
}

/// Reads the instance's row again, all of it or these fields.
pub(in crate::typed) async fn refresh<M: Model>(
    instance: &mut M,
    only: Option<Vec<String>>,
    using: Using,
) -> Result<()> {
    let mut rows = crate::QuerySet::<M>::new();
    rows.query.using = using;
    rows.query.for_write = true;
    let pk = instance.pk_value();
    let Some(only) = only else {
        *instance = rows.get_pk(pk).await?;
        return Ok(());
    };
    let read = rows.filter_by(crate::Q::from_condition(one_of("pk", &[pk]))).partial(only, true).one().await?;
    read.copy_to(instance)
}

pub(in crate::typed) async fn validate_unique<M: Model>(values: Vec<Value>, using: Using) -> Result<()> {
    let schema = M::entry().schema();
    clean::refuse(schema, &unique::problems(schema, &values, &[], using.as_ref()).await?)
}

pub(in crate::typed) async fn full_clean<M: Model>(values: Vec<Value>, using: Using) -> Result<()> {
    let schema = M::entry().schema();
    let (wrong, mut problems) = clean::problems(schema, &values);
    problems.extend(unique::problems(schema, &values, &wrong, using.as_ref()).await?);
    clean::refuse(schema, &problems)
}

/// Updates the row, all of it or these fields; gives whether there is one.
async fn update<M: Model>(instance: &mut M, using: Using, only: Option<&[String]>) -> Result<bool> {
    let pk = instance.pk_value();
    if pk.is_null() {
        return Err(unsaved());
    }
    let is_wanted = |name: &str| only.is_none_or(|only| only.iter().any(|wanted| wanted == name));
    fresh::times(instance, false, &is_wanted)?;
    fresh::settle(instance, &is_wanted)?;
    let row: Vec<Assignment> = M::entry()
        .schema()
        .concrete_fields()
        .zip(fresh::row_of(instance, &is_wanted)?)
        .filter(|(field, _)| !field.primary_key && is_wanted(&field.name))
        .map(|(field, value)| Assignment { field: field.name.clone().into(), value: Expression::Value(value) })
        .collect();
    let query = row_of::<M>(pk, using);
    if row.is_empty() { execute::exists(&query).await } else { Ok(execute::update(&query, &row).await? > 0) }
}

pub(in crate::typed) async fn insert<M: Model>(instance: &mut M, using: Using) -> Result<()> {
    fresh::times(instance, true, &|_| true)?;
    fresh::settle(instance, &|_| true)?;
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
