//! The join table behind a many-to-many field: which rows relate, and how that changes.

use std::borrow::Cow;

use rjango_core::{Error, ErrorKind, Result, Site};
use rjango_schema::{FieldKind, ModelSchema};

use super::join::Join;
use super::many_to_many::Owner;
use crate::query::{Condition, Expression, Lookup, Operand, Path, Query};
use crate::sql::Columns;
use crate::typed::one_of;
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
}

impl Through {
    /// The join table of an instance's field.
    pub(super) fn of(owner: &Owner) -> Result<Self> {
        Ok(Self { pk: owner.pk.clone(), using: owner.using.clone(), ..Self::between(owner.model, &owner.field)? })
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
            reverse: false,
            here: (self.owner.label)(),
            through: self.model.clone(),
            near: self.source.clone(),
            far: self.target.clone(),
            far_type: self.types[1],
            mutual: self.symmetrical,
            auto_created: self.auto_created,
            key: self.pk.clone(),
            using: self.using.clone(),
        }
    }

    /// Relates these keys too.
    pub(super) async fn add(&self, keys: Vec<Value>) -> Result<()> {
        self.check_auto_created("add")?;
        self.join().add(keys).await
    }

    /// Relates these keys no longer; `None` for all.
    pub(super) async fn remove(&self, keys: Option<Vec<Value>>) -> Result<()> {
        self.join().remove(keys).await
    }

    /// Relates exactly these keys.
    pub(super) async fn set(&self, keys: Vec<Value>) -> Result<()> {
        self.check_auto_created("set")?;
        self.join().set(keys).await
    }

    /// DIFFERENCE: Django takes `through_defaults` for the other fields of a through model. Here its rows are created as
    /// rows of that model.
    fn check_auto_created(&self, what: &str) -> Result<()> {
        if self.auto_created {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Other, format!("cannot `{what}` over the through model `{}`", self.model))
            .with_hint("create rows of that model instead"))
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
