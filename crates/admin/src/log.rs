//! Who did what: the table `django_admin_log`.

use std::fmt;

use chrono::Utc;
use rjango_contrib::auth::{AnyUser, UserKey};
use rjango_contrib::contenttypes::ContentType;
use rjango_core::Result;
use rjango_macros::Model;
use rjango_orm::{Auto32, ForeignKey};
use rjango_schema::ModelSchema;
use serde_json::{Value, json};

use crate::words::{braced, filled, text};

/// A moment, in UTC.
type DateTime = chrono::DateTime<Utc>;

/// What was done to a row. The numbers are Django's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It was added.
    Addition = 1,
    /// It was changed.
    Change = 2,
    /// It was deleted.
    Deletion = 3,
}

/// Something that somebody did in the admin: Django's `LogEntry`.
#[derive(Model, Debug, Clone)]
#[model(
    app_label = "admin",
    table = "django_admin_log",
    ordering = "-action_time",
    verbose_name = "log entry",
    verbose_name_plural = "log entries"
)]
pub struct LogEntry {
    /// The key.
    pub id: Auto32,
    /// When.
    #[field(default = chrono::Utc::now, editable = false, verbose_name = "action time")]
    pub action_time: DateTime,
    /// Who.
    #[field(on_delete = "cascade")]
    pub user: UserKey,
    /// The row's model.
    #[field(on_delete = "set_null", verbose_name = "content type")]
    pub content_type: Option<ForeignKey<ContentType>>,
    /// The row's primary key.
    #[field(verbose_name = "object id")]
    pub object_id: Option<String>,
    /// How the row was shown then.
    #[field(max_length = 200, verbose_name = "object repr")]
    pub object_repr: String,
    /// 1 for an addition, 2 for a change, 3 for a deletion.
    #[field(verbose_name = "action flag")]
    pub action_flag: u16,
    /// What was changed, as Django's JSON.
    #[field(blank, verbose_name = "change message")]
    pub change_message: String,
}

impl LogEntry {
    /// The message for people: "Added.", "Changed Price and Name.", or what a program wrote as plain text.
    pub fn message(&self) -> String {
        match serde_json::from_str::<Vec<Value>>(&self.change_message) {
            Ok(parts) if parts.is_empty() => text("No fields changed."),
            Ok(parts) => parts.iter().map(sentence).collect::<Vec<_>>().join(" "),
            Err(_) => self.change_message.clone(),
        }
    }

    /// The CSS class of the entry: `addition`, `change`, `deletion`.
    pub fn kind(&self) -> &'static str {
        match self.action_flag {
            1 => "addition",
            3 => "deletion",
            _ => "change",
        }
    }
}

/// As Django: `Changed “Coffee” — Changed Price.`
impl fmt::Display for LogEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.action_flag {
            1 => f.write_str(&filled("Added “%(object)s”.", &[("object", &self.object_repr)])),
            2 => f.write_str(&filled(
                "Changed “%(object)s” — %(changes)s",
                &[("object", &self.object_repr), ("changes", &self.message())],
            )),
            3 => f.write_str(&filled("Deleted “%(object)s.”", &[("object", &self.object_repr)])),
            _ => f.write_str(&text("LogEntry Object")),
        }
    }
}

/// One part of a message. An inline's part names the row: Django's `{"added": {"name": .., "object": ..}}`.
fn sentence(part: &Value) -> String {
    let Some((verb, detail)) = part.as_object().and_then(|part| part.iter().next()) else { return String::new() };
    let given = |key: &str| detail.get(key).and_then(Value::as_str);
    let row = given("name").zip(given("object")).map(|(name, object)| (text(name), object));
    let said = |sentence: &str, name: &str, object: &str| braced(sentence, &[("name", name), ("object", object)]);
    match (verb.as_str(), row) {
        ("added", Some((name, object))) => said("Added {name} “{object}”.", &name, object),
        ("added", None) => text("Added."),
        ("deleted", Some((name, object))) => said("Deleted {name} “{object}”.", &name, object),
        ("deleted", None) => text("Deleted."),
        ("changed", row) => {
            let fields = detail.get("fields").and_then(Value::as_array).into_iter().flatten();
            let fields: Vec<String> = fields.filter_map(Value::as_str).map(text).collect();
            let fields = in_words(&fields);
            match row {
                Some((name, object)) => braced(
                    "Changed {fields} for {name} “{object}”.",
                    &[("fields", &fields), ("name", &name), ("object", object)],
                ),
                None => braced("Changed {fields}.", &[("fields", &fields)]),
            }
        }
        _ => String::new(),
    }
}

/// `a`, `a and b`, `a, b and c`: Django's `get_text_list`.
pub(crate) fn in_words<T: AsRef<str>>(words: &[T]) -> String {
    match words {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} {} {}", first.join(", "), text("and"), last.as_ref())
        }
    }
}

/// The message of an addition.
pub(crate) fn added() -> Value {
    json!([{ "added": {} }])
}

/// The message of a change of the fields with these labels.
pub(crate) fn changed(fields: &[String]) -> Value {
    if fields.is_empty() { json!([]) } else { json!([{ "changed": { "fields": fields } }]) }
}

/// The message of a deletion. Django leaves it empty.
pub(crate) fn deleted() -> Value {
    json!([])
}

/// Writes an entry: Django's `log_actions` for one row.
///
/// # Errors
/// The database's.
pub async fn log_action(
    user: &AnyUser,
    schema: &ModelSchema,
    object: (&rjango_orm::Value, &str),
    done: Done,
    message: &Value,
) -> Result<()> {
    let content_type = ContentType::get_for_schema(schema).await?;
    let (pk, repr) = object;
    let entry = LogEntry {
        action_time: Utc::now(),
        user: user.key(),
        content_type: Some(ForeignKey::to(&content_type)),
        object_id: Some(pk.to_string()),
        object_repr: repr.chars().filter(|character| *character != '\0').take(200).collect(),
        action_flag: done as u16,
        change_message: message_text(message, done),
        ..LogEntry::default()
    };
    LogEntry::objects().create(entry).await?;
    Ok(())
}

/// `json.dumps` of the message, as Django stores it: a space after `:` and `,`.
fn message_text(message: &Value, done: Done) -> String {
    if done == Done::Deletion {
        return String::new();
    }
    python_json(message)
}

/// As Python's `json.dumps`, so that rows look the same whoever wrote them.
fn python_json(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(python_json).collect::<Vec<_>>().join(", ")),
        Value::Object(items) => {
            let pairs: Vec<String> =
                items.iter().map(|(key, value)| format!("{}: {}", ascii(key), python_json(value))).collect();
            format!("{{{}}}", pairs.join(", "))
        }
        Value::String(text) => ascii(text),
        other => other.to_string(),
    }
}

/// A JSON string in ASCII alone.
fn ascii(text: &str) -> String {
    let mut out = String::new();
    for character in Value::String(text.to_owned()).to_string().chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        LogEntry { change_message: text.to_owned(), ..LogEntry::default() }.message()
    }

    #[test]
    fn messages_are_djangos() {
        assert_eq!(message("[]"), "No fields changed.");
        assert_eq!(message(r#"[{"added": {}}]"#), "Added.");
        assert_eq!(message(r#"[{"changed": {"fields": ["Price"]}}]"#), "Changed Price.");
        assert_eq!(message(r#"[{"changed": {"fields": ["A", "B", "C"]}}]"#), "Changed A, B and C.");
        assert_eq!(message(r#"[{"added": {"name": "tag", "object": "hot"}}]"#), "Added tag “hot”.");
        assert_eq!(message("by hand"), "by hand");
    }

    #[test]
    fn json_is_pythons() {
        assert_eq!(python_json(&changed(&["Größe".to_owned()])), r#"[{"changed": {"fields": ["Gr\u00f6\u00dfe"]}}]"#);
    }
}
