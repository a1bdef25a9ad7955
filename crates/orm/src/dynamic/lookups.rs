//! `category__name__icontains` into a condition.

use std::borrow::Cow;

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::FieldSchema;

use super::Argument;
use crate::model::{ModelMeta, Models};
use crate::nearest::nearest;
use crate::query::{Condition, DatePart, Expression, Function, Lookup, Operand, Path};
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
    if let Some((left, lookup)) = document(models, meta, &names) {
        return in_document(left, lookup, argument, name);
    }
    let (target, transform, lookup, names) = split(models, meta, names)?;
    let value_type = match transform {
        Some(function) => function.value_type(&[Some(value_type(models, target.field))]),
        None => value_type(models, target.field),
    };
    let convert = |value: Value| match transform {
        Some(_) => Ok(value.coerce(value_type)),
        None => convert(target.field, value_type, lookup, value, name),
    };
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
        Argument::Unsaved(label) => unsaved(&label),
    };
    let column = Expression::Column(Path(names));
    let left = match transform {
        Some(function) => Expression::Function(function, vec![column]),
        None => column,
    };
    Ok(Condition::Lookup { left, lookup, right })
}

/// An instance without a key, for the compiler to refuse where it matters.
fn unsaved(label: &str) -> Operand {
    Operand::One(Expression::Unsaved(format!("the unsaved instance of `{label}`").into()))
}

/// The field's target, the part of a date that is meant, the lookup, and the names without the last two.
type Split<'a> = (Target<'a>, Option<Function>, Lookup, Vec<Cow<'static, str>>);

fn split<'a>(models: &'a Models, meta: &'a ModelMeta, mut names: Vec<Cow<'static, str>>) -> Result<Split<'a>> {
    // A field may be called as a lookup is; the field comes first.
    let mistake = match resolve(models, meta, &names) {
        Ok(target) => return Ok((target, None, Lookup::Exact, names)),
        Err(mistake) => mistake,
    };
    let Some(last) = names.pop().filter(|_| !names.is_empty()) else { return Err(mistake) };
    // `created__year` alone, or `created__year__gte`.
    let (part, lookup) = match (names.split_last(), Lookup::from_name(&last)) {
        (Some((part, before)), Some(lookup)) if !before.is_empty() => (part.clone(), lookup),
        _ => (last.clone(), Lookup::Exact),
    };
    let field = if part == last { names.as_slice() } else { &names[..names.len() - 1] };
    if let Ok(target) = resolve(models, meta, field)
        && let Some(function) = part_of(&part, value_type(models, target.field))
    {
        let field = field.to_vec();
        return Ok((target, Some(function), lookup, field));
    }
    let Ok(target) = resolve(models, meta, &names) else { return Err(mistake) };
    match Lookup::from_name(&last) {
        Some(lookup) => Ok((target, None, lookup, names)),
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

/// The way into a document, `data__sizes__0`, with its lookup; `None` where the names are no such way.
fn document(models: &Models, meta: &ModelMeta, names: &[Cow<'static, str>]) -> Option<(Expression, Lookup)> {
    if resolve(models, meta, names).is_ok() {
        return None;
    }
    let is_document = |field: &[Cow<'static, str>]| {
        resolve(models, meta, field)
            .is_ok_and(|target| !target.relation && value_type(models, target.field) == ValueType::Json)
    };
    let length = (1..names.len()).rev().find(|length| is_document(&names[..*length]))?;
    let (field, mut steps) = names.split_at(length);
    let mut lookup = Lookup::Exact;
    if let Some((last, before)) = steps.split_last()
        && let Some(named) = Lookup::from_name(last)
    {
        (steps, lookup) = (before, named);
    }
    let start = Expression::Column(Path(field.to_vec()));
    let way = steps.iter().fold(start, |of, step| {
        // As Django: a number is an index.
        let (function, step) = match step.parse() {
            Ok(index) => (Function::JsonIndex, Value::Int(index)),
            Err(_) => (Function::JsonKey, Value::Text(step.to_string())),
        };
        Expression::Function(function, vec![of, Expression::Value(step)])
    });
    Some((way, lookup))
}

/// A lookup on what a document holds.
fn in_document(left: Expression, lookup: Lookup, argument: Argument, name: &str) -> Result<Condition> {
    let of_text = matches!(
        lookup,
        Lookup::IExact
            | Lookup::IContains
            | Lookup::StartsWith
            | Lookup::IStartsWith
            | Lookup::EndsWith
            | Lookup::IEndsWith
            | Lookup::Regex
            | Lookup::IRegex
    );
    let is_key = matches!(lookup, Lookup::HasKey | Lookup::HasKeys | Lookup::HasAnyKeys);
    let convert = |value: Value| match value {
        Value::Null if lookup == Lookup::Exact && !matches!(left, Expression::Column(_)) => {
            Value::Json(serde_json::Value::Null)
        }
        value if is_key => value.coerce(ValueType::Text),
        value if of_text => value,
        value => value.coerce(ValueType::Json),
    };
    let right = match argument {
        Argument::Value(value) if lookup == Lookup::IsNull => match value.coerce(ValueType::Bool) {
            flag @ Value::Bool(_) => Operand::One(Expression::Value(flag)),
            other => {
                return Err(Error::new(ErrorKind::Validation, format!("`{name}` is true or false, found `{other}`")));
            }
        },
        Argument::Value(value) => Operand::One(Expression::Value(convert(value))),
        Argument::List(values) => {
            Operand::Many(values.into_iter().map(|value| Expression::Value(convert(value))).collect())
        }
        Argument::Objects(objects) => Operand::Query(Box::new(objects.into_query()), None),
        Argument::Unsaved(label) => unsaved(&label),
    };
    let left = if of_text { Expression::Function(Function::JsonText, vec![left]) } else { left };
    Ok(Condition::Lookup { left, lookup, right })
}

/// The type of the part of this name, such as `year` or `date`, that values of a type have; nothing where they have no such
/// part.
pub fn part_type(name: &str, of: ValueType) -> Option<ValueType> {
    part_of(name, of).map(|function| function.value_type(&[Some(of)]))
}

/// The function that takes the part of this name from a field of this type.
fn part_of(name: &str, of: ValueType) -> Option<Function> {
    let (days, times) = match of {
        ValueType::Date => (true, false),
        ValueType::Time => (false, true),
        ValueType::DateTime => (true, true),
        _ => return None,
    };
    match name {
        "date" if days && times => return Some(Function::TruncDate(None)),
        "time" if days && times => return Some(Function::TruncTime(None)),
        _ => {}
    }
    let part = DatePart::ALL.into_iter().find(|part| part.name() == name)?;
    let of_time = matches!(part, DatePart::Hour | DatePart::Minute | DatePart::Second);
    (if of_time { times } else { days }).then_some(Function::Extract(part, None))
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
