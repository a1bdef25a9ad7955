//! The many side of a relation: Django's related manager.

use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::FieldKind;

use super::{Instance, Objects};
use crate::connection::Database;
use crate::execute;
use crate::model::{ModelMeta, Models};
use crate::query::{Condition, Expression, Lookup, Operand, Path, Query};
use crate::signals::{Action, Change};
use crate::sql::paths::{through_keys, value_type};
use crate::sql::{Columns, equals, is_in};
use crate::{Value, ValueType};

/// The rows related to one instance, and for a many-to-many relation the ways to change which they are.
#[derive(Debug, Clone)]
pub struct RelatedObjects {
    objects: Objects,
    key: Value,
    /// Over a foreign key: the field of the related rows that refers here.
    back: Option<String>,
    join: Option<Join>,
}

/// The join table of a many-to-many relation, seen from one side.
#[derive(Debug, Clone)]
struct Join {
    /// The model that has the field, and the field's name.
    owner: Arc<ModelMeta>,
    field: String,
    /// Whether this is the other end of it.
    reverse: bool,
    through: Arc<ModelMeta>,
    near: String,
    far: String,
    far_type: ValueType,
    /// A mutual relation of a model to itself has a row in each direction.
    mutual: bool,
}

impl RelatedObjects {
    /// The relation of this name from the instance's side; `None` where there is no such many-valued relation.
    pub(super) fn new(models: &Models, instance: &Instance, name: &str) -> Result<Option<Self>> {
        let meta = instance.meta();
        let key = instance.pk().clone();
        let found = if let Some(field) = meta.schema.field(name) {
            let FieldKind::ManyToMany(relation) = &field.kind else { return Ok(None) };
            let through = models.through(&meta.schema, field)?;
            let keys = through_keys(through, &meta.schema.label(), &relation.to);
            let mutual = relation.symmetrical && relation.to == meta.schema.label();
            Some((models.require(&relation.to)?, through, keys, mutual, None))
        } else {
            let Some(reverse) = meta.reverse.iter().find(|reverse| reverse.accessor == name && !reverse.single) else {
                return Ok(None);
            };
            let referring = models.require(&reverse.model)?;
            let field = referring.schema.field(&reverse.field);
            match field.map(|field| (field, &field.kind)) {
                Some((field, FieldKind::ManyToMany(relation))) => {
                    let through = models.through(&referring.schema, field)?;
                    let keys = through_keys(through, &referring.schema.label(), &relation.to);
                    Some((referring, through, keys, false, Some(field.name.clone())))
                }
                _ => {
                    has_key(instance, name)?;
                    let objects = Objects::new(models, &reverse.model)?
                        .filter_by(equals(format!("{}_id", reverse.field), key.clone()));
                    let objects = with_alias(objects, instance);
                    return Ok(Some(Self { objects, key, back: Some(reverse.field.clone()), join: None }));
                }
            }
        };
        let Some((far_meta, through, Some((source, target)), mutual, back)) = found else { return Ok(None) };
        has_key(instance, name)?;
        let (near, far) = if back.is_some() { (target, source) } else { (source, target) };
        let reverse = back.is_some();
        let way_back = match &back {
            Some(field) => Some(field.clone()),
            None => meta.schema.field(name).and_then(|field| models.way_back(&meta.schema, field)),
        };
        let join = Join {
            owner: if reverse { Arc::new(far_meta.clone()) } else { Arc::clone(meta) },
            field: back.unwrap_or_else(|| name.to_owned()),
            reverse,
            through: Arc::new(through.clone()),
            near: near.name.clone(),
            far: far.name.clone(),
            far_type: value_type(models, far),
            mutual,
        };
        let objects = Objects::of(Arc::new(far_meta.clone()));
        let objects = match way_back {
            // Further conditions may speak of the join table's row.
            Some(way_back) => {
                let mut query = objects.filter_by(equals(way_back, key.clone())).into_query();
                query.sticky = true;
                Objects::of(Arc::new(far_meta.clone())).with_query(query)
            }
            None => objects.filter_by(among(&join, &key)),
        };
        let objects = with_alias(objects, instance);
        Ok(Some(Self { objects, key, back: None, join: Some(join) }))
    }

    /// The related rows, to be filtered further.
    pub fn objects(&self) -> Objects {
        self.objects.clone()
    }

    /// Whether the relation is a many-to-many one, so that it can be changed from here.
    pub fn is_many_to_many(&self) -> bool {
        self.join.is_some()
    }

    /// The related rows' keys.
    ///
    /// # Errors
    /// `Database` where the database refuses.
    pub async fn keys(&self) -> Result<Vec<Value>> {
        let rows = match &self.join {
            Some(join) => {
                let columns = [(Expression::Column(Path(vec![format!("{}_id", join.far).into()])), join.far_type)];
                execute::fetch(&self.joined(join, &join.near), Columns::Expressions(&columns)).await?
            }
            None => self.objects.values(&["pk"]).await?,
        };
        Ok(rows.into_iter().filter_map(|row| row.into_iter().next()).collect())
    }

    /// Makes a row of these fields, and relates it.
    ///
    /// # Errors
    /// As [`Objects::create`]; nothing is made then.
    pub async fn create(&self, mut fields: Vec<(String, Value)>) -> Result<Instance> {
        if let Some(back) = &self.back {
            fields.push((back.clone(), self.key.clone()));
            return self.objects.create(fields).await;
        }
        self.database()?
            .atomic(async || {
                let made = self.objects.create(fields).await?;
                self.add([made.pk().clone()]).await?;
                Ok(made)
            })
            .await
    }

    /// Relates these keys too; those that are related already stay so.
    ///
    /// # Errors
    /// `Other` for a relation over foreign keys; `Integrity` where a key does not exist.
    pub async fn add(&self, keys: impl IntoIterator<Item = Value>) -> Result<()> {
        let join = self.join()?;
        let mut wanted: Vec<Value> = Vec::new();
        for key in keys {
            let key = key.coerce(join.far_type);
            if !wanted.contains(&key) {
                wanted.push(key);
            }
        }
        self.database()?
            .atomic(async || {
                if wanted.is_empty() {
                    return Ok(());
                }
                let known = self.keys().await?;
                wanted.retain(|key| !known.contains(key));
                let (mut change, told) = self.change(join, &wanted).await?;
                change.tell(Action::PreAdd, Some(&told)).await?;
                let mut rows: Vec<Vec<Value>> = wanted.iter().map(|key| vec![self.key.clone(), key.clone()]).collect();
                if join.mutual {
                    let back = wanted.iter().filter(|key| **key != self.key);
                    rows.extend(back.map(|key| vec![key.clone(), self.key.clone()]));
                }
                let label = join.through.schema.label();
                let alias = self.objects.query().using.as_deref();
                if !rows.is_empty() {
                    execute::insert(&label, &[&join.near, &join.far], rows, alias).await?;
                }
                change.tell(Action::PostAdd, Some(&told)).await
            })
            .await
    }

    /// Relates these keys no longer.
    ///
    /// # Errors
    /// `Other` for a relation over foreign keys.
    pub async fn remove(&self, keys: impl IntoIterator<Item = Value>) -> Result<()> {
        let join = self.join()?;
        let keys: Vec<Value> = keys.into_iter().map(|key| key.coerce(join.far_type)).collect();
        if keys.is_empty() {
            return Ok(());
        }
        self.database()?
            .atomic(async || {
                let (mut change, told) = self.change(join, &keys).await?;
                change.tell(Action::PreRemove, Some(&told)).await?;
                self.unrelate(join, Some(&keys)).await?;
                change.tell(Action::PostRemove, Some(&told)).await
            })
            .await
    }

    /// Deletes the rows of the join table that lead to these keys; `None` for all.
    async fn unrelate(&self, join: &Join, keys: Option<&[Value]>) -> Result<()> {
        let mut sides = vec![(&join.near, &join.far)];
        if join.mutual {
            sides.push((&join.far, &join.near));
        }
        for (near, far) in sides {
            let mut query = self.joined(join, near);
            query.filters.extend(keys.map(|keys| is_in(format!("{far}_id"), keys.iter().cloned())));
            execute::delete(&query).await?;
        }
        Ok(())
    }

    /// What `m2m_changed` receivers are told, and the keys that they are told of: these, or from the other end this one.
    async fn change(&self, join: &Join, keys: &[Value]) -> Result<(Change, Vec<Value>)> {
        let here = std::slice::from_ref(&self.key);
        let (pks, told) = if join.reverse { (keys, here) } else { (here, keys) };
        let using = self.objects.query().using.as_ref();
        let change = Change::of(join.owner.entry, &join.field, pks, join.reverse, using).await?;
        Ok((change, told.to_vec()))
    }

    /// Relates these keys and no others.
    ///
    /// # Errors
    /// `Other` for a relation over foreign keys; `Integrity` where a key does not exist.
    pub async fn set(&self, keys: impl IntoIterator<Item = Value>) -> Result<()> {
        let join = self.join()?;
        let wanted: Vec<Value> = keys.into_iter().map(|key| key.coerce(join.far_type)).collect();
        self.database()?
            .atomic(async || {
                let known = self.keys().await?;
                let gone: Vec<Value> = known.into_iter().filter(|key| !wanted.contains(key)).collect();
                if !gone.is_empty() {
                    self.remove(gone).await?;
                }
                self.add(wanted).await
            })
            .await
    }

    /// Relates nothing.
    ///
    /// # Errors
    /// `Other` for a relation over foreign keys.
    pub async fn clear(&self) -> Result<()> {
        let join = self.join()?;
        self.database()?
            .atomic(async || {
                if join.reverse && Change::is_heard(join.owner.entry) {
                    return self.remove(self.keys().await?).await;
                }
                let (mut change, _) = self.change(join, &[]).await?;
                change.tell(Action::PreClear, None).await?;
                self.unrelate(join, None).await?;
                change.tell(Action::PostClear, None).await
            })
            .await
    }

    fn join(&self) -> Result<&Join> {
        self.join.as_ref().ok_or_else(|| {
            Error::new(
                ErrorKind::Other,
                format!("the `{}` rows refer here themselves", self.objects.meta().schema.label()),
            )
            .with_hint("set the foreign key on each of them and save it")
        })
    }

    fn joined(&self, join: &Join, side: &str) -> Query {
        let mut query = Query::new(join.through.schema.label());
        query.default_ordering = false;
        query.using.clone_from(&self.objects.query().using);
        query.filters.push(equals(format!("{side}_id"), self.key.clone()));
        query
    }

    fn database(&self) -> Result<Database> {
        let query = self.objects.query();
        crate::execute::write_database(&query.model, query.using.as_deref())
    }
}

/// The rows whose keys the join table has beside this one.
fn among(join: &Join, key: &Value) -> Condition {
    let mut joined = Query::new(join.through.schema.label());
    joined.default_ordering = false;
    joined.filters.push(equals(format!("{}_id", join.near), key.clone()));
    Condition::Lookup {
        left: Expression::Column(Path(vec!["pk".into()])),
        lookup: Lookup::In,
        right: Operand::Query(
            Box::new(joined),
            Some(Box::new(Expression::Column(Path(vec![format!("{}_id", join.far).into()])))),
        ),
    }
}

fn with_alias(objects: Objects, instance: &Instance) -> Objects {
    match instance.alias() {
        Some(alias) => objects.using(alias),
        None => objects,
    }
}

fn has_key(instance: &Instance, name: &str) -> Result<()> {
    if instance.pk().is_null() {
        let label = instance.meta().schema.label();
        return Err(Error::new(ErrorKind::Other, format!("save the `{label}` before using its relation `{name}`")));
    }
    Ok(())
}
