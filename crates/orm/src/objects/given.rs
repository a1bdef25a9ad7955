//! The arguments of a method that the shell calls.

use rjango_core::{Error, ErrorKind, Result};
use rjango_templates::{Arguments, Value};

use super::convert;
use crate::dynamic::Argument;

/// The arguments of one call, taken out one after the other.
pub(super) struct Given<'a> {
    method: &'a str,
    positional: std::vec::IntoIter<Value>,
    named: Vec<(String, Value)>,
}

impl<'a> Given<'a> {
    pub(super) fn new(method: &'a str, arguments: Arguments) -> Self {
        Self { method, positional: arguments.positional.into_iter(), named: arguments.named }
    }

    fn wrong(&self, message: impl std::fmt::Display) -> Error {
        Error::new(ErrorKind::Other, format!("`{}()` {message}", self.method))
    }

    /// That nothing is left.
    pub(super) fn nothing(mut self) -> Result<()> {
        if let Some((name, _)) = self.named.first() {
            return Err(self.wrong(format_args!("has no argument `{name}`")));
        }
        match self.positional.next() {
            Some(value) => Err(self.wrong(format_args!("does not take the argument `{}`", value.repr()))),
            None => Ok(()),
        }
    }

    /// The arguments as they came, for another method.
    pub(super) fn back(self) -> Arguments {
        Arguments { positional: self.positional.collect(), named: self.named }
    }

    /// The argument of this name.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        let place = self.named.iter().position(|(own, _)| own == name)?;
        Some(self.named.remove(place).1)
    }

    /// Every argument by place as a text.
    pub(super) fn texts(&mut self) -> Result<Vec<String>> {
        let mut texts = Vec::new();
        while let Some(value) = self.positional.next() {
            match value.as_str() {
                Some(text) => texts.push(text.to_owned()),
                None => return Err(self.wrong(format_args!("takes names as texts, found `{}`", value.repr()))),
            }
        }
        Ok(texts)
    }

    /// Every argument by place as a key, and nothing by name.
    pub(super) fn keys(mut self) -> Result<Vec<crate::Value>> {
        let keys = self.positional.by_ref().map(|row| convert::value(&row)).collect::<Result<_>>()?;
        self.nothing()?;
        Ok(keys)
    }

    /// The one argument, a list, as keys.
    pub(super) fn key_list(mut self) -> Result<Vec<crate::Value>> {
        let rows = self.positional.next().and_then(|rows| rows.items());
        let Some(rows) = rows else { return Err(self.wrong("takes a list")) };
        let keys = rows.map(|row| convert::value(&row)).collect::<Result<_>>()?;
        self.nothing()?;
        Ok(keys)
    }

    /// The named arguments as lookups, and nothing by place.
    pub(super) fn lookups(mut self) -> Result<Vec<(String, Argument)>> {
        let named = std::mem::take(&mut self.named);
        self.nothing()?;
        named.into_iter().map(|(name, value)| Ok((name, convert::argument(&value)?))).collect()
    }

    /// The named arguments as fields, and nothing by place.
    pub(super) fn fields(mut self) -> Result<Vec<(String, crate::Value)>> {
        let named = std::mem::take(&mut self.named);
        self.nothing()?;
        named.into_iter().map(|(name, value)| Ok((name, convert::value(&value)?))).collect()
    }

    /// The argument `defaults` as fields.
    pub(super) fn defaults(&mut self) -> Result<Vec<(String, crate::Value)>> {
        match self.take("defaults") {
            None | Some(Value::None) => Ok(Vec::new()),
            Some(Value::Map(map)) => {
                map.iter().map(|(name, value)| Ok((name.text().into_owned(), convert::value(value)?))).collect()
            }
            Some(other) => Err(self.wrong(format_args!("takes a mapping as `defaults`, found `{}`", other.repr()))),
        }
    }

    /// The next argument as the bound of a slice.
    pub(super) fn bound(&mut self) -> Result<Option<u64>> {
        match self.positional.next() {
            None | Some(Value::None | Value::Undefined) => Ok(None),
            Some(value) => match value.as_int() {
                Some(number) => u64::try_from(number).map(Some).map_err(|_| {
                    Error::new(ErrorKind::Other, "a query set has no negative slices")
                        .with_hint("turn it round by `reverse()`, and slice from the front")
                }),
                None => Err(Error::new(
                    ErrorKind::Other,
                    format!("a slice has whole numbers as its bounds, found `{}`", value.repr()),
                )),
            },
        }
    }
}
