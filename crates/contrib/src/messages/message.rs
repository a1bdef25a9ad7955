//! One message, and its JSON in a cookie or a session.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;

use rjango_http::templates::{self, Attribute, Object};
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

/// The names that a template can ask for.
const ATTRIBUTES: [&str; 5] = ["extra_tags", "level", "level_tag", "message", "tags"];

/// In templates: `{{ message }}`, `message.message`, `message.tags`, `message.level`, `message.level_tag`, `message.extra_tags`.
impl Object for Message {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn type_name(&self) -> &str {
        "Message"
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        Attribute::Value(match name {
            "message" if self.is_safe => templates::Value::safe(self.message.as_str()),
            "message" => self.message.as_str().into(),
            "level" => self.level.0.into(),
            "level_tag" => self.level.tag().into(),
            "tags" => self.tags().into(),
            "extra_tags" => self.extra_tags.as_str().into(),
            _ => return Attribute::Unknown,
        })
    }

    fn attribute_names(&self) -> Vec<Cow<'_, str>> {
        ATTRIBUTES.map(Cow::Borrowed).to_vec()
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other
            .as_any()
            .downcast_ref::<Self>()
            .is_some_and(|other| self.level == other.level && self.message == other.message)
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(&self.message)
    }

    fn is_safe(&self) -> bool {
        self.is_safe
    }
}
