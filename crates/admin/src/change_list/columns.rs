//! The columns of a list and what stands in them.

use std::borrow::Cow;

use rjango_core::{Error, Result};
use rjango_http::templates::Value as Shown;
use rjango_orm::dynamic::Instance;
use rjango_orm::{ModelMeta, Models, Value};
use rjango_schema::FieldSchema;
use serde::Serialize;

use crate::display::{EMPTY, shown};
use crate::options::Options;
use crate::words::{capitalized, field_name, model_name, text};

/// A column of a list.
pub(super) struct Column<'a> {
    /// The path: `category__name`; `__str__` for the row itself.
    pub name: String,
    pub label: String,
    /// The field at the path's end; nothing for the row itself.
    field: Option<&'a FieldSchema>,
}

/// What stands in a row's column.
#[derive(Debug, Serialize)]
pub(crate) struct Cell {
    name: String,
    value: Shown,
    boolean: Option<bool>,
}

/// The columns of a model's list.
pub(super) fn columns<'a>(models: &'a Models, meta: &'a ModelMeta, options: &Options) -> Result<Vec<Column<'a>>> {
    if options.list_display.is_empty() {
        let label = capitalized(&model_name(&meta.schema));
        return Ok(vec![Column { name: "__str__".to_owned(), label, field: None }]);
    }
    options.list_display.iter().map(|path| column(models, meta, path)).collect()
}

fn column<'a>(models: &'a Models, start: &'a ModelMeta, path: &str) -> Result<Column<'a>> {
    let unknown = || {
        Error::improperly_configured(format!(
            "`list_display` of `{}` names `{path}`, which has no single value in a row",
            start.schema.label()
        ))
    };
    let mut meta = Some(start);
    let mut field = None;
    for name in path.split("__") {
        let schema = &meta.ok_or_else(unknown)?.schema;
        let found = match name {
            "pk" => schema.primary_key(),
            name => schema.field(name).filter(|field| field.is_concrete()),
        }
        .ok_or_else(unknown)?;
        meta = found.kind.relation().and_then(|relation| models.get(&relation.to)).map(|meta| &**meta);
        field = Some(found);
    }
    let field = field.ok_or_else(unknown)?;
    Ok(Column { name: path.to_owned(), label: label(field), field: Some(field) })
}

/// A field's label: `id` is `ID`, as Django writes it.
pub(super) fn label(field: &FieldSchema) -> String {
    match field_name(field).as_str() {
        "id" => text("ID"),
        name => capitalized(name),
    }
}

impl Column<'_> {
    /// Whether the list can be sorted by it.
    pub fn is_sortable(&self) -> bool {
        self.field.is_some()
    }

    /// The relations whose rows it shows.
    pub fn related(&self) -> Option<Vec<Cow<'static, str>>> {
        let field = self.field?;
        let mut names: Vec<Cow<'static, str>> = self.name.split("__").map(|name| name.to_owned().into()).collect();
        if field.kind.relation().is_none() {
            names.pop();
        }
        (!names.is_empty()).then_some(names)
    }

    /// What stands in it for a row.
    pub fn cell(&self, record: &Instance) -> Cell {
        let (value, boolean) = self.value(record);
        Cell { name: self.name.clone(), value, boolean }
    }

    fn value(&self, record: &Instance) -> (Shown, Option<bool>) {
        let Some(field) = self.field else { return (record.display().into(), None) };
        let nothing = || (EMPTY.into(), None);
        let mut names: Vec<&str> = self.name.split("__").collect();
        let Some(last) = names.pop() else { return nothing() };
        let mut place = record;
        for name in names {
            match place.known(name) {
                Some(Some(next)) => place = next,
                _ => return nothing(),
            }
        }
        if field.kind.relation().is_some() {
            return place.known(last).flatten().map_or_else(nothing, |record| (record.display().into(), None));
        }
        match place.value(last) {
            Some(Value::Bool(flag)) if field.choices.is_empty() => (shown(field, &Value::Bool(*flag)), Some(*flag)),
            Some(value) => (shown(field, value), None),
            None => nothing(),
        }
    }
}
