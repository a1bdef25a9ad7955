//! The many side of a relation: Django's related manager.

use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::FieldKind;

use super::{Instance, Objects};
use crate::Value;
use crate::connection::Database;
use crate::model::Models;
use crate::query::{Condition, Expression, Lookup, Operand, Path};
use crate::relations::Join;
use crate::sql::equals;
use crate::sql::paths::{through_keys, value_type};

/// The rows related to one instance, and for a many-to-many relation the ways to change which they are.
#[derive(Debug, Clone)]
pub struct RelatedObjects {
    objects: Objects,
    key: Value,
    /// Over a foreign key: the field of the related rows that refers here.
    back: Option<String>,
    join: Option<Join>,
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
                        .filter_by(equals(format!("{}_id", reverse.field), key.clone()))?;
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
        let owner = if reverse { far_meta } else { meta };
        let join = Join {
            owner: owner.entry,
            field: back.unwrap_or_else(|| name.to_owned()),
            reverse,
            through: through.schema.label(),
            near: near.name.clone(),
            far: far.name.clone(),
            far_type: value_type(models, far),
            mutual,
            auto_created: through.auto_created,
            others: Vec::new(),
            key: key.clone(),
            using: instance.alias(),
        };
        let objects = Objects::of(Arc::clone(far_meta));
        let objects = match way_back {
            // Further conditions may speak of the join table's row.
            Some(way_back) => {
                let mut query = objects.filter_by(equals(way_back, key.clone()))?.into_query();
                query.sticky = true;
                Objects::of(Arc::clone(far_meta)).with_query(query)
            }
            None => objects.filter_by(among(&join))?,
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
        if let Some(join) = &self.join {
            return join.keys().await;
        }
        let rows = self.objects.values(&["pk"]).await?;
        Ok(rows.into_iter().filter_map(|row| row.into_iter().next()).collect())
    }

    /// Makes a row of these fields, and relates it.
    ///
    /// # Errors
    /// As [`Objects::create`]; nothing is made then.
    pub async fn create(&self, fields: Vec<(String, Value)>) -> Result<Instance> {
        let fields = self.preset(fields);
        if self.join.is_none() {
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

    /// The related row that has these fields, made with them and the defaults and related where there is none; and whether it
    /// was made.
    ///
    /// # Errors
    /// As [`Objects::get_or_create`].
    pub async fn get_or_create(
        &self,
        fields: Vec<(String, Value)>,
        defaults: Vec<(String, Value)>,
    ) -> Result<(Instance, bool)> {
        self.related_by(async || self.objects.get_or_create(self.preset(fields), defaults).await).await
    }

    /// The related row that has these fields, changed to `values`; made with both and related where there is none; and whether
    /// it was made.
    ///
    /// # Errors
    /// As [`Objects::update_or_create`].
    pub async fn update_or_create(
        &self,
        fields: Vec<(String, Value)>,
        values: Vec<(String, Value)>,
    ) -> Result<(Instance, bool)> {
        self.related_by(async || self.objects.update_or_create(self.preset(fields), values).await).await
    }

    /// The fields with the foreign key that refers here, over which the rows are related.
    fn preset(&self, mut fields: Vec<(String, Value)>) -> Vec<(String, Value)> {
        fields.extend(self.back.iter().map(|back| (back.clone(), self.key.clone())));
        fields
    }

    /// Relates the row that a function makes, over a join table.
    async fn related_by(&self, find: impl AsyncFnOnce() -> Result<(Instance, bool)>) -> Result<(Instance, bool)> {
        if self.join.is_none() {
            return find().await;
        }
        self.database()?
            .atomic(async || {
                let (row, made) = find().await?;
                if made {
                    self.add([row.pk().clone()]).await?;
                }
                Ok((row, made))
            })
            .await
    }

    /// Relates these keys too; those that are related already stay so, whoever relates them at the same time.
    ///
    /// # Errors
    /// `Other` for a relation over foreign keys; `Integrity` where a key does not exist.
    pub async fn add(&self, keys: impl IntoIterator<Item = Value>) -> Result<()> {
        self.join()?.add(keys.into_iter().collect()).await
    }

    /// Relates these keys no longer.
    ///
    /// # Errors
    /// `Other` for a relation over foreign keys.
    pub async fn remove(&self, keys: impl IntoIterator<Item = Value>) -> Result<()> {
        self.join()?.remove(Some(keys.into_iter().collect())).await
    }

    /// Relates these keys and no others. Of two who set the same row's keys at once, one comes after the other.
    ///
    /// # Errors
    /// `Other` for a relation over foreign keys; `Integrity` where a key does not exist.
    pub async fn set(&self, keys: impl IntoIterator<Item = Value>) -> Result<()> {
        self.join()?.set(keys.into_iter().collect()).await
    }

    /// Relates nothing.
    ///
    /// # Errors
    /// `Other` for a relation over foreign keys.
    pub async fn clear(&self) -> Result<()> {
        self.join()?.remove(None).await
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

    fn database(&self) -> Result<Database> {
        let query = self.objects.query();
        crate::execute::write_database(&query.model, query.using.as_deref())
    }
}

/// The rows whose keys the join table has beside this one.
fn among(join: &Join) -> Condition {
    let far = Expression::Column(Path(vec![format!("{}_id", join.far).into()]));
    Condition::Lookup {
        left: Expression::Column(Path(vec!["pk".into()])),
        lookup: Lookup::In,
        right: Operand::Query(Box::new(join.own_rows()), Some(Box::new(far))),
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
