//! `category__name__icontains` into a condition.

use std::borrow::Cow;

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::FieldSchema;

use super::Argument;
use crate::model::{ModelMeta, Models};
use crate::nearest::nearest;
use crate::query::{Condition, Expression, Lookup, Operand, Path};
use crate::sql::paths::{Target, resolve, value_type};
use crate::value::parse_value;
use crate::{Value, ValueType};

/// The condition that a lookup by name and its right side make.
///
/// # Errors
/// `Other` where a name is no field, relation or lookup, with the nearest one; `Validation` where text is no value of
/// the field.
pub fn parse_lookup(models: &Models, meta: &ModelMeta, name: &str, argument: Argument) -> Result<Condition> {
    let names: Vec<Cow<'static, str>> = name.split("__").map(|name| Cow::Owned(name.to_owned())).collect();
    let (target, lookup, names) = split(models, meta, names)?;
    let value_type = value_type(models, target.field);
    let convert = |value: Value| convert(target.field, value_type, lookup, value, name);
    let right = match argument {
        Argument::Value(value) if lookup == Lookup::IsNull => {
            let value = match value.coerce(ValueType::Bool) {
                flag @ Value::Bool(_) => flag,
                other => {
                    return Err(Error::new(
                        ErrorKind::Validation,
                        format!("`{name}` is true or false, found `{other}`"),
                    ));
                }
            };
            Operand::One(Expression::Value(value))
        }
        Argument::Value(value) if matches!(lookup, Lookup::In | Lookup::Range) => {
            return Err(Error::new(ErrorKind::Validation, format!("`{name}` takes a list, found `{value}`")));
        }
        Argument::Value(value) => Operand::One(Expression::Value(convert(value)?)),
        Argument::List(values) => {
            Operand::Many(values.into_iter().map(|value| convert(value).map(Expression::Value)).collect::<Result<_>>()?)
        }
        Argument::Objects(objects) => Operand::Query(Box::new(objects.into_query()), None),
    };
    Ok(Condition::Lookup { left: Expression::Column(Path(names)), lookup, right })
}

/// The field's target, the lookup, and the names without the lookup's.
fn split<'a>(
    models: &'a Models,
    meta: &'a ModelMeta,
    mut names: Vec<Cow<'static, str>>,
) -> Result<(Target<'a>, Lookup, Vec<Cow<'static, str>>)> {
    // A field may be called as a lookup is; the field comes first.
    let mistake = match resolve(models, meta, &names) {
        Ok(target) => return Ok((target, Lookup::Exact, names)),
        Err(mistake) => mistake,
    };
    let Some(last) = names.pop().filter(|_| !names.is_empty()) else { return Err(mistake) };
    let Ok(target) = resolve(models, meta, &names) else { return Err(mistake) };
    match Lookup::from_name(&last) {
        Some(lookup) => Ok((target, lookup, names)),
        None if target.relation => Err(mistake),
        None => {
            let all = Lookup::ALL.map(Lookup::name);
            let near = nearest(&last, &all).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            Err(Error::new(
                ErrorKind::Other,
                format!("`{}.{}` has no lookup `{last}`", target.meta.schema.label(), target.field.name),
            )
            .with_hint(format!("{near}the lookups are: {}", all.join(", "))))
        }
    }
}

fn convert(field: &FieldSchema, value_type: ValueType, lookup: Lookup, value: Value, name: &str) -> Result<Value> {
    let pattern = !matches!(
        lookup,
        Lookup::Exact | Lookup::Gt | Lookup::Gte | Lookup::Lt | Lookup::Lte | Lookup::In | Lookup::Range
    );
    match value {
        Value::Text(text) if !pattern && !matches!(value_type, ValueType::Text | ValueType::Json) => {
            let value = if field.kind.relation().is_some() {
                Value::Text(text).coerce(value_type)
            } else {
                // A lookup may compare with what the field could not hold: `price__lt="100.005"`.
                match Value::Text(text.clone()).coerce(value_type) {
                    Value::Text(_) => parse_value(field, &text).map_err(|error| {
                        let message = format!("`{name}` cannot compare with `{text}`: {error}");
                        error.wrap(message)
                    })?,
                    value => value,
                }
            };
            Ok(value)
        }
        Value::Null if lookup != Lookup::Exact && lookup != Lookup::IExact => Ok(Value::Null),
        value if pattern => Ok(value),
        value => Ok(value.coerce(value_type)),
    }
}
