//! `floatformat`: numbers with so many places behind the point.

use std::borrow::Cow;

use rjango_core::Result;

use super::arguments::{plain, refused, too_long, unfit};
use super::decimal::{Decimal, Digits};
use super::python::{self, NotANumber};
use crate::filter::{Filter, FilterContext, Takes};
use crate::value::{Value, float_text};

pub(super) const FILTERS: [Filter; 1] = [Filter::new("floatformat", floatformat).safe().takes(Takes::Optional)];

/// Numbers of more digits and powers than this are shown as they are: Django's bound against filled memory.
const LARGEST: u64 = 200;

/// The most places behind the point.
const MOST_PLACES: u128 = 1_000_000;

/// How the argument asks for the number.
struct Asked {
    /// How many places; a negative number means that many where there are any.
    places: Option<i128>,
    is_grouped: bool,
    is_localized: bool,
}

fn floatformat(context: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    let value = plain(value);
    let argument = argument.map_or(Cow::Owned(Value::Int(-1)), plain);
    if argument.as_str() == Some("") {
        return Err(refused("the filter `floatformat` needs a number of places, not an empty text".to_owned()));
    }
    let shown = value.text();
    let number = match Decimal::parse(&shown) {
        Some(number) => number,
        // `True` is 1.
        None => match python::float(&value).ok().and_then(|number| Decimal::parse(&float_text(number))) {
            Some(number) => number,
            None => return Ok(Value::Text("".into())),
        },
    };
    let asked = asked(&argument)?;
    let as_it_is = || Ok(if value.is_safe() { Value::safe(&*shown) } else { Value::from(&*shown) });
    let (Some(places), Decimal::Finite(number)) = (asked.places, number) else { return as_it_is() };
    if number.size() > LARGEST {
        return as_it_is();
    }
    let places = if number.is_whole() && places <= 0 { 0 } else { places.unsigned_abs() };
    let places = usize::try_from(places).ok().filter(|places| *places as u128 <= MOST_PLACES);
    let places = places.ok_or_else(|| too_long("floatformat"))?;
    Ok(Value::safe(written(context, &asked, &number, places)))
}

fn written(context: &FilterContext<'_>, asked: &Asked, number: &Digits, places: usize) -> String {
    let rounded = Value::from(number.rounded(places));
    // The places are bounded far below.
    let places = i32::try_from(places).unwrap_or(i32::MAX);
    let formats = &context.locale.formats;
    if asked.is_localized {
        formats.number(&rounded, Some(places), asked.is_grouped)
    } else {
        formats.unlocalized().number(&rounded, Some(places), asked.is_grouped)
    }
}

/// The number of places, with `g` for groups and `u` for a number that is not localised.
fn asked(argument: &Value) -> Result<Asked> {
    let mut asked = Asked { places: None, is_grouped: false, is_localized: true };
    let number = match argument {
        Value::Text(text) | Value::Safe(text) => {
            let mut rest: &str = text;
            if let Some(places) = rest.strip_suffix("gu").or_else(|| rest.strip_suffix("ug")) {
                (asked.is_grouped, asked.is_localized, rest) = (true, false, places);
            } else if let Some(places) = rest.strip_suffix('g') {
                (asked.is_grouped, rest) = (true, places);
            } else if let Some(places) = rest.strip_suffix('u') {
                (asked.is_localized, rest) = (false, places);
            }
            python::int(&if rest.is_empty() { Value::Int(-1) } else { Value::from(rest) })
        }
        other => python::int(other),
    };
    match number {
        Ok(places) => asked.places = Some(places),
        Err(NotANumber::Value) => {}
        Err(NotANumber::TooBig) => return Err(too_long("floatformat")),
        Err(_) => return Err(unfit("floatformat", "a number of places as its argument", argument)),
    }
    Ok(asked)
}
