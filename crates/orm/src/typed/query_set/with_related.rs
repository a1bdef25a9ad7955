//! [`WithRelated`]: rows with the rows at the other end of a relation beside them, which no field could hold.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::future::IntoFuture;
use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result, Site};
use rjango_schema::{FieldKind, FieldSchema};

use crate::query::Path;
use crate::relations::{RelationField, Through};
use crate::typed::FieldsOf;
use crate::typed::fields::relation::Relation;
use crate::typed::query_set::pending::Boxed;
use crate::typed::query_set::prefetch::{KEYS, one_of, pairs, slice, text};
use crate::{Model, Models, Pending, Place, Q, QuerySet, Value};

type Name = Cow<'static, str>;

/// The rows of `M`, each with the related rows `R`: what `with_related` gives. `.await` or `.sync()` gives pairs. Each relation
/// is one further query, or two over a join table, whatever the number of rows.
#[must_use = "a query does nothing until it is awaited or `.sync()` is called"]
pub struct WithRelated<M, R> {
    rows: QuerySet<M>,
    related: Arc<Fetch<M, R>>,
}

/// Reads what belongs to these rows.
type Fetch<M, R> = dyn Fn(&[M], Option<Name>) -> Boxed<'static, Take<R>> + Send + Sync;

/// Gives what belongs to the row of a key; called once a key.
type Take<R> = Box<dyn FnMut(&Value) -> R + Send>;

impl<M: Model> QuerySet<M> {
    /// Each row with the rows at the other end of a relation, in the order of the query set given for them:
    /// `Category::objects().with_related(f!(products), Product::objects().filter(q!(price__lt = 5)))` gives
    /// `Vec<(Category, Vec<Product>)>`. It leads back over relations as well as forward; a slice of the query set given is a
    /// slice of each row's rows.
    pub fn with_related<P: Place<Model = M>, F: RelationField>(
        self,
        relation: impl FieldsOf<M, Relation<P, F>>,
        rows: QuerySet<F::Target>,
    ) -> WithRelated<M, Vec<F::Target>> {
        WithRelated { rows: self, related: fetcher::<M, P, F>(relation, rows) }
    }
}

impl<M: Model, R: Send + 'static> WithRelated<M, R> {
    /// With the rows of one more relation: `Vec<(Category, (Vec<Product>, Vec<Review>))>`.
    pub fn with_related<P: Place<Model = M>, F: RelationField>(
        self,
        relation: impl FieldsOf<M, Relation<P, F>>,
        rows: QuerySet<F::Target>,
    ) -> WithRelated<M, (R, Vec<F::Target>)> {
        let (earlier, further) = (self.related, fetcher::<M, P, F>(relation, rows));
        let related = move |instances: &[M], using: Option<Name>| {
            let (earlier, further) = (earlier(instances, using.clone()), further(instances, using));
            let both = async move {
                let (mut earlier, mut further) = (earlier.await?, further.await?);
                let take: Take<(R, Vec<F::Target>)> = Box::new(move |key| (earlier(key), further(key)));
                Ok(take)
            };
            Box::pin(both) as Boxed<'static, Take<(R, Vec<F::Target>)>>
        };
        WithRelated { rows: self.rows, related: Arc::new(related) }
    }

    /// Runs the queries and waits for every row.
    ///
    /// # Errors
    /// As [`QuerySet::sync`].
    pub fn sync(self) -> Result<Vec<(M, R)>> {
        self.pairs().sync()
    }

    fn pairs(self) -> Pending<'static, Vec<(M, R)>> {
        Pending::new(async move {
            let using = self.rows.query.using.clone();
            let instances = self.rows.await?;
            let reading = (self.related)(&instances, using);
            let mut take = reading.await?;
            Ok(instances
                .into_iter()
                .map(|instance| {
                    let related = take(&instance.pk_value());
                    (instance, related)
                })
                .collect())
        })
    }
}

impl<M: Model, R: Send + 'static> IntoFuture for WithRelated<M, R> {
    type Output = Result<Vec<(M, R)>>;
    type IntoFuture = Boxed<'static, Vec<(M, R)>>;

    fn into_future(self) -> Self::IntoFuture {
        self.pairs().into_boxed()
    }
}

impl<M, R> std::fmt::Debug for WithRelated<M, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("WithRelated").field(&self.rows).finish()
    }
}

fn fetcher<M: Model, P: Place<Model = M>, F: RelationField>(
    relation: impl FieldsOf<M, Relation<P, F>>,
    rows: QuerySet<F::Target>,
) -> Arc<Fetch<M, Vec<F::Target>>> {
    let path = relation(M::fields(Path::root())).into_path();
    Arc::new(move |instances: &[M], using| {
        let way = way::<M, F::Target>(&path);
        // The row's own key, and what it is found by: the same, or a foreign key.
        let keys = instances.iter().map(|instance| (instance.pk_value(), instance.pk_value()));
        let keys: Vec<(Value, Value)> = match way {
            Ok(Way::OwnKey(index)) => {
                keys.zip(instances).map(|((key, _), row)| (key, slot_value(row, index))).collect()
            }
            _ => keys.collect(),
        };
        let rows = rows.clone();
        Box::pin(async move { related(way?, rows, keys, using).await })
    })
}

/// How the rows at the other end are found.
enum Way {
    /// By their foreign key at this index of their fields, of this name.
    Key(usize, &'static str),
    /// By the foreign key of this model at this index of its fields.
    OwnKey(usize),
    /// Over a join table, seen from this side.
    Join(Box<Through>),
}

fn slot_value<M: Model>(instance: &M, index: usize) -> Value {
    let mut slots = Vec::new();
    instance.slots(&mut slots);
    slots.get(index).map_or(Value::Null, |slot| slot.value())
}

async fn related<T: Model>(
    way: Way,
    mut rows: QuerySet<T>,
    keys: Vec<(Value, Value)>,
    using: Option<Name>,
) -> Result<Take<Vec<T>>> {
    let (first, most) = slice((rows.query.offset, rows.query.limit));
    rows = rows.unbounded();
    rows.query.using = rows.query.using.or_else(|| using.clone());
    let mut by_key: HashMap<String, Vec<T>> = HashMap::new();
    let here: HashSet<String> = keys.iter().map(|(key, _)| text(key)).collect();
    let once = here.len() == keys.len();
    let far: Vec<Value> = keys.iter().map(|(_, far)| far.clone()).filter(|far| !far.is_null()).collect();
    match way {
        Way::Key(index, field) => {
            for part in far.chunks(KEYS) {
                for row in rows.clone().filter_by(Q::from_condition(one_of(field, part))).await? {
                    by_key.entry(text(&slot_value(&row, index))).or_default().push(row);
                }
            }
        }
        Way::OwnKey(_) => {
            let found = by_pk(rows, &far).await?;
            for (key, far) in keys {
                by_key.insert(text(&key), found.get(&text(&far)).map(|(_, row)| row.clone()).into_iter().collect());
            }
        }
        Way::Join(through) => {
            let pairs = pairs(&through, &far, using.as_ref()).await?;
            let found = by_pk(rows, &pairs.targets).await?;
            for (key, targets) in pairs.of_source {
                let mut there: Vec<&(usize, T)> = targets.iter().filter_map(|target| found.get(target)).collect();
                there.sort_by_key(|(index, _)| *index);
                by_key.insert(key, there.into_iter().map(|(_, row)| row.clone()).collect());
            }
        }
    }
    Ok(Box::new(move |key| {
        let key = text(key);
        // A union may give a row twice.
        let rows = if once { by_key.remove(&key) } else { by_key.get(&key).cloned() };
        rows.unwrap_or_default().into_iter().skip(first).take(most).collect()
    }))
}

/// The rows of these keys by the text of each, with the place that the query set's order gives them.
async fn by_pk<T: Model>(rows: QuerySet<T>, keys: &[Value]) -> Result<HashMap<String, (usize, T)>> {
    let mut found = HashMap::with_capacity(keys.len());
    for part in keys.chunks(KEYS) {
        for row in rows.clone().filter_by(Q::from_condition(one_of("pk", part))).await? {
            found.insert(text(&row.pk_value()), (found.len(), row));
        }
    }
    Ok(found)
}

fn way<M: Model, T: Model>(path: &Path) -> Result<Way> {
    let site = Site::current()?;
    let models = site.require::<Models>()?;
    let label = (M::entry().label)();
    let [name] = path.0.as_slice() else {
        return Err(Error::new(
            ErrorKind::Other,
            format!("`with_related` takes a relation of `{label}` itself, found `{}`", path.0.join("__")),
        )
        .with_hint("give the query set of the related rows a `select_related` or `prefetch_related` of its own"));
    };
    let position = |fields: &[FieldSchema], name: &str| fields.iter().position(|field| field.name == *name);
    let own = &M::entry().schema().fields;
    if let Some((index, field)) = position(own, name).and_then(|index| Some((index, own.get(index)?))) {
        return Ok(match field.kind {
            FieldKind::ManyToMany(_) => Way::Join(Box::new(Through::between(M::entry(), &field.name)?)),
            _ => Way::OwnKey(index),
        });
    }
    let meta = models.require(&label)?;
    let target = (T::entry().label)();
    let far = &T::entry().schema().fields;
    let reverse = meta.reverse.iter().find(|reverse| reverse.query_name == *name && reverse.model == target);
    let found = reverse.and_then(|reverse| Some((reverse, position(far, &reverse.field)?)));
    let (reverse, index) = found.ok_or_else(|| crate::sql::paths::no_such_field(meta, name))?;
    let field = &far[index].name;
    if reverse.many_to_many {
        return Ok(Way::Join(Box::new(Through::between(T::entry(), field)?.reversed())));
    }
    Ok(Way::Key(index, field))
}
