//! Rows into instances: the model's own columns, then those of each `select_related`.

use std::borrow::Cow;
use std::vec::IntoIter;

use rjango_core::{Error, ErrorKind, Result, Site};

use crate::query::Query;
use crate::relations::AnyModel;
use crate::sql::related_paths;
use crate::{Model, Models, Value};

type Name = Cow<'static, str>;

/// The relations whose rows come with each row, a relation before those beyond it.
pub(in crate::typed) struct Related(Vec<Way>);

/// The way to a related row.
struct Way {
    /// Where each relation of it stands among its model's fields.
    indices: Vec<usize>,
    /// How many columns the row has.
    width: usize,
}

impl Related {
    /// What the rows of this query hold.
    pub(in crate::typed) fn plan(query: &Query) -> Result<Self> {
        if query.select_related.is_empty() {
            return Ok(Self(Vec::new()));
        }
        let site = Site::current()?;
        let models = site.require::<Models>()?;
        let paths = related_paths(query);
        Ok(Self(paths.iter().map(|path| way(models, &query.model, &path.0)).collect::<Result<_>>()?))
    }

    /// The instance of a row, and the values behind its columns.
    pub(in crate::typed) fn read<M: Model>(&self, row: Vec<Value>) -> Result<(M, IntoIter<Value>)> {
        let mut values = row.into_iter();
        let mut instance: M = instance(&mut values)?;
        for Way { indices, width } in &self.0 {
            let row: Vec<Value> = values.by_ref().take(*width).collect();
            attach(&mut instance, indices, row)?;
        }
        Ok((instance, values))
    }
}

/// The instance of these values, which stand in the order of the concrete fields; those behind them stay.
///
/// # Errors
/// `Validation` where a value does not fit the field's Rust type; it names the model, the field, the row's key and the value.
pub(crate) fn instance<M: Model>(values: &mut IntoIter<Value>) -> Result<M> {
    let schema = M::entry().schema();
    let key = schema.concrete_fields().position(|field| field.primary_key);
    let key = key.and_then(|key| values.as_slice().get(key)).cloned().unwrap_or(Value::Null);
    let before = values.len();
    M::from_values(values).map_err(|error| {
        let index = (before - values.len()).saturating_sub(1);
        crate::execute::unfit(error, schema, index, &key)
    })
}

/// The way over these foreign keys.
fn way(models: &Models, label: &str, names: &[Name]) -> Result<Way> {
    let mut meta = models.require(label)?;
    let mut indices = Vec::with_capacity(names.len());
    for name in names {
        let index = meta.schema.fields.iter().position(|field| field.name == *name);
        let found = index.and_then(|index| Some((index, meta.schema.fields.get(index)?.kind.relation()?)));
        let (index, relation) = found.ok_or_else(|| {
            Error::new(
                ErrorKind::Other,
                format!("`select_related` cannot follow `{name}`: it is no foreign key of `{}`", meta.schema.label()),
            )
            .with_hint("for relations to many rows, use `prefetch_related`")
        })?;
        indices.push(index);
        meta = models.require(&relation.to)?;
    }
    Ok(Way { indices, width: meta.schema.concrete_fields().count() })
}

fn attach(instance: &mut dyn AnyModel, indices: &[usize], row: Vec<Value>) -> Result<()> {
    let Some((index, rest)) = indices.split_first() else { return Ok(()) };
    let mut slots = instance.all_slots_mut();
    let Some(relation) = slots.get_mut(*index).and_then(|slot| slot.relation_mut()) else {
        return Ok(());
    };
    if rest.is_empty() {
        // All columns of an outer join that found no row are NULL; a row has a primary key.
        let rows = if row.iter().all(Value::is_null) { Vec::new() } else { vec![row] };
        return relation.load(rows);
    }
    match relation.loaded_mut().and_then(|rows| rows.into_iter().next()) {
        Some(target) => attach(target, rest, row),
        None => Ok(()),
    }
}
