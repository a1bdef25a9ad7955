//! `dictsort` and `dictsortreversed`: lists by a key, an attribute or a place of their items.

use std::cmp::Ordering;

use rjango_core::Result;

use super::arguments::{needed, plain, refused, unfit};
use super::python;
use crate::filter::{Filter, FilterContext, Takes};
use crate::value::{Attribute, Value};

pub(super) const FILTERS: [Filter; 2] = [
    Filter::new("dictsort", dictsort).takes(Takes::One),
    Filter::new("dictsortreversed", dictsortreversed).takes(Takes::One),
];

fn dictsort(_: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    sorted("dictsort", value, argument, false)
}

fn dictsortreversed(_: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    sorted("dictsortreversed", value, argument, true)
}

/// What the items are asked for.
enum Key<'a> {
    /// Names behind one another: `author.name`.
    Path(Vec<&'a str>),
    /// A number, or a text that reads as one: a place of a list, or a key of a mapping.
    Item(&'a Value),
}

/// A value that an item has, or that nothing can be sorted by it.
type Found = Result<Option<Value>>;

fn sorted(name: &str, value: &Value, argument: Option<&Value>, is_reversed: bool) -> Result<Value> {
    let argument = needed(name, argument)?;
    let value = plain(value);
    let nothing = || Ok(Value::Text("".into()));
    let key = match (&*argument, python::float(&argument)) {
        (number, Ok(_)) => Key::Item(number),
        (Value::Text(path) | Value::Safe(path), Err(_)) => {
            if path.is_empty() {
                return Err(refused(format!("the filter `{name}` needs a name to sort by")));
            }
            // Names that begin with an underscore are private.
            if path.starts_with('_') || path.contains("._") {
                return nothing();
            }
            Key::Path(path.split('.').collect())
        }
        _ => return nothing(),
    };
    let Some(items) = value.items() else { return nothing() };
    let mut keyed = Vec::with_capacity(items.len());
    for item in items {
        let found = match &key {
            Key::Path(path) => at_path(name, &item, path)?,
            Key::Item(key) => at_item(name, &item, key)?,
        };
        match found {
            Some(found) => keyed.push((found, item)),
            None => return nothing(),
        }
    }
    let compare = |(left, _): &(Value, Value), (right, _): &(Value, Value)| {
        let order = order(left, right)?;
        Some(if is_reversed { order.reverse() } else { order })
    };
    match merge_sorted(keyed, compare) {
        Some(keyed) => Ok(Value::list(keyed.into_iter().map(|(_, item)| item))),
        None => nothing(),
    }
}

/// The items in order, where equal ones stay as they stood; nothing where two of them have no order.
///
/// The standard library's sort may panic where the order is not total, and Python's is not.
pub(super) fn merge_sorted<T>(items: Vec<T>, mut compare: impl FnMut(&T, &T) -> Option<Ordering>) -> Option<Vec<T>> {
    let mut runs: Vec<Vec<T>> = items.into_iter().map(|item| vec![item]).collect();
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
        let mut pairs = runs.into_iter();
        while let Some(left) = pairs.next() {
            merged.push(match pairs.next() {
                Some(right) => merge(left, right, &mut compare)?,
                None => left,
            });
        }
        runs = merged;
    }
    Some(runs.pop().unwrap_or_default())
}

fn merge<T>(left: Vec<T>, right: Vec<T>, compare: &mut impl FnMut(&T, &T) -> Option<Ordering>) -> Option<Vec<T>> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(first), Some(second)) = (left.peek(), right.peek()) {
        let next = if compare(first, second)? == Ordering::Greater { right.next() } else { left.next() };
        merged.extend(next);
    }
    merged.extend(left);
    merged.extend(right);
    Some(merged)
}

/// The order of two values; nothing where Python does not compare them.
// DIFFERENCE: Python leaves a list with NaN in no order at all. Here NaN stands behind all numbers.
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    let is_nan = |value: &Value| matches!(value, Value::Float(number) if number.is_nan());
    match (is_nan(left), is_nan(right)) {
        (false, false) => left.order(right),
        (true, true) => Some(Ordering::Equal),
        (true, false) => python::float(right).ok().filter(|_| right.as_str().is_none()).map(|_| Ordering::Greater),
        (false, true) => python::float(left).ok().filter(|_| left.as_str().is_none()).map(|_| Ordering::Less),
    }
}

fn at_path(name: &str, item: &Value, path: &[&str]) -> Found {
    let mut value = plain(item).into_owned();
    for part in path {
        let found = match &value {
            Value::Map(map) => map.get(part).cloned(),
            // A list has places, and this is not a number. What a text has are methods, which do not compare.
            Value::List(_) | Value::Tuple(_) | Value::Text(_) | Value::Safe(_) => None,
            other => match other.attribute(part) {
                Attribute::Value(found) => Some(found),
                Attribute::Unknown => None,
                Attribute::Refused(error) => return Err(error),
                Attribute::Later(_) => {
                    return Err(refused(format!(
                        "the filter `{name}` cannot wait for `{part}` of a `{}`; load it with the list, by `select_related`",
                        other.type_name()
                    )));
                }
            },
        };
        match found {
            Some(found) => value = plain(&found).into_owned(),
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}

fn at_item(name: &str, item: &Value, key: &Value) -> Found {
    let item = plain(item);
    if let Value::Map(map) = &*item {
        return match map.get_value(key) {
            Some(found) => Ok(Some(found.clone())),
            None => Err(refused(format!("the filter `{name}` found an item without the key `{}`", key.repr()))),
        };
    }
    // A text that reads as a number is a key, and not a place; a fraction is neither.
    let Some(place) = key.as_int() else { return Ok(None) };
    let items: Vec<Value> = match &*item {
        Value::Text(_) | Value::Safe(_) | Value::List(_) | Value::Tuple(_) | Value::Bytes(_) => {
            item.items().map(Iterator::collect).unwrap_or_default()
        }
        _ => return Ok(None),
    };
    let from_end = if place < 0 { place + items.len() as i128 } else { place };
    match usize::try_from(from_end).ok().and_then(|place| items.get(place)) {
        Some(found) => Ok(Some(found.clone())),
        None => Err(unfit(name, &format!("items that have a place {place}"), &item)),
    }
}
