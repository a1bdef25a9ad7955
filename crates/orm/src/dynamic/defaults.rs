//! A field's default as a value.

use chrono::{SubsecRound, Utc};
use rjango_core::{Error, Result};
use rjango_schema::{DefaultValue, FieldSchema};
use uuid::Uuid;

use crate::model::ModelMeta;
use crate::value::parse_date_time;
use crate::{Value, ValueType};

/// A new UUID.
const NEW_UUID: &str = "Uuid::new_v4";

/// This moment.
const NOW: [&str; 2] = ["Utc::now", "timezone::now"];

/// Whether the function of a default needs no compiled project: nearly every such default is one of these.
pub fn is_known_function(path: &str) -> bool {
    path.ends_with(NEW_UUID) || NOW.iter().any(|now| path.ends_with(now))
}

/// What a new instance's field holds: the default; else NULL for a nullable field, the first choice where there are
/// choices, empty text for text, and NULL for the rest, which the database then refuses.
///
/// # Errors
/// `ImproperlyConfigured` where the default is a Rust function, which the compiled project alone can call.
pub fn default_value(meta: &ModelMeta, field: &FieldSchema, value_type: ValueType) -> Result<Value> {
    // As the enum itself has it in the compiled project.
    let first = field.choices.first().map(|choice| &choice.value).filter(|_| !field.null);
    Ok(match field.default.as_ref().or(first) {
        None if field.null || value_type != ValueType::Text || field.kind.relation().is_some() => Value::Null,
        None => Value::Text(String::new()),
        Some(DefaultValue::Bool(flag)) => Value::Bool(*flag).coerce(value_type),
        Some(DefaultValue::Int(number)) => Value::Int(*number).coerce(value_type),
        Some(DefaultValue::Float(number)) => Value::Float(*number).coerce(value_type),
        // As the struct has it: a moment without a zone is in UTC.
        Some(DefaultValue::Text(text)) if value_type == ValueType::DateTime => match parse_date_time(text) {
            Some(moment) => Value::DateTime(moment),
            None => Value::Text(text.clone()),
        },
        Some(DefaultValue::Text(text)) => Value::Text(text.clone()).coerce(value_type),
        Some(DefaultValue::Json(text)) => Value::Json(serde_json::from_str(text)?),
        Some(DefaultValue::Function(path)) if path.ends_with(NEW_UUID) => Value::Uuid(Uuid::new_v4()),
        Some(DefaultValue::Function(path)) if is_known_function(path) => {
            Value::DateTime(Utc::now().trunc_subsecs(6)).coerce(value_type)
        }
        Some(DefaultValue::Function(path)) => {
            return Err(Error::improperly_configured(format!(
                "the default of `{}.{}` is the function `{path}`, which only the compiled project can call",
                meta.schema.label(),
                field.name
            ))
            .with_hint("give the field a value, or run the project's own binary"));
        }
    })
}
