//! How an instance shows itself: Django's `__str__`.

use rjango_schema::DisplayPart;

use crate::Value;
use crate::model::ModelMeta;

/// The compiled model's `Display`; else what the source reader found it to write; else a user's name to log in with, or
/// `Product object (1)`.
pub(super) fn display(meta: &ModelMeta, values: &[Value]) -> String {
    if let Some(text) = meta.entry.and_then(|entry| (entry.display)(values.to_vec())) {
        return text;
    }
    let fields = || meta.schema.concrete_fields().zip(values);
    if let Some(parts) = &meta.schema.display {
        let mut out = String::new();
        for part in parts {
            match part {
                DisplayPart::Text(text) => out.push_str(text),
                DisplayPart::Field(name) => {
                    if let Some((_, value)) = fields().find(|(field, _)| field.name == *name) {
                        out.push_str(&rust_display(value));
                    }
                }
            }
        }
        return out;
    }
    // A user is known by the name to log in with, as Django's `AbstractBaseUser.__str__` has it.
    let name = meta.schema.user.as_ref().map(|user| &user.username_field);
    if let Some((_, Value::Text(name))) = fields().find(|(field, _)| Some(&field.name) == name) {
        return name.clone();
    }
    let key = fields().find(|(field, _)| field.primary_key).map_or(&Value::Null, |(_, value)| value);
    format!("{} object ({key})", meta.schema.name)
}

/// The value as the field's own `Display` writes it: Rust's spelling, not Python's.
fn rust_display(value: &Value) -> String {
    match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Float(number) => number.to_string(),
        Value::DateTime(moment) => moment.to_string(),
        Value::Time(time) => time.to_string(),
        Value::Duration(duration) => duration.to_string(),
        other => other.to_string(),
    }
}
