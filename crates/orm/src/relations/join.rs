//! How the rows of a many-to-many relation change, for the typed face and by name.

use std::borrow::Cow;
use std::collections::HashSet;

use rjango_core::{Result, Site};

use crate::connection::Database;
use crate::execute::{self, Conflict};
use crate::query::{Condition, Expression, Lock, Path, Query};
use crate::signals::{Action, Change};
use crate::sql::{Columns, equals, is_in};
use crate::transaction::in_atomic_block;
use crate::typed::key_text as text;
use crate::{ModelEntry, Models, Value, ValueType};

/// How many keys one statement removes at most.
const KEYS: usize = 1_000;

/// A join table, seen from one row.
#[derive(Debug, Clone)]
pub(crate) struct Join {
    /// The model that has the field, where it is compiled; its label, and the field's name.
    pub(crate) owner: Option<&'static ModelEntry>,
    pub(crate) field: String,
    /// Whether the row is one at the other end of the field.
    pub(crate) reverse: bool,
    /// The join model's label.
    pub(crate) through: String,
    /// Its field that refers to this row, and the one that refers to the others.
    pub(crate) near: String,
    pub(crate) far: String,
    pub(crate) far_type: ValueType,
    /// A mutual relation of a model to itself has a row in each direction.
    pub(crate) mutual: bool,
    /// Whether the table has no purpose but this, so that a pair is in it once.
    pub(crate) auto_created: bool,
    /// What the other columns of a new row get, by field.
    pub(crate) others: Vec<(String, Value)>,
    /// The row's primary key.
    pub(crate) key: Value,
    /// The database's alias, where `using` names one.
    pub(crate) using: Option<Cow<'static, str>>,
}

impl Join {
    /// Where its rows are written.
    pub(crate) fn database(&self) -> Result<Database> {
        execute::write_database(&self.through, self.using.as_deref())
    }

    /// The join table's rows that satisfy a condition.
    fn rows(&self, condition: Condition) -> Query {
        let mut query = Query::new(self.through.clone());
        query.default_ordering = false;
        query.using.clone_from(&self.using);
        query.filters.push(condition);
        query
    }

    /// The join table's rows of this row.
    pub(crate) fn own_rows(&self) -> Query {
        self.rows(equals(format!("{}_id", self.near), self.key.clone()))
    }

    /// The keys of the rows that are related to this one.
    pub(crate) async fn keys(&self) -> Result<Vec<Value>> {
        self.keys_of(&self.own_rows()).await
    }

    async fn keys_of(&self, rows: &Query) -> Result<Vec<Value>> {
        let columns = [(Expression::Column(Path(vec![format!("{}_id", self.far).into()])), self.far_type)];
        let rows = execute::fetch(rows, Columns::Expressions(&columns)).await?;
        Ok(rows.into_iter().filter_map(|row| row.into_iter().next()).collect())
    }

    /// As [`Join::keys`], from where rows are written: a replica may be behind.
    async fn present(&self) -> Result<HashSet<String>> {
        let mut rows = self.own_rows();
        rows.for_write = true;
        Ok(self.keys_of(&rows).await?.iter().map(text).collect())
    }

    /// The keys as the column has them, each once.
    fn distinct(&self, keys: impl IntoIterator<Item = Value>) -> Vec<Value> {
        let mut seen = HashSet::new();
        keys.into_iter().map(|key| key.coerce(self.far_type)).filter(|key| seen.insert(text(key))).collect()
    }

    /// Relates these keys too; those that are related already stay so, whoever relates them at the same time.
    pub(crate) async fn add(&self, keys: Vec<Value>) -> Result<()> {
        let keys = self.distinct(keys);
        if keys.is_empty() {
            return Ok(());
        }
        // The table itself keeps a pair from being in it twice; nothing need be read.
        if self.auto_created && !Change::is_heard(self.owner) {
            return self.insert(&keys).await;
        }
        let add = async || {
            let present = self.present().await?;
            let keys: Vec<Value> = keys.into_iter().filter(|key| !present.contains(&text(key))).collect();
            self.tell_and(Action::PreAdd, Action::PostAdd, Some(&keys), async || self.insert(&keys).await).await
        };
        self.database()?.atomic(add).await
    }

    async fn insert(&self, keys: &[Value]) -> Result<()> {
        let row = |near: &Value, far: &Value| {
            let mut row = vec![near.clone(), far.clone()];
            row.extend(self.others.iter().map(|(_, value)| value.clone()));
            row
        };
        let mut rows: Vec<Vec<Value>> = keys.iter().map(|key| row(&self.key, key)).collect();
        if self.mutual {
            let back = keys.iter().filter(|key| **key != self.key);
            rows.extend(back.map(|key| row(key, &self.key)));
        }
        if rows.is_empty() {
            return Ok(());
        }
        // Whoever writes the same pairs at once must lock them in the same order.
        rows.sort_by_cached_key(|row| row.iter().take(2).map(text).collect::<Vec<_>>());
        let conflict = if self.auto_created { Conflict::Ignore } else { Conflict::Refuse };
        let mut columns = vec![self.near.as_str(), self.far.as_str()];
        columns.extend(self.others.iter().map(|(name, _)| name.as_str()));
        execute::upsert(&self.through, &columns, rows, &conflict, self.using.as_deref()).await?;
        Ok(())
    }

    /// Relates these keys no longer; `None` for all.
    pub(crate) async fn remove(&self, keys: Option<Vec<Value>>) -> Result<()> {
        let is_heard = Change::is_heard(self.owner);
        let clears = keys.is_none();
        let keys = match keys {
            Some(keys) => Some(self.distinct(keys)),
            // A receiver is told of the instances that have the field, so these must be known.
            None if self.reverse && is_heard => Some(self.keys().await?),
            None => None,
        };
        match &keys {
            Some(keys) if keys.is_empty() && !clears => return Ok(()),
            Some(keys) if !is_heard && keys.len() <= KEYS => return self.unrelate(Some(keys)).await,
            None if !is_heard => return self.unrelate(None).await,
            _ => {}
        }
        let (before, after) =
            if clears { (Action::PreClear, Action::PostClear) } else { (Action::PreRemove, Action::PostRemove) };
        let keys = keys.as_deref();
        let gone = if clears { None } else { keys };
        self.database()?
            .atomic(async || self.tell_and(before, after, keys, async || self.unrelate(gone).await).await)
            .await
    }

    /// Relates these keys and no others. Of two who set the same row's keys at once, one comes after the other.
    pub(crate) async fn set(&self, keys: Vec<Value>) -> Result<()> {
        let keys = self.distinct(keys);
        let database = self.database()?;
        database
            .atomic(async || {
                self.lock(&database).await?;
                let mut rows = self.own_rows();
                rows.for_write = true;
                let present = self.keys_of(&rows).await?;
                let wanted: HashSet<String> = keys.iter().map(text).collect();
                let known: HashSet<String> = present.iter().map(text).collect();
                let surplus = present.into_iter().filter(|key| !wanted.contains(&text(key))).collect();
                self.remove(Some(surplus)).await?;
                self.add(keys.into_iter().filter(|key| !known.contains(&text(key))).collect()).await
            })
            .await
    }

    /// Locks this row until the end of the transaction, where the engine has row locks.
    async fn lock(&self, database: &Database) -> Result<()> {
        // Others may go on to refer to the row meanwhile.
        let lock = Lock { no_key: true, ..Lock::default() };
        if database.dialect().lock(&lock).is_none() {
            return Ok(());
        }
        let site = Site::current()?;
        let through = site.require::<Models>()?.require(&self.through)?;
        let Some(to) = through.schema.field(&self.near).and_then(|field| field.kind.relation()) else { return Ok(()) };
        let mut row = Query::new(to.to.clone());
        row.default_ordering = false;
        row.using.clone_from(&self.using);
        row.filters.push(equals("pk", self.key.clone()));
        row.lock = Some(lock);
        if !in_atomic_block(&execute::read_database(&row)?) {
            // The row is in another database than the table, and no lock of this transaction.
            return Ok(());
        }
        let one = [(Expression::Value(Value::Int(1)), ValueType::Int)];
        execute::fetch(&row, Columns::Expressions(&one)).await.map(drop)
    }

    /// Deletes the rows of the join table that lead to these keys; `None` for all.
    async fn unrelate(&self, keys: Option<&[Value]>) -> Result<()> {
        let side = |here: &str, there: &str, keys: Option<&[Value]>| {
            let mut all = vec![equals(format!("{here}_id"), self.key.clone())];
            all.extend(keys.map(|keys| is_in(format!("{there}_id"), keys.iter().cloned())));
            Condition::All(all)
        };
        let parts: Vec<Option<&[Value]>> = match keys {
            Some(keys) => keys.chunks(KEYS).map(Some).collect(),
            None => vec![None],
        };
        for keys in parts {
            let mut any = vec![side(&self.near, &self.far, keys)];
            if self.mutual {
                any.push(side(&self.far, &self.near, keys));
            }
            execute::delete(&self.rows(Condition::Any(any))).await?;
        }
        Ok(())
    }

    /// Does something between the two signals of a change of these keys.
    async fn tell_and(
        &self,
        before: Action,
        after: Action,
        keys: Option<&[Value]>,
        run: impl AsyncFnOnce() -> Result<()>,
    ) -> Result<()> {
        // A receiver is told of the instance that has the field: from the other end this row is among its keys.
        let here = std::slice::from_ref(&self.key);
        let (pks, told) = if self.reverse { (keys.unwrap_or_default(), Some(here)) } else { (here, keys) };
        // What clears names nobody.
        let told = told.filter(|_| !matches!(before, Action::PreClear));
        let mut change = Change::of(self.owner, &self.field, pks, self.reverse, self.using.as_ref()).await?;
        change.tell(before, told).await?;
        run().await?;
        change.tell(after, told).await
    }
}
