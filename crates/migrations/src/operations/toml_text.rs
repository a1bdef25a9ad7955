//! The text of one `[[operations]]` table: scalars on a line each, lists of tables with one entry a line.
//!
//! serde's own writer would sort or nest the keys; a reviewer reads these files, so the layout is ours and the values are
//! serde's.

use rjango_core::{Error, ErrorKind, Result};
use serde::Serialize;

use super::Operation;

pub(crate) struct TomlText {
    /// The path of the table: `operations`, and for one inside another `operations.state_operations`.
    path: String,
    text: String,
    /// The tables inside this one: TOML has them after its last key.
    inner: String,
}

impl TomlText {
    pub(crate) fn new(path: &str, type_name: &str) -> Self {
        Self { path: path.to_owned(), text: format!("[[{path}]]\ntype = \"{type_name}\"\n"), inner: String::new() }
    }

    /// `key = value`, on one line.
    pub(crate) fn value(&mut self, key: &str, value: &impl Serialize) -> Result<()> {
        self.text.push_str(&format!("{key} = {}\n", inline(value)?));
        Ok(())
    }

    /// `key = true`; nothing where it is not set.
    pub(crate) fn flag(&mut self, key: &str, set: bool) -> Result<()> {
        if set { self.value(key, &true) } else { Ok(()) }
    }

    /// `key = [ .. ]` with an entry a line; nothing where there are none.
    pub(crate) fn list<T: Serialize>(&mut self, key: &str, values: &[T]) -> Result<()> {
        if values.is_empty() {
            return Ok(());
        }
        self.text.push_str(&format!("{key} = [\n"));
        for value in values {
            self.text.push_str(&format!("    {},\n", inline(value)?));
        }
        self.text.push_str("]\n");
        Ok(())
    }

    /// `[[operations.key]]`, a table for each operation.
    pub(crate) fn operations(&mut self, key: &str, operations: &[Operation]) -> Result<()> {
        for operation in operations {
            let mut text = Self::new(&format!("{}.{key}", self.path), operation.type_name());
            operation.act().write(&mut text)?;
            self.inner.push('\n');
            self.inner.push_str(&text.finish());
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> String {
        self.text + &self.inner
    }
}

/// A value as TOML on one line.
pub(crate) fn inline(value: &impl Serialize) -> Result<String> {
    let mut text = String::new();
    value.serialize(toml::ser::ValueSerializer::new(&mut text)).map_err(|error| {
        Error::new(ErrorKind::Migration, "an operation holds a value that TOML cannot express").with_source(error)
    })?;
    Ok(text)
}
