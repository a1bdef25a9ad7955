//! Random models, and random changes of them that a person could make.

use rjango_schema::{DefaultValue, FieldKind, FieldSchema, IpProtocol, ManyToManySchema, OnDelete, RelationSchema};

use super::keys;
use super::random::Random;
use super::valid::is_valid;
use super::values;
use super::world::{Constraint, Field, Index, Model, Spread, World};

const APPS: &[&str] = &["shop", "people", "depot"];
const MODELS: &[&str] =
    &["Item", "Order", "Person", "OrderLine", "Label", "Parcel", "Shelf", "Ticket", "Venue", "Group"];
const FIELDS: &[&str] = &[
    "title", "price", "stock", "note", "code", "owner", "kind", "size", "born", "mark", "rank", "order", "group",
    "parent", "select", "weight", "colour",
];

pub struct Generator {
    pub random: Random,
    pub next: u32,
}

/// The models of each moment of a walk, from its start to its end.
pub fn walk(seed: u64) -> Vec<World> {
    let mut generator = Generator { random: Random::new(seed), next: 0 };
    let mut worlds = vec![generator.start()];
    for _ in 0..1 + generator.random.below(3) {
        let next = generator.step(&worlds[worlds.len() - 1]);
        worlds.push(next);
    }
    worlds
}

impl Generator {
    pub fn id(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    fn start(&mut self) -> World {
        loop {
            let mut world = World::default();
            for _ in 0..1 + self.random.below(4) {
                self.add_model(&mut world);
            }
            for _ in 0..self.random.below(5) {
                self.change(&mut world);
            }
            for model in &mut world.models {
                model.populated = true;
                model.renamed_from = None;
                for field in &mut model.fields {
                    field.schema.renamed_from = None;
                    let few = matches!(field.schema.kind, FieldKind::Boolean);
                    field.spread = if few { Spread::Any } else { Spread::Distinct };
                    field.tells = keys::tells(field).then(|| field.schema.kind.clone());
                }
            }
            if is_valid(&World::default(), &mut world) {
                return world;
            }
        }
    }

    /// The models after a few changes.
    fn step(&mut self, before: &World) -> World {
        let wanted = [1, 1, 1, 2, 2, 3, 5][self.random.below(7)];
        let mut world = World { models: before.models.clone(), ..World::default() };
        let mut done = 0;
        for _ in 0..60 {
            let mut candidate = world.clone();
            self.change(&mut candidate);
            self.hint(before, &mut candidate);
            if is_valid(before, &mut candidate.clone()) {
                world = candidate;
                done += 1;
                if done == wanted {
                    break;
                }
            }
        }
        let valid = is_valid(before, &mut world);
        assert!(valid, "every change was checked");
        self.mischief(before, &mut world);
        world
    }

    /// Says in the models what was renamed where nobody could be asked, and sometimes elsewhere too.
    fn hint(&mut self, before: &World, world: &mut World) {
        for model in &mut world.models {
            let Some(old) = before.model(model.id) else { continue };
            let mut same = true;
            for field in &mut model.fields {
                let Some(old_field) = old.field(field.id) else {
                    same = false;
                    continue;
                };
                let plain = |field: &Field| {
                    let mut plain = field.clone();
                    plain.schema.renamed_from = None;
                    plain.schema.name.clear();
                    (plain.schema, plain.target, plain.through)
                };
                let altered = plain(old_field) != plain(field);
                same &= !altered && field.schema.name == old_field.schema.name;
                if field.schema.name != old_field.schema.name {
                    // Where the table's name makes the column's or the question's words, the field still counts as the same.
                    field.schema.renamed_from =
                        (altered || self.random.percent(40)).then(|| old_field.schema.name.clone());
                } else if self.random.percent(50) {
                    field.schema.renamed_from = None;
                }
            }
            same &= old.fields.len() == model.fields.len();
            if model.label() != old.label() {
                let moved_and_renamed = model.app != old.app && model.name != old.name;
                let told = !same || moved_and_renamed || self.random.percent(40);
                let name = if model.app == old.app { old.name.clone() } else { old.label() };
                model.renamed_from = told.then_some(name);
            } else if self.random.percent(50) {
                model.renamed_from = None;
            }
        }
    }

    fn change(&mut self, world: &mut World) {
        if world.models.is_empty() {
            return self.add_model(world);
        }
        let at = self.random.below(world.models.len());
        match self.random.below(114) {
            100..=106 => self.another_key(world, at),
            107..=113 => self.another_through(world, at),
            0..=7 => self.add_model(world),
            8..=12 => {
                let id = world.models[at].id;
                world.remove_model(id);
            }
            13..=15 => world.models[at].app = self.random.pick(APPS).unwrap(),
            16..=21 if self.random.percent(30) => world.models[at].name = in_other_case(&world.models[at].name),
            16..=21 => world.models[at].name = (*self.random.pick(MODELS).unwrap()).to_owned(),
            22..=34 => self.add_field(world, at),
            35..=42 => {
                let fields = &world.models[at].fields;
                if fields.len() > 1 {
                    let (model, field) = (world.models[at].id, fields[1 + self.random.below(fields.len() - 1)].id);
                    world.remove_field(model, field);
                }
            }
            43..=52 => {
                let name = *self.random.pick(FIELDS).unwrap();
                let fields = &mut world.models[at].fields;
                let count = fields.len();
                // The key is renamed too, but seldom.
                let field = if self.random.percent(10) { 0 } else { self.random.below(count) };
                let old = fields[field].schema.name.clone();
                let only_case = self.random.percent(20);
                fields[field].schema.name = if only_case { in_other_case(&old) } else { name.to_owned() };
            }
            53..=74 => self.alter_field(world, at),
            75..=79 => self.table(world, at),
            80..=84 => self.groups(&mut world.models[at]),
            85..=90 => self.indexes(&mut world.models[at]),
            91..=95 => self.constraints(&mut world.models[at]),
            _ => self.options(&mut world.models[at]),
        }
    }

    fn add_model(&mut self, world: &mut World) {
        let app = *self.random.pick(APPS).unwrap();
        let name = (*self.random.pick(MODELS).unwrap()).to_owned();
        let id = self.id();
        let key = self.key(world);
        let table = self.random.percent(12).then(|| format!("table_{id}"));
        world.models.push(Model::new(id, app, name, table, vec![key]));
        let at = world.models.len() - 1;
        for _ in 0..self.random.below(5) {
            self.add_field(world, at);
        }
        if self.random.percent(15) {
            self.groups(&mut world.models[at]);
        }
        if self.random.percent(20) {
            self.indexes(&mut world.models[at]);
        }
        if self.random.percent(20) {
            self.constraints(&mut world.models[at]);
        }
    }

    fn key(&mut self, world: &World) -> Field {
        let mut target = None;
        let (name, kind) = match self.random.below(20) {
            0..=12 => ("id", FieldKind::BigAuto),
            13..=14 => ("id", FieldKind::Auto),
            15 => ("number", FieldKind::Integer),
            16 => ("slug", FieldKind::Char { max_length: 40 }),
            17 => ("uuid", FieldKind::Uuid),
            18 => ("id", FieldKind::SmallAuto),
            _ => {
                target = self.random.pick(&world.models).map(|model| model.id);
                match target {
                    Some(_) => ("base", FieldKind::OneToOne(relation(OnDelete::Cascade))),
                    None => ("id", FieldKind::BigAuto),
                }
            }
        };
        let mut schema = FieldSchema::new(name, kind);
        schema.primary_key = true;
        Field { id: self.id(), schema, target, through: None, spread: Spread::Distinct, tells: None }
    }

    pub fn add_field(&mut self, world: &mut World, at: usize) {
        let taken = |name: &str| world.models[at].fields.iter().any(|field| field.schema.name == name);
        let free: Vec<&&str> = FIELDS.iter().filter(|name| !taken(name)).collect();
        let Some(name) = self.random.pick(&free).map(|name| (***name).to_owned()) else { return };
        let (kind, target, through) = match self.random.below(100) {
            0..=24 => {
                let target = self.random.pick(&world.models).map(|model| model.id);
                let one = self.random.percent(20);
                let relation = self.relation();
                (if one { FieldKind::OneToOne(relation) } else { FieldKind::ForeignKey(relation) }, target, None)
            }
            25..=36 => {
                let target = self.random.pick(&world.models).map(|model| model.id);
                let (own, id) = (world.models[at].id, self.next + 1);
                let refers = |model: &Model, to| model.fields.iter().any(|key| key.is_relation() && key.target == to);
                let through = world.models.iter().find(|model| refers(model, Some(own)) && refers(model, target));
                let through = through.map(|model| model.id).filter(|_| self.random.percent(60));
                let named = through.is_none() && self.random.percent(15);
                let relation = ManyToManySchema {
                    to: String::new(),
                    through: None,
                    db_table: named.then(|| format!("join_{id}")),
                    related_name: Some("+".to_owned()),
                    symmetrical: target == Some(own) && self.random.percent(60),
                };
                (FieldKind::ManyToMany(relation), target, through)
            }
            _ => (self.kind(), None, None),
        };
        let mut schema = FieldSchema::new(name, kind);
        let id = self.id();
        if !schema.is_concrete() {
            schema.blank = true;
            world.models[at].fields.push(Field { id, schema, target, through, spread: Spread::Any, tells: None });
            return;
        }
        if self.random.percent(40) {
            schema.null = true;
            schema.blank = true;
        }
        if self.random.percent(25) && target.is_none() {
            schema.default = values::default(&schema.kind);
        }
        if self.random.percent(10) {
            schema.column = Some(format!("col_{id}"));
        }
        let mut field = Field { id, schema, target, through, spread: Spread::Any, tells: None };
        if field.can_be_indexed() {
            field.schema.unique |= self.random.percent(12);
            field.schema.db_index |= self.random.percent(12);
        }
        field.spread = field.spread_when_added();
        let place = 1 + self.random.below(world.models[at].fields.len());
        world.models[at].fields.insert(place, field);
    }

    fn relation(&mut self) -> RelationSchema {
        let mut relation = relation(if self.random.percent(70) { OnDelete::Cascade } else { OnDelete::Protect });
        relation.db_constraint = !self.random.percent(8);
        relation
    }

    pub fn kind(&mut self) -> FieldKind {
        let length = 20 + 10 * self.random.below(5) as u32;
        let (auto_now, auto_now_add) =
            [(false, false), (false, false), (true, false), (false, true)][self.random.below(4)];
        match self.random.below(27) {
            0 => FieldKind::SmallInteger,
            1..=2 => FieldKind::Integer,
            3 => FieldKind::BigInteger,
            4 => FieldKind::PositiveSmallInteger,
            5 => FieldKind::PositiveInteger,
            6 => FieldKind::PositiveBigInteger,
            7..=9 => FieldKind::Char { max_length: length },
            10 => FieldKind::Text,
            11 => FieldKind::Slug { max_length: 50 },
            12 => FieldKind::Email { max_length: 254 },
            13 => FieldKind::Url { max_length: 200 },
            14 => FieldKind::FilePath { max_length: 100 },
            15 => FieldKind::File { max_length: 100, upload_to: "files".to_owned() },
            16 => FieldKind::Boolean,
            17 => FieldKind::Float,
            18 => FieldKind::Decimal { max_digits: 8, decimal_places: 2 },
            19 => FieldKind::Date { auto_now, auto_now_add },
            20 => FieldKind::Time { auto_now, auto_now_add },
            21 => FieldKind::DateTime { auto_now, auto_now_add },
            22 => FieldKind::Duration,
            23 => FieldKind::Uuid,
            24 => FieldKind::Json,
            25 => FieldKind::Binary,
            _ => FieldKind::IpAddress { protocol: IpProtocol::Both },
        }
    }

    fn alter_field(&mut self, world: &mut World, at: usize) {
        let models: Vec<u32> = world.models.iter().map(|model| model.id).collect();
        let own = world.models[at].id;
        let count = world.models[at].fields.len();
        let position = self.random.below(count);
        let column = self.next + 1;
        let kind = self.kind();
        let field = &mut world.models[at].fields[position];
        if field.schema.primary_key {
            field.schema.kind = match &field.schema.kind {
                FieldKind::BigAuto => FieldKind::Auto,
                FieldKind::Auto | FieldKind::SmallAuto => FieldKind::BigAuto,
                FieldKind::Integer => FieldKind::BigInteger,
                FieldKind::Char { max_length } => FieldKind::Char { max_length: max_length + 10 },
                other => other.clone(),
            };
            if self.random.percent(20) {
                field.schema.column = Some(format!("key_{column}"));
            }
            return;
        }
        if let FieldKind::ManyToMany(relation) = &mut field.schema.kind {
            match self.random.below(4) {
                0 if field.through.is_none() => relation.db_table = Some(format!("join_{column}")),
                1 => relation.related_name = Some(format!("related_{column}")),
                2 => relation.symmetrical = !relation.symmetrical && field.target == Some(own),
                _ => field.schema.help_text = Some(format!("help {column}")),
            }
            return;
        }
        match self.random.below(13) {
            0..=1 => {
                field.schema.null = !field.schema.null;
                field.schema.blank = field.schema.null;
            }
            2 => field.schema.unique = !field.schema.unique,
            3 => field.schema.db_index = !field.schema.db_index,
            4 => {
                field.schema.default = match field.schema.default {
                    None if field.target.is_none() => values::default(&field.schema.kind),
                    _ => None,
                }
            }
            5 => {
                let new = self.random.percent(70).then(|| format!("col_{column}"));
                field.schema.column = new;
            }
            6 => field.schema.help_text = Some(format!("help {column}")),
            7 => field.schema.verbose_name = Some(format!("name {column}")),
            8 => match &mut field.schema.kind {
                FieldKind::Char { max_length } => *max_length += 5,
                FieldKind::Decimal { max_digits, .. } => *max_digits += 1,
                _ => field.schema.editable = !field.schema.editable,
            },
            9 if field.is_relation() => {
                let chance = self.random.below(4);
                match (&mut field.schema.kind, chance) {
                    (_, 0) => field.target = self.random.pick(&models).copied(),
                    (FieldKind::ForeignKey(relation), 1) => {
                        field.schema.kind = FieldKind::OneToOne(relation.clone());
                        field.schema.unique = true;
                    }
                    (FieldKind::OneToOne(relation), 1) => {
                        field.schema.kind = FieldKind::ForeignKey(relation.clone());
                        field.schema.unique = false;
                        field.schema.db_index = true;
                    }
                    (_, 2) => {
                        if let Some(relation) = field.relation_mut() {
                            relation.db_constraint = !relation.db_constraint;
                        }
                    }
                    _ => {
                        if let Some(relation) = field.relation_mut() {
                            relation.on_delete = OnDelete::Restrict;
                            relation.related_name = Some(format!("related_{column}"));
                        }
                    }
                }
            }
            _ if field.target.is_none() => {
                field.schema.kind = kind;
                if field.schema.default.is_some() {
                    field.schema.default = values::default(&field.schema.kind);
                }
            }
            _ => {}
        }
    }

    fn table(&mut self, world: &mut World, at: usize) {
        let table = self.random.percent(70).then(|| format!("table_{}", self.id()));
        world.models[at].table = table;
    }

    /// Some fields of a model that can be indexed.
    fn some_fields(&mut self, model: &Model) -> Vec<u32> {
        let mut left: Vec<u32> =
            model.fields.iter().skip(1).filter(|field| field.can_be_indexed()).map(|field| field.id).collect();
        let mut chosen = Vec::new();
        for _ in 0..1 + self.random.below(2) {
            if !left.is_empty() {
                chosen.push(left.remove(self.random.below(left.len())));
            }
        }
        chosen
    }

    fn groups(&mut self, model: &mut Model) {
        if !model.groups.is_empty() && self.random.percent(50) {
            model.groups.remove(self.random.below(model.groups.len()));
            return;
        }
        let fields = self.some_fields(model);
        if fields.len() > 1 {
            model.groups.push(fields);
        }
    }

    fn indexes(&mut self, model: &mut Model) {
        let count = model.indexes.len();
        if count > 0 && self.random.percent(60) {
            let at = self.random.below(count);
            if self.random.percent(50) {
                model.indexes.remove(at);
            } else {
                model.indexes[at].name = Some(format!("index_{}", self.id()));
            }
            return;
        }
        let name = self.random.percent(50).then(|| format!("index_{}", self.id()));
        let fields: Vec<(u32, bool)> =
            self.some_fields(model).into_iter().map(|id| (id, self.random.percent(25))).collect();
        if !fields.is_empty() {
            model.indexes.push(Index { name, fields });
        }
    }

    fn constraints(&mut self, model: &mut Model) {
        let count = model.constraints.len();
        if count > 0 && self.random.percent(60) {
            let at = self.random.below(count);
            match (&mut model.constraints[at], self.random.percent(50)) {
                (Constraint::AtLeast { bound, .. }, true) => *bound -= 1,
                (Constraint::Unique { name, .. }, true) => *name = format!("constraint_{}", self.id()),
                _ => drop(model.constraints.remove(at)),
            }
            return;
        }
        let name = format!("constraint_{}", self.id());
        if self.random.percent(50) {
            let numbers: Vec<u32> = model
                .fields
                .iter()
                .filter(|field| matches!(field.schema.kind, FieldKind::Integer | FieldKind::BigInteger))
                .map(|field| field.id)
                .collect();
            if let Some(field) = self.random.pick(&numbers) {
                model.constraints.push(Constraint::AtLeast { name, field: *field, bound: 0 });
            }
            return;
        }
        let fields = self.some_fields(model);
        if !fields.is_empty() {
            model.constraints.push(Constraint::Unique { name, fields });
        }
    }

    fn options(&mut self, model: &mut Model) {
        match self.random.below(3) {
            0 => model.verbose_name = Some(format!("name {}", self.id())),
            1 => {
                let fields: Vec<u32> =
                    model.fields.iter().filter(|field| field.schema.is_concrete()).map(|field| field.id).collect();
                model.ordering = self.random.pick(&fields).into_iter().copied().collect();
            }
            _ => model.permissions.push((format!("may_{}", self.id()), "Can".to_owned())),
        }
    }
}

pub fn relation(on_delete: OnDelete) -> RelationSchema {
    RelationSchema { to: String::new(), on_delete, related_name: Some("+".to_owned()), db_constraint: true }
}

/// The same name but for the case of its second letter.
fn in_other_case(name: &str) -> String {
    let flip = |c: char| if c.is_uppercase() { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() };
    name.chars().enumerate().map(|(at, c)| if at == 1 { flip(c) } else { c }).collect()
}

/// Whether every value of the rows has a form in the new kind.
pub fn convertible(old: &FieldKind, new: &FieldKind) -> bool {
    let number = |kind: &FieldKind| {
        matches!(
            kind,
            FieldKind::SmallInteger
                | FieldKind::Integer
                | FieldKind::BigInteger
                | FieldKind::PositiveSmallInteger
                | FieldKind::PositiveInteger
                | FieldKind::PositiveBigInteger
        )
    };
    let text = |kind: &FieldKind| {
        matches!(
            kind,
            FieldKind::Char { .. }
                | FieldKind::Text
                | FieldKind::Slug { .. }
                | FieldKind::Email { .. }
                | FieldKind::Url { .. }
                | FieldKind::FilePath { .. }
                | FieldKind::File { .. }
        )
    };
    let same_class = std::mem::discriminant(old) == std::mem::discriminant(new);
    let numbered = |kind: &FieldKind| kind.is_auto();
    let number = |kind: &FieldKind| number(kind) || numbered(kind);
    let relation = |kind: &FieldKind| kind.relation().is_some();
    same_class
        || (number(old) && (number(new) || text(new)))
        || (text(old) && text(new))
        || (relation(old) && relation(new))
        // The rows hold small numbers, and days are written alike everywhere.
        || (number(old) && matches!(new, FieldKind::Float | FieldKind::Decimal { .. }))
        || matches!((old, new), (FieldKind::Decimal { .. }, FieldKind::Float))
        || (matches!(old, FieldKind::Date { .. }) && text(new))
}

/// The default as it would be written for a kind that it no longer fits.
pub fn fits(default: &Option<DefaultValue>, kind: &FieldKind) -> bool {
    default.is_none() || *default == values::default(kind)
}
