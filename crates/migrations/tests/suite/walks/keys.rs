//! Keys that become others, and many-to-many fields that get a through model or lose it: the changes after which links must
//! still lead to the same rows.

use rjango_schema::{DefaultValue, FieldKind, FieldSchema, ManyToManySchema, OnDelete};

use super::generate::{Generator, convertible, relation};
use super::values;
use super::world::{Field, Model, Spread, World};

/// Whether a row can be told by the value that a field holds at the start.
pub fn tells(field: &Field) -> bool {
    let has_number = matches!(
        field.schema.kind,
        FieldKind::SmallAuto
            | FieldKind::Auto
            | FieldKind::BigAuto
            | FieldKind::SmallInteger
            | FieldKind::Integer
            | FieldKind::BigInteger
            | FieldKind::PositiveSmallInteger
            | FieldKind::PositiveInteger
            | FieldKind::PositiveBigInteger
            | FieldKind::Char { .. }
            | FieldKind::Text
            | FieldKind::Slug { .. }
            | FieldKind::Email { .. }
            | FieldKind::Url { .. }
            | FieldKind::FilePath { .. }
            | FieldKind::File { .. }
            | FieldKind::Uuid
            | FieldKind::Date { .. }
    );
    has_number && !field.schema.null && field.spread == Spread::Distinct
}

/// The row that such a value tells: the one digit that is not 0 of a number or text, the last one of a date.
pub fn row_told(text: &str) -> Option<i64> {
    let text = text.split_once('.').map_or(text, |(whole, _)| whole);
    let digit = text.chars().rev().find(char::is_ascii_digit)?;
    i64::from(digit.to_digit(10)?).into()
}

/// Whether a key of one kind that becomes another gets new values.
pub fn remade(old: &FieldKind, new: &FieldKind) -> bool {
    (old.is_auto() && matches!(new, FieldKind::Uuid)) || (matches!(old, FieldKind::Uuid) && new.is_auto())
}

/// Whether the rows of a model, or of one to which its key refers, get other keys.
pub fn rekeyed(before: &World, after: &World, id: u32) -> bool {
    let (Some(old), Some(new)) = (before.model(id), after.model(id)) else { return false };
    let (old_key, new_key) = (&old.fields[0], &new.fields[0]);
    old_key.id != new_key.id
        || remade(&old_key.schema.kind, &new_key.schema.kind)
        || new_key.target.is_some_and(|target| target != id && rekeyed(before, after, target))
}

/// Whether the rows can have their new key.
pub fn key_follows(before: &World, old: &Model, new: &Model) -> bool {
    let (old_key, new_key) = (&old.fields[0], &new.fields[0]);
    let is_told = || new.fields.iter().any(|field| field.tells.is_some());
    if old_key.id == new_key.id {
        return !remade(&old_key.schema.kind, &new_key.schema.kind) || !(new.populated || new.filled) || is_told();
    }
    let rows = new.populated || new.filled;
    let takes_over = match old.field(new_key.id) {
        Some(earlier) => earlier.spread == Spread::Distinct && !earlier.schema.null,
        None => new_key.schema.kind.is_auto() || matches!(new_key.schema.kind, FieldKind::Uuid),
    };
    let known = new_key.target.is_none_or(|target| before.has_known_keys(target));
    !rows || (takes_over && known && (new.filled || is_told()))
}

/// Whether the rows of a join table can go where a many-to-many field has them afterwards.
pub fn join_follows(before: &World, after: &World, old: &Field, model: &Model, new: &Field) -> bool {
    if old.through == new.through {
        return true;
    }
    let Some((through, sides)) = new.through.and(after.sides(model, new)) else {
        return new.through.is_none();
    };
    let earlier = before.model(through.id);
    let others = through.fields.iter().skip(1).filter(|field| sides.iter().all(|side| side.id != field.id));
    let (mut others, key) = (others, &through.fields[0]);
    let is_numbered = key.schema.kind.is_auto() || (earlier.is_none() && matches!(key.schema.kind, FieldKind::Uuid));
    let same_key =
        earlier.is_none_or(|earlier| earlier.fields[0].id == key.id && earlier.fields.len() == through.fields.len());
    let is_free = |field: &Field| {
        !field.schema.unique
            && (field.schema.null || field.target.is_none_or(|to| to != through.id && after.has_known_keys(to)))
    };
    is_numbered
        && same_key
        && sides.iter().all(|side| !side.schema.unique)
        && others.all(is_free)
        && through.groups.is_empty()
        && through.constraints.is_empty()
}

/// Whether a model gets the rows of a join table in this step.
pub fn is_filled(before: &World, after: &World, id: u32) -> bool {
    after.models.iter().any(|model| {
        let old = before.model(model.id);
        model
            .fields
            .iter()
            .filter(|field| field.through == Some(id))
            .any(|field| old.and_then(|old| old.field(field.id)).is_some_and(|old| old.through != field.through))
    })
}

impl Generator {
    /// Another field becomes the key, new or old; or the key's values are made anew.
    pub fn another_key(&mut self, world: &mut World, at: usize) {
        let id = self.id();
        let chance = self.random.below(10);
        let model = &mut world.models[at];
        let key = &mut model.fields[0];
        if chance < 4 {
            let kind = match &key.schema.kind {
                FieldKind::Uuid => FieldKind::BigAuto,
                kind if kind.is_auto() => FieldKind::Uuid,
                _ => return,
            };
            key.schema.kind = kind;
            if key.schema.default.is_some() {
                key.schema.default = values::default(&key.schema.kind);
            }
            return;
        }
        let candidates: Vec<usize> = (1..model.fields.len())
            .filter(|position| {
                let field = &model.fields[*position];
                let is_key = field.target.is_none() || matches!(field.schema.kind, FieldKind::OneToOne(_));
                let kind = &field.schema.kind;
                let odd = matches!(kind, FieldKind::Json | FieldKind::Binary | FieldKind::Text | FieldKind::Boolean);
                let exact = !matches!(kind, FieldKind::Float | FieldKind::Decimal { .. } | FieldKind::Duration);
                is_key && exact && !odd && !field.schema.null && field.schema.is_concrete()
            })
            .collect();
        let mut new = match self.random.pick(&candidates) {
            Some(position) if chance < 8 => model.fields.remove(*position),
            _ => {
                let kind = if self.random.percent(50) { FieldKind::BigAuto } else { FieldKind::Uuid };
                let schema = FieldSchema::new(format!("key{id}"), kind);
                Field { id, schema, target: None, through: None, spread: Spread::Distinct, tells: None }
            }
        };
        new.schema.primary_key = true;
        (new.schema.unique, new.schema.db_index) = (false, false);
        model.fields.insert(0, new);
        let old = model.fields[1].id;
        let number = self.random.percent(50);
        if self.random.percent(50) {
            let (model, field) = (world.models[at].id, old);
            return world.remove_field(model, field);
        }
        let old = &mut world.models[at].fields[1];
        old.schema.primary_key = false;
        old.schema.unique = number || old.is_relation();
        if old.schema.kind.is_auto() {
            let kinds = [FieldKind::BigInteger, FieldKind::Integer];
            let fits = kinds.into_iter().find(|kind| convertible(&old.schema.kind, kind));
            old.schema.kind = fits.unwrap_or(FieldKind::BigInteger);
        }
    }

    /// A many-to-many field gets a through model, another one, or none.
    pub fn another_through(&mut self, world: &mut World, at: usize) {
        let joins: Vec<usize> = (0..world.models[at].fields.len())
            .filter(|position| !world.models[at].fields[*position].schema.is_concrete())
            .collect();
        let Some(position) = self.random.pick(&joins).copied() else { return };
        let model = &world.models[at];
        let (own, app, field) = (model.id, model.app, model.fields[position].clone());
        let Some(target) = field.target else { return };
        if let Some(through) = field.through
            && self.random.percent(75)
        {
            world.models[at].fields[position].through = None;
            if self.random.percent(60) {
                world.remove_model(through);
            }
            return;
        }
        let mut suitable = field.clone();
        let existing: Vec<u32> = world
            .models
            .iter()
            .filter(|candidate| {
                suitable.through = Some(candidate.id);
                Some(candidate.id) != field.through && world.sides(&world.models[at], &suitable).is_some()
            })
            .map(|candidate| candidate.id)
            .collect();
        let through = match self.random.pick(&existing) {
            Some(existing) if self.random.percent(40) => *existing,
            _ => self.through_model(world, app, [own, target]),
        };
        let field = &mut world.models[at].fields[position];
        field.through = Some(through);
        if let FieldKind::ManyToMany(ManyToManySchema { db_table, symmetrical, .. }) = &mut field.schema.kind {
            *db_table = None;
            *symmetrical &= own == target;
        }
    }

    /// A new model that refers to both sides.
    fn through_model(&mut self, world: &mut World, app: &'static str, sides: [u32; 2]) -> u32 {
        let id = self.id();
        let mut key = FieldSchema::new("id", FieldKind::BigAuto);
        if self.random.percent(20) {
            key.kind = FieldKind::Uuid;
            key.default = Some(DefaultValue::Function("Uuid::new_v4".to_owned()));
        }
        key.primary_key = true;
        let key =
            Field { id: self.id(), schema: key, target: None, through: None, spread: Spread::Distinct, tells: None };
        let mut fields = vec![key];
        for (name, target) in ["first", "second"].into_iter().zip(sides) {
            let mut schema = FieldSchema::new(name, FieldKind::ForeignKey(relation(OnDelete::Cascade)));
            schema.db_index = self.random.percent(80);
            let id = self.id();
            fields.push(Field { id, schema, target: Some(target), through: None, spread: Spread::Any, tells: None });
        }
        let table = self.random.percent(12).then(|| format!("table_{id}"));
        world.models.push(Model::new(id, app, format!("Link{id}"), table, fields));
        let at = world.models.len() - 1;
        for _ in 0..self.random.below(3) {
            self.add_field(world, at);
        }
        id
    }
}
