//! `filesizeformat` and `pluralize`.

use rjango_core::Result;

use super::arguments::{plain, unfit};
use super::python::{self, NotANumber};
use crate::filter::{Filter, FilterContext, Takes};
use crate::translate;
use crate::value::Value;

pub(super) const FILTERS: [Filter; 2] =
    [Filter::new("filesizeformat", filesizeformat).safe(), Filter::new("pluralize", pluralize).takes(Takes::Optional)];

/// The units from 1024 bytes on, each 1024 times the one before.
const UNITS: [&str; 5] = ["%s KB", "%s MB", "%s GB", "%s TB", "%s PB"];

fn filesizeformat(context: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let value = plain(value);
    let bytes = match python::int(&value) {
        Ok(bytes) => bytes,
        Err(NotANumber::Value | NotANumber::Type) => 0,
        Err(_) => return Err(unfit("filesizeformat", "a number of bytes with at most 38 digits", &value)),
    };
    let size = bytes.unsigned_abs();
    let language = &context.locale.language;
    let text = if size < 1024 {
        let count = i64::try_from(size).unwrap_or(i64::MAX);
        let text = translate::npgettext(language, None, "%(size)d byte", "%(size)d bytes", count);
        translate::interpolate(&text, &[("size", &size.to_string())])
    } else {
        let unit = (1..UNITS.len()).rev().find(|unit| size >> (10 * (unit + 1)) > 0).unwrap_or(0);
        let number = size as f64 / (1_u128 << (10 * (unit + 1))) as f64;
        // One place, and half of it to the even digit, as Python rounds.
        let rounded = format!("{number:.1}").parse().unwrap_or(number);
        let number = context.locale.formats.number(&Value::Float(rounded), Some(1), false);
        translate::gettext(language, UNITS[unit]).replacen("%s", &number, 1)
    };
    let sign = if bytes < 0 { "-" } else { "" };
    Ok(Value::from(format!("{sign}{text}").replace(' ', "\u{a0}")))
}

fn pluralize(_: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    let argument = argument.map(plain);
    let endings = match argument.as_deref() {
        None => "s",
        Some(Value::Text(endings) | Value::Safe(endings)) => endings,
        Some(other) => return Err(unfit("pluralize", "endings as its argument", other)),
    };
    let (one, many) = match endings.split(',').collect::<Vec<_>>().as_slice() {
        [many] => ("", *many),
        [one, many] => (*one, *many),
        _ => return Ok(Value::Text("".into())),
    };
    let value = plain(value);
    let is_one = match python::float(&value) {
        #[allow(clippy::float_cmp, reason = "one is one exactly")]
        Ok(number) => Some(number == 1.0),
        Err(NotANumber::Type) => value.len().map(|length| length == 1),
        Err(_) => None,
    };
    Ok(Value::from(match is_one {
        Some(true) => one,
        Some(false) => many,
        None => "",
    }))
}
