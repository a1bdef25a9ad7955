//! `prefetch_related`: one query for each relation, whatever the number of rows.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use rjango_core::{Error, ErrorKind, Result};

use crate::query::{Condition, Expression, Lookup, Operand, Path, Query};
use crate::relations::{AnyModel, RelationSlot, Through};
use crate::sql::Columns;
use crate::{Model, ModelEntry, Value, execute};

type Name = Cow<'static, str>;

/// How many keys one statement lists at most: below every engine's limit of parameters.
const KEYS: usize = 900;

/// Fills the relations of the instances.
pub(super) async fn prefetch<M: Model>(instances: &mut [M], paths: &[Path], using: Option<&Name>) -> Result<()> {
    for Path(names) in paths {
        for length in 1..=names.len() {
            let wanted = wanted(instances, &names[..length])?;
            let Some(wanted) = wanted else { break };
            let found = wanted.fetch(using).await?;
            each(instances, &names[..length], &mut |_, relation, pk| relation.load(found.rows(&*relation, pk)))?;
        }
    }
    Ok(())
}

/// Calls `visit` with each instance at the end but one of the path, its relation and its primary key.
type Visit<'a> = dyn FnMut(&'static ModelEntry, &mut dyn RelationSlot, &Value) -> Result<()> + 'a;

fn each<M: Model>(instances: &mut [M], names: &[Name], visit: &mut Visit<'_>) -> Result<()> {
    instances.iter_mut().try_for_each(|instance| step(instance, names, visit))
}

fn step(instance: &mut dyn AnyModel, names: &[Name], visit: &mut Visit<'_>) -> Result<()> {
    let Some((name, rest)) = names.split_first() else { return Ok(()) };
    let entry = instance.model_entry();
    let Some(index) = entry.schema().fields.iter().position(|field| field.name == *name) else {
        return Err(no_field(entry, name));
    };
    let pk = instance.all_slots().get(entry.pk_index()).map_or(Value::Null, |slot| slot.value());
    let mut slots = instance.all_slots_mut();
    let Some(slot) = slots.get_mut(index) else { return Ok(()) };
    let Some(relation) = slot.relation_mut() else { return Ok(()) };
    if rest.is_empty() {
        return visit(entry, relation, &pk);
    }
    relation.loaded_mut().into_iter().flatten().try_for_each(|target| step(target, rest, visit))
}

#[cold]
fn no_field(entry: &ModelEntry, name: &str) -> Error {
    Error::new(
        ErrorKind::Other,
        format!("`prefetch_related` cannot keep `{name}`: `{}` has no such field", entry.schema().label()),
    )
    .with_hint("prefetch foreign keys and many-to-many fields; query the way back over a relation by itself")
}

/// What one step of a path needs: the relation and the keys on this side of it.
struct Wanted {
    owner: &'static ModelEntry,
    field: String,
    target: &'static ModelEntry,
    is_many: bool,
    keys: Vec<Value>,
}

fn wanted<M: Model>(instances: &mut [M], names: &[Name]) -> Result<Option<Wanted>> {
    let Some(field) = names.last().map(ToString::to_string) else { return Ok(None) };
    let mut wanted: Option<Wanted> = None;
    let mut seen = HashSet::new();
    each(instances, names, &mut |owner, relation, pk| {
        let is_many = relation.is_many();
        let key = if is_many { pk.clone() } else { relation.key() };
        let wanted = wanted.get_or_insert_with(|| Wanted {
            owner,
            field: field.clone(),
            target: relation.target(),
            is_many,
            keys: Vec::new(),
        });
        if !key.is_null() && seen.insert(text(&key)) {
            wanted.keys.push(key);
        }
        Ok(())
    })?;
    Ok(wanted)
}

impl Wanted {
    async fn fetch(self, using: Option<&Name>) -> Result<Found> {
        let mut targets: HashMap<String, Vec<String>> = HashMap::new();
        let mut keys = self.keys;
        if self.is_many {
            let through = Through::between(self.owner, &self.field)?;
            let mut target_keys = Vec::new();
            let mut seen = HashSet::new();
            for part in keys.chunks(KEYS) {
                for (source, target) in through.pairs(part, using).await? {
                    if seen.insert(text(&target)) {
                        target_keys.push(target.clone());
                    }
                    targets.entry(text(&source)).or_default().push(text(&target));
                }
            }
            keys = target_keys;
        }
        let mut rows = HashMap::new();
        let mut order = HashMap::new();
        let pk = concrete_index(self.target);
        for part in keys.chunks(KEYS) {
            let mut query = Query::new((self.target.label)());
            query.using = using.cloned();
            query.filters.push(one_of("pk", part));
            for row in execute::fetch(&query, Columns::Model).await? {
                let key = text(row.get(pk).unwrap_or(&Value::Null));
                order.insert(key.clone(), order.len());
                rows.insert(key, row);
            }
        }
        // Each instance's rows stand in the target's own order.
        for keys in targets.values_mut() {
            keys.sort_by_key(|key| order.get(key).copied());
        }
        Ok(Found { targets, rows })
    }
}

/// The target's rows by their keys, and over a join table the keys that each owner relates to.
struct Found {
    targets: HashMap<String, Vec<String>>,
    rows: HashMap<String, Vec<Value>>,
}

impl Found {
    fn rows(&self, relation: &dyn RelationSlot, pk: &Value) -> Vec<Vec<Value>> {
        if relation.is_many() {
            let keys = self.targets.get(&text(pk)).into_iter().flatten();
            return keys.filter_map(|key| self.rows.get(key).cloned()).collect();
        }
        self.rows.get(&text(&relation.key())).cloned().into_iter().collect()
    }
}

/// Where the primary key stands among the concrete fields.
fn concrete_index(entry: &ModelEntry) -> usize {
    entry.schema().concrete_fields().position(|field| field.primary_key).unwrap_or(0)
}

/// A key to look up by: values have no hash of their own.
fn text(key: &Value) -> String {
    key.to_string()
}

/// The rows whose field is one of these values.
pub(crate) fn one_of(field: impl Into<Name>, keys: &[Value]) -> Condition {
    Condition::Lookup {
        left: Expression::Column(Path::root().join(field)),
        lookup: Lookup::In,
        right: Operand::Many(keys.iter().cloned().map(Expression::Value).collect()),
    }
}
