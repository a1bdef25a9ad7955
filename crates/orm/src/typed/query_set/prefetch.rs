//! `prefetch_related`: one query for each relation, whatever the number of rows.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result};

use crate::query::{Condition, Expression, Lookup, Operand, Path, Query};
use crate::relations::{AnyModel, RelationSlot, Through};
use crate::sql::Columns;
use crate::typed::query_set::pending::Boxed;
use crate::{Model, ModelEntry, Q, QuerySet, Value, execute};

type Name = Cow<'static, str>;

/// How many keys one statement lists at most. Rows are in order within what one statement reads.
pub(in crate::typed) const KEYS: usize = 30_000;

/// A relation to fill, and the query set that its rows come from where it is one's own.
#[derive(Clone)]
pub(in crate::typed) struct Prefetch {
    pub(in crate::typed) path: Path,
    pub(in crate::typed) source: Option<Arc<dyn Source>>,
}

/// A query set of one's own, without its type.
pub(in crate::typed) trait Source: Send + Sync {
    /// The instances of these keys, in the query set's order; each with its key.
    fn fetch(&self, keys: Vec<Value>, using: Option<Name>) -> Boxed<'static, Vec<(Value, Box<dyn AnyModel>)>>;

    /// How many rows of each instance are left out at the start, and how many are kept then.
    fn slice(&self) -> (u64, Option<u64>);
}

impl<T: Model> Source for QuerySet<T> {
    fn fetch(&self, keys: Vec<Value>, using: Option<Name>) -> Boxed<'static, Vec<(Value, Box<dyn AnyModel>)>> {
        let mut rows = self.clone().unbounded();
        rows.query.using = rows.query.using.or(using);
        Box::pin(async move {
            let mut found: Vec<(Value, Box<dyn AnyModel>)> = Vec::new();
            for part in keys.chunks(KEYS) {
                for row in rows.clone().filter_by(Q::from_condition(one_of("pk", part))).await? {
                    found.push((row.pk_value(), Box::new(row)));
                }
            }
            Ok(found)
        })
    }

    fn slice(&self) -> (u64, Option<u64>) {
        (self.query.offset, self.query.limit)
    }
}

/// Fills the relations of the instances.
pub(in crate::typed) async fn prefetch(
    instances: &mut [&mut dyn AnyModel],
    wanted: &[Prefetch],
    using: Option<&Name>,
) -> Result<()> {
    for Prefetch { path: Path(names), source } in wanted {
        for length in 1..=names.len() {
            let source = source.as_ref().filter(|_| length == names.len());
            let Some(wanted) = Wanted::of(instances, &names[..length])? else { break };
            let found = wanted.fetch(source, using).await?;
            each(instances, &names[..length], &mut |_, relation, pk| found.fill(relation, pk))?;
        }
    }
    Ok(())
}

/// Called with each instance at the end but one of the path, its relation and its primary key.
type Visit<'a> = dyn FnMut(&'static ModelEntry, &mut dyn RelationSlot, &Value) -> Result<()> + 'a;

fn each(instances: &mut [&mut dyn AnyModel], names: &[Name], visit: &mut Visit<'_>) -> Result<()> {
    instances.iter_mut().try_for_each(|instance| step(&mut **instance, names, visit))
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
    .with_hint("a way back over a relation is no field: `with_related` gives its rows beside each instance")
}

/// What one step of a path needs: the relation and the keys on this side of it.
struct Wanted {
    owner: &'static ModelEntry,
    field: String,
    target: &'static ModelEntry,
    is_many: bool,
    keys: Vec<Value>,
}

impl Wanted {
    fn of(instances: &mut [&mut dyn AnyModel], names: &[Name]) -> Result<Option<Self>> {
        let Some(field) = names.last().map(ToString::to_string) else { return Ok(None) };
        let mut wanted: Option<Self> = None;
        let mut seen = HashSet::new();
        each(instances, names, &mut |owner, relation, pk| {
            let is_many = relation.is_many();
            let key = if is_many { pk.clone() } else { relation.key() };
            let wanted = wanted.get_or_insert_with(|| Self {
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

    async fn fetch(self, source: Option<&Arc<dyn Source>>, using: Option<&Name>) -> Result<Found> {
        let mut targets: HashMap<String, Vec<String>> = HashMap::new();
        let mut keys = self.keys;
        if self.is_many {
            let pairs = pairs(&Through::between(self.owner, &self.field)?, &keys, using).await?;
            keys = pairs.targets;
            targets = pairs.of_source;
        }
        let rows = match source {
            Some(source) => Rows::Instances(source.fetch(keys, using.cloned()).await?),
            None => Rows::Values(rows(self.target, &keys, using).await?),
        };
        let order: HashMap<String, usize> = match &rows {
            Rows::Instances(rows) => rows.iter().map(|(key, _)| text(key)).zip(0..).collect(),
            Rows::Values(rows) => {
                let pk = concrete_index(self.target);
                rows.iter().map(|row| text(row.get(pk).unwrap_or(&Value::Null))).zip(0..).collect()
            }
        };
        // Each instance's rows stand in the target's own order.
        for keys in targets.values_mut() {
            keys.sort_by_key(|key| order.get(key).copied());
        }
        Ok(Found { targets, rows, order, slice: source.map_or((0, None), |source| source.slice()) })
    }
}

/// What a join table says of some keys.
pub(in crate::typed) struct Pairs {
    /// Every key at the other end, once.
    pub(in crate::typed) targets: Vec<Value>,
    /// By the text of each key here, the texts of those that it relates to.
    pub(in crate::typed) of_source: HashMap<String, Vec<String>>,
}

/// The pairs of a join table whose one side is among these keys.
pub(in crate::typed) async fn pairs(through: &Through, sources: &[Value], using: Option<&Name>) -> Result<Pairs> {
    let mut pairs = Pairs { targets: Vec::new(), of_source: HashMap::new() };
    let mut seen = HashSet::new();
    for part in sources.chunks(KEYS) {
        for (source, target) in through.pairs(part, using).await? {
            let key = text(&target);
            if seen.insert(key.clone()) {
                pairs.targets.push(target);
            }
            pairs.of_source.entry(text(&source)).or_default().push(key);
        }
    }
    Ok(pairs)
}

/// The rows of these keys, in the model's own order.
async fn rows(target: &'static ModelEntry, keys: &[Value], using: Option<&Name>) -> Result<Vec<Vec<Value>>> {
    let mut found = Vec::new();
    for part in keys.chunks(KEYS) {
        let mut query = Query::new((target.label)());
        query.using = using.cloned();
        query.filters.push(one_of("pk", part));
        found.append(&mut execute::fetch(&query, Columns::Model).await?);
    }
    Ok(found)
}

/// The target's rows, where each key's row stands, and over a join table the keys that each owner relates to.
struct Found {
    targets: HashMap<String, Vec<String>>,
    rows: Rows,
    order: HashMap<String, usize>,
    slice: (u64, Option<u64>),
}

enum Rows {
    Values(Vec<Vec<Value>>),
    Instances(Vec<(Value, Box<dyn AnyModel>)>),
}

impl Found {
    fn fill(&self, relation: &mut dyn RelationSlot, pk: &Value) -> Result<()> {
        let one;
        let keys = if relation.is_many() {
            self.targets.get(&text(pk)).map(Vec::as_slice).unwrap_or_default()
        } else {
            one = [text(&relation.key())];
            &one
        };
        let there = keys.iter().filter_map(|key| self.order.get(key).copied());
        let (first, most) = slice(self.slice);
        let there = there.skip(first).take(most);
        match &self.rows {
            Rows::Values(rows) => relation.load(there.filter_map(|index| rows.get(index).cloned()).collect()),
            Rows::Instances(rows) => {
                let rows: Vec<&dyn AnyModel> = there.filter_map(|index| Some(&*rows.get(index)?.1)).collect();
                relation.keep(&rows);
                Ok(())
            }
        }
    }
}

/// A slice as numbers of rows to skip and to take.
pub(in crate::typed) fn slice((offset, limit): (u64, Option<u64>)) -> (usize, usize) {
    let number = |rows: u64| usize::try_from(rows).unwrap_or(usize::MAX);
    (number(offset), limit.map_or(usize::MAX, number))
}

/// Where the primary key stands among the concrete fields.
fn concrete_index(entry: &ModelEntry) -> usize {
    entry.schema().concrete_fields().position(|field| field.primary_key).unwrap_or(0)
}

/// A key to look up by: values have no hash of their own.
pub(crate) fn text(key: &Value) -> String {
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
