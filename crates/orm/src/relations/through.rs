//! The join table behind a many-to-many field: which rows relate, and how that changes.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result, Site};
use rjango_schema::{FieldKind, ModelSchema};

use super::many_to_many::Owner;
use crate::execute::Conflict;
use crate::query::{Condition, Expression, Lookup, Operand, Path, Query};
use crate::signals::{Action, Change};
use crate::sql::Columns;
use crate::typed::{fresh_times, key_text as text, one_of};
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

    /// Relates these keys too.
    pub(crate) async fn add(&self, keys: Vec<Value>) -> Result<()> {
        self.check_rows("add")?;
        self.database()?.atomic(async || self.insert(keys).await).await
    }

    async fn insert(&self, keys: Vec<Value>) -> Result<()> {
        if keys.is_empty() {
            return Ok(());
        }
        let present: Vec<Value> =
            self.pairs(std::slice::from_ref(&self.pk), None).await?.into_iter().map(|(_, target)| target).collect();
        let mut seen: HashSet<String> = present.iter().map(text).collect();
        let mut rows: Vec<Vec<Value>> = Vec::new();
        let mut added: Vec<Value> = Vec::new();
        let others: Vec<&(String, Value)> = self
            .defaults
            .iter()
            .flat_map(|defaults| defaults.values.iter().flatten())
            .filter(|(name, _)| *name != self.source && *name != self.target)
            .collect();
        let row = |source: &Value, target: &Value| {
            let mut row = vec![source.clone(), target.clone()];
            row.extend(others.iter().map(|(_, value)| value.clone()));
            row
        };
        for key in keys {
            if !seen.insert(text(&key)) {
                continue;
            }
            rows.push(row(&self.pk, &key));
            if self.symmetrical && key != self.pk {
                rows.push(row(&key, &self.pk));
            }
            added.push(key);
        }
        let mut change = self.change(Some(&added)).await?;
        self.tell(&mut change, Action::PreAdd, Some(&added)).await?;
        if !rows.is_empty() {
            let mut columns = vec![self.source.as_str(), self.target.as_str()];
            columns.extend(others.iter().map(|(name, _)| name.as_str()));
            // Another writer may have been faster. A through model's own constraints are told.
            let both = [self.source.as_str(), self.target.as_str()];
            let conflict = match self.auto_created {
                false => Conflict::Refuse,
                // There, to ignore would hide a missing row too.
                true if self.database()?.dialect().updates_on_duplicate_key() => {
                    Conflict::Update { unique: &both, fields: &both[..1] }
                }
                true => Conflict::Ignore,
            };
            execute::upsert(&self.model, &columns, rows, &conflict, self.using.as_deref()).await?;
        }
        self.tell(&mut change, Action::PostAdd, Some(&added)).await
    }

    /// The change as receivers are told of it, who have instances of the model with the field: from the other side, those of
    /// these keys, or of all keys that relate.
    async fn change(&self, keys: Option<&[Value]>) -> Result<Change> {
        let using = self.using.as_ref();
        if !self.reverse {
            return Change::of(Some(self.owner), &self.field, std::slice::from_ref(&self.pk), false, using).await;
        }
        let related = match keys {
            None if Change::is_heard(Some(self.owner)) => {
                self.pairs(std::slice::from_ref(&self.pk), None).await?.into_iter().map(|(_, target)| target).collect()
            }
            _ => keys.unwrap_or_default().to_vec(),
        };
        Change::of(Some(self.owner), &self.field, &related, true, using).await
    }

    /// Tells of the keys at the other end of the instances that receivers get.
    async fn tell(&self, change: &mut Change, action: Action, keys: Option<&[Value]>) -> Result<()> {
        let keys = if self.reverse { keys.map(|_| std::slice::from_ref(&self.pk)) } else { keys };
        change.tell(action, keys).await
    }

    /// Relates these keys no longer; `None` for all.
    pub(crate) async fn remove(&self, keys: Option<Vec<Value>>) -> Result<()> {
        if !Change::is_heard(Some(self.owner)) {
            return self.unrelate(keys.as_deref()).await;
        }
        if keys.as_ref().is_some_and(Vec::is_empty) {
            return Ok(());
        }
        let (before, after) = match keys {
            Some(_) => (Action::PreRemove, Action::PostRemove),
            None => (Action::PreClear, Action::PostClear),
        };
        self.database()?
            .atomic(async || {
                let mut change = self.change(keys.as_deref()).await?;
                self.tell(&mut change, before, keys.as_deref()).await?;
                self.unrelate(keys.as_deref()).await?;
                self.tell(&mut change, after, keys.as_deref()).await
            })
            .await
    }

    async fn unrelate(&self, keys: Option<&[Value]>) -> Result<()> {
        let side = |here: &str, there: &str| {
            let mut all = vec![is(here, &self.pk)];
            all.extend(keys.map(|keys| one_of(there.to_owned(), keys)));
            Condition::All(all)
        };
        let mut any = vec![side(&self.source, &self.target)];
        if self.symmetrical {
            any.push(side(&self.target, &self.source));
        }
        execute::delete(&self.query(Condition::Any(any))).await.map(drop)
    }

    /// Relates exactly these keys.
    pub(crate) async fn set(&self, keys: Vec<Value>) -> Result<()> {
        self.check_rows("set")?;
        self.database()?
            .atomic(async || {
                let present = self.pairs(std::slice::from_ref(&self.pk), None).await?;
                let wanted: HashSet<String> = keys.iter().map(text).collect();
                let surplus: Vec<Value> = present
                    .into_iter()
                    .map(|(_, target)| target)
                    .filter(|target| !wanted.contains(&text(target)))
                    .collect();
                if !surplus.is_empty() {
                    self.remove(Some(surplus)).await?;
                }
                self.insert(keys).await
            })
            .await
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
