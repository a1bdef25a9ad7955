//! `run_sql`: SQL that a person wrote, kept with the operations so that it is rendered in its turn.

use std::collections::BTreeMap;
use std::fmt;

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::Engine;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::{Act, Operation, TomlText, inverses};
use crate::ProjectState;

/// Runs SQL. The state changes by `state_operations` alone.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunSql {
    /// The statements, ended by `;` but for the last, which may do without.
    pub sql: EngineSql,
    /// The statements that undo it; without them the migration cannot be taken back. Empty text where nothing is to be
    /// undone.
    #[serde(default)]
    pub reverse_sql: Option<EngineSql>,
    /// What the statements mean for the models.
    #[serde(default)]
    pub state_operations: Vec<Operation>,
    /// Whether squashing may leave it out: it only touched rows.
    #[serde(default)]
    pub elidable: bool,
}

/// SQL for every engine, or a text for each: `"UPDATE ..."` or `{ sqlite = "UPDATE ...", postgres = "UPDATE ..." }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum EngineSql {
    /// The same text for every engine.
    Every(String),
    /// A text for each engine, by its name.
    Each(BTreeMap<&'static str, String>),
}

impl EngineSql {
    /// The text for an engine.
    ///
    /// # Errors
    /// `Migration` where there are texts for other engines only.
    pub fn of(&self, engine: Engine) -> Result<&str> {
        match self {
            Self::Every(sql) => Ok(sql),
            Self::Each(texts) => texts.get(engine.name()).map(String::as_str).ok_or_else(|| {
                let known: Vec<&str> = texts.keys().copied().collect();
                Error::new(
                    ErrorKind::Migration,
                    format!("a `run_sql` operation has SQL for `{}` and none for `{engine}`", known.join("`, `")),
                )
                .with_hint(format!(
                    "add `{engine} = \"...\"` to its `sql` and `reverse_sql`, or `\"\"` for nothing to do"
                ))
            }),
        }
    }
}

impl From<&str> for EngineSql {
    fn from(sql: &str) -> Self {
        Self::Every(sql.to_owned())
    }
}

/// By hand, because an untagged enum's errors say nothing.
impl<'de> Deserialize<'de> for EngineSql {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Texts;

        impl<'de> Visitor<'de> for Texts {
            type Value = EngineSql;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("SQL, or a table of SQL by engine")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> std::result::Result<EngineSql, E> {
                Ok(text.into())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<EngineSql, A::Error> {
                let mut texts = BTreeMap::new();
                while let Some((name, text)) = map.next_entry::<String, String>()? {
                    let engine = Engine::ALL.into_iter().find(|engine| engine.name() == name);
                    let engine = engine.ok_or_else(|| {
                        let message = format!("there is no engine `{name}`, expected `sqlite`, `postgres` or `mysql`");
                        serde::de::Error::custom(message)
                    })?;
                    texts.insert(engine.name(), text);
                }
                Ok(EngineSql::Each(texts))
            }
        }

        deserializer.deserialize_any(Texts)
    }
}

impl Act for RunSql {
    fn type_name(&self) -> &'static str {
        "run_sql"
    }

    fn symbol(&self) -> char {
        's'
    }

    fn describe(&self) -> String {
        "Raw SQL operation".to_owned()
    }

    fn fragment(&self) -> Option<String> {
        None
    }

    fn model(&self) -> Option<&str> {
        None
    }

    fn apply(&self, app: &str, state: &mut ProjectState) -> Result<()> {
        self.state_operations.iter().try_for_each(|operation| operation.apply(app, state))
    }

    fn inverse(&self, app: &str, before: &ProjectState) -> Result<Option<Operation>> {
        let Some(sql) = self.reverse_sql.clone() else { return Ok(None) };
        let Some(state_operations) = inverses(&self.state_operations, app, before)? else { return Ok(None) };
        let reverse_sql = Some(self.sql.clone());
        Ok(Some(Operation::RunSql(Self { sql, reverse_sql, state_operations, elidable: self.elidable })))
    }

    fn write(&self, text: &mut TomlText) -> Result<()> {
        text.value("sql", &self.sql)?;
        if let Some(sql) = &self.reverse_sql {
            text.value("reverse_sql", sql)?;
        }
        text.flag("elidable", self.elidable)?;
        text.operations("state_operations", &self.state_operations)
    }
}
