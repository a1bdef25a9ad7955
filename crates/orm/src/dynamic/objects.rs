//! A model's rows by name: Django's manager and query set.

use std::borrow::Cow;
use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result, Site};

use super::{Argument, Instance, parse_lookup};
use crate::execute::{self, Deleted};
use crate::model::{ModelMeta, Models};
use crate::query::{Assignment, Condition, Expression, Lock, Path, Query, only_one};
use crate::sql::paths::{resolve, value_type};
use crate::sql::{Columns, parse_term, related_paths};
use crate::value::parse_value;
use crate::{Value, ValueType};

/// A lazy query over a model that is known by name. Each method gives a new query; nothing runs before an `async` one.
#[derive(Debug, Clone)]
pub struct Objects {
    meta: Arc<ModelMeta>,
    query: Query,
}

impl Objects {
    /// Every row of the model of this label.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where the site has no such model.
    pub fn new(models: &Models, label: &str) -> Result<Self> {
        Ok(Self::of(Arc::clone(models.require(label)?)))
    }

    /// Every row of the model.
    pub fn of(meta: Arc<ModelMeta>) -> Self {
        let query = Query::new(meta.schema.label());
        Self { meta, query }
    }

    /// The model.
    pub fn meta(&self) -> &Arc<ModelMeta> {
        &self.meta
    }

    /// The query as data.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// The query as data.
    pub fn into_query(self) -> Query {
        self.query
    }

    /// The same model with another query; its label must be the model's.
    #[must_use]
    pub fn with_query(mut self, query: Query) -> Self {
        self.query = query;
        self
    }

    /// Rows that satisfy every lookup: `filter([("price__lt", 5)])`. Text is read as the field's type.
    ///
    /// # Errors
    /// `Other` where a name is no field or lookup, `Validation` where a value is none of the field's.
    pub fn filter<N: AsRef<str>, A: Into<Argument>>(self, lookups: impl IntoIterator<Item = (N, A)>) -> Result<Self> {
        let condition = self.conditions(lookups)?;
        self.filter_by(condition)
    }

    /// Rows that do not satisfy every lookup.
    ///
    /// # Errors
    /// As [`Objects::filter`].
    pub fn exclude<N: AsRef<str>, A: Into<Argument>>(self, lookups: impl IntoIterator<Item = (N, A)>) -> Result<Self> {
        let condition = self.conditions(lookups)?;
        self.filter_by(Condition::Not(Box::new(condition)))
    }

    /// Rows that satisfy a condition.
    ///
    /// # Errors
    /// `Other` for a slice and for combined queries.
    pub fn filter_by(mut self, condition: Condition) -> Result<Self> {
        self.query.check_open("filter")?;
        self.query.filter(condition);
        Ok(self)
    }

    /// Rows in which every word stands in one of the fields, as the admin searches: `name` and `category__name`
    /// contain it, `^name` starts with it, `=name` is it, whatever the case.
    ///
    /// # Errors
    /// `Other` where a name is no field.
    pub fn search(self, fields: &[&str], text: &str) -> Result<Self> {
        let site = Site::current()?;
        let models = site.require::<Models>()?;
        let mut many = false;
        for field in fields {
            let names: Vec<_> =
                field.trim_start_matches(['^', '=']).split("__").map(|name| name.to_owned().into()).collect();
            many |= resolve(models, &self.meta, &names)?.hops.iter().any(|hop| hop.many);
        }
        let mut words = Vec::new();
        for word in text.split_whitespace() {
            let mut fits = Vec::with_capacity(fields.len());
            for field in fields {
                let (name, lookup) = match field.split_at_checked(1) {
                    Some(("^", name)) => (name, "istartswith"),
                    Some(("=", name)) => (name, "iexact"),
                    _ => (*field, "icontains"),
                };
                fits.push(parse_lookup(models, &self.meta, &format!("{name}__{lookup}"), word.into())?);
            }
            words.push(Condition::Any(fits));
        }
        if words.is_empty() || fields.is_empty() {
            return Ok(self);
        }
        let found = self.filter_by(Condition::All(words))?;
        // A row is found once, however many of its related rows fit.
        if many { found.distinct() } else { Ok(found) }
    }

    /// The rows in this order: `["-price", "category__name"]`; `?` for a random one; nothing for none at all.
    ///
    /// # Errors
    /// `Other` where a name is not a field, and for a slice.
    pub fn order_by<N: AsRef<str>>(mut self, names: impl IntoIterator<Item = N>) -> Result<Self> {
        self.query.check_open("reorder")?;
        let site = Site::current()?;
        let models = site.require::<Models>()?;
        let mut ordering = Vec::new();
        for name in names {
            let term = parse_term(name.as_ref());
            if let Expression::Column(path) = &term.by {
                let random = matches!(path.0.as_slice(), [name] if name == "?");
                let annotated = matches!(path.0.as_slice(), [name] if self.query.annotations.iter().any(|known| known.name == *name));
                if !random && !annotated {
                    resolve(models, &self.meta, &path.0)?;
                }
            }
            ordering.push(term);
        }
        self.query.default_ordering = false;
        self.query.ordering = ordering;
        Ok(self)
    }

    /// The same rows the other way round. Rows without an order stay without one.
    ///
    /// # Errors
    /// `Other` for a slice.
    pub fn reverse(mut self) -> Result<Self> {
        self.query.reverse(&self.meta.schema)?;
        Ok(self)
    }

    /// Each row once.
    ///
    /// # Errors
    /// `Other` for a slice.
    pub fn distinct(mut self) -> Result<Self> {
        self.query.check_open("make distinct")?;
        self.query.distinct = true;
        Ok(self)
    }

    /// The rows from `start` up to, not including, `stop`, counted within this query.
    #[must_use]
    pub fn slice(mut self, start: u64, stop: Option<u64>) -> Self {
        self.query.slice(start, stop);
        self
    }

    /// No rows.
    #[must_use]
    pub fn none(mut self) -> Self {
        self.query.none = true;
        self
    }

    /// The rows with those that these foreign keys refer to, in one query.
    ///
    /// # Errors
    /// `Other` where a name is no single-valued relation.
    pub fn select_related<N: AsRef<str>>(mut self, names: impl IntoIterator<Item = N>) -> Result<Self> {
        let site = Site::current()?;
        let models = site.require::<Models>()?;
        for name in names {
            let path = Path(name.as_ref().split("__").map(|name| Cow::Owned(name.to_owned())).collect());
            let target = resolve(models, &self.meta, &path.0)?;
            if !target.relation || target.hops.iter().any(|hop| hop.many) {
                return Err(Error::new(
                    ErrorKind::Other,
                    format!("`{}.{}` is not a foreign key or one-to-one", self.meta.schema.label(), name.as_ref()),
                ));
            }
            self.query.select_related.push(path);
        }
        Ok(self)
    }

    /// Reads from where the rows are written, not from a replica: what was changed a moment ago is seen.
    #[must_use]
    pub fn for_write(mut self) -> Self {
        self.query.for_write = true;
        self
    }

    /// The rows of the database of this alias.
    #[must_use]
    pub fn using(mut self, alias: impl Into<Cow<'static, str>>) -> Self {
        self.query.using = Some(alias.into());
        self
    }

    /// Every row.
    ///
    /// # Errors
    /// `Database` where the database refuses.
    pub async fn all(&self) -> Result<Vec<Instance>> {
        let rows = execute::fetch(&self.query, Columns::Model).await?;
        let site = Site::current()?;
        let models = site.require::<Models>()?;
        let mut related = Vec::new();
        for path in related_paths(&self.query) {
            let label = resolve(models, &self.meta, &path.0)?.meta.schema.label();
            related.push((path, Arc::clone(models.require(&label)?)));
        }
        rows.into_iter().map(|row| self.instance(row, &related)).collect()
    }

    fn instance(&self, row: Vec<Value>, related: &[(Path, Arc<ModelMeta>)]) -> Result<Instance> {
        let mut values = row.into_iter();
        let own = values.by_ref().take(self.meta.schema.concrete_fields().count()).collect();
        let mut instance = Instance::loaded(Arc::clone(&self.meta), own, self.query.using.clone());
        for (path, meta) in related {
            let values: Vec<Value> = values.by_ref().take(meta.schema.concrete_fields().count()).collect();
            let key = meta.schema.concrete_fields().position(|field| field.primary_key).unwrap_or(0);
            let there = values.get(key).is_some_and(|key| !key.is_null());
            let far = there.then(|| Instance::loaded(Arc::clone(meta), values, self.query.using.clone()));
            instance.attach(&path.0, far);
        }
        Ok(instance)
    }

    /// The one row that satisfies the lookups.
    ///
    /// # Errors
    /// `DoesNotExist` where there is none, `MultipleObjectsReturned` where there are several, and as
    /// [`Objects::filter`].
    pub async fn get<N: AsRef<str>, A: Into<Argument>>(
        &self,
        lookups: impl IntoIterator<Item = (N, A)>,
    ) -> Result<Instance> {
        let mut lookups = lookups.into_iter().peekable();
        // As Django: a slice has a `get` without lookups.
        let mut objects = if lookups.peek().is_some() { self.clone().filter(lookups)? } else { self.clone() };
        objects.query.for_one();
        only_one(&self.meta.schema, objects.all().await?)
    }

    /// The first row in the query's order, by key where it has none.
    ///
    /// # Errors
    /// `Other` for a slice without an order; `Database` where the database refuses.
    pub async fn first(&self) -> Result<Option<Instance>> {
        Ok(self.for_first()?.all().await?.pop())
    }

    /// The query of [`Objects::first`].
    pub(crate) fn for_first(&self) -> Result<Self> {
        let mut objects = self.clone();
        objects.query.order_somehow(&self.meta.schema)?;
        Ok(objects.slice(0, Some(1)))
    }

    /// The last row in the query's order, by key where it has none.
    ///
    /// # Errors
    /// `Other` for a slice, whose order cannot be turned; `Database` where the database refuses.
    pub async fn last(&self) -> Result<Option<Instance>> {
        Ok(self.for_last()?.all().await?.pop())
    }

    /// The query of [`Objects::last`].
    pub(crate) fn for_last(&self) -> Result<Self> {
        let mut objects = self.clone();
        objects.query.check_open("reverse")?;
        objects.query.order_somehow(&self.meta.schema)?;
        Ok(objects.reverse()?.slice(0, Some(1)))
    }

    /// Whether the rows have an order, by the query or by the model.
    pub(crate) fn is_ordered(&self) -> bool {
        let query = &self.query;
        let by_model = query.default_ordering && query.combined.is_none() && !self.meta.schema.ordering.is_empty();
        !query.ordering.is_empty() || by_model
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// `Database` where the database refuses.
    pub async fn count(&self) -> Result<i64> {
        execute::count(&self.query).await
    }

    /// Whether there is any row.
    ///
    /// # Errors
    /// `Database` where the database refuses.
    pub async fn exists(&self) -> Result<bool> {
        execute::exists(&self.query).await
    }

    /// A new, saved instance with these fields; the others have their defaults.
    ///
    /// # Errors
    /// `Other` where a name is no field, `Validation` where a value is none of the field's, `Integrity` where a
    /// constraint refuses.
    pub async fn create<N: AsRef<str>, V: Into<Value>>(
        &self,
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Instance> {
        let mut instance = Instance::new(Arc::clone(&self.meta))?.using(self.query.using.clone());
        for (name, value) in fields {
            instance.set(name.as_ref(), value)?;
        }
        instance.save_new().await?;
        Ok(instance)
    }

    /// The row that has these fields, made with them and the defaults where there is none; and whether it was made.
    ///
    /// # Errors
    /// As [`Objects::get`] and [`Objects::create`].
    pub async fn get_or_create(
        &self,
        fields: Vec<(String, Value)>,
        defaults: Vec<(String, Value)>,
    ) -> Result<(Instance, bool)> {
        let mut find = self.clone();
        // What was just written must be seen, and a replica may be behind.
        find.query.for_write = true;
        match find.get(fields.clone()).await {
            Err(error) if error.is_does_not_exist() => {}
            found => return found.map(|row| (row, false)),
        }
        let own = fields.iter().filter(|(name, _)| !name.contains("__")).cloned();
        let all: Vec<_> = own.chain(defaults).collect();
        let database = execute::write_database(&self.query.model, self.query.using.as_deref())?;
        match database.atomic(async || self.create(all).await).await {
            Ok(made) => Ok((made, true)),
            // Another writer was faster.
            Err(error) if error.is_integrity() => match find.get(fields).await {
                Ok(found) => Ok((found, false)),
                Err(_) => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// The row that has these fields, changed to `values`; made with both where there is none; and whether it was made. The
    /// row is locked meanwhile, where the engine has row locks.
    ///
    /// # Errors
    /// As [`Objects::get_or_create`].
    pub async fn update_or_create(
        &self,
        fields: Vec<(String, Value)>,
        values: Vec<(String, Value)>,
    ) -> Result<(Instance, bool)> {
        let database = execute::write_database(&self.query.model, self.query.using.as_deref())?;
        let mut locked = self.clone();
        locked.query.lock = Some(Lock::default());
        let own: Vec<_> = fields.iter().filter(|(name, _)| !name.contains("__")).chain(&values).cloned().collect();
        let mut again = true;
        loop {
            let change = async || {
                let mut row = match locked.get(fields.clone()).await {
                    Err(error) if error.is_does_not_exist() => return Ok(None),
                    found => found?,
                };
                for (name, value) in &values {
                    row.set(name, value.clone())?;
                }
                row.save().await?;
                Ok(Some(row))
            };
            if let Some(row) = database.atomic(change).await? {
                return Ok((row, false));
            }
            // A transaction of its own: what a refused row has locked is free again before the row that is there is locked.
            match database.atomic(async || self.create(own.clone()).await).await {
                // Another writer was faster.
                Err(error) if error.is_integrity() && again => again = false,
                made => return made.map(|row| (row, true)),
            }
        }
    }

    /// Sets fields of every row; gives the rows' number.
    ///
    /// # Errors
    /// `Other` where a name is no field or the query is sliced, `Integrity` where a constraint refuses.
    pub async fn update<N: AsRef<str>, V: Into<Value>>(&self, fields: impl IntoIterator<Item = (N, V)>) -> Result<u64> {
        let mut assignments = Vec::new();
        {
            let site = Site::current()?;
            let models = site.require::<Models>()?;
            for (name, value) in fields {
                let name = name.as_ref();
                let value = match (value.into(), self.meta.schema.field(name)) {
                    (Value::Text(text), Some(field)) if value_type(models, field) != ValueType::Text => {
                        parse_value(field, &text)?
                    }
                    (value, _) => value,
                };
                let field = Cow::Owned(if name == "pk" { self.key_name() } else { name.to_owned() });
                assignments.push(Assignment { field, value: Expression::Value(value) });
            }
        }
        execute::update(&self.query, &assignments).await
    }

    /// Deletes every row and what refers to them, as `on_delete` says.
    ///
    /// # Errors
    /// `Integrity` where a protected row refers to one of them.
    pub async fn delete(&self) -> Result<Deleted> {
        execute::delete(&self.query).await
    }

    /// The values of these fields, in their order, of each row; of every concrete field where none is named. Paths
    /// over relations are allowed.
    ///
    /// # Errors
    /// `Other` where a name is no field.
    pub async fn values<N: AsRef<str>>(&self, names: &[N]) -> Result<Vec<Vec<Value>>> {
        let mut columns = Vec::with_capacity(names.len());
        {
            let site = Site::current()?;
            let models = site.require::<Models>()?;
            for name in self.value_names(names) {
                let path = Path(name.split("__").map(|name| Cow::Owned(name.to_owned())).collect());
                let value_type = match self.query.annotations.iter().find(|known| known.name == name) {
                    Some(annotation) => annotation.value_type,
                    None => value_type(models, resolve(models, &self.meta, &path.0)?.field),
                };
                columns.push((Expression::Column(path), value_type));
            }
        }
        execute::fetch(&self.query, Columns::Expressions(&columns)).await
    }

    /// The names that [`Objects::values`] reads: these, or every concrete field's where there are none.
    pub fn value_names<N: AsRef<str>>(&self, names: &[N]) -> Vec<String> {
        if names.is_empty() {
            let fields = self.meta.schema.concrete_fields();
            return fields
                .map(|field| match field.kind.relation() {
                    Some(_) => format!("{}_id", field.name),
                    None => field.name.clone(),
                })
                .collect();
        }
        names.iter().map(|name| name.as_ref().to_owned()).collect()
    }

    fn conditions<N: AsRef<str>, A: Into<Argument>>(
        &self,
        lookups: impl IntoIterator<Item = (N, A)>,
    ) -> Result<Condition> {
        let site = Site::current()?;
        let models = site.require::<Models>()?;
        let conditions = lookups
            .into_iter()
            .map(|(name, argument)| parse_lookup(models, &self.meta, name.as_ref(), argument.into()))
            .collect::<Result<_>>()?;
        Ok(Condition::All(conditions))
    }

    fn key_name(&self) -> String {
        self.meta.schema.primary_key().map_or_else(|| "pk".to_owned(), |key| key.name.clone())
    }
}
