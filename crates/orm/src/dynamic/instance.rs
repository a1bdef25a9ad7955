//! A row with its model: reading, setting, saving, deleting, and its relations.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result, Site};
use rjango_schema::FieldSchema;

use super::{Objects, RelatedObjects, default_value};
use crate::execute::{self, Deleted};
use crate::model::{Model, ModelMeta, Models, meta_of};
use crate::query::{Query, no_row};
use crate::relations::AnyModel;
use crate::signals::Saves;
use crate::sql::paths::{no_such_field, resolve, value_type};
use crate::sql::{Columns, equals};
use crate::value::parse_value;
use crate::{Value, ValueType};

/// An instance of a model that is known by name.
#[derive(Debug, Clone)]
pub struct Instance {
    meta: Arc<ModelMeta>,
    /// In the order of the concrete fields.
    values: Vec<Value>,
    /// Related instances that came with it, by relation.
    related: BTreeMap<String, Known>,
    saved: bool,
    using: Option<Cow<'static, str>>,
}

/// What came with an instance of a relation.
#[derive(Debug, Clone)]
enum Known {
    /// The row of a foreign key, a one-to-one or its way back; `None` where there is none.
    One(Option<Arc<Instance>>),
    /// The rows of a many-valued relation.
    Many(Vec<Arc<Instance>>),
}

/// Two instances are equal when they are the same row.
impl PartialEq for Instance {
    fn eq(&self, other: &Self) -> bool {
        self.meta.schema.label() == other.meta.schema.label() && !self.pk().is_null() && self.pk() == other.pk()
    }
}

impl Instance {
    /// A new instance with the fields' defaults; [`Instance::save`] inserts it.
    ///
    /// # Errors
    /// `ImproperlyConfigured` outside of a site.
    pub fn new(meta: Arc<ModelMeta>) -> Result<Self> {
        let site = Site::current()?;
        let models = site.require::<Models>()?;
        // A default that only the compiled project can make is missed when the row is inserted without it.
        let values = meta
            .schema
            .concrete_fields()
            .map(|field| default_value(&meta, field, value_type(models, field)).unwrap_or(Value::Null))
            .collect();
        Ok(Self { meta, values, related: BTreeMap::new(), saved: false, using: None })
    }

    /// An instance as a row of the database holds it: the values of the concrete fields, in their order.
    pub fn loaded(meta: Arc<ModelMeta>, values: Vec<Value>, using: Option<Cow<'static, str>>) -> Self {
        Self { meta, values, related: BTreeMap::new(), saved: true, using }
    }

    /// The row of an instance by type.
    pub fn of_model<M: Model>(instance: &M) -> Self {
        Self::of(instance)
    }

    /// The row as an instance by type. The related rows that came with it are loaded in it too.
    ///
    /// # Errors
    /// `Other` where it is a row of another model; `Validation` where a value does not fit its field's Rust type.
    pub fn typed<M: Model>(&self) -> Result<M> {
        let (own, wanted) = (self.meta.schema.label(), (M::entry().label)());
        if own != wanted {
            return Err(Error::new(ErrorKind::Other, format!("expected a row of `{wanted}`, found one of `{own}`")));
        }
        let mut instance = crate::typed::instance::<M>(&mut self.values.clone().into_iter())?;
        fill(&mut instance, &self.related)?;
        Ok(instance)
    }

    /// The row of an instance by type, with the related rows that are loaded in it.
    pub(crate) fn of(instance: &dyn AnyModel) -> Self {
        let entry = instance.model_entry();
        let schema = entry.schema();
        let meta = meta_of(entry);
        let mut values = Vec::with_capacity(schema.fields.len());
        let mut related = BTreeMap::new();
        for (field, slot) in schema.fields.iter().zip(instance.all_slots()) {
            if slot.is_concrete() {
                values.push(slot.value());
            }
            let Some(relation) = slot.relation() else { continue };
            let Some(rows) = relation.loaded() else { continue };
            let mut rows = rows.into_iter().map(|row| Arc::new(Self::of(row)));
            let known = if relation.is_many() { Known::Many(rows.collect()) } else { Known::One(rows.next()) };
            related.insert(field.name.clone(), known);
        }
        let mut row = Self { meta, values, related, saved: true, using: None };
        row.saved = !row.pk().is_null();
        row
    }

    /// The same instance for the database of this alias, and the related ones that came with it.
    pub(crate) fn with_all_using(mut self, alias: Option<&Cow<'static, str>>) -> Self {
        self.using = alias.cloned();
        for known in self.related.values_mut() {
            let rows = match known {
                Known::One(row) => row.as_mut_slice(),
                Known::Many(rows) => rows.as_mut_slice(),
            };
            for row in rows {
                let own = Self::clone(row);
                *row = Arc::new(own.with_all_using(alias));
            }
        }
        self
    }

    /// Keeps the row of a relation, as if it had come along.
    pub(crate) fn remember(&mut self, name: String, row: Arc<Self>) {
        self.related.insert(name, Known::One(Some(row)));
    }

    /// Keeps the rows of a relation, as if they had come along.
    pub(crate) fn remember_many(&mut self, name: String, rows: Vec<Arc<Self>>) {
        self.related.insert(name, Known::Many(rows));
    }

    /// The same instance for the database of this alias.
    #[must_use]
    pub fn using(mut self, alias: Option<Cow<'static, str>>) -> Self {
        self.using = alias;
        self
    }

    /// The model.
    pub fn meta(&self) -> &Arc<ModelMeta> {
        &self.meta
    }

    /// The values of the concrete fields, in their order.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Whether the row is in the database, as far as this instance knows.
    pub fn is_saved(&self) -> bool {
        self.saved
    }

    /// The primary key; NULL before the first save.
    pub fn pk(&self) -> &Value {
        static NULL: Value = Value::Null;
        let key = self.meta.schema.concrete_fields().position(|field| field.primary_key);
        key.and_then(|key| self.values.get(key)).unwrap_or(&NULL)
    }

    /// The value of a field; `pk` for the primary key; a foreign key's under its own name or `name_id`.
    ///
    /// # Errors
    /// `Other` where there is no such field, with the nearest.
    pub fn get(&self, name: &str) -> Result<&Value> {
        self.values.get(self.position(name)?).ok_or_else(|| no_such_field(&self.meta, name))
    }

    /// As [`Instance::get`]; `None` where there is no such field.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(self.place(name)?)
    }

    /// Sets a field; text is read as the field's type.
    ///
    /// # Errors
    /// `Other` where there is no such field, `Validation` where the text is no value of it.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) -> Result<()> {
        let position = self.position(name)?;
        let (value_type, value) = {
            let site = Site::current()?;
            let models = site.require::<Models>()?;
            let field = self.field_at(position)?;
            let value_type = value_type(models, field);
            let value = match value.into() {
                Value::Text(text) if value_type != ValueType::Text && value_type != ValueType::Json => {
                    parse_value(field, &text).map_err(|error| {
                        let message = format!("`{name}` cannot be `{text}`: {error}");
                        error.wrap(message)
                    })?
                }
                value => value,
            };
            (value_type, value)
        };
        let relation = self.field_at(position)?.name.clone();
        self.related.remove(&relation);
        self.values[position] = value.coerce(value_type);
        Ok(())
    }

    /// Inserts the row, or updates it where its key is in the database already. Times that set themselves are set.
    ///
    /// # Errors
    /// `Integrity` where a constraint refuses; `Validation` where a required relation is not set.
    pub async fn save(&mut self) -> Result<()> {
        let using = execute::write_alias(&self.meta.schema, self.using.clone())?;
        let signals = self.before(using.as_deref()).await?;
        let created = execute::save_row(&self.meta.schema, &mut self.values, using.as_deref()).await?;
        self.saved = true;
        self.after(signals, created).await
    }

    /// Inserts the row, even where it has a key: Django's `save(force_insert=True)`.
    ///
    /// # Errors
    /// `Integrity` where a row of that key is there, or a constraint refuses; `Validation` as [`Instance::save`].
    pub async fn save_new(&mut self) -> Result<()> {
        let using = execute::write_alias(&self.meta.schema, self.using.clone())?;
        let signals = self.before(using.as_deref()).await?;
        execute::insert_row(&self.meta.schema, &mut self.values, using.as_deref()).await?;
        self.saved = true;
        self.after(signals, true).await
    }

    /// Tells the receivers of the compiled model, where there is one, that the instance is about to be saved.
    async fn before(&mut self, using: Option<&str>) -> Result<Option<Saves>> {
        let Some(model) = self.meta.entry else { return Ok(None) };
        let signals = Saves::of(model, using, None);
        signals.before_values(model, &mut self.values).await?;
        Ok(Some(signals))
    }

    async fn after(&self, signals: Option<Saves>, created: bool) -> Result<()> {
        match (signals, self.meta.entry) {
            (Some(signals), Some(model)) => signals.after_values(model, &self.values, created).await,
            _ => Ok(()),
        }
    }

    /// Deletes the row and what refers to it, as `on_delete` says.
    ///
    /// # Errors
    /// `Integrity` where a protected row refers to it; `Other` where it has no key.
    pub async fn delete(&mut self) -> Result<Deleted> {
        if self.pk().is_null() {
            let label = self.meta.schema.label();
            return Err(Error::new(ErrorKind::Other, format!("the `{label}` has no key: it was never saved")));
        }
        let deleted = execute::delete(&self.row()).await?;
        self.saved = false;
        Ok(deleted)
    }

    /// Reads the row anew.
    ///
    /// # Errors
    /// `DoesNotExist` where it is gone.
    pub async fn refresh(&mut self) -> Result<()> {
        let rows = execute::fetch(&self.row(), Columns::Model).await?;
        self.values = rows.into_iter().next().ok_or_else(|| no_row(&self.meta.schema))?;
        self.related.clear();
        self.saved = true;
        Ok(())
    }

    /// How it shows itself: the model's `Display`, or `Product object (1)`.
    pub fn display(&self) -> String {
        super::display::display(&self.meta, &self.values)
    }

    /// The one related instance of a foreign key, a one-to-one or its way back; `None` where there is none. One that
    /// came with the row is not read again.
    ///
    /// # Errors
    /// `Other` where the name is no such relation.
    pub async fn related(&self, name: &str) -> Result<Option<Self>> {
        if let Some(known) = self.known(name) {
            return Ok(known.map(|row| Self::clone(row)));
        }
        let objects = {
            let site = Site::current()?;
            let models = site.require::<Models>()?;
            if let Some(relation) = self.meta.schema.field(name).and_then(|field| field.kind.relation()) {
                let key = self.get(name)?;
                if key.is_null() {
                    return Ok(None);
                }
                Objects::new(models, &relation.to)?.filter_by(equals("pk", key.clone()))?
            } else {
                let reverse = self.meta.reverse.iter().find(|reverse| reverse.single && reverse.accessor == name);
                let Some(reverse) = reverse else { return Err(self.no_relation(name)) };
                if self.pk().is_null() {
                    return Ok(None);
                }
                Objects::new(models, &reverse.model)?
                    .filter_by(equals(format!("{}_id", reverse.field), self.pk().clone()))?
            }
        };
        let objects = match &self.using {
            Some(alias) => objects.using(alias.clone()),
            None => objects,
        };
        Ok(objects.slice(0, Some(1)).all().await?.pop())
    }

    /// The related instance of [`Instance::related`], where it is known without a query: it came with the row.
    pub fn known(&self, name: &str) -> Option<Option<&Arc<Self>>> {
        match self.related.get(name)? {
            Known::One(row) => Some(row.as_ref()),
            Known::Many(_) => None,
        }
    }

    /// The related instances of a many-valued relation, where they came with the row.
    pub fn known_many(&self, name: &str) -> Option<&[Arc<Self>]> {
        match self.related.get(name)? {
            Known::Many(rows) => Some(rows),
            Known::One(_) => None,
        }
    }

    /// The related instances of a many-to-many field, a way back over one, or a way back over foreign keys
    /// (`products`, `product_set`).
    ///
    /// # Errors
    /// `Other` where the name is no such relation, or the instance has no key yet.
    pub fn many(&self, name: &str) -> Result<RelatedObjects> {
        let site = Site::current()?;
        RelatedObjects::new(site.require::<Models>()?, self, name)?.ok_or_else(|| self.no_relation(name))
    }

    /// Puts a related instance that came in the same query into its place.
    pub(super) fn attach(&mut self, path: &[Cow<'static, str>], far: Option<Self>) {
        match path {
            [] => {}
            [name] => {
                self.related.insert(name.clone().into_owned(), Known::One(far.map(Arc::new)));
            }
            [name, rest @ ..] => {
                if let Some(Known::One(Some(near))) = self.related.get_mut(name.as_ref()) {
                    Arc::make_mut(near).attach(rest, far);
                }
            }
        }
    }

    /// The alias of the database that it came from.
    pub(crate) fn alias(&self) -> Option<Cow<'static, str>> {
        self.using.clone()
    }

    #[cold]
    fn no_relation(&self, name: &str) -> Error {
        let site = Site::current().ok();
        let models = site.as_ref().and_then(|site| site.get::<Models>());
        match models.map(|models| resolve(models, &self.meta, &[Cow::Owned(name.to_owned())])) {
            Some(Err(error)) => error,
            _ => Error::new(
                ErrorKind::Other,
                format!("`{}.{name}` is not a relation of this kind", self.meta.schema.label()),
            ),
        }
    }

    fn row(&self) -> Query {
        let mut query = Query::new(self.meta.schema.label());
        query.default_ordering = false;
        query.using.clone_from(&self.using);
        query.filters.push(equals("pk", self.pk().clone()));
        query
    }

    fn position(&self, name: &str) -> Result<usize> {
        self.place(name).ok_or_else(|| no_such_field(&self.meta, name))
    }

    fn place(&self, name: &str) -> Option<usize> {
        let relation = name.strip_suffix("_id");
        self.meta.schema.concrete_fields().position(|field| {
            field.name == name
                || (name == "pk" && field.primary_key)
                || (relation == Some(field.name.as_str()) && field.kind.relation().is_some())
        })
    }

    fn field_at(&self, position: usize) -> Result<&FieldSchema> {
        self.meta.schema.concrete_fields().nth(position).ok_or_else(|| no_such_field(&self.meta, "?"))
    }
}

/// Loads the related rows that are known into an instance by type, and those that are known of them.
fn fill(instance: &mut dyn AnyModel, related: &BTreeMap<String, Known>) -> Result<()> {
    if related.is_empty() {
        return Ok(());
    }
    let schema = Arc::clone(instance.model_entry().schema());
    for (field, slot) in schema.fields.iter().zip(instance.all_slots_mut()) {
        let (Some(known), Some(relation)) = (related.get(&field.name), slot.relation_mut()) else { continue };
        let rows = match known {
            Known::One(row) => row.as_slice(),
            Known::Many(rows) => rows,
        };
        relation.load(rows.iter().map(|row| row.values.clone()).collect())?;
        for (row, target) in rows.iter().zip(relation.loaded_mut().into_iter().flatten()) {
            fill(target, &row.related)?;
        }
    }
    Ok(())
}
