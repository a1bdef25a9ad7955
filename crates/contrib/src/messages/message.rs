//! One message, and its JSON in a cookie or a session.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr};
use serde_json::{Value, json};

use super::Level;

/// What marks a message in the JSON, so that it is not taken for a list.
const MARK: &str = "__json_message";

/// Something to tell the person on the next page, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// How much it matters.
    pub level: Level,
    /// What it says.
    pub message: String,
    /// CSS classes beside the level's.
    pub extra_tags: String,
    /// Whether it is HTML that templates show as it stands.
    pub is_safe: bool,
}

impl Message {
    /// Plain text, which templates escape.
    pub fn new(level: Level, message: impl Into<String>) -> Self {
        Self { level, message: message.into(), extra_tags: String::new(), is_safe: false }
    }

    /// The same message with CSS classes beside the level's.
    #[must_use]
    pub fn with_extra_tags(mut self, tags: impl Into<String>) -> Self {
        self.extra_tags = tags.into();
        self
    }

    /// The extra classes and the level's, separated by a space.
    pub fn tags(&self) -> String {
        [&*self.extra_tags, self.level.tag()].into_iter().filter(|tag| !tag.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Django's `MessageEncoder`: `["__json_message", safe, level, message, extra tags]`.
    pub(super) fn to_json(&self) -> Value {
        json!([MARK, i32::from(self.is_safe), self.level.0, self.message, self.extra_tags])
    }

    /// Django's `MessageDecoder`.
    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let parts = value.as_array()?;
        let [mark, is_safe, level, message, extra @ ..] = parts.as_slice() else { return None };
        if mark.as_str() != Some(MARK) {
            return None;
        }
        Some(Self {
            level: Level(level.as_i64()?),
            message: message.as_str()?.to_owned(),
            extra_tags: extra.first().and_then(Value::as_str).unwrap_or_default().to_owned(),
            is_safe: is_safe.as_i64() == Some(1) || is_safe.as_bool() == Some(true),
        })
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// In templates: `{{ message }}`, `message.tags`, `message.level`, `message.level_tag`, `message.extra_tags`.
impl Object for Message {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &minijinja::Value) -> Option<minijinja::Value> {
        Some(match key.as_str()? {
            "message" if self.is_safe => minijinja::Value::from_safe_string(self.message.clone()),
            "message" => self.message.clone().into(),
            "level" => self.level.0.into(),
            "level_tag" => self.level.tag().into(),
            "tags" => self.tags().into(),
            "extra_tags" => self.extra_tags.clone().into(),
            _ => return None,
        })
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
