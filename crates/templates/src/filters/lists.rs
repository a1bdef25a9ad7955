//! Filters of lists: `first`, `last`, `length`, `join`, `random`, `slice`.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::Arc;

use rjango_core::Result;

use super::arguments::{conditional_escape, needed, plain, unfit};
use super::python;
use crate::filter::{Filter, FilterContext, Takes};
use crate::value::Value;

pub(super) const FILTERS: [Filter; 6] = [
    Filter::new("first", first),
    Filter::new("join", join).safe().takes(Takes::One),
    Filter::new("last", last).safe(),
    Filter::new("length", length),
    Filter::new("random", random).safe(),
    Filter::new("slice", slice).safe().takes(Takes::One),
];

fn first(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let value = plain(value);
    match &*value {
        Value::Text(text) | Value::Safe(text) => Ok(text.chars().next().map_or_else(empty, Value::from)),
        Value::Map(map) => {
            // Python asks a mapping for its key 0.
            map.get_value(&Value::Int(0)).cloned().ok_or_else(|| unfit("first", "a list", &value))
        }
        _ => Ok(items_of("first", &value)?.into_iter().next().unwrap_or_else(empty)),
    }
}

fn last(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let value = plain(value);
    match &*value {
        Value::Text(text) | Value::Safe(text) => Ok(text.chars().next_back().map_or_else(empty, Value::from)),
        Value::Map(map) => map.get_value(&Value::Int(-1)).cloned().ok_or_else(|| unfit("last", "a list", &value)),
        // DIFFERENCE: Django refuses a query set here, which has no places from its end.
        _ => Ok(items_of("last", &value)?.pop().unwrap_or_else(empty)),
    }
}

fn empty() -> Value {
    Value::Text("".into())
}

/// The items of what has places. A mapping has none.
fn items_of(name: &str, value: &Value) -> Result<Vec<Value>> {
    match value {
        Value::Map(_) => None,
        _ => value.items(),
    }
    .map(Iterator::collect)
    .ok_or_else(|| unfit(name, "a list", value))
}

fn length(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    Ok(Value::from(plain(value).len().unwrap_or(0)))
}

fn join(context: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    let glue = needed("join", argument)?;
    let value = plain(value);
    if !context.autoescape && glue.as_str().is_none() {
        return Err(unfit("join", "a text as its argument", &glue));
    }
    let Some(items) = value.items() else { return Ok(value.into_owned()) };
    let mut joined = String::new();
    if context.autoescape {
        let glue = conditional_escape(&glue);
        for (place, item) in items.enumerate() {
            if place > 0 {
                joined.push_str(&glue);
            }
            joined.push_str(&conditional_escape(&item));
        }
        return Ok(Value::safe(joined));
    }
    let glue = glue.text();
    for (place, item) in items.enumerate() {
        if place > 0 {
            joined.push_str(&glue);
        }
        match plain(&item).as_str() {
            Some(item) => joined.push_str(item),
            // Without escaping Python joins texts alone, and Django leaves the list as it is.
            None => return Ok(value.into_owned()),
        }
    }
    Ok(Value::safe(joined))
}

fn random(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let value = plain(value);
    let items = match &*value {
        // Python asks a mapping for a whole number as its key.
        Value::Map(map) if map.is_empty() => return Ok(empty()),
        Value::Map(map) => {
            let key = i64::try_from(random_place(map.len())).unwrap_or(0);
            return map.get_value(&Value::Int(key)).cloned().ok_or_else(|| unfit("random", "a list", &value));
        }
        other => items_of("random", other)?,
    };
    if items.is_empty() {
        return Ok(empty());
    }
    Ok(items[random_place(items.len())].clone())
}

/// A place below `count`, which is above 0.
fn random_place(count: usize) -> usize {
    // The standard library's hashers start from random keys; nothing here must be hard to guess.
    let number = RandomState::new().build_hasher().finish();
    usize::try_from(number % count as u64).unwrap_or(0)
}

fn slice(_: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    let bounds = needed("slice", argument)?;
    let value = plain(value);
    Ok(bounds_of(&bounds.text()).and_then(|bounds| sliced(&value, bounds)).unwrap_or_else(|| value.into_owned()))
}

/// The start, stop and step of a slice.
type Bounds = (Option<i64>, Option<i64>, i64);

fn bounds_of(text: &str) -> Option<Bounds> {
    let mut bounds = Vec::new();
    for bound in text.split(':') {
        bounds.push(match bound {
            "" => None,
            // Beyond every list, a number is as good as a greater one.
            bound => match python::int(&Value::from(bound)) {
                Ok(bound) => Some(i64::try_from(bound.clamp(-(1 << 62), 1 << 62)).ok()?),
                Err(python::NotANumber::TooBig) if bound.trim_start().starts_with('-') => Some(-(1 << 62)),
                Err(python::NotANumber::TooBig) => Some(1 << 62),
                Err(_) => return None,
            },
        });
    }
    match bounds.as_slice() {
        [stop] => Some((None, *stop, 1)),
        [start, stop] => Some((*start, *stop, 1)),
        [start, stop, step] => Some((*start, *stop, step.unwrap_or(1))).filter(|(_, _, step)| *step != 0),
        _ => None,
    }
}

/// Python's `value[start:stop:step]`; nothing where the value has no places.
fn sliced(value: &Value, bounds: Bounds) -> Option<Value> {
    Some(match value {
        Value::Text(text) | Value::Safe(text) => {
            let characters: Vec<char> = text.chars().collect();
            Value::from(taken(&characters, bounds).into_iter().collect::<String>())
        }
        Value::Bytes(bytes) => Value::Bytes(taken(bytes, bounds).into()),
        Value::List(items) => Value::List(taken(items, bounds).into()),
        Value::Tuple(items) => Value::Tuple(Arc::from(taken(items, bounds))),
        // DIFFERENCE: Django leaves a query set whole where a bound counts from its end.
        Value::Object(object) => Value::List(taken(&object.items()?, bounds).into()),
        _ => return None,
    })
}

fn taken<T: Clone>(items: &[T], (start, stop, step): Bounds) -> Vec<T> {
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let (least, most) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let place = |bound: Option<i64>, open: i64| match bound {
        Some(bound) => (if bound < 0 { bound + length } else { bound }).clamp(least, most),
        None => open,
    };
    let (start, stop) =
        if step > 0 { (place(start, least), place(stop, most)) } else { (place(start, most), place(stop, least)) };
    let mut taken = Vec::new();
    let mut at = start;
    while (step > 0 && at < stop) || (step < 0 && at > stop) {
        taken.extend(usize::try_from(at).ok().and_then(|at| items.get(at)).cloned());
        at = at.saturating_add(step);
    }
    taken
}
