//! A model: its names, its fields and its options.

use serde::{Deserialize, Serialize};

use crate::flag::{is_no, is_yes, yes};
use crate::{FieldKind, FieldSchema, UserSchema, table_name, title_words};

/// A model as data: what Django keeps in `Model._meta`.
///
/// The fields stand in declaration order with abstract bases flattened in place; the primary key is always among
/// them, except in an abstract model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelSchema {
    /// The app's label, for example `shop`.
    pub app: String,
    /// The struct's name, for example `Product`.
    pub name: String,
    /// Fields in declaration order, many-to-many ones included.
    pub fields: Vec<FieldSchema>,
    /// The table's name where it is not `app_model`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// Field names in the default order, `-` before a descending one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ordering: Vec<String>,
    /// The singular name for people, where it is not made from the struct's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verbose_name: Option<String>,
    /// The plural name for people, where it is not the singular and an `s`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verbose_name_plural: Option<String>,
    /// Groups of fields whose values are unique together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unique_together: Vec<Vec<String>>,
    /// Indexes beyond those of single fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<IndexSchema>,
    /// Unique and check constraints with names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<ConstraintSchema>,
    /// Permissions beyond add, change, delete and view: codename and label.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<(String, String)>,
    /// Whether migrations create and change the table.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub managed: bool,
    /// Whether the struct is a base to flatten into others and has no table of its own.
    #[serde(default, rename = "abstract", skip_serializing_if = "is_no")]
    pub is_abstract: bool,
    /// The model this one was called before, to answer the autodetector ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// What `#[model(user)]` says, where the model is one of users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserSchema>,
    /// How `Display` writes an instance, where the source shows it plainly (`write!(f, "{}", self.name)`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<Vec<DisplayPart>>,
    /// Where the struct stands in the source, where known. It takes no part in any comparison of states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// A place in a source file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The file, relative to the project's folder where it lies inside.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

/// A piece of a model's `Display`: literal text or the value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisplayPart {
    /// Text as it stands.
    Text(String),
    /// The value of the field of this name.
    Field(String),
}

/// An index over one or more fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexSchema {
    /// The index's name. The parser fills it in with Django's rule where the author gave none.
    pub name: String,
    /// Field names, `-` before a descending one.
    pub fields: Vec<String>,
}

/// A named constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ConstraintSchema {
    /// The fields' values are unique together, as `unique(name = "..", fields = "a, b")` declares.
    Unique {
        /// The constraint's name in the database.
        name: String,
        /// Field names.
        fields: Vec<String>,
    },
    /// Every row satisfies an SQL condition over column names, as `check(name = "..", sql = "..")` declares.
    Check {
        /// The constraint's name in the database.
        name: String,
        /// The condition, in SQL that every engine of the project understands.
        sql: String,
    },
}

impl ConstraintSchema {
    /// The constraint's name in the database.
    pub fn name(&self) -> &str {
        match self {
            Self::Unique { name, .. } | Self::Check { name, .. } => name,
        }
    }
}

impl ModelSchema {
    /// A managed model of this app and name without fields or options.
    pub fn new(app: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            app: app.into(),
            name: name.into(),
            fields: Vec::new(),
            table: None,
            ordering: Vec::new(),
            verbose_name: None,
            verbose_name_plural: None,
            unique_together: Vec::new(),
            indexes: Vec::new(),
            constraints: Vec::new(),
            permissions: Vec::new(),
            managed: true,
            is_abstract: false,
            renamed_from: None,
            user: None,
            display: None,
            origin: None,
        }
    }

    /// `app.Model`, the name by which relations refer to the model.
    pub fn label(&self) -> String {
        format!("{}.{}", self.app, self.name)
    }

    /// The lower-case name, as URLs, permissions, content types and default tables use it.
    pub fn model_name(&self) -> String {
        self.name.to_lowercase()
    }

    /// The table: as declared, or `app_model`, which is shortened where an engine could not hold it.
    pub fn table(&self) -> String {
        self.table.clone().unwrap_or_else(|| table_name(format!("{}_{}", self.app, self.model_name())))
    }

    /// The singular name for people: as declared, or the struct's name in lower-case words.
    pub fn verbose_name(&self) -> String {
        self.verbose_name.clone().unwrap_or_else(|| title_words(&self.name).to_lowercase())
    }

    /// The plural name for people: as declared, or the singular and an `s`.
    pub fn verbose_name_plural(&self) -> String {
        self.verbose_name_plural.clone().unwrap_or_else(|| format!("{}s", self.verbose_name()))
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&FieldSchema> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The primary key. `None` only for an abstract model.
    pub fn primary_key(&self) -> Option<&FieldSchema> {
        self.fields.iter().find(|field| field.primary_key)
    }

    /// The fields that are columns of the model's own table: all but the many-to-many ones.
    pub fn concrete_fields(&self) -> impl Iterator<Item = &FieldSchema> {
        self.fields.iter().filter(|field| field.is_concrete())
    }

    /// The many-to-many fields.
    pub fn many_to_many(&self) -> impl Iterator<Item = &FieldSchema> {
        self.fields.iter().filter(|field| matches!(field.kind, FieldKind::ManyToMany(_)))
    }
}
