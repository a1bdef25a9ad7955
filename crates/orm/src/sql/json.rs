//! Documents into SQL: the steps of a path, the lookups on keys, and comparisons with what a document holds.

use rjango_core::{Error, ErrorKind, Result};

use super::dialect::JsonKind;
use super::functions::fill;
use super::lookups::wrong_operand;
use super::scope::Scope;
use super::writer::Sql;
use crate::query::{Expression, Lookup, Operand};
use crate::value::python_json;
use crate::{Value, ValueType};

/// One step of a path as SQLite, MySQL and MariaDB read it: `$."key"`, with the key as in a document, or `$[0]`.
pub(super) fn path(step: Value) -> Value {
    match step {
        // MariaDB finds a key only where path and document spell it alike.
        Value::Text(key) => Value::Text(format!("$.{}", python_json(&serde_json::Value::String(key)))),
        Value::Int(index) => Value::Text(format!("$[{index}]")),
        other => other,
    }
}

impl Scope<'_> {
    /// A lookup on a document, where it is not written as on other columns.
    pub(super) fn compare_json(&mut self, left: &Sql, lookup: Lookup, right: &Operand) -> Result<Option<Sql>> {
        let sql = match (lookup, right) {
            (Lookup::HasKey, Operand::One(Expression::Value(key))) => self.has_key(left, key)?,
            (Lookup::HasKeys | Lookup::HasAnyKeys, Operand::Many(keys)) => {
                let keys = keys.iter().map(|key| match key {
                    Expression::Value(key) => self.has_key(left, key),
                    _ => Err(wrong_operand(lookup, "texts")),
                });
                let pieces = keys.collect::<Result<Vec<Sql>>>()?;
                match (pieces.is_empty(), lookup) {
                    (true, Lookup::HasKeys) => left.clone().wrapped("", " IS NOT NULL"),
                    (true, _) => Sql::text("0 = 1"),
                    (false, Lookup::HasKeys) => Sql::chain(pieces, " AND "),
                    (false, _) => Sql::chain(pieces, " OR "),
                }
            }
            (Lookup::HasKey, _) => return Err(wrong_operand(lookup, "a text")),
            (Lookup::HasKeys | Lookup::HasAnyKeys, _) => return Err(wrong_operand(lookup, "a list of texts")),
            (Lookup::Contains | Lookup::ContainedBy, Operand::One(Expression::Value(value))) => {
                let spelling = self.dialect.json_contains(lookup).ok_or_else(|| self.cannot(lookup))?;
                let value = self.value(value.clone(), Some(ValueType::Json));
                fill(spelling, vec![left.clone(), value.sql])?
            }
            (Lookup::Contains | Lookup::ContainedBy, _) => return Err(wrong_operand(lookup, "a document")),
            (Lookup::Exact | Lookup::Lt | Lookup::Lte | Lookup::Gt | Lookup::Gte, Operand::One(right)) => {
                return self.compare_held(left, lookup, right);
            }
            (Lookup::In, Operand::Many(options)) => {
                // Engines with a type of their own for documents have IN for them.
                if self.dialect.json_comparison("=", JsonKind::Numeric).is_none() {
                    return Ok(None);
                }
                if options.len() > self.dialect.listed_values()
                    && let Some(listed) = self.equals_any_held(left, options)?
                {
                    return Ok(Some(listed));
                }
                let options = options.iter().filter(|option| !matches!(option, Expression::Value(Value::Null)));
                let pieces: Vec<Sql> = options
                    .map(|option| self.equals_held(left, option))
                    .collect::<Result<Option<_>>>()?
                    .unwrap_or_default();
                if pieces.is_empty() {
                    return Ok(None);
                }
                Sql::chain(pieces, " OR ")
            }
            (Lookup::Range, Operand::Many(bounds)) => match bounds.as_slice() {
                [low, high] => {
                    let low = self.compare_held(left, Lookup::Gte, low)?;
                    let high = self.compare_held(left, Lookup::Lte, high)?;
                    let Some((low, high)) = low.zip(high) else { return Ok(None) };
                    Sql::chain(vec![low, high], " AND ")
                }
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        Ok(Some(sql))
    }

    fn has_key(&self, left: &Sql, key: &Value) -> Result<Sql> {
        let Value::Text(key) = key else { return Err(wrong_operand(Lookup::HasKey, "a text")) };
        let key = Sql::value(self.dialect.json_step(Value::Text(key.clone())));
        fill(self.dialect.json_has_key(), vec![left.clone(), key])
    }

    /// A number or a text in a document, compared as numbers and texts are.
    fn compare_held(&self, left: &Sql, lookup: Lookup, right: &Expression) -> Result<Option<Sql>> {
        let Expression::Value(value) = right else { return Ok(None) };
        let (Some(kind), value) = held(value.clone()) else { return Ok(None) };
        let operator = match lookup {
            Lookup::Gt => ">",
            Lookup::Gte => ">=",
            Lookup::Lt => "<",
            Lookup::Lte => "<=",
            _ => "=",
        };
        let Some(spelling) = self.dialect.json_comparison(operator, kind) else { return Ok(None) };
        fill(&spelling, vec![left.clone(), Sql::value(value)]).map(Some)
    }

    /// Equality with one option of a list; `None` where the option is no value.
    fn equals_held(&self, left: &Sql, option: &Expression) -> Result<Option<Sql>> {
        if let Some(sql) = self.compare_held(left, Lookup::Exact, option)? {
            return Ok(Some(sql));
        }
        let Expression::Value(value) = option else { return Ok(None) };
        let spelling = self.dialect.lookup(Lookup::Exact, ValueType::Json);
        let mut sql = left.clone().wrapped(spelling.before, spelling.between);
        sql.append(self.value(value.clone(), Some(ValueType::Json)).sql).push(spelling.after);
        Ok(Some(sql))
    }

    /// Equality with one of many values, as a few parameters; `None` where some option is not a value.
    fn equals_any_held(&self, left: &Sql, options: &[Expression]) -> Result<Option<Sql>> {
        let mut lists: Vec<(Option<JsonKind>, Vec<Value>)> = Vec::new();
        for option in options {
            let Expression::Value(value) = option else { return Ok(None) };
            // As Django: NULL is in no list.
            if value.is_null() {
                continue;
            }
            let (kind, value) = held(value.clone());
            let of_kind = |list: &&mut (_, Vec<Value>)| list.0 == kind && list.1[0].value_type() == value.value_type();
            match lists.iter_mut().find(of_kind) {
                Some((_, values)) => values.push(value),
                None => lists.push((kind, vec![value])),
            }
        }
        let mut pieces = Vec::new();
        for (kind, values) in lists {
            let Some(listed) = self.dialect.long_list(&values, None) else { return Ok(None) };
            for (before, list, after) in listed.parts {
                let list = Sql::value(list).wrapped(&before, &after).wrapped("(", ")");
                pieces.push(match kind {
                    Some(kind) => {
                        let Some(spelling) = self.dialect.json_comparison("IN", kind) else { return Ok(None) };
                        fill(&spelling, vec![left.clone(), list])?
                    }
                    None => {
                        let mut piece = left.clone().wrapped(listed.left.0, listed.left.1);
                        piece.push(" IN ").append(list);
                        piece
                    }
                });
            }
        }
        Ok((!pieces.is_empty()).then(|| Sql::chain(pieces, " OR ")))
    }

    #[cold]
    fn cannot(&self, lookup: Lookup) -> Error {
        let engine = self.dialect.engine();
        Error::new(ErrorKind::Other, format!("{engine} has no lookup `{}` on JSON documents", lookup.name()))
            .with_hint("compare what stands under a key: `field__key=value`, or `.key(\"key\").exact(value)`")
    }
}

/// A value as what a document holds is compared with: a number or a text by its kind, anything else as a document.
fn held(value: Value) -> (Option<JsonKind>, Value) {
    match value.coerce(ValueType::Json) {
        Value::Json(serde_json::Value::Number(number)) => {
            let float = || Value::Float(number.as_f64().unwrap_or(f64::NAN));
            (Some(JsonKind::Numeric), number.as_i64().map_or_else(float, Value::Int))
        }
        Value::Json(serde_json::Value::String(text)) => (Some(JsonKind::Text), Value::Text(text)),
        document => (None, document),
    }
}
