//! The join table behind a many-to-many field: which rows relate, and how that changes.

use std::borrow::Cow;
use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result, Site};
use rjango_schema::{FieldKind, ModelSchema};

use super::join::Join;
use super::many_to_many::Owner;
use crate::query::{Condition, Expression, Lookup, Operand, Path, Query};
use crate::sql::Columns;
use crate::typed::{fresh_times, one_of};
use crate::{Database, Model, ModelEntry, Models, Value, ValueType, execute};

/// A join table, seen from one side.
pub(crate) struct Through {
    /// The model that has the field, and the field's name.
    owner: &'static ModelEntry,
    field: String,
    /// The join model's label.
    model: String,
    /// Its field that refers to this side.
    source: String,
    /// Its field that refers to the other.
    target: String,
    /// Whether both sides are one model whose relation is mutual.
    symmetrical: bool,
    /// Whether rows of it may be made here: those of a through model may need more values.
    auto_created: bool,
    types: [ValueType; 2],
    /// The name by which the other side looks up over it.
    back: Option<String>,
    pk: Value,
    /// The database's alias, where `using` names one.
    using: Option<Cow<'static, str>>,
    /// Whether this side is not the one that has the field.
    reverse: bool,
    /// What the other columns of a new row of a through model hold.
    defaults: Option<Defaults>,
}

/// The values of a through model's columns, as an instance of it has them: Django's `through_defaults`.
#[derive(Debug, Clone)]
pub(crate) struct Defaults {
    /// The model's label.
    model: String,
    /// Every column but the primary key, by its field's name.
    values: Result<Vec<(String, Value)>, Arc<Error>>,
}

impl Defaults {
    /// Those of an instance, with the times that set themselves. What its relations to both sides say does not count: each new
    /// row has its own. Neither does its primary key, unless the row is to have this one.
    pub(crate) fn of<M: Model>(mut row: M) -> Self {
        let schema = M::entry().schema();
        let values = fresh_times(&mut row).map_err(Arc::new).map(|()| {
            let mut slots = Vec::new();
            row.slots(&mut slots);
            let fields = schema.fields.iter().zip(slots).filter(|(_, slot)| slot.is_concrete());
            let fields = fields.filter(|(field, slot)| !(field.primary_key && slot.value().is_null()));
            fields.map(|(field, slot)| (field.name.clone(), slot.value())).collect()
        });
        Self { model: schema.label(), values }
    }
}

impl Through {
    /// The join table of an instance's field.
    pub(super) fn of(owner: &Owner) -> Result<Self> {
        let through = Self::between(owner.model, &owner.field)?;
        Ok(Self {
            pk: owner.pk.clone(),
            using: owner.using.clone(),
            defaults: owner.defaults.as_deref().cloned(),
            ..if owner.reverse { through.reversed() } else { through }
        })
    }

    /// The join table of a model's field.
    pub(crate) fn between(owner: &'static ModelEntry, name: &str) -> Result<Self> {
        let schema = owner.schema();
        let site = Site::current()?;
        let models = site.require::<Models>()?;
        let found = schema.field(name).and_then(|field| match &field.kind {
            FieldKind::ManyToMany(relation) => Some((field, relation)),
            _ => None,
        });
        let Some((field, relation)) = found else {
            return Err(Error::new(
                ErrorKind::Other,
                format!("`{}.{name}` is not a many-to-many field", schema.label()),
            ));
        };
        let through = models.through(schema, field)?;
        let (source, target) = sides(&through.schema, &schema.label(), &relation.to)?;
        let key_type = |label: &str| key_type(models, label);
        Ok(Self {
            owner,
            field: name.to_owned(),
            model: through.schema.label(),
            source,
            target,
            symmetrical: relation.symmetrical,
            auto_created: through.auto_created,
            types: [key_type(&schema.label())?, key_type(&relation.to)?],
            back: models.way_back(schema, field),
            pk: Value::Null,
            using: None,
            reverse: false,
            defaults: None,
        })
    }

    pub(super) fn using(&self) -> Option<&Cow<'static, str>> {
        self.using.as_ref()
    }

    /// Where its rows are written.
    pub(super) fn database(&self) -> Result<Database> {
        execute::write_database(&self.model, self.using.as_deref())
    }

    /// The same join table, seen from the other side.
    pub(crate) fn reversed(mut self) -> Self {
        std::mem::swap(&mut self.source, &mut self.target);
        self.types.reverse();
        self.reverse = !self.reverse;
        self
    }

    fn query(&self, filter: Condition) -> Query {
        let mut query = Query::new(self.model.clone());
        query.default_ordering = false;
        query.using.clone_from(&self.using);
        query.filters.push(filter);
        query
    }

    /// The other side's rows that they relate to this one. Further conditions may speak of the join table's row.
    pub(super) fn related<T: Model>(&self) -> crate::QuerySet<T> {
        if let Some(back) = &self.back {
            return crate::QuerySet::joined(is(back, &self.pk));
        }
        let rows = self.query(is(&self.source, &self.pk));
        let target = Expression::Column(Path::root().join(self.target.clone()));
        crate::QuerySet::new().filter_by(crate::Q::from_condition(Condition::Lookup {
            left: Expression::Column(Path::root().join("pk")),
            lookup: Lookup::In,
            right: Operand::Query(Box::new(rows), Some(Box::new(target))),
        }))
    }

    /// The pairs of keys whose one side is among these.
    pub(crate) async fn pairs(
        &self,
        sources: &[Value],
        using: Option<&Cow<'static, str>>,
    ) -> Result<Vec<(Value, Value)>> {
        let mut query = self.query(one_of(self.source.clone(), sources));
        query.using = using.cloned().or(query.using);
        let column = |name: &str| Expression::Column(Path::root().join(name.to_owned()));
        let columns = [(column(&self.source), self.types[0]), (column(&self.target), self.types[1])];
        let rows = execute::fetch(&query, Columns::Expressions(&columns)).await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| match <[Value; 2]>::try_from(row) {
                Ok([source, target]) => Some((source, target)),
                Err(_) => None,
            })
            .collect())
    }

    /// The join table, seen from the instance.
    fn join(&self) -> Join {
        Join {
            owner: Some(self.owner),
            field: self.field.clone(),
            reverse: self.reverse,
            through: self.model.clone(),
            near: self.source.clone(),
            far: self.target.clone(),
            far_type: self.types[1],
            mutual: self.symmetrical,
            auto_created: self.auto_created,
            others: self.others(),
            key: self.pk.clone(),
            using: self.using.clone(),
        }
    }

    /// What `through_defaults` gives to the other columns of a new row.
    fn others(&self) -> Vec<(String, Value)> {
        let defaults = self.defaults.iter().flat_map(|defaults| defaults.values.iter().flatten());
        defaults.filter(|(name, _)| *name != self.source && *name != self.target).cloned().collect()
    }

    /// Relates these keys too.
    pub(crate) async fn add(&self, keys: Vec<Value>) -> Result<()> {
        self.check_rows("add")?;
        self.join().add(keys).await
    }

    /// Relates these keys no longer; `None` for all.
    pub(crate) async fn remove(&self, keys: Option<Vec<Value>>) -> Result<()> {
        self.join().remove(keys).await
    }

    /// Relates exactly these keys.
    pub(crate) async fn set(&self, keys: Vec<Value>) -> Result<()> {
        self.check_rows("set")?;
        self.join().set(keys).await
    }

    /// Refuses to make rows of a through model that say nothing of its other columns.
    ///
    /// DIFFERENCE: Django takes the model's defaults where `through_defaults` is left out. Here a row of a through model is never
    /// made of values that nobody wrote; `Reading::default()` asks for them.
    fn check_rows(&self, what: &str) -> Result<()> {
        match &self.defaults {
            None if self.auto_created => Ok(()),
            Some(Defaults { values: Err(error), .. }) => Err(Error::new(error.kind(), error.to_string())),
            Some(defaults) if defaults.model == self.model && !self.auto_created => Ok(()),
            Some(_) if self.auto_created => Err(Error::new(
                ErrorKind::Other,
                format!("`{}.{}` has no through model, so it takes no `through_defaults`", self.label(), self.field),
            )
            .with_hint("leave `through_defaults` out")),
            Some(defaults) => Err(Error::new(
                ErrorKind::Other,
                format!(
                    "expected `through_defaults` of `{}` for `{}.{}`, found those of `{}`",
                    self.model,
                    self.label(),
                    self.field,
                    defaults.model
                ),
            )
            .with_hint("give an instance of the relation's through model")),
            None => Err(Error::new(
                ErrorKind::Other,
                format!("cannot `{what}` over the through model `{}`: its other columns have no values", self.model),
            )
            .with_hint(format!(
                "give them: `.through_defaults({} {{ .. }}).{what}(..)`, or create rows of that model",
                self.model.rsplit('.').next().unwrap_or_default()
            ))),
        }
    }

    fn label(&self) -> String {
        self.owner.schema().label()
    }
}

/// The fields of a join model that refer to either side: of a relation of a model to itself, the first and the second.
fn sides(through: &ModelSchema, source: &str, target: &str) -> Result<(String, String)> {
    let mut sources = through.fields.iter().filter(|field| refers(&field.kind, source));
    let mut targets = through.fields.iter().filter(|field| refers(&field.kind, target));
    let from = sources.next();
    let to = if source == target { sources.next() } else { targets.next() };
    match (from, to) {
        (Some(from), Some(to)) => Ok((from.name.clone(), to.name.clone())),
        _ => Err(Error::improperly_configured(format!(
            "the through model `{}` does not refer to both `{source}` and `{target}`",
            through.label()
        ))
        .with_hint("give it a foreign key to each")),
    }
}

fn refers(kind: &FieldKind, label: &str) -> bool {
    kind.relation().is_some_and(|relation| relation.to == label)
}

/// How the primary key of a model is read, however many one-to-one keys it leads over.
fn key_type(models: &Models, label: &str) -> Result<ValueType> {
    let meta = models.require(label)?;
    Ok(meta.schema.primary_key().map_or(ValueType::Int, |key| {
        ValueType::of(&key.kind, |to| {
            if to == label { ValueType::Int } else { key_type(models, to).unwrap_or(ValueType::Int) }
        })
    }))
}

fn is(field: &str, value: &Value) -> Condition {
    Condition::Lookup {
        left: Expression::Column(Path::root().join(field.to_owned())),
        lookup: Lookup::Exact,
        right: Operand::One(Expression::Value(value.clone())),
    }
}
