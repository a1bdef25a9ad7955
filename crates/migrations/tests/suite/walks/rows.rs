//! What the tables hold, in words that no migration changes: each row by the number that it had at the start, each link by the
//! numbers of its rows. So it can be said after any step whether every row and every link is still there.

use std::collections::{BTreeMap, BTreeSet};

use rjango_core::Result;
use rjango_orm::Engine;
use rjango_schema::FieldKind;

use super::catalog::texts;
use super::keys::{remade, row_told};
use super::place::Place;
use super::values::{self, quoted};
use super::world::{Field, Model, World};

/// What the rows hold: by model and number, by field.
type Rows = BTreeMap<(u32, i64), BTreeMap<u32, Option<String>>>;
/// What many-to-many fields join: by model and field, pairs of numbers.
type Joins = BTreeMap<(u32, u32), BTreeSet<(String, String)>>;
/// The numbers of rows, by model and key.
type Numbers = BTreeMap<(u32, String), i64>;

/// Rows and links of one moment.
#[derive(Debug, Default)]
pub struct Held {
    rows: Rows,
    joins: Joins,
}

/// What of one moment can be told when the walk comes to it: on the way back a table that was dropped is there again, empty.
pub struct Told {
    models: BTreeSet<u32>,
    fields: BTreeSet<u32>,
}

impl Told {
    /// Of the moment at this position: the models that are there until the end, and the fields by which their rows are known.
    pub fn of(worlds: &[World], position: usize) -> Self {
        let until_the_end = &worlds[position..];
        let populated = |id| move |world: &World| world.model(id).is_some_and(|model| model.populated);
        let here = worlds[position].models.iter();
        let models: BTreeSet<u32> =
            here.clone().map(|model| model.id).filter(|id| until_the_end.iter().all(populated(*id))).collect();
        // A model that goes later is known by what tells until then.
        let tells = |model: &Model, field: &Field| {
            let later = until_the_end.iter().map_while(|world| world.model(model.id));
            later.into_iter().all(|model| model.field(field.id).is_some_and(|field| field.tells.is_some()))
        };
        let fields = here
            .flat_map(|model| model.fields.iter().filter(move |field| tells(model, field)).map(|field| field.id))
            .collect();
        Self { models, fields }
    }
}

/// The rows and links of the populated models, on the way back of those that were there throughout.
pub async fn read(place: &Place, world: &World, told: &Told, back: bool) -> Result<Held> {
    let text = |field: &Field| {
        let column = quoted(&field.schema.column(), place.engine);
        match (&field.schema.kind, place.engine) {
            (FieldKind::Binary, Engine::Postgres) => format!("encode({column}, 'hex')"),
            // To SQLite, `hex(NULL)` is empty text.
            (FieldKind::Binary, _) => format!("CASE WHEN {column} IS NOT NULL THEN hex({column}) END"),
            (_, Engine::MySql) => format!("CAST({column} AS CHAR)"),
            _ => format!("CAST({column} AS TEXT)"),
        }
    };
    let is_read = |model: &&Model| model.populated && (!back || told.models.contains(&model.id));
    let mut tables = Vec::new();
    for model in world.models.iter().filter(is_read) {
        let fields: Vec<&Field> = model.fields.iter().filter(|field| field.schema.is_concrete()).collect();
        let columns: Vec<String> = fields.iter().map(|field| text(field)).collect();
        let table = quoted(&world.schema(model).table(), place.engine);
        let sql = format!("SELECT {} FROM {table}", columns.join(", "));
        let rows = texts(&place.database, &sql, fields.len()).await?;
        let plain = |row: Vec<Option<String>>| row.into_iter().map(|value| value.map(plain)).collect();
        tables.push((model, fields, rows.into_iter().map(plain).collect::<Vec<Vec<Option<String>>>>()));
    }
    // A model that is known by its relation to another waits for that other's numbers.
    let (mut numbers, mut numbered) = (Numbers::new(), BTreeMap::new());
    for _ in 0..8 {
        for (model, fields, rows) in &tables {
            if !numbered.contains_key(&model.id)
                && let Some(own) = number(model, fields, rows, told, &numbers)
            {
                let keys = rows.iter().map(|row| row[0].clone().unwrap_or_default());
                numbers.extend(keys.zip(&own).map(|(key, number)| ((model.id, key), *number)));
                numbered.insert(model.id, own);
            }
        }
    }
    let link = |target: u32, value: String| match numbers.get(&(target, value.clone())) {
        Some(number) => format!("row {number}"),
        None => value,
    };
    let mut held = Held::default();
    for (model, fields, rows) in tables {
        let own = numbered.remove(&model.id).unwrap_or_default();
        for (number, row) in own.into_iter().zip(rows) {
            let values = fields.iter().zip(row).map(|(field, value)| match field.target {
                Some(target) => (field.id, value.map(|value| link(target, value))),
                None => (field.id, value),
            });
            held.rows.insert((model.id, number), values.collect());
        }
    }
    let both = |model: &Model, field: &Field| {
        let target = field.target.and_then(|target| world.model(target));
        is_read(&model) && target.is_some_and(|target| is_read(&target))
    };
    for model in &world.models {
        for field in model.fields.iter().filter(|field| !field.schema.is_concrete() && both(model, field)) {
            let (table, [from, to]) = match world.sides(model, field) {
                Some((through, sides)) => (world.schema(through).table(), sides.map(|side| side.schema.column())),
                None => values::join(world, model, field),
            };
            let cast = if place.engine == Engine::MySql { "CHAR" } else { "TEXT" };
            let (from, to) = (quoted(&from, place.engine), quoted(&to, place.engine));
            let table = quoted(&table, place.engine);
            let sql = format!(
                "SELECT CAST({from} AS {cast}), CAST({to} AS {cast}) FROM {table} \
                 WHERE {from} IS NOT NULL AND {to} IS NOT NULL"
            );
            let pairs = texts(&place.database, &sql, 2).await?.into_iter().map(|mut row| {
                let to = plain(row.pop().flatten().unwrap_or_default());
                let from = plain(row.pop().flatten().unwrap_or_default());
                (link(model.id, from), link(field.target.unwrap(), to))
            });
            held.joins.insert((model.id, field.id), pairs.collect());
        }
    }
    Ok(held)
}

/// The number of each row of a table; `None` as long as those of another table are missing.
fn number(
    model: &Model,
    fields: &[&Field],
    rows: &[Vec<Option<String>>],
    told: &Told,
    numbers: &Numbers,
) -> Option<Vec<i64>> {
    let by = fields.iter().position(|field| told.fields.contains(&field.id));
    let value = |row: &Vec<Option<String>>, position: usize| row[position].clone().unwrap_or_default();
    match (by, model.fields[0].target) {
        (None, Some(target)) => rows.iter().map(|row| numbers.get(&(target, value(row, 0))).copied()).collect(),
        // Rows that were put into a table by its own key are told by that.
        (by, _) => Some(rows.iter().map(|row| row_told(&value(row, by.unwrap_or(0))).unwrap_or(0)).collect()),
    }
}

/// What became of rows and links that both moments have.
pub fn lost(from: &World, to: &World, before: &Held, after: &Held, back: bool) -> Option<String> {
    let kept = |id: u32| from.model(id).zip(to.model(id));
    for ((id, number), values) in &before.rows {
        let Some((old, new)) = kept(*id) else { continue };
        let is_told = after.rows.keys().any(|(model, _)| model == id);
        let Some(now) = after.rows.get(&(*id, *number)) else {
            // On the way back a model whose rows went with its table later is not looked at.
            if back && !is_told {
                continue;
            }
            return Some(format!("row {number} of {} is gone", old.label()));
        };
        for (field, value) in values {
            let (Some(before), Some(after)) = (old.field(*field), new.field(*field)) else { continue };
            if remade(&before.schema.kind, &after.schema.kind) {
                continue;
            }
            let filled = value.is_none() && before.schema.null && !after.schema.null;
            let now = now.get(field).cloned().flatten();
            if !(now == *value || (filled && now.is_some()) || (back && value.is_none())) {
                let (label, name) = (old.label(), &before.schema.name);
                return Some(format!("{label}.{name} of row {number} was {value:?} and is {now:?}"));
            }
        }
    }
    for ((id, field), pairs) in &before.joins {
        let Some((old, new)) = kept(*id) else { continue };
        let (Some(before), Some(field_after)) = (old.field(*field), new.field(*field)) else { continue };
        let there = |world: &World, through: Option<u32>| through.is_some_and(|id| world.model(id).is_some());
        let (was, is) = (before.through, field_after.through);
        // Two through models that both stay have each its own rows.
        if was != is && there(to, was) && there(from, is) {
            continue;
        }
        let Some(now) = after.joins.get(&(*id, *field)) else {
            if back {
                continue;
            }
            return Some(format!("{}.{} joins nothing that could be read", old.label(), before.schema.name));
        };
        let grows = was != is && there(from, is);
        if !(now == pairs || (grows && now.is_superset(pairs))) {
            return Some(format!("{}.{} joined {pairs:?} and joins {now:?}", old.label(), before.schema.name));
        }
    }
    None
}

/// A number as every engine and every column would write it; other text as it is.
fn plain(text: String) -> String {
    match text.parse::<f64>() {
        Ok(number) if text.len() < 16 => number.to_string(),
        _ => text,
    }
}
