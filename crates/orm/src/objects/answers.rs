//! The methods without arguments that every instance has, as in Django: `get_status_display`, `get_next_by_created`, and
//! those of users.

use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::{DefaultValue, FieldKind, FieldSchema};
use rjango_templates::{BoxFuture, Value as TemplateValue};

use super::{InstanceObject, template_value};
use crate::Value;
use crate::dynamic::{Instance, Objects};
use crate::model::ModelMeta;
use crate::query::{Condition, Expression, Lookup, Operand, Path};
use crate::sql::equals;

/// What such a method gives.
pub(super) enum Found {
    /// A value at hand.
    Now(TemplateValue),
    /// A value that must be read.
    Later(BoxFuture<'static, Result<TemplateValue>>),
}

/// The method of this name, called.
pub(super) fn call(instance: &Arc<Instance>, name: &str) -> Option<Found> {
    let meta = instance.meta();
    if let Some(field) = displayed(meta, name) {
        return Some(Found::Now(label(field, instance.value(&field.name).unwrap_or(&Value::Null))));
    }
    if let Some((field, lookup)) = neighbour(meta, name) {
        return Some(Found::Later(Box::pin(next(Arc::clone(instance), field.name.clone(), lookup))));
    }
    of_user(instance, name).map(Found::Now)
}

/// The names that [`call`] knows.
pub(super) fn names(meta: &ModelMeta) -> Vec<String> {
    let mut names = Vec::new();
    for field in meta.schema.concrete_fields() {
        if !field.choices.is_empty() {
            names.push(format!("get_{}_display", field.name));
        }
        if has_neighbours(field) {
            names.push(format!("get_next_by_{}", field.name));
            names.push(format!("get_previous_by_{}", field.name));
        }
    }
    if meta.schema.user.is_some() {
        names.extend(["get_username", "is_anonymous", "is_authenticated"].map(str::to_owned));
        if meta.schema.field("first_name").is_some() {
            names.extend(["get_full_name", "get_short_name"].map(str::to_owned));
        }
    }
    names
}

/// The field of `get_status_display`.
fn displayed<'a>(meta: &'a ModelMeta, name: &str) -> Option<&'a FieldSchema> {
    let field = meta.schema.field(name.strip_prefix("get_")?.strip_suffix("_display")?)?;
    (!field.choices.is_empty()).then_some(field)
}

/// What people see of the value; a value that is not among the choices is shown itself.
fn label(field: &FieldSchema, value: &Value) -> TemplateValue {
    let is_chosen = |choice: &DefaultValue| match (choice, value) {
        (DefaultValue::Text(own), Value::Text(value)) => own == value,
        (DefaultValue::Int(own), Value::Int(value)) => own == value,
        (DefaultValue::Bool(own), Value::Bool(value)) => own == value,
        (DefaultValue::Float(own), Value::Float(value)) => own == value,
        // Decimals and dates are texts among the choices.
        (DefaultValue::Text(own), value) => !value.is_null() && *own == value.to_string(),
        _ => false,
    };
    match field.choices.iter().find(|choice| is_chosen(&choice.value)) {
        Some(choice) => choice.label.as_str().into(),
        None => template_value(value),
    }
}

fn has_neighbours(field: &FieldSchema) -> bool {
    !field.null && matches!(field.kind, FieldKind::Date { .. } | FieldKind::DateTime { .. })
}

/// The field of `get_next_by_created` and `get_previous_by_created`, and on which side of the value the row is.
fn neighbour<'a>(meta: &'a ModelMeta, name: &str) -> Option<(&'a FieldSchema, Lookup)> {
    let (field, lookup) = match name.strip_prefix("get_next_by_") {
        Some(field) => (field, Lookup::Gt),
        None => (name.strip_prefix("get_previous_by_")?, Lookup::Lt),
    };
    meta.schema.field(field).filter(|field| has_neighbours(field)).map(|field| (field, lookup))
}

/// The nearest row before or after this one by a field; of rows with one value the key decides.
async fn next(instance: Arc<Instance>, field: String, lookup: Lookup) -> Result<TemplateValue> {
    let meta = instance.meta();
    if instance.pk().is_null() {
        let message = format!("`{}` is not saved, so no row stands beside it", meta.schema.label());
        return Err(Error::new(ErrorKind::Other, message).with_hint("save it first"));
    }
    let value = instance.get(&field)?.clone();
    let beyond = |name: &str, value: &Value| Condition::Lookup {
        left: Expression::Column(Path(vec![name.to_owned().into()])),
        lookup,
        right: Operand::One(Expression::Value(value.clone())),
    };
    let beside = Condition::Any(vec![
        beyond(&field, &value),
        Condition::All(vec![equals(field.clone(), value.clone()), beyond("pk", instance.pk())]),
    ]);
    let mut rows = Objects::of(Arc::clone(meta)).filter_by(beside)?;
    let sign = if lookup == Lookup::Lt { "-" } else { "" };
    rows = rows.order_by([format!("{sign}{field}"), format!("{sign}pk")])?;
    if let Some(alias) = instance.alias() {
        rows = rows.using(alias);
    }
    // Django's `DoesNotExist` is silent in a template.
    Ok(rows.first().await?.map_or(TemplateValue::Undefined, InstanceObject::value))
}

/// What Django's `AbstractBaseUser` and `AbstractUser` give.
fn of_user(instance: &Instance, name: &str) -> Option<TemplateValue> {
    let schema = &instance.meta().schema;
    let user = schema.user.as_ref()?;
    let text = |field: &str| instance.value(field).and_then(Value::as_str).unwrap_or_default();
    Some(match name {
        "is_authenticated" => true.into(),
        "is_anonymous" => false.into(),
        "get_username" => template_value(instance.value(&user.username_field)?),
        "get_full_name" if schema.field("first_name").is_some() => {
            format!("{} {}", text("first_name"), text("last_name")).trim().into()
        }
        "get_short_name" if schema.field("first_name").is_some() => text("first_name").into(),
        _ => return None,
    })
}
