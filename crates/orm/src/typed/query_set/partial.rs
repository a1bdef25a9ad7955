//! [`Partial`]: rows of which only some columns were read, as Django's `only` and `defer` give them.
//!
//! DIFFERENCE: Django's instance reads a deferred field when it is first touched, by a query that nobody sees. Here such a
//! row is a type of its own: it gives what was read, says what was not, and reads the rest on an explicit `load()`.

use std::borrow::Cow;
use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result};

use crate::query::Path;
use crate::sql::Columns as Read;
use crate::typed::FieldsOf;
use crate::typed::fields::columns::Columns;
use crate::typed::instance::{delete, write_existing};
use crate::typed::query_set::only_one;
use crate::typed::query_set::pending::Boxed;
use crate::typed::query_set::rows::Related;
use crate::typed::query_set::stream::RowsStream;
use crate::{Column, Model, ModelField, Pending, Place, QuerySet, Relation, Row, Value, execute};

type Name = Cow<'static, str>;

impl<M: Model> QuerySet<M> {
    /// These columns of each row and its primary key, for rows that are wide: `.only(f!(name, price))`. What comes back is
    /// [`Partial`]; `values_list` is lighter where no instance is needed.
    pub fn only<C: Columns<M>>(self, fields: impl FieldsOf<M, C>) -> Partials<M> {
        self.partial(fields(M::fields(Path::root())).names(), true)
    }

    /// Every column of each row but these: `.defer(f!(description))`. What comes back is [`Partial`].
    pub fn defer<C: Columns<M>>(self, fields: impl FieldsOf<M, C>) -> Partials<M> {
        self.partial(fields(M::fields(Path::root())).names(), false)
    }

    pub(in crate::typed) fn partial(mut self, named: Vec<String>, wanted: bool) -> Partials<M> {
        let schema = M::entry().schema();
        let pk = schema.primary_key().map(|key| key.name.as_str());
        let own = |name: &str| if name == "pk" { pk.unwrap_or(name).to_owned() } else { name.to_owned() };
        let named: Vec<String> = named.iter().map(|name| own(name)).collect();
        let foreign = named.iter().find(|name| !schema.concrete_fields().any(|field| field.name == **name));
        if let Some(name) = foreign {
            let error = Error::new(ErrorKind::Other, format!("`{name}` is not a column of `{}`", schema.label()))
                .with_hint("`only` and `defer` name the model's own columns");
            self = self.fail(error);
        }
        let read = schema.concrete_fields().map(|field| field.name.clone());
        let read: Vec<Name> = read.filter(|name| named.contains(name) == wanted).map(Name::Owned).collect();
        let traversed = self.query.select_related.iter().filter_map(|path| path.0.first());
        if let Some(name) = traversed.clone().find(|name| !read.contains(name)) {
            let error =
                Error::new(ErrorKind::Other, format!("`{name}` is in `select_related`, but its key is not read"))
                    .with_hint("name it in `only`, or leave it out of `defer`");
            self = self.fail(error);
        }
        self.query.only = Some(read);
        Partials { rows: self }
    }
}

/// A query for [`Partial`] rows: what `only` and `defer` give. `.await` or `.sync()` runs it.
#[derive(Debug, Clone)]
#[must_use = "a query does nothing until it is awaited or `.sync()` is called"]
pub struct Partials<M> {
    rows: QuerySet<M>,
}

impl<M: Model> Partials<M> {
    /// Runs the query and waits for every row.
    ///
    /// # Errors
    /// As [`QuerySet::sync`]; `Other` where a named field is not a column of the model's own.
    pub fn sync(self) -> Result<Vec<Partial<M>>> {
        self.partials().sync()
    }

    /// The first row: in the query's order, the model's or that of primary keys.
    pub fn first(mut self) -> Pending<'static, Option<Partial<M>>> {
        self.rows = self.rows.ordered().slice(..1);
        let rows = self.partials();
        Pending::new(async move { Ok(rows.await?.into_iter().next()) })
    }

    /// The one row of the query.
    ///
    /// # Errors
    /// As [`QuerySet::one`].
    pub fn one(mut self) -> Pending<'static, Partial<M>> {
        self.rows = self.rows.at_most_two();
        let rows = self.partials();
        Pending::new(async move { only_one::<M, _>(rows.await?) })
    }

    /// The rows one by one, as the database gives them.
    pub fn stream(self) -> RowsStream<Partial<M>> {
        RowsStream::new(move || {
            let query = self.rows.checked()?;
            let mut reader =
                Reader::of(query.only.clone().unwrap_or_default(), Related::plan(&query)?, query.using.clone());
            Ok((execute::stream(&query, Read::Model), Box::new(move |row| reader.read(row))))
        })
    }

    fn partials(self) -> Pending<'static, Vec<Partial<M>>> {
        Pending::new(async move {
            let query = self.rows.checked()?;
            let mut reader =
                Reader::of(query.only.clone().unwrap_or_default(), Related::plan(&query)?, query.using.clone());
            execute::fetch(&query, Read::Model).await?.into_iter().map(|row| reader.read(row)).collect()
        })
    }
}

impl<M: Model> IntoFuture for Partials<M> {
    type Output = Result<Vec<Partial<M>>>;
    type IntoFuture = Boxed<'static, Vec<Partial<M>>>;

    fn into_future(self) -> Self::IntoFuture {
        self.partials().into_boxed()
    }
}

/// Makes instances of rows that lack columns.
struct Reader<M> {
    /// The values of a new instance, which stand where no column was read.
    blank: Vec<Value>,
    /// Which of the concrete fields are read.
    is_read: Vec<bool>,
    read: Arc<[Name]>,
    related: Related,
    using: Option<Name>,
    marker: std::marker::PhantomData<fn() -> M>,
}

impl<M: Model> Reader<M> {
    fn of(read: Vec<Name>, related: Related, using: Option<Name>) -> Self {
        let is_read = M::entry()
            .schema()
            .concrete_fields()
            .map(|field| field.primary_key || read.contains(&Name::Borrowed(field.name.as_str())));
        let is_read = is_read.collect();
        let blank = M::default().values();
        Self { blank, is_read, read: read.into(), related, using, marker: std::marker::PhantomData }
    }

    fn read(&mut self, row: Row) -> Result<Partial<M>> {
        let mut values = row.into_iter();
        let own = self.is_read.iter().zip(&self.blank);
        let mut row: Row = own
            .map(|(is_read, blank)| if *is_read { values.next().unwrap_or(Value::Null) } else { blank.clone() })
            .collect();
        row.extend(values);
        let (instance, _) = self.related.read(row)?;
        Ok(Partial { instance, read: Arc::clone(&self.read), using: self.using.clone() })
    }
}

/// A row of `M` of which not every column was read: what `only` and `defer` give.
#[derive(Clone)]
pub struct Partial<M> {
    /// What was not read holds the value of a new instance, and is shown to nobody.
    instance: M,
    read: Arc<[Name]>,
    using: Option<Name>,
}

impl<M: Model> Partial<M> {
    /// A field's value: `partial.get(f!(name))?`.
    ///
    /// # Errors
    /// `Other` where the field was not read.
    pub fn get<F: OneField<M>>(&self, field: impl FieldsOf<M, F>) -> Result<&F::Field> {
        let index = self.index(field)?;
        let mut slots = Vec::new();
        self.instance.slots(&mut slots);
        let value = slots.into_iter().nth(index).and_then(|slot| slot.as_any().downcast_ref());
        value.ok_or_else(|| Error::new(ErrorKind::Other, "the field is none of the row's own"))
    }

    /// A field to change, for [`Partial::save`].
    ///
    /// # Errors
    /// As [`Partial::get`].
    pub fn get_mut<F: OneField<M>>(&mut self, field: impl FieldsOf<M, F>) -> Result<&mut F::Field> {
        let index = self.index(field)?;
        let mut slots = Vec::new();
        self.instance.slots_mut(&mut slots);
        let value = slots.into_iter().nth(index).and_then(|slot| slot.as_any_mut().downcast_mut());
        value.ok_or_else(|| Error::new(ErrorKind::Other, "the field is none of the row's own"))
    }

    fn index<F: OneField<M>>(&self, field: impl FieldsOf<M, F>) -> Result<usize> {
        let schema = M::entry().schema();
        let Path(names) = field(M::fields(Path::root())).into_path();
        let [name] = names.as_slice() else {
            return Err(Error::new(
                ErrorKind::Other,
                format!("`{}` is not a column of `{}`", names.join("__"), schema.label()),
            ));
        };
        let index = match &**name {
            "pk" => Some(M::entry().pk_index()),
            name => schema.fields.iter().position(|known| known.name == name),
        };
        match index {
            Some(index) if schema.fields[index].primary_key || self.read.contains(name) => Ok(index),
            _ => Err(Error::new(ErrorKind::Other, format!("`{}.{name}` was not read", schema.label()))
                .with_hint("name it in `only`, or read the whole row by `.load().await?`")),
        }
    }

    /// Gives an instance the values that were read.
    pub(in crate::typed) fn copy_to(self, instance: &mut M) -> Result<()> {
        let (mut from, mut to) = (Vec::new(), Vec::new());
        self.instance.slots(&mut from);
        instance.slots_mut(&mut to);
        for ((slot, to), field) in from.into_iter().zip(to).zip(&M::entry().schema().fields) {
            if self.read.contains(&Name::Borrowed(field.name.as_str())) {
                to.assign(slot.value())?;
            }
        }
        Ok(())
    }

    /// The row's primary key.
    pub fn pk_value(&self) -> Value {
        self.instance.pk_value()
    }

    /// The names of the columns that were read.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.read.iter().map(AsRef::as_ref)
    }

    /// The whole row, by a query.
    ///
    /// # Errors
    /// `DoesNotExist` where the row is gone.
    pub fn load(&self) -> Pending<'static, M> {
        let mut set = QuerySet::<M>::new();
        set.query.using.clone_from(&self.using);
        set.get_pk(self.pk_value())
    }

    /// Writes the columns that were read, and no other. Nothing is lost of what was not.
    ///
    /// # Errors
    /// As [`crate::ModelInstance::save_existing`].
    pub fn save(&mut self) -> Pending<'_, ()> {
        let read = self.read.iter().map(|name| name.clone().into_owned()).collect();
        Pending::new(write_existing(&mut self.instance, Some(read), self.using.clone()))
    }

    /// Deletes the row; as [`crate::ModelInstance::delete`].
    ///
    /// # Errors
    /// `Integrity` where a relation protects the row.
    pub fn delete(&self) -> Pending<'static, u64> {
        Pending::new(delete::<M>(self.pk_value(), self.using.clone()))
    }
}

impl<M: Model> fmt::Debug for Partial<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct(&M::entry().schema().name);
        let mut slots = Vec::new();
        self.instance.slots(&mut slots);
        for (field, slot) in M::entry().schema().fields.iter().zip(slots) {
            if field.primary_key || self.read.contains(&Name::Borrowed(field.name.as_str())) {
                shown.field(&field.name, &slot.value());
            }
        }
        shown.finish_non_exhaustive()
    }
}

/// One field of the model `R`, as `f!(name)` makes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not one field of `{R}`",
    label = "expected one field, as `f!(name)` makes"
)]
pub trait OneField<R> {
    /// The field's Rust type.
    type Field: 'static;

    /// The names from the model to the field.
    fn into_path(self) -> Path;
}

#[diagnostic::do_not_recommend]
impl<R, T: ModelField> OneField<R> for Column<R, T> {
    type Field = T;

    fn into_path(self) -> Path {
        self.path
    }
}

#[diagnostic::do_not_recommend]
impl<P: Place, F: crate::RelationField> OneField<P::Model> for Relation<P, F> {
    type Field = F;

    fn into_path(self) -> Path {
        Relation::into_path(self)
    }
}
