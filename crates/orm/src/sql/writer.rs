//! A piece of SQL on its way to a statement.

use crate::connection::Statement;
use crate::sql::Dialect;
use crate::{Database, Value};

/// Stands for a parameter until the statement is whole and its placeholders can be numbered. No identifier holds it:
/// names come from Rust source and from settings, and quoting refuses none but this.
const PARAMETER: char = '\0';

/// How many conditions a chain has at most: SQLite takes expressions of a thousand levels.
const CHAINED: usize = 200;

/// SQL text and the parameters in it, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sql {
    text: String,
    parameters: Vec<Value>,
    /// Whether equal values are to be one parameter where placeholders have numbers.
    shared: bool,
}

impl Sql {
    pub(super) fn new() -> Self {
        Self { text: String::with_capacity(128), ..Self::default() }
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(super) fn value(value: Value) -> Self {
        Self { text: PARAMETER.to_string(), parameters: vec![value], shared: false }
    }

    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    pub(crate) fn push_value(&mut self, value: Value) -> &mut Self {
        self.text.push(PARAMETER);
        self.parameters.push(value);
        self
    }

    pub(super) fn push_name(&mut self, dialect: &dyn Dialect, name: &str) -> &mut Self {
        dialect.quote(name, &mut self.text);
        self
    }

    pub(super) fn append(&mut self, other: Self) -> &mut Self {
        self.text.push_str(&other.text);
        self.parameters.extend(other.parameters);
        self.shared |= other.shared;
        self
    }

    /// The pieces with `separator` between them.
    pub(super) fn join(pieces: impl IntoIterator<Item = Self>, separator: &str) -> Self {
        let mut out = Self::new();
        for (index, piece) in pieces.into_iter().enumerate() {
            if index > 0 {
                out.push(separator);
            }
            out.append(piece);
        }
        out
    }

    /// The conditions with `AND` or `OR` between them, in parentheses. Engines bound the depth of an expression, and a chain is as
    /// deep as it is long, so a long one is made of shorter ones.
    pub(super) fn chain(mut conditions: Vec<Self>, separator: &str) -> Self {
        while conditions.len() > CHAINED {
            let mut rest = std::mem::take(&mut conditions).into_iter().peekable();
            while rest.peek().is_some() {
                conditions.push(Self::join(rest.by_ref().take(CHAINED), separator).wrapped("(", ")"));
            }
        }
        Self::join(conditions, separator).wrapped("(", ")")
    }

    /// This between two texts.
    pub(super) fn wrapped(self, before: &str, after: &str) -> Self {
        let mut out = Self::text(before);
        out.append(self).push(after);
        out
    }

    pub(crate) fn as_text(&self) -> &str {
        &self.text
    }

    pub(super) fn as_text_mut(&mut self) -> &mut String {
        &mut self.text
    }

    pub(super) fn has_parameters(&self) -> bool {
        !self.parameters.is_empty()
    }

    /// Makes equal values one parameter where placeholders have numbers: an expression of SELECT and the same one of
    /// GROUP BY are the same to the engine only if their parameters are.
    pub(super) fn share_parameters(&mut self) {
        self.shared = true;
    }

    /// The statement, with the engine's placeholders.
    pub(crate) fn finish(self, dialect: &dyn Dialect) -> Statement {
        if self.shared && dialect.numbers_parameters() {
            return self.finish_shared(dialect);
        }
        if self.parameters.is_empty() {
            return Statement { sql: self.text, parameters: self.parameters };
        }
        let mut sql = String::with_capacity(self.text.len() + self.parameters.len());
        for (position, piece) in self.text.split(PARAMETER).enumerate() {
            if position > 0 {
                dialect.placeholder(position, &mut sql);
            }
            sql.push_str(piece);
        }
        Statement { sql, parameters: self.parameters }
    }

    fn finish_shared(self, dialect: &dyn Dialect) -> Statement {
        let mut sql = String::with_capacity(self.text.len() + self.parameters.len());
        let mut parameters: Vec<Value> = Vec::with_capacity(self.parameters.len());
        let mut values = self.parameters.into_iter();
        for (position, piece) in self.text.split(PARAMETER).enumerate() {
            if let Some(value) = (position > 0).then(|| values.next()).flatten() {
                // Equal numbers of two types are two values.
                let same = |known: &Value| *known == value && known.value_type() == value.value_type();
                let known = parameters.iter().position(same).unwrap_or_else(|| {
                    parameters.push(value.clone());
                    parameters.len() - 1
                });
                dialect.placeholder(known + 1, &mut sql);
            }
            sql.push_str(piece);
        }
        Statement { sql, parameters }
    }
}

/// The dialect of a database, for code outside of this module.
impl Database {
    /// A name in the quotes of this database's engine.
    pub fn quote(&self, name: &str) -> String {
        let mut out = String::with_capacity(name.len() + 2);
        self.dialect().quote(name, &mut out);
        out
    }
}
