//! Values between the ORM and minijinja.

use minijinja::value::{Kwargs, Serde, ValueKind};
use rjango_core::Error;

use super::{InstanceObject, JsonNullObject, QuerySetObject};
use crate::Value;
use crate::dynamic::Argument;

/// A value as templates print it: decimals, dates and UUIDs are text, JSON documents lists and maps.
pub fn template_value(value: &Value) -> minijinja::Value {
    match value {
        Value::Null => minijinja::Value::from(()),
        Value::Bool(flag) => (*flag).into(),
        Value::Int(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
        other => Serde(other).into(),
    }
}

/// The value that an expression of the shell gives a field: an instance stands for its key, a list or map is JSON.
///
/// # Errors
/// `Other` where it is an instance that is not saved, or a whole number of more than 28 digits.
pub fn value(value: &minijinja::Value) -> rjango_core::Result<Value> {
    if value.downcast_object_ref::<JsonNullObject>().is_some() {
        return Ok(Value::Json(serde_json::Value::Null));
    }
    Ok(match value.kind() {
        ValueKind::Undefined | ValueKind::None => Value::Null,
        ValueKind::Bool => Value::Bool(value.is_true()),
        ValueKind::Number if value.is_integer() => match value.as_i64() {
            Some(number) => Value::Int(number),
            None => Value::Decimal(value.to_string().parse().map_err(|_| {
                Error::new(rjango_core::ErrorKind::Validation, format!("the number `{value}` has more than 28 digits"))
            })?),
        },
        ValueKind::Number => f64::try_from(value.clone()).map_or(Value::Null, Value::Float),
        ValueKind::String => Value::Text(value.as_str().unwrap_or_default().to_owned()),
        ValueKind::Bytes => Value::Bytes(value.as_bytes().unwrap_or_default().to_vec()),
        _ => match value.downcast_object_ref::<InstanceObject>() {
            Some(instance) if instance.pk().is_null() => {
                let label = instance.instance().meta().schema.label();
                return Err(Error::new(
                    rjango_core::ErrorKind::Other,
                    format!(
                        "the instance of `{label}` is not saved, so nothing can be compared with it or refer to it"
                    ),
                )
                .with_hint("save it first; for NULL write `None`"));
            }
            Some(instance) => instance.pk(),
            None => match serde_json::to_value(value) {
                Ok(json) => Value::Json(json),
                Err(_) => Value::Text(value.to_string()),
            },
        },
    })
}

/// The right side of a lookup: a list for `in`, a query, or one value.
pub(super) fn argument(given: &minijinja::Value) -> Result<Argument, minijinja::Error> {
    if let Some(query) = given.downcast_object_ref::<QuerySetObject>() {
        return Ok(Argument::Objects(Box::new(query.objects().clone())));
    }
    if matches!(given.kind(), ValueKind::Seq | ValueKind::Iterable)
        && let Ok(items) = given.try_iter()
    {
        return items.map(|item| value(&item)).collect::<Result<_, _>>().map(Argument::List).map_err(template_error);
    }
    if let Some(instance) = given.downcast_object_ref::<InstanceObject>() {
        return Ok(Argument::from(&instance.instance()));
    }
    value(given).map(Argument::Value).map_err(template_error)
}

/// Named arguments as lookups.
pub(super) fn lookups(named: &Kwargs) -> Result<Vec<(String, Argument)>, minijinja::Error> {
    named.args().map(|name| Ok((name.to_owned(), argument(&named.get::<minijinja::Value>(name)?)?))).collect()
}

/// Named arguments as fields.
pub(super) fn fields(named: &Kwargs) -> Result<Vec<(String, Value)>, minijinja::Error> {
    let field = |name: &str| {
        let value = value(&named.get::<minijinja::Value>(name)?).map_err(template_error)?;
        Ok((name.to_owned(), value))
    };
    named.args().map(field).collect()
}

/// An error of the ORM as a template's: its message, its hint, and itself as the cause.
pub(super) fn template_error(error: Error) -> minijinja::Error {
    let message = match error.hint() {
        Some(hint) => format!("{error}\nhint: {hint}"),
        None => error.to_string(),
    };
    minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, message).with_source(Boxed(error.into_boxed()))
}

/// A boxed error is no `Error` itself.
#[derive(Debug)]
struct Boxed(Box<dyn std::error::Error + Send + Sync>);

impl std::fmt::Display for Boxed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Boxed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

/// Refuses a method that changes rows where a template calls it: Django's `alters_data`. The shell's expressions may.
///
/// # Errors
/// `InvalidOperation` inside of a template.
pub(super) fn refuse_in_template(state: &minijinja::State<'_, '_>, method: &str) -> Result<(), minijinja::Error> {
    if state.name() == SHELL_EXPRESSION {
        return Ok(());
    }
    Err(minijinja::Error::new(
        minijinja::ErrorKind::InvalidOperation,
        format!("`{method}()` changes the database, and a template only shows it\nhint: call it in the view"),
    ))
}

/// The name that minijinja gives to an expression compiled outside of any template.
const SHELL_EXPRESSION: &str = "<expression>";
