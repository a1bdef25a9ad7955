//! `add` and `get_digit`.

use chrono::TimeDelta;
use rjango_core::{Error, Result};

use super::arguments::{needed, plain, refused, unfit};
use super::python::{NotANumber, int};
use crate::filter::{Filter, FilterContext, Takes};
use crate::value::Value;

pub(super) const FILTERS: [Filter; 2] =
    [Filter::new("add", add).takes(Takes::One), Filter::new("get_digit", get_digit).takes(Takes::One)];

/// Adds whole numbers; what are not both numbers is added as Python does, or is nothing.
fn add(_: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    let argument = needed("add", argument)?;
    let value = plain(value);
    // The first that is not a number decides, as in Python.
    match int(&value).and_then(|left| Ok((left, int(&argument)?))) {
        Ok((left, right)) => left.checked_add(right).map(Value::int).ok_or_else(too_big),
        Err(NotANumber::Infinite) => Err(refused("the filter `add` cannot add infinity".to_owned())),
        Err(NotANumber::TooBig) => Err(too_big()),
        Err(NotANumber::Value | NotANumber::Type) => {
            Ok(sum(&value, &argument).unwrap_or_else(|| Value::Text("".into())))
        }
    }
}

fn too_big() -> Error {
    refused("the filter `add` takes numbers of at most 38 digits".to_owned())
}

/// Python's `left + right`, where it has an answer.
fn sum(left: &Value, right: &Value) -> Option<Value> {
    Some(match (left, right) {
        (Value::Safe(left), Value::Safe(right)) => Value::safe(format!("{left}{right}")),
        (Value::Text(left) | Value::Safe(left), Value::Text(right) | Value::Safe(right)) => {
            Value::from(format!("{left}{right}"))
        }
        (Value::Bytes(left), Value::Bytes(right)) => Value::Bytes([&**left, &**right].concat().into()),
        (Value::List(left), Value::List(right)) => Value::List([&**left, &**right].concat().into()),
        (Value::Tuple(left), Value::Tuple(right)) => Value::Tuple([&**left, &**right].concat().into()),
        (Value::Duration(left), Value::Duration(right)) => Value::Duration(left.checked_add(right)?),
        (Value::Duration(duration), moment) | (moment, Value::Duration(duration)) => later(moment, *duration)?,
        // Where whole numbers could be added they were: one of both is not a number.
        (Value::Float(_), Value::Float(_) | Value::Int(_) | Value::Big(_) | Value::Bool(_))
        | (Value::Int(_) | Value::Big(_) | Value::Bool(_), Value::Float(_)) => Value::Float(f64::NAN),
        _ => return None,
    })
}

fn later(moment: &Value, duration: TimeDelta) -> Option<Value> {
    Some(match moment {
        // A day moves by whole days, and Python counts them towards the past.
        Value::Date(date) => {
            let days = duration.num_days() - i64::from(TimeDelta::days(duration.num_days()) > duration);
            Value::Date(date.checked_add_signed(TimeDelta::try_days(days)?)?)
        }
        Value::Naive(moment) => Value::Naive(moment.checked_add_signed(duration)?),
        Value::DateTime(moment) => Value::DateTime(moment.checked_add_signed(duration)?),
        Value::Zoned(moment) => Value::Zoned(moment.checked_add_signed(duration)?.into()),
        _ => return None,
    })
}

fn get_digit(_: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    let argument = needed("get_digit", argument)?;
    let value = plain(value);
    let place = match int(&argument) {
        Ok(place) => place,
        Err(NotANumber::Value) => return Ok(value.into_owned()),
        Err(_) => return Err(unfit("get_digit", "a whole number as its argument", &argument)),
    };
    let number = match int(&value) {
        Ok(number) => number,
        Err(NotANumber::Value) => return Ok(value.into_owned()),
        Err(_) => return Err(unfit("get_digit", "a whole number", &value)),
    };
    if place < 1 {
        return Ok(Value::int(number));
    }
    let digits = number.to_string();
    let digit = usize::try_from(place).ok().and_then(|place| digits.len().checked_sub(place));
    match digit.and_then(|at| digits.as_bytes().get(at)) {
        None => Ok(Value::Int(0)),
        Some(digit) if digit.is_ascii_digit() => Ok(Value::Int(i64::from(digit - b'0'))),
        Some(_) => Err(refused(format!("the filter `get_digit` found a sign at place {place} of `{number}`"))),
    }
}
