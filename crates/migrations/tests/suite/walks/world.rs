//! The models of a walk, with identities that outlive their names: by them the harness knows what was renamed.

use std::collections::{BTreeMap, BTreeSet};

use rjango_migrations::ProjectState;
use rjango_schema::{
    ConstraintSchema, DefaultValue, FieldKind, FieldSchema, IndexSchema, ModelSchema, RelationSchema, index_name,
};

/// Every model at one moment of a walk.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub models: Vec<Model>,
    /// Models whose migrations must be refused first, for rows do not fit.
    pub detour: Option<Box<World>>,
    /// What a checkout has made of the files of all migrations.
    pub line_ends: LineEnds,
    /// The models whose tables get a column by hand when these models are reached.
    pub by_hand: Vec<ByHand>,
}

/// The line ends of files, and what stands before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineEnds {
    #[default]
    Lf,
    CrLf,
    ByteOrderMark,
    Both,
}

/// A column that the models do not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByHand {
    pub model: u32,
    /// Whether a migration of a person's own SQL adds it.
    pub in_migration: bool,
}

#[derive(Debug, Clone)]
pub struct Model {
    pub id: u32,
    pub app: &'static str,
    pub name: String,
    pub table: Option<String>,
    pub renamed_from: Option<String>,
    /// The primary key first.
    pub fields: Vec<Field>,
    pub groups: Vec<Vec<u32>>,
    pub indexes: Vec<Index>,
    pub constraints: Vec<Constraint>,
    pub ordering: Vec<u32>,
    pub verbose_name: Option<String>,
    pub permissions: Vec<(String, String)>,
    /// Whether the rows of the start are in its table.
    pub populated: bool,
    /// Whether rows of a join table were copied into its table.
    pub filled: bool,
}

impl Model {
    /// A model with these fields, and nothing else.
    pub fn new(id: u32, app: &'static str, name: String, table: Option<String>, fields: Vec<Field>) -> Self {
        Self {
            id,
            app,
            name,
            table,
            renamed_from: None,
            fields,
            groups: Vec::new(),
            indexes: Vec::new(),
            constraints: Vec::new(),
            ordering: Vec::new(),
            verbose_name: None,
            permissions: Vec::new(),
            populated: false,
            filled: false,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Field {
    pub id: u32,
    /// The description, but for the labels of relations.
    pub schema: FieldSchema,
    pub target: Option<u32>,
    pub through: Option<u32>,
    pub spread: Spread,
    /// What it held when the rows were made, where each row can be told by its value ever since.
    pub tells: Option<FieldKind>,
}

/// What the rows of a populated table hold in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// Another value in each, one NULL at most.
    Distinct,
    /// Nothing.
    Nulls,
    /// Values that may be the same.
    Any,
}

#[derive(Debug, Clone)]
pub struct Index {
    /// None where Django's rule makes the name.
    pub name: Option<String>,
    pub fields: Vec<(u32, bool)>,
}

#[derive(Debug, Clone)]
pub enum Constraint {
    Unique {
        name: String,
        fields: Vec<u32>,
    },
    /// The column is at least this.
    AtLeast {
        name: String,
        field: u32,
        bound: i64,
    },
}

impl World {
    pub fn model(&self, id: u32) -> Option<&Model> {
        self.models.iter().find(|model| model.id == id)
    }

    pub fn by_label(&self, label: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.label() == label)
    }

    pub fn state(&self) -> ProjectState {
        ProjectState::from_schemas(self.models.iter().map(|model| self.schema(model)))
    }

    pub fn schema(&self, model: &Model) -> ModelSchema {
        let mut schema = ModelSchema::new(model.app, &model.name);
        schema.table.clone_from(&model.table);
        schema.renamed_from.clone_from(&model.renamed_from);
        schema.verbose_name.clone_from(&model.verbose_name);
        schema.permissions.clone_from(&model.permissions);
        schema.fields = model.fields.iter().map(|field| self.field_schema(model, field)).collect();
        schema.ordering = model.ordering.iter().map(|id| model.field_name(*id)).collect();
        schema.unique_together =
            model.groups.iter().map(|group| group.iter().map(|id| model.field_name(*id)).collect()).collect();
        for index in &model.indexes {
            let signed = |name: String, descending: bool| if descending { format!("-{name}") } else { name };
            let fields = index.fields.iter().map(|(id, descending)| signed(model.field_name(*id), *descending));
            let columns: Vec<String> =
                index.fields.iter().map(|(id, descending)| signed(model.column(*id), *descending)).collect();
            let name = index.name.clone().unwrap_or_else(|| index_name(&schema.table(), &columns));
            schema.indexes.push(IndexSchema { name, fields: fields.collect() });
        }
        schema.constraints = model
            .constraints
            .iter()
            .map(|constraint| match constraint {
                Constraint::Unique { name, fields } => ConstraintSchema::Unique {
                    name: name.clone(),
                    fields: fields.iter().map(|id| model.field_name(*id)).collect(),
                },
                Constraint::AtLeast { name, field, bound } => {
                    ConstraintSchema::Check { name: name.clone(), sql: format!("{} >= {bound}", model.column(*field)) }
                }
            })
            .collect();
        schema
    }

    fn field_schema(&self, model: &Model, field: &Field) -> FieldSchema {
        let label = |id: Option<u32>| id.and_then(|id| self.model(id)).map(Model::label);
        let mut schema = field.schema.clone();
        match &mut schema.kind {
            FieldKind::ForeignKey(relation) | FieldKind::OneToOne(relation) => {
                relation.to = label(field.target).unwrap();
            }
            FieldKind::ManyToMany(relation) => {
                relation.to = label(field.target).unwrap();
                relation.through = label(field.through);
                relation.symmetrical &= field.target == Some(model.id);
            }
            _ => {}
        }
        schema
    }

    /// What the primary key of a model holds, through keys that are relations.
    pub fn key_kind(&self, id: u32) -> Option<&FieldKind> {
        let mut field = self.model(id)?.fields.first()?;
        for _ in 0..8 {
            match field.target {
                None => break,
                Some(target) => field = self.model(target)?.fields.first()?,
            }
        }
        Some(&field.schema.kind)
    }

    /// Whether the rows of this model have the keys that [`super::values`] gives them.
    pub fn has_known_keys(&self, id: u32) -> bool {
        let Some(mut model) = self.model(id) else { return false };
        for _ in 0..8 {
            match model.fields[0].target.and_then(|target| self.model(target)) {
                Some(target) => model = target,
                None => break,
            }
        }
        let key = &model.fields[0];
        let value = |kind| super::values::value(kind, 1);
        key.tells.as_ref().is_some_and(|born| value(born) == value(&key.schema.kind))
    }

    /// The fields of the through model that refer to the two sides of a many-to-many field.
    pub fn sides(&self, model: &Model, field: &Field) -> Option<(&Model, [&Field; 2])> {
        let through = self.model(field.through?).filter(|through| through.id != model.id)?;
        let to = |id: u32| through.fields.iter().filter(move |key| key.is_relation() && key.target == Some(id));
        let (own, target) = (model.id, field.target?);
        let sides = match own == target {
            true => [to(own).next()?, to(own).nth(1)?],
            false => [to(own).next()?, to(target).next()?],
        };
        let count = to(own).count() + if own == target { 0 } else { to(target).count() };
        (count == 2).then_some((through, sides))
    }

    /// Takes a model away, and every field that refers to it.
    pub fn remove_model(&mut self, id: u32) {
        self.models.retain(|model| model.id != id);
        // A model whose key referred to it goes too, and so on.
        loop {
            let headless =
                self.models.iter().find(|model| model.fields[0].target.is_some_and(|to| self.model(to).is_none()));
            let Some(headless) = headless.map(|model| model.id) else { break };
            self.models.retain(|model| model.id != headless);
        }
        let left: BTreeSet<u32> = self.models.iter().map(|model| model.id).collect();
        for model in &mut self.models {
            let gone: Vec<u32> = model
                .fields
                .iter()
                .filter(|field| field.target.into_iter().chain(field.through).any(|to| !left.contains(&to)))
                .map(|field| field.id)
                .collect();
            gone.into_iter().for_each(|id| model.remove_field(id));
        }
        self.drop_idle_throughs();
    }

    /// Takes a field away, and what covers it.
    pub fn remove_field(&mut self, model: u32, field: u32) {
        if let Some(model) = self.models.iter_mut().find(|candidate| candidate.id == model) {
            model.remove_field(field);
        }
        self.drop_idle_throughs();
    }

    /// Takes away the many-to-many fields whose through model no longer refers to both sides.
    fn drop_idle_throughs(&mut self) {
        let mut idle = Vec::new();
        for model in &self.models {
            for field in &model.fields {
                if field.through.is_some() && self.sides(model, field).is_none() {
                    idle.push((model.id, field.id));
                }
            }
        }
        for (model, field) in idle {
            if let Some(model) = self.models.iter_mut().find(|candidate| candidate.id == model) {
                model.remove_field(field);
            }
        }
    }

    /// Every table, with the identity of what has it: the model, or the model and the many-to-many field.
    pub fn tables(&self) -> BTreeMap<String, (u32, Option<u32>)> {
        let state = self.state();
        let mut tables = BTreeMap::new();
        for model in &self.models {
            let schema = self.schema(model);
            let table = schema.table();
            for field in model.fields.iter().filter(|field| field.is_join()) {
                let named = schema.field(&field.schema.name).unwrap();
                let join = state.join_model(&schema, named).unwrap();
                tables.insert(join.table(), (model.id, Some(field.id)));
            }
            tables.insert(table, (model.id, None));
        }
        tables
    }
}

impl Model {
    pub fn label(&self) -> String {
        format!("{}.{}", self.app, self.name)
    }

    pub fn field(&self, id: u32) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    pub fn by_name(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.schema.name == name)
    }

    fn field_name(&self, id: u32) -> String {
        self.field(id).unwrap().schema.name.clone()
    }

    pub fn column(&self, id: u32) -> String {
        self.field(id).unwrap().schema.column()
    }

    pub fn remove_field(&mut self, id: u32) {
        self.fields.retain(|field| field.id != id);
        self.groups.retain(|group| !group.contains(&id));
        self.indexes.retain(|index| index.fields.iter().all(|(field, _)| *field != id));
        self.ordering.retain(|field| *field != id);
        self.constraints.retain(|constraint| !constraint.covers(id));
    }

    /// Whether an index or constraint beyond the field's own names it.
    pub fn covers(&self, id: u32) -> bool {
        self.groups.iter().any(|group| group.contains(&id))
            || self.indexes.iter().any(|index| index.fields.iter().any(|(field, _)| *field == id))
            || self.constraints.iter().any(|constraint| constraint.covers(id))
    }
}

impl Constraint {
    pub fn covers(&self, id: u32) -> bool {
        match self {
            Self::Unique { fields, .. } => fields.contains(&id),
            Self::AtLeast { field, .. } => *field == id,
        }
    }
}

impl Field {
    /// A foreign key or one-to-one.
    pub fn is_relation(&self) -> bool {
        self.schema.kind.relation().is_some()
    }

    /// A many-to-many field with a join table of its own.
    pub fn is_join(&self) -> bool {
        matches!(self.schema.kind, FieldKind::ManyToMany(_)) && self.through.is_none()
    }

    pub fn relation_mut(&mut self) -> Option<&mut RelationSchema> {
        match &mut self.schema.kind {
            FieldKind::ForeignKey(relation) | FieldKind::OneToOne(relation) => Some(relation),
            _ => None,
        }
    }

    /// Whether every engine can put an index over the column.
    pub fn can_be_indexed(&self) -> bool {
        self.schema.is_concrete() && !matches!(self.schema.kind, FieldKind::Text | FieldKind::Json | FieldKind::Binary)
    }

    /// Whether rows that are there get a value of the field's own when it is added.
    pub fn spread_when_added(&self) -> Spread {
        match &self.schema.default {
            Some(DefaultValue::Function(path)) if path.ends_with("new_v4") => Spread::Distinct,
            None if self.schema.null => Spread::Nulls,
            _ => Spread::Any,
        }
    }
}
