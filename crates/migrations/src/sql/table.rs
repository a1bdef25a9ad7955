//! The shape of a table: what the database has of a model, as far as the engines agree on it.

use rjango_core::Result;
use rjango_schema::{ConstraintSchema, FieldKind, FieldSchema, ModelSchema};

use super::{Held, Renderer, index_name};
use crate::ProjectState;

/// A table with its indexes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) constraints: Vec<Constraint>,
    pub(crate) indexes: Vec<Index>,
}

/// A column. Two columns of different names with equal rest are the same column, renamed.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// The field's name, by which columns of two shapes belong together.
    pub(crate) field: String,
    pub(crate) name: String,
    pub(crate) sql_type: String,
    pub(crate) null: bool,
    pub(crate) unique: bool,
    pub(crate) primary_key: bool,
    /// Whether the database numbers the rows.
    pub(crate) auto: bool,
    /// What the field's kind demands of every value.
    pub(crate) check: Option<Check>,
    pub(crate) references: Option<Reference>,
    /// What its values are; of a relation, its target's key.
    pub(crate) held: Held,
    /// Of a relation: the label of its target, and those of the targets of keys that are relations themselves.
    pub(crate) path: Vec<String>,
}

/// Whether two columns have one definition. What they hold and whose keys is about their values, and says nothing of that.
impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        let Self { field, name, sql_type, null, unique, primary_key, auto, check, references, held: _, path: _ } = self;
        *field == other.field
            && *name == other.name
            && *sql_type == other.sql_type
            && *null == other.null
            && *unique == other.unique
            && *primary_key == other.primary_key
            && *auto == other.auto
            && *check == other.check
            && *references == other.references
    }
}

/// What a field's kind demands of every value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// It is not negative.
    Positive,
    /// It is a JSON document.
    Json,
}

/// The target of a foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) table: String,
    pub(crate) column: String,
}

/// A named constraint of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Constraint {
    Unique { name: String, columns: Vec<String> },
    Check { name: String, sql: String },
}

/// An index beside the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Index {
    pub(crate) name: String,
    pub(crate) kind: IndexKind,
    /// Columns, and whether the largest comes first.
    pub(crate) columns: Vec<(String, bool)>,
}

/// Where an index comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IndexKind {
    /// A field's `db_index`.
    Field,
    /// A group of `unique_together`: the only kind that is unique.
    Together,
    /// The model's `index(..)`, named by its author.
    Named,
}

impl Table {
    /// The shape of a model's own table.
    ///
    /// # Errors
    /// `Migration` where a relation's target or an index's field is missing in the state.
    pub(crate) fn of(model: &ModelSchema, state: &ProjectState, renderer: &dyn Renderer) -> Result<Self> {
        let name = model.table();
        let mut columns = Vec::new();
        let mut indexes = Vec::new();
        for field in model.concrete_fields() {
            let column = column(field, state, renderer)?;
            if field.db_index && !field.unique && !field.primary_key {
                let index = index_name(&name, &[&column.name], "", renderer.longest_name());
                indexes.push(Index {
                    name: index,
                    kind: IndexKind::Field,
                    columns: vec![(column.name.clone(), false)],
                });
            }
            columns.push(column);
        }
        for group in &model.unique_together {
            let names = column_names(model, group)?;
            let borrowed: Vec<&str> = names.iter().map(String::as_str).collect();
            let index = index_name(&name, &borrowed, "_uniq", renderer.longest_name());
            indexes.push(Index {
                name: index,
                kind: IndexKind::Together,
                columns: names.into_iter().map(|name| (name, false)).collect(),
            });
        }
        for index in &model.indexes {
            let mut columns = Vec::new();
            for field in &index.fields {
                let (field, descending) = match field.strip_prefix('-') {
                    Some(field) => (field, true),
                    None => (field.as_str(), false),
                };
                columns.push((column_name(model, field)?, descending));
            }
            indexes.push(Index { name: index.name.clone(), kind: IndexKind::Named, columns });
        }
        let mut constraints = Vec::new();
        for constraint in &model.constraints {
            constraints.push(match constraint {
                ConstraintSchema::Unique { name, fields } => {
                    Constraint::Unique { name: name.clone(), columns: column_names(model, fields)? }
                }
                ConstraintSchema::Check { name, sql } => Constraint::Check { name: name.clone(), sql: sql.clone() },
            });
        }
        Ok(Self { name, columns, constraints, indexes })
    }

    /// The column of this field.
    pub(crate) fn column(&self, field: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.field == field)
    }

    /// The primary key where the database numbers the rows.
    pub(crate) fn is_numbered(&self) -> bool {
        self.columns.iter().any(|column| column.auto)
    }

    /// The same table after one of its columns was renamed in place.
    pub(crate) fn rename_column(&mut self, old: &str, new: &str) {
        let rename = |name: &mut String| {
            if name == old {
                new.clone_into(name);
            }
        };
        for column in &mut self.columns {
            rename(&mut column.name);
        }
        for index in &mut self.indexes {
            index.columns.iter_mut().for_each(|(name, _)| rename(name));
        }
        for constraint in &mut self.constraints {
            if let Constraint::Unique { columns, .. } = constraint {
                columns.iter_mut().for_each(rename);
            }
        }
    }
}

fn column(field: &FieldSchema, state: &ProjectState, renderer: &dyn Renderer) -> Result<Column> {
    let mut path = Vec::new();
    let (sql_type, references, held) = match field.kind.relation() {
        None => {
            let held = Held::of(&field.kind).unwrap_or(BIG);
            (renderer.column_type(&field.kind, false), None, held)
        }
        Some(relation) => {
            let target = state.require(&relation.to)?;
            let reference = target.primary_key().filter(|_| relation.db_constraint);
            let reference = reference.map(|key| Reference { table: target.table(), column: key.column() });
            let kind = key_kind(&relation.to, state, &mut path)?.unwrap_or(FieldKind::BigInteger);
            (renderer.column_type(&kind, true), reference, Held::of(&kind).unwrap_or(BIG))
        }
    };
    let check = match field.kind {
        FieldKind::PositiveSmallInteger | FieldKind::PositiveInteger | FieldKind::PositiveBigInteger => {
            Some(Check::Positive)
        }
        FieldKind::Json => Some(Check::Json),
        _ => None,
    };
    Ok(Column {
        field: field.name.clone(),
        name: field.column(),
        sql_type,
        null: field.null,
        unique: field.unique && !field.primary_key,
        primary_key: field.primary_key,
        auto: field.kind.is_auto() && field.primary_key,
        check,
        references,
        held,
        path,
    })
}

/// What a column holds that refers to a model without a key.
const BIG: Held = Held::Int { min: i64::MIN, max: i64::MAX };

/// The kind of a model's key, through keys that are relations; their models are noted in `path`.
fn key_kind(label: &str, state: &ProjectState, path: &mut Vec<String>) -> Result<Option<FieldKind>> {
    let mut model = state.require(label)?;
    for _ in 0..16 {
        path.push(model.label());
        match model.primary_key().map(|key| &key.kind) {
            None => break,
            Some(kind) => match kind.relation() {
                Some(relation) => model = state.require(&relation.to)?,
                None => return Ok(Some(kind.clone())),
            },
        }
    }
    Ok(None)
}

fn column_names(model: &ModelSchema, fields: &[String]) -> Result<Vec<String>> {
    fields.iter().map(|field| column_name(model, field)).collect()
}

fn column_name(model: &ModelSchema, field: &str) -> Result<String> {
    model.field(field).map(FieldSchema::column).ok_or_else(|| {
        rjango_core::Error::new(
            rjango_core::ErrorKind::Migration,
            format!("an index or constraint of `{}` names the field `{field}`, which the model has not", model.label()),
        )
        .with_hint("name one of the model's fields, or remove the index before the field")
    })
}
