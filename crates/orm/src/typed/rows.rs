//! Rows into instances: the model's own columns, then those of each `select_related`.

use std::borrow::Cow;
use std::vec::IntoIter;

use rjango_core::{Error, ErrorKind, Result, Site};

use crate::query::{Path, Query};
use crate::relations::AnyModel;
use crate::sql::related_paths;
use crate::{Model, Models, Value};

type Name = Cow<'static, str>;

/// The relations whose rows come with each row, each with its number of columns, a relation before those beyond it.
pub(super) struct Related(Vec<(Path, usize)>);

impl Related {
    /// What the rows of this query hold.
    pub(super) fn plan(query: &Query) -> Result<Self> {
        if query.select_related.is_empty() {
            return Ok(Self(Vec::new()));
        }
        let site = Site::current()?;
        let models = site.require::<Models>()?;
        let paths = related_paths(query);
        let widths = paths.iter().map(|path| width(models, &query.model, &path.0)).collect::<Result<Vec<_>>>()?;
        Ok(Self(paths.into_iter().zip(widths).collect()))
    }

    /// The instance of a row, and the values behind its columns.
    pub(super) fn read<M: Model>(&self, row: Vec<Value>) -> Result<(M, IntoIter<Value>)> {
        let mut values = row.into_iter();
        let mut instance = M::from_values(&mut values)?;
        for (path, width) in &self.0 {
            let row: Vec<Value> = values.by_ref().take(*width).collect();
            attach(&mut instance, &path.0, row)?;
        }
        Ok((instance, values))
    }
}

/// How many columns the model at the end of a way of foreign keys has.
fn width(models: &Models, label: &str, names: &[Name]) -> Result<usize> {
    let mut meta = models.require(label)?;
    for name in names {
        let relation = meta.schema.field(name).and_then(|field| field.kind.relation()).ok_or_else(|| {
            Error::new(
                ErrorKind::Other,
                format!("`select_related` cannot follow `{name}`: it is no foreign key of `{}`", meta.schema.label()),
            )
            .with_hint("for relations to many rows, use `prefetch_related`")
        })?;
        meta = models.require(&relation.to)?;
    }
    Ok(meta.schema.concrete_fields().count())
}

fn attach(instance: &mut dyn AnyModel, names: &[Name], row: Vec<Value>) -> Result<()> {
    let Some((name, rest)) = names.split_first() else { return Ok(()) };
    let index = instance.model_entry().schema().fields.iter().position(|field| field.name == *name);
    let mut slots = instance.all_slots_mut();
    let Some(relation) = index.and_then(|index| slots.get_mut(index)).and_then(|slot| slot.relation_mut()) else {
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
