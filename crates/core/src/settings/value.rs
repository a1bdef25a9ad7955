//! A value before it is typed: what a file or the environment says, and where.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::problem::Problem;

/// Where a setting's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A place in a file.
    File {
        /// The file's path, as it was given.
        file: Arc<str>,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
    },
    /// An environment variable.
    Environment(Arc<str>),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { file, line, column } => write!(f, "{file}:{line}:{column}"),
            Self::Environment(name) => write!(f, "environment variable {name}"),
        }
    }
}

/// A value and its origin.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    pub data: Data,
    pub origin: Origin,
}

/// What a value is. TOML's dates and times are text here: no setting has one.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Data {
    String(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Array(Vec<Value>),
    Table(Table),
    /// An environment variable's text, whose type the reader decides.
    Raw(String),
}

/// A table: each key with the place of the key itself.
pub(super) type Table = BTreeMap<String, Entry>;

/// A key's place and its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub key: Origin,
    pub value: Value,
}

impl Value {
    /// The type, in words.
    fn type_name(&self) -> &'static str {
        match &self.data {
            Data::String(_) | Data::Raw(_) => "a string",
            Data::Integer(_) => "an integer",
            Data::Float(_) => "a float",
            Data::Boolean(_) => "a boolean",
            Data::Array(_) => "a list",
            Data::Table(_) => "a table",
        }
    }

    /// What was found, in words: ``the integer `3` ``. Long and multi-line strings are only named.
    pub fn found(&self) -> String {
        match &self.data {
            Data::String(text) | Data::Raw(text) if text.chars().count() > 60 || text.contains('\n') => {
                "a longer string".to_owned()
            }
            Data::String(text) | Data::Raw(text) => format!("the string `{text}`"),
            Data::Integer(number) => format!("the integer `{number}`"),
            Data::Float(number) => format!("the float `{number}`"),
            Data::Boolean(flag) => format!("the boolean `{flag}`"),
            Data::Array(_) | Data::Table(_) => self.type_name().to_owned(),
        }
    }

    /// The problem that `name` wanted something else.
    pub fn expected(&self, name: &str, expected: &str) -> Problem {
        Problem::new(&self.origin, name, format!("`{name}` expects {expected}, found {}", self.found()))
    }

    /// The same, for what may hold a secret: of what was found only the type is told.
    pub fn expected_secret(&self, name: &str, expected: &str) -> Problem {
        Problem::new(&self.origin, name, format!("`{name}` expects {expected}, found {}", self.type_name()))
    }

    /// The problem that the value has the right type and is wrong all the same.
    pub fn refused(&self, name: &str, wrong: String) -> Problem {
        Problem::new(&self.origin, name, format!("`{name}` {wrong}"))
    }

    /// As TOML's own value, for what is handed on untyped.
    pub fn to_toml(&self) -> toml::Value {
        match &self.data {
            Data::String(text) | Data::Raw(text) => toml::Value::String(text.clone()),
            Data::Integer(number) => toml::Value::Integer(*number),
            Data::Float(number) => toml::Value::Float(*number),
            Data::Boolean(flag) => toml::Value::Boolean(*flag),
            Data::Array(items) => toml::Value::Array(items.iter().map(Self::to_toml).collect()),
            Data::Table(table) => {
                toml::Value::Table(table.iter().map(|(key, entry)| (key.clone(), entry.value.to_toml())).collect())
            }
        }
    }
}
