//! Changing which rows refer to an instance, from the instance's side: `tag.products().add([&tea])`,
//! `drinks.products().set([&tea, &coffee])`.

use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result};

use crate::query::{Assignment, Condition, Expression};
use crate::relations::{Defaults, Relates, keys_of};
use crate::sql::equals;
use crate::typed::query_set::prefetch::{one_of, text};
use crate::{ForeignKey, Model, Operand, Pending, QuerySet, Value, execute};

/// How the rows of a query set are related to an instance.
enum Relation {
    /// Over a join table.
    Join(Relates),
    /// By their own foreign key, to the row of this key.
    Key(&'static str, Value),
}

impl<M: Model> QuerySet<M> {
    /// Relates these rows too, by instance or primary key: `tag.products().add([&tea, &coffee]).await?`.
    ///
    /// For the rows that refer to an instance, as the instance's methods give them. Over a foreign key, these rows then refer to
    /// this instance and no longer to another.
    ///
    /// # Errors
    /// `DoesNotExist` where there is no such row; `Other` where the query set is not a relation of an instance, or was narrowed.
    #[allow(clippy::should_implement_trait)] // Django's name; nobody adds two query sets.
    pub fn add<V: Operand<M, ForeignKey<M>>>(self, rows: impl IntoIterator<Item = V>) -> Pending<'static, ()> {
        let keys = keys_of::<M, V>(rows);
        Pending::new(async move {
            let (keys, using) = (keys?, self.query.using.clone());
            match self.relation("add")? {
                Relation::Join(relates) => relates.seen_from(M::entry(), using)?.add(keys).await,
                Relation::Key(field, pk) => refer::<M>(Vec::new(), field, pk, keys, using).await,
            }
        })
    }

    /// Relates these rows no longer. Over a foreign key, which must be optional, they then refer to nothing.
    ///
    /// # Errors
    /// As [`QuerySet::add`]; over a foreign key `DoesNotExist` where a row refers to something else, and `Other` where the key
    /// is required.
    pub fn remove<V: Operand<M, ForeignKey<M>>>(self, rows: impl IntoIterator<Item = V>) -> Pending<'static, ()> {
        let keys = keys_of::<M, V>(rows);
        Pending::new(async move {
            let (keys, using) = (keys?, self.query.using.clone());
            match self.relation("remove")? {
                Relation::Join(relates) => relates.seen_from(M::entry(), using)?.remove(Some(keys)).await,
                Relation::Key(field, pk) => {
                    optional::<M>(field, "remove")?;
                    refer::<M>(vec![equals(field, pk)], field, Value::Null, keys, using).await
                }
            }
        })
    }

    /// Relates exactly these rows: adds what is missing and removes the rest.
    ///
    /// # Errors
    /// As [`QuerySet::add`]; `Other` where a row would have to be removed whose foreign key is required.
    pub fn set<V: Operand<M, ForeignKey<M>>>(self, rows: impl IntoIterator<Item = V>) -> Pending<'static, ()> {
        let keys = keys_of::<M, V>(rows);
        Pending::new(async move {
            let (keys, using) = (keys?, self.query.using.clone());
            match self.clone().relation("set")? {
                Relation::Join(relates) => relates.seen_from(M::entry(), using)?.set(keys).await,
                Relation::Key(field, pk) => {
                    let database = execute::write_database(&self.query.model, using.as_deref())?;
                    database
                        .atomic(async || {
                            let mut others =
                                QuerySet::<M>::new().filter_by(crate::Q::from_condition(Condition::All(vec![
                                    equals(field, pk.clone()),
                                    Condition::Not(Box::new(one_of("pk", &keys))),
                                ])));
                            others.query.using.clone_from(&using);
                            others.query.for_write = true;
                            if others.clone().exists().await? {
                                optional::<M>(field, "set")?;
                                execute::update(&others.query, &[assigned(field, Value::Null)]).await?;
                            }
                            refer::<M>(Vec::new(), field, pk.clone(), keys.clone(), using.clone()).await
                        })
                        .await
                }
            }
        })
    }

    /// Relates no rows. Over a foreign key, which must be optional, they then refer to nothing.
    ///
    /// # Errors
    /// As [`QuerySet::remove`].
    pub fn clear(self) -> Pending<'static, ()> {
        Pending::new(async move {
            let query = self.query.clone();
            match self.relation("clear")? {
                Relation::Join(relates) => relates.seen_from(M::entry(), query.using)?.remove(None).await,
                Relation::Key(field, _) => {
                    optional::<M>(field, "clear")?;
                    execute::update(&query, &[assigned(field, Value::Null)]).await.map(drop)
                }
            }
        })
    }

    /// What the other columns of new rows of the through model hold, from an instance of it, Django's `through_defaults`:
    /// `ann.read().through_defaults(Reading { minutes: 5, ..Default::default() }).add([&article]).await?`.
    ///
    /// `add`, `set` and `create` fail with `Other` where the instance is not of the relation's through model.
    pub fn through_defaults<R: Model>(mut self, row: R) -> Self {
        match &mut self.relates {
            Some(relates) => {
                relates.defaults = Some(Arc::new(Defaults::of(row)));
                self
            }
            None => self.fail(not_a_relation::<M>("through_defaults")),
        }
    }

    /// The relation whose rows these are, all of them.
    fn relation(self, what: &str) -> Result<Relation> {
        let (presets, relates) = (self.presets.clone(), self.relates.clone());
        let mut query = self.checked()?;
        query.using = None;
        let (whole, relation) = match (relates, presets.as_slice()) {
            (Some(relates), _) => (Self::related(relates.field, relates.other.clone()), Relation::Join(relates)),
            (None, [(field, pk)]) => (Self::related(field, pk.clone()), Relation::Key(field, pk.clone())),
            _ => return Err(not_a_relation::<M>(what)),
        };
        if whole.query != query {
            return Err(Error::new(
                ErrorKind::Other,
                format!("cannot `{what}` rows where a part of the relation is asked for"),
            )
            .with_hint(format!("call `.{what}(..)` on the relation itself, before `filter`, `order_by` or `slice`")));
        }
        Ok(relation)
    }
}

/// Makes the rows of these keys, which satisfy the conditions, refer to the row of this key.
async fn refer<M: Model>(
    mut conditions: Vec<Condition>,
    field: &'static str,
    to: Value,
    mut keys: Vec<Value>,
    using: Option<std::borrow::Cow<'static, str>>,
) -> Result<()> {
    let mut seen = std::collections::HashSet::new();
    keys.retain(|key| seen.insert(text(key)));
    if keys.is_empty() {
        return Ok(());
    }
    conditions.push(one_of("pk", &keys));
    let mut rows = QuerySet::<M>::new().filter_by(crate::Q::from_condition(Condition::All(conditions)));
    rows.query.using = using;
    let database = execute::write_database(&rows.query.model, rows.query.using.as_deref())?;
    database
        .atomic(async || {
            let changed = execute::update(&rows.query, &[assigned(field, to.clone())]).await?;
            if usize::try_from(changed) == Ok(keys.len()) {
                return Ok(());
            }
            let name = &M::entry().schema().name;
            Err(Error::new(
                ErrorKind::DoesNotExist,
                format!("expected {} rows of `{name}` to change by `{field}`, found {changed}", keys.len()),
            )
            .with_hint("the others are gone, or refer to another row"))
        })
        .await
}

fn assigned(field: &'static str, value: Value) -> Assignment {
    Assignment { field: field.into(), value: Expression::Value(value) }
}

/// Refuses to take a required foreign key away.
fn optional<M: Model>(field: &str, what: &str) -> Result<()> {
    let schema = M::entry().schema();
    if schema.field(field).is_some_and(|field| field.null) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Other, format!("cannot `{what}`: `{}.{field}` must refer to a row", schema.name))
        .with_hint("delete the rows, or `add` them to another instance"))
}

#[cold]
fn not_a_relation<M: Model>(what: &str) -> Error {
    Error::new(
        ErrorKind::Other,
        format!("cannot `{what}`: these rows of `{}` are not those that refer to an instance", M::entry().schema().name),
    )
    .with_hint("call it on what an instance's relation gives, such as `tag.products()`; a many-to-many field has it too, `product.tags`")
}
