//! A field: its kind and the attributes that every kind shares.

use serde::{Deserialize, Serialize};

use crate::flag::{is_no, is_yes, yes};
use crate::{FieldKind, title_words};

/// A field of a model, as data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldSchema {
    /// The struct field's name.
    pub name: String,
    /// What the field holds.
    #[serde(flatten)]
    pub kind: FieldKind,
    /// Whether NULL is allowed: the Rust type is an `Option`.
    #[serde(default, skip_serializing_if = "is_no")]
    pub null: bool,
    /// Whether a form may leave the field empty. An `Option` and a many-to-many field
    /// are blank unless they say otherwise.
    #[serde(default, skip_serializing_if = "is_no")]
    pub blank: bool,
    /// Whether no two rows share a value.
    #[serde(default, skip_serializing_if = "is_no")]
    pub unique: bool,
    /// Whether the column has an index of its own. Foreign keys and slugs have, unless they say otherwise.
    #[serde(default, skip_serializing_if = "is_no")]
    pub db_index: bool,
    /// Whether the field is the primary key.
    #[serde(default, skip_serializing_if = "is_no")]
    pub primary_key: bool,
    /// The value of a new instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<DefaultValue>,
    /// The allowed values with their labels, in declaration order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// The column's name where it is not the field's (or `field_id` of a foreign key).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The name for people, where it is not made from the field's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verbose_name: Option<String>,
    /// A sentence for forms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help_text: Option<String>,
    /// Whether forms show the field. Times that set themselves are not editable.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub editable: bool,
    /// The field this one was called before, to answer the autodetector ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// The line in the source, from 1, where known. It takes no part in any comparison of states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

/// What a new instance's field holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefaultValue {
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text: also decimals, dates, UUIDs and choices, in their database form.
    Text(String),
    /// A JSON document, as text.
    Json(String),
    /// The Rust function of this path, called for each new instance; the database cannot call it.
    Function(String),
}

/// One of the values that a field allows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// The value in the database: [`DefaultValue::Text`] or [`DefaultValue::Int`].
    pub value: DefaultValue,
    /// What people see.
    pub label: String,
}

impl FieldSchema {
    /// A required, editable field of this kind, with the implied index of a foreign key or slug.
    pub fn new(name: impl Into<String>, kind: FieldKind) -> Self {
        let db_index = matches!(kind, FieldKind::ForeignKey(_) | FieldKind::Slug { .. });
        let unique = matches!(kind, FieldKind::OneToOne(_));
        Self {
            name: name.into(),
            kind,
            null: false,
            blank: false,
            unique,
            db_index,
            primary_key: false,
            default: None,
            choices: Vec::new(),
            column: None,
            verbose_name: None,
            help_text: None,
            editable: true,
            renamed_from: None,
            line: None,
        }
    }

    /// Whether the field is a column of its model's table.
    pub fn is_concrete(&self) -> bool {
        !matches!(self.kind, FieldKind::ManyToMany(_))
    }

    /// The column: as declared, or the field's name, with `_id` for a foreign key or one-to-one.
    pub fn column(&self) -> String {
        if let Some(column) = &self.column {
            return column.clone();
        }
        if self.kind.relation().is_some() { format!("{}_id", self.name) } else { self.name.clone() }
    }

    /// The name for people: as declared, or the field's name in words.
    pub fn verbose_name(&self) -> String {
        self.verbose_name.clone().unwrap_or_else(|| title_words(&self.name).to_lowercase())
    }
}
