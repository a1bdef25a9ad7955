//! Values between the ORM and templates.

use std::borrow::Cow;

use rjango_core::{Error, ErrorKind, Result};
use rjango_templates::Value as TemplateValue;

use super::{InstanceObject, JsonNullObject, QuerySetObject, RelatedObject};
use crate::Value;
use crate::dynamic::Argument;

/// A value as templates see it: a decimal is a decimal, a moment a moment, a JSON document lists and mappings.
pub fn template_value(value: &Value) -> TemplateValue {
    match value {
        Value::Null => TemplateValue::None,
        Value::Bool(flag) => (*flag).into(),
        Value::Int(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Decimal(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
        Value::Bytes(bytes) => TemplateValue::Bytes(bytes.as_slice().into()),
        Value::Date(date) => (*date).into(),
        Value::Time(time) => (*time).into(),
        Value::DateTime(moment) => (*moment).into(),
        Value::Duration(duration) => (*duration).into(),
        Value::Uuid(uuid) => (*uuid).into(),
        Value::Json(json) => json.into(),
    }
}

/// The value that an expression of the shell gives a field: an instance stands for its key, a list or mapping is JSON. A
/// day and time without a zone is text, which the field reads as it reads what somebody types.
///
/// # Errors
/// `Other` where it is an instance that is not saved, or an object that is not a value; `Validation` for a whole number of more
/// than 28 digits.
pub fn value(value: &TemplateValue) -> Result<Value> {
    Ok(match value {
        TemplateValue::Undefined | TemplateValue::None => Value::Null,
        TemplateValue::Bool(flag) => Value::Bool(*flag),
        TemplateValue::Int(number) => Value::Int(*number),
        TemplateValue::Big(number) => Value::Decimal(number.to_string().parse().map_err(|_| {
            Error::new(ErrorKind::Validation, format!("the number `{number}` has more than 28 digits"))
        })?),
        TemplateValue::Float(number) => Value::Float(*number),
        TemplateValue::Decimal(number) => Value::Decimal(*number),
        TemplateValue::Text(text) | TemplateValue::Safe(text) => Value::Text((**text).to_owned()),
        TemplateValue::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
        TemplateValue::Date(date) => Value::Date(*date),
        TemplateValue::Time(time) => Value::Time(*time),
        TemplateValue::DateTime(moment) => Value::DateTime(*moment),
        TemplateValue::Zoned(moment) => Value::DateTime(moment.to_utc()),
        TemplateValue::Naive(_) => Value::Text(value.text().into_owned()),
        TemplateValue::Duration(duration) => Value::Duration(*duration),
        TemplateValue::Uuid(uuid) => Value::Uuid(*uuid),
        TemplateValue::List(_) | TemplateValue::Tuple(_) | TemplateValue::Map(_) => Value::Json(
            serde_json::to_value(value)
                .map_err(|error| Error::new(ErrorKind::Validation, format!("not a JSON document: {error}")))?,
        ),
        TemplateValue::Object(object) => {
            if value.downcast::<JsonNullObject>().is_some() {
                return Ok(Value::Json(serde_json::Value::Null));
            }
            if let Some(instance) = value.downcast::<InstanceObject>() {
                return key(instance);
            }
            match object.plain() {
                Some(plain) => return self::value(&plain),
                None => {
                    return Err(Error::new(
                        ErrorKind::Other,
                        format!("`{}` is not the value of a field", value.repr()),
                    ));
                }
            }
        }
    })
}

fn key(instance: &InstanceObject) -> Result<Value> {
    let instance = instance.instance();
    if instance.pk().is_null() {
        let label = instance.meta().schema.label();
        let message =
            format!("the instance of `{label}` is not saved, so nothing can be compared with it or refer to it");
        return Err(Error::new(ErrorKind::Other, message).with_hint("save it first; for NULL write `None`"));
    }
    Ok(instance.pk().clone())
}

/// The right side of a lookup: a list for `in`, a query, or one value.
pub(super) fn argument(given: &TemplateValue) -> Result<Argument> {
    if let Some(query) = given.downcast::<QuerySetObject>() {
        return Ok(Argument::Objects(Box::new(query.objects().clone())));
    }
    if let Some(related) = given.downcast::<RelatedObject>() {
        return Ok(Argument::Objects(Box::new(related.related().objects())));
    }
    if let Some(instance) = given.downcast::<InstanceObject>() {
        return Ok(Argument::from(&*instance.instance()));
    }
    match given {
        TemplateValue::List(items) | TemplateValue::Tuple(items) => {
            items.iter().map(value).collect::<Result<_>>().map(Argument::List)
        }
        _ => value(given).map(Argument::Value),
    }
}

/// A list of names for messages.
pub(super) fn names(names: &[&'static str]) -> impl Iterator<Item = Cow<'static, str>> {
    names.iter().map(|name| Cow::Borrowed(*name))
}
