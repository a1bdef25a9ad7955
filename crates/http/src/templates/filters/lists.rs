//! Filters of lists, and of text as a list of characters.

use std::cmp::Ordering;

use minijinja::value::ValueKind;
use minijinja::{Environment, State, Value};

use super::{conditional_escape, escapes, integer, like, safe, text};

pub(super) fn install(environment: &mut Environment<'_>) {
    environment.add_filter("first", |value: &Value| end(value, false));
    environment.add_filter("last", |value: &Value| end(value, true));
    environment.add_filter("length", |value: &Value| value.len().unwrap_or(0));
    environment.add_filter("length_is", |value: &Value, length: &Value| {
        integer(length).is_some_and(|length| value.len().is_some_and(|own| own as i64 == length))
    });
    environment.add_filter("join", join);
    environment
        .add_filter("slice", |value: &Value, bits: &Value| slice(value, &text(bits)).unwrap_or_else(|| value.clone()));
    environment.add_filter("dictsort", |value: &Value, key: &Value| dict_sort(value, key, false));
    environment.add_filter("dictsortreversed", |value: &Value, key: &Value| dict_sort(value, key, true));
}

fn end(value: &Value, last: bool) -> Value {
    if let Some(text) = value.as_str() {
        let character = if last { text.chars().last() } else { text.chars().next() };
        return like(value, character.map(String::from).unwrap_or_default());
    }
    let item = match value.try_iter() {
        Ok(mut items) => {
            if last {
                items.last()
            } else {
                items.next()
            }
        }
        Err(_) => None,
    };
    item.unwrap_or_else(|| Value::from(""))
}

fn join(state: &State<'_, '_>, value: &Value, glue: Option<&Value>) -> Value {
    let Ok(items) = value.try_iter() else { return value.clone() };
    let glue = glue.map(|glue| conditional_escape(state, glue)).unwrap_or_default();
    let joined = items.map(|item| conditional_escape(state, &item)).collect::<Vec<_>>().join(&glue);
    if escapes(state) { safe(joined) } else { Value::from(joined) }
}

/// Python's slices: `2`, `1:3`, `:-1`, `::2`. Nothing where the bounds are no numbers or the value is no list.
fn slice(value: &Value, bits: &str) -> Option<Value> {
    let bound = |bit: &str| match bit.trim() {
        "" => Some(None),
        bit => bit.parse::<i64>().ok().map(Some),
    };
    let bounds: Option<Vec<Option<i64>>> = bits.split(':').map(bound).collect();
    let (start, stop, step) = match bounds?.as_slice() {
        [stop] => (None, *stop, 1),
        [start, stop] => (*start, *stop, 1),
        [start, stop, step] => (*start, *stop, step.unwrap_or(1)),
        _ => return None,
    };
    if step == 0 {
        return None;
    }
    let items: Vec<Value> = match value.as_str() {
        Some(text) => text.chars().map(|character| Value::from(character.to_string())).collect(),
        None if matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable) => value.try_iter().ok()?.collect(),
        None => return None,
    };
    let length = i64::try_from(items.len()).ok()?;
    let place = |bound: Option<i64>, open: i64| {
        let (least, most) = if step > 0 { (0, length) } else { (-1, length - 1) };
        bound.map_or(open, |bound| if bound < 0 { bound + length } else { bound }).clamp(least, most)
    };
    let (mut index, stop) = if step > 0 {
        (place(start, 0), place(stop, length))
    } else {
        (place(start, length - 1), stop.map_or(-1, |stop| place(Some(stop), -1)))
    };
    let mut taken = Vec::new();
    while (step > 0 && index < stop) || (step < 0 && index > stop) {
        taken.extend(usize::try_from(index).ok().and_then(|index| items.get(index)).cloned());
        index += step;
    }
    Some(match value.as_str() {
        Some(_) => like(value, taken.iter().map(text).collect()),
        None => Value::from(taken),
    })
}

/// Sorts by a key or a dotted path of keys; what cannot be sorted by it is an empty text. Names that start with an
/// underscore are private, as in Django.
fn dict_sort(value: &Value, key: &Value, reversed: bool) -> Value {
    let key = text(key);
    let sorted = || -> Option<Vec<Value>> {
        if !matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable)
            || key.split('.').any(|part| part.starts_with('_'))
        {
            return None;
        }
        let mut keyed: Vec<(Value, Value)> = Vec::new();
        for item in value.try_iter().ok()? {
            let mut found = item.clone();
            for part in key.split('.') {
                let index = part.parse::<usize>().ok().filter(|_| found.kind() == ValueKind::Seq);
                found = match index {
                    Some(index) => found.get_item_by_index(index).ok()?,
                    None => found.get_attr(part).ok()?,
                };
            }
            if found.is_undefined() {
                return None;
            }
            keyed.push((found, item));
        }
        keyed.sort_by(|(a, _), (b, _)| {
            let order = a.partial_cmp(b).unwrap_or(Ordering::Equal);
            if reversed { order.reverse() } else { order }
        });
        Some(keyed.into_iter().map(|(_, item)| item).collect())
    };
    sorted().map_or_else(|| Value::from(""), Value::from)
}
