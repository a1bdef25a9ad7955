//! Expressions whose values are at hand: most of a page. They are computed without a future.
//!
//! What must be waited for, and what is to be told of a missing name, is left to `resolve.rs`, which begins anew.

use std::borrow::Cow;

use rjango_core::Result;

use crate::expression::{Base, Expression, Path};
use crate::value::{Attribute, Value};

use super::Render;
use super::blocks::BlockObject;
use super::print::may_wait;
use super::resolve::constant;

/// What a path leads to without a wait.
enum Found<'a> {
    Value(Cow<'a, Value>),
    Nothing,
    /// It takes a wait to know, or an error.
    Unknown,
}

impl Render {
    /// Writes the value of an expression; nothing where it must be waited for.
    pub(super) fn print_at_hand(&mut self, expression: &Expression) -> Option<Result<()>> {
        let value = match self.at_hand(expression)? {
            Ok(value) => value,
            Err(error) => return Some(Err(error)),
        };
        if is_loaded_inside(&value) {
            self.print_loaded(&value);
            return Some(Ok(()));
        }
        None
    }

    /// The value of an expression whose name is there.
    pub(super) fn at_hand(&self, expression: &Expression) -> Option<Result<Value>> {
        self.at_hand_or(expression, None)
    }

    /// The same where a missing name is `None`; the value is loaded.
    pub(super) fn quietly_at_hand(&self, expression: &Expression) -> Option<Result<Value>> {
        match self.at_hand_or(expression, Some(Value::None))? {
            Ok(value) if !is_loaded(&value) => None,
            value => Some(value),
        }
    }

    /// `missing` stands for a name that nothing has.
    fn at_hand_or(&self, expression: &Expression, missing: Option<Value>) -> Option<Result<Value>> {
        let mut value = match &expression.base {
            Base::Constant(value) => value.clone(),
            Base::Translated(text) => self.locale.translated(text),
            Base::Variable(path) => match self.find(path) {
                Found::Value(value) => value.into_owned(),
                Found::Nothing => missing?,
                Found::Unknown => return None,
            },
        };
        for call in &expression.filters {
            let argument = match &call.argument {
                None => None,
                Some(Base::Constant(value)) => Some(Cow::Borrowed(value)),
                Some(Base::Translated(text)) => Some(Cow::Owned(self.locale.translated(text))),
                Some(Base::Variable(path)) => match self.find(path) {
                    Found::Value(value) if is_loaded(&value) => Some(value),
                    _ => return None,
                },
            };
            if !is_loaded(&value) {
                return None;
            }
            value = match self.apply(call, value, argument.as_deref()) {
                Ok(value) => value,
                Err(error) => return Some(Err(error)),
            };
        }
        Some(Ok(value))
    }

    /// Follows a path through what is at hand. No value on the way is cloned where it stands in a mapping.
    fn find(&self, path: &Path) -> Found<'_> {
        let mut value = match self.first(&path.first) {
            Found::Value(value) => value,
            other => return other,
        };
        for name in &path.rest {
            if matches!(&*value, Value::Object(_)) {
                value = match called(value) {
                    Some(value) => value,
                    None => return Found::Unknown,
                };
                if &**name == "super" && value.downcast::<BlockObject>().is_some() {
                    return Found::Unknown;
                }
            }
            let found = match &value {
                Cow::Borrowed(Value::Map(map)) => map.get(name).map(Cow::Borrowed),
                _ => None,
            };
            value = match found {
                Some(found) => found,
                None => match value.attribute(name) {
                    Attribute::Value(found) => Cow::Owned(found),
                    Attribute::Unknown => return Found::Nothing,
                    Attribute::Later(_) | Attribute::Refused(_) => return Found::Unknown,
                },
            };
        }
        match &*value {
            Value::Object(_) => called(value).map_or(Found::Unknown, Found::Value),
            _ => Found::Value(value),
        }
    }

    fn first(&self, name: &str) -> Found<'_> {
        if let Some(value) = self.scopes.get(name) {
            return Found::Value(Cow::Borrowed(value));
        }
        if let Some(constant) = constant(name) {
            return Found::Value(Cow::Owned(constant));
        }
        match self.scopes.root() {
            Some(Value::Map(map)) => map.get(name).map_or(Found::Nothing, |value| Found::Value(Cow::Borrowed(value))),
            Some(Value::Object(object)) => match object.attribute(name) {
                Attribute::Value(value) => Found::Value(Cow::Owned(value)),
                Attribute::Unknown => Found::Nothing,
                Attribute::Later(_) | Attribute::Refused(_) => Found::Unknown,
            },
            _ => Found::Nothing,
        }
    }
}

/// What can be called is called. Nothing where the answer is not at hand.
fn called(value: Cow<'_, Value>) -> Option<Cow<'_, Value>> {
    let answer = match &*value {
        Value::Object(object) => match object.call() {
            None => None,
            Some(Attribute::Value(answer)) => Some(answer),
            Some(_) => return None,
        },
        _ => None,
    };
    Some(answer.map_or(value, Cow::Owned))
}

fn is_loaded(value: &Value) -> bool {
    !matches!(value, Value::Object(object) if object.load().is_some())
}

/// Whether a value and what is in it can be printed at once. A list is printed with its items.
fn is_loaded_inside(value: &Value) -> bool {
    match value {
        Value::Object(_) => is_loaded(value),
        Value::List(items) | Value::Tuple(items) => items.iter().all(|item| !may_wait(item)),
        Value::Map(map) => map.iter().all(|(_, item)| !may_wait(item)),
        _ => true,
    }
}
