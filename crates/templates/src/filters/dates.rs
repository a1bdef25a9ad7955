//! Filters of dates and times: `date`, `time`, `timesince`, `timeuntil`.

use std::borrow::Cow;

use rjango_core::{Error, ErrorKind, Result};

use super::arguments::{plain, unfit};
use crate::filter::{Filter, FilterContext, Takes};
use crate::formats::{format_date, format_time};
use crate::timesince;
use crate::value::Value;

pub(super) const FILTERS: [Filter; 4] = [
    Filter::new("date", date).local().takes(Takes::Optional),
    Filter::new("time", time).local().takes(Takes::Optional),
    Filter::new("timesince", timesince_filter).takes(Takes::Optional),
    Filter::new("timeuntil", timeuntil_filter).takes(Takes::Optional),
];

/// Whether a value is a day or a moment.
fn is_moment(value: &Value) -> bool {
    matches!(value, Value::Date(_) | Value::DateTime(_) | Value::Zoned(_) | Value::Naive(_))
}

/// The pattern that the argument names. What is false asks for the language's own.
fn pattern<'a>(argument: Option<&'a Value>, own: &'static str) -> Cow<'a, str> {
    match argument {
        Some(pattern) if pattern.is_true() => pattern.text(),
        _ => Cow::Borrowed(own),
    }
}

/// What a pattern shows of a value that is neither a date nor a time: its plain letters, and nothing for those that ask for a
/// time zone. A pattern that asks for anything else shows nothing at all.
///
/// # Errors
/// A letter of the date filter asks for a moment, which Django tries to make of the value: `TypeError`.
fn without_date(pattern: Option<&Value>, letters_of_zones: &str) -> Result<String> {
    let pattern = pattern.map_or(Cow::Borrowed("None"), Value::text);
    let mut text = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character == '\\' {
            text.push(characters.next().unwrap_or('\\'));
        } else if !LETTERS.contains(character) {
            text.push(character);
        } else if matches!(character, 'r' | 'U') && letters_of_zones == DATE_ZONES {
            let text =
                format!("the letter `{character}` of the format `{pattern}` is about a moment, and the value is none");
            return Err(Error::new(ErrorKind::Template, text));
        } else if !letters_of_zones.contains(character) {
            return Ok(String::new());
        }
    }
    Ok(text)
}

/// The letters about zones that the filter `date` knows, and those of `time`.
const DATE_ZONES: &str = "eITOZ";
const TIME_ZONES: &str = "eTOZ";

/// The letters that mean something in a pattern.
const LETTERS: &str = "aAbcdDeEfFgGhHiIjlLmMnNoOPrsStTUuwWyYzZ";

fn nothing() -> Result<Value> {
    Ok(Value::Text("".into()))
}

fn date(context: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    let value = plain(value);
    let pattern = pattern(argument, "DATE_FORMAT");
    let formats = &context.locale.formats;
    match &*value {
        // A day that is asked for its hour is an error, as in Django.
        moment if is_moment(moment) => Ok(format_date(formats, moment, &pattern)?.into()),
        // A time has no day: what asks for it prints nothing. Python tries the argument itself then.
        time @ Value::Time(_) => {
            match format_date(formats, time, &pattern) {
                // It cannot become a moment, which is an error in Django too.
                Err(error) if error.kind() == ErrorKind::Template => Err(error),
                text => Ok(text.or_else(|_| without_date(argument, DATE_ZONES))?.into()),
            }
        }
        Value::None => nothing(),
        text if text.as_str() == Some("") => nothing(),
        _ => Ok(without_date(argument, DATE_ZONES)?.into()),
    }
}

fn time(context: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    let value = plain(value);
    let pattern = pattern(argument, "TIME_FORMAT");
    if value.is_none() || value.as_str() == Some("") {
        return nothing();
    }
    if !is_moment(&value) && !matches!(&*value, Value::Time(_)) {
        return Ok(without_date(argument, TIME_ZONES)?.into());
    }
    // What a time does not have prints nothing, as in Django.
    format_time(&context.locale.formats, &value, &pattern).map_or_else(|_| nothing(), |text| Ok(text.into()))
}

fn timesince_filter(context: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    between("timesince", context, value, argument, timesince::timesince)
}

fn timeuntil_filter(context: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    between("timeuntil", context, value, argument, timesince::timeuntil)
}

/// What tells the time between two moments in words, in so many units.
type Between = fn(&crate::locale::Locale, &Value, Option<&Value>, usize) -> Result<String>;

fn between(
    name: &str,
    context: &FilterContext<'_>,
    value: &Value,
    argument: Option<&Value>,
    tell: Between,
) -> Result<Value> {
    let value = plain(value);
    if !value.is_true() {
        return nothing();
    }
    if !is_moment(&value) {
        return Err(unfit(name, "a date or a moment", &value));
    }
    let now = argument.map(plain).filter(|now| now.is_true());
    if let Some(now) = now.as_deref().filter(|now| !is_moment(now)) {
        return Err(unfit(name, "a date or a moment as its argument", now));
    }
    // A moment with a zone and one without have nothing between them, as in Django.
    tell(context.locale, &value, now.as_deref(), 2).map_or_else(|_| nothing(), |text| Ok(text.into()))
}
