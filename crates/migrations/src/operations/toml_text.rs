//! The text of one `[[operations]]` table: scalars on a line each, lists of tables with one entry a line.
//!
//! serde's own writer would sort or nest the keys; a reviewer reads these files, so the layout is ours and the values are
//! serde's.

use rjango_core::{Error, ErrorKind, Result};
use serde::Serialize;

pub(crate) struct TomlText {
    text: String,
}

impl TomlText {
    pub(crate) fn new(type_name: &str) -> Self {
        Self { text: format!("[[operations]]\ntype = \"{type_name}\"\n") }
    }

    /// `key = value`, on one line.
    pub(crate) fn value(&mut self, key: &str, value: &impl Serialize) -> Result<()> {
        self.text.push_str(&format!("{key} = {}\n", inline(value)?));
        Ok(())
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

    pub(crate) fn finish(self) -> String {
        self.text
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
