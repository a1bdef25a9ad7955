//! Rows that a migration would refuse, found before it changes anything: queries that must come back empty.
//!
//! A guard stands in the SQL file as a comment and a query. The executor runs the query, and refuses the migration with the
//! comment's words and the first rows that come back. Guards stand before the first operation, or after the last one that
//! changes rows, with the names that tables and columns have there.

use std::collections::BTreeMap;

use rjango_core::Result;
use rjango_orm::Engine;

use super::{Held, Renderer, Table, held, quoted};
use crate::operations::label;
use crate::{Operation, ProjectState};

/// The comment that opens a guard; the rest of its line is what is wrong with the rows.
pub(crate) const MARK: &str = "-- rjango: refuse ";

/// How many rows a guard asks for: one more than are told.
const LIMIT: usize = 6;

/// What a migration needs of the rows of a column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Guard {
    pub(super) column: Place,
    pub(super) need: Need,
}

/// A column, by the state before the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The model's label.
    pub(super) model: String,
    /// The many-to-many field whose join table it is in; `None` for the model's own.
    pub(super) join: Option<String>,
    /// The field; in a join table its position.
    pub(super) field: String,
    pub(super) position: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Need {
    /// The values fit into what the column is to hold.
    Fit { from: Held, to: Held },
    /// The column holds nothing: its values cannot be kept, for this reason.
    Empty(String),
    /// The values are among those of a key.
    Key(Place),
    /// No value is missing and none is there twice.
    Unique,
    /// No row has more than one partner in the join table, and where it is said, none has no partner.
    Partner { own: Place, all: bool },
}

impl Place {
    pub(super) fn own(model: &str, field: &str) -> Self {
        Self { model: model.to_owned(), join: None, field: field.to_owned(), position: 0 }
    }
}

/// A column as the database has it.
struct Located {
    table: String,
    key: String,
    column: String,
    held: Held,
}

/// The names that the things of a state have at an earlier moment.
pub(super) struct Origins<'a> {
    state: &'a ProjectState,
    /// Labels now, and those at that moment; nothing for models that were not there.
    models: BTreeMap<String, Option<String>>,
    /// Fields now, by the label now, and those at that moment.
    fields: BTreeMap<(String, String), Option<String>>,
}

impl<'a> Origins<'a> {
    pub(super) fn new(state: &'a ProjectState) -> Self {
        Self { state, models: BTreeMap::new(), fields: BTreeMap::new() }
    }

    /// Takes note of what an operation renames and makes.
    pub(super) fn follow(&mut self, operation: &Operation, app: &str) {
        let (Some(before), Some(after)) = (operation.model_label(app), operation.label_after(app)) else { return };
        match operation {
            Operation::CreateModel(create) => {
                self.models.insert(label(app, &create.name), None);
            }
            Operation::RenameField(rename) => {
                let from = self.field(&before, &rename.from);
                self.fields.insert((before, rename.to.clone()), from);
            }
            Operation::AddField(add) => {
                self.fields.insert((before, add.field.name.clone()), None);
            }
            _ if before != after => {
                let from = self.model(&before);
                self.models.insert(after.clone(), from);
                let fields = std::mem::take(&mut self.fields);
                self.fields = fields
                    .into_iter()
                    .map(|((model, field), from)| {
                        let model = if model == before { after.clone() } else { model };
                        ((model, field), from)
                    })
                    .collect();
            }
            _ => {}
        }
    }

    fn model(&self, label: &str) -> Option<String> {
        self.models.get(label).cloned().unwrap_or_else(|| Some(label.to_owned()))
    }

    fn field(&self, model: &str, field: &str) -> Option<String> {
        let known = self.fields.get(&(model.to_owned(), field.to_owned()));
        known.cloned().unwrap_or_else(|| Some(field.to_owned()))
    }

    /// A column as it is called at that moment; `None` where it was not there.
    fn locate(&self, place: &Place, renderer: &dyn Renderer) -> Result<Option<Located>> {
        let Some(model) = self.model(&place.model).and_then(|label| self.state.get(&label)) else { return Ok(None) };
        let (table, column) = match &place.join {
            None => {
                let Some(field) = self.field(&place.model, &place.field) else { return Ok(None) };
                let table = Table::of(model, self.state, renderer)?;
                let column = table.column(&field).cloned();
                (table, column)
            }
            Some(join) => {
                let field = self.field(&place.model, join).and_then(|field| model.field(&field));
                let Some(join) = field.and_then(|field| self.state.join_model(model, field)) else { return Ok(None) };
                let table = Table::of(&join, self.state, renderer)?;
                let column = table.columns.get(place.position).cloned();
                (table, column)
            }
        };
        let key = table.columns.iter().find(|column| column.primary_key).map(|key| key.name.clone());
        Ok(column.map(|column| Located {
            key: key.unwrap_or_else(|| column.name.clone()),
            table: table.name,
            column: column.name,
            held: column.held,
        }))
    }
}

impl Guard {
    /// The lines of the guard, with the names of a moment; `None` where it cannot be asked there.
    pub(super) fn lines(
        &self,
        engine: Engine,
        origins: &Origins<'_>,
        renderer: &dyn Renderer,
    ) -> Result<Option<Vec<String>>> {
        let Some(at) = origins.locate(&self.column, renderer)? else { return Ok(None) };
        let name = |name: &str| engine_quoted(engine, name);
        let (table, key, column) = (name(&at.table), name(&at.key), name(&at.column));
        let values = held::values(engine);
        let mut helper = None;
        let (what, condition) = match &self.need {
            Need::Fit { from, to } => {
                // Another operation has made something else of it in the meantime.
                if at.held != *from {
                    return Ok(None);
                }
                let Some(misfit) = held::misfit(engine, &column, *from, *to) else { return Ok(Some(Vec::new())) };
                helper = values.helper(*from, *to);
                let what = match held::fate(*from, *to) {
                    held::Fate::Refused => format!("`{}` has a value: none can become {}", at.column, to.words()),
                    _ => format!("`{}` is not {}", at.column, to.words()),
                };
                (what, format!("{column} IS NOT NULL AND ({misfit})"))
            }
            Need::Empty(why) => (format!("`{}` has a value: {why}", at.column), format!("{column} IS NOT NULL")),
            Need::Key(place) => {
                let Some(to) = origins.locate(place, renderer)? else { return Ok(None) };
                let what = format!("`{}` is not the `{}` of any row of `{}`", at.column, to.column, to.table);
                let (to_table, to_column) = (name(&to.table), name(&to.column));
                let there = format!("SELECT 1 FROM {to_table} AS k WHERE k.{to_column} = {table}.{column}");
                (what, format!("{column} IS NOT NULL AND NOT EXISTS ({there})"))
            }
            Need::Unique => {
                let what = format!("`{}` is missing or the same in several, so that it cannot be the key", at.column);
                let twice = format!("SELECT {column} FROM {table} GROUP BY {column} HAVING count(*) > 1");
                (what, format!("{column} IS NULL OR {column} IN ({twice})"))
            }
            Need::Partner { own, all } => {
                let Some(to) = origins.locate(own, renderer)? else { return Ok(None) };
                return Ok(Some(partners(engine, &at, &to, *all)));
            }
        };
        let query = format!(
            "SELECT {}, {} FROM {table} WHERE {condition} ORDER BY {key} LIMIT {LIMIT};",
            values.text(&key),
            values.text(&column)
        );
        let mark = format!("{MARK}rows of `{}` whose {what}", at.table);
        Ok(Some(helper.map(str::to_owned).into_iter().chain([mark, query]).collect()))
    }
}

/// The guard over rows with more partners than one, or with none.
fn partners(engine: Engine, join: &Located, own: &Located, all: bool) -> Vec<String> {
    let name = |name: &str| engine_quoted(engine, name);
    let values = held::values(engine);
    let (table, key) = (name(&own.table), name(&own.key));
    let count =
        format!("(SELECT count(*) FROM {} AS j WHERE j.{} = {table}.{key})", name(&join.table), name(&join.column));
    let (condition, what) = match all {
        true => (format!("{count} <> 1"), "not exactly one row"),
        false => (format!("{count} > 1"), "more than one row"),
    };
    vec![
        format!("{MARK}rows of `{}` that have {what} in `{}`", own.table, join.table),
        format!(
            "SELECT {}, {} FROM {table} WHERE {condition} ORDER BY {key} LIMIT {LIMIT};",
            values.text(&key),
            values.text(&count)
        ),
    ]
}

/// A name in an engine's quotes.
pub(super) fn engine_quoted(engine: Engine, name: &str) -> String {
    match engine {
        Engine::MySql => format!("`{}`", name.replace('`', "``")),
        _ => quoted(name),
    }
}
