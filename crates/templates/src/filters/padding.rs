//! Filters that fill a text up to a width.

use rjango_core::Result;

use super::arguments::{Input, LONGEST, needed_int, too_long};
use crate::filter::{Filter, FilterContext, Takes};
use crate::value::Value;

pub(super) const FILTERS: [Filter; 3] = [
    Filter::new("center", center).safe().takes(Takes::One),
    Filter::new("ljust", ljust).safe().takes(Takes::One),
    Filter::new("rjust", rjust).safe().takes(Takes::One),
];

fn ljust(_: &FilterContext<'_>, value: &Value, width: Option<&Value>) -> Result<Value> {
    pad("ljust", value, width, |_, _| 0)
}

fn rjust(_: &FilterContext<'_>, value: &Value, width: Option<&Value>) -> Result<Value> {
    pad("rjust", value, width, |missing, _| missing)
}

fn center(_: &FilterContext<'_>, value: &Value, width: Option<&Value>) -> Result<Value> {
    // Python's way with an odd space: it stands on the left where the width is odd too.
    // DIFFERENCE: Django 6.1 puts it on the right always.
    pad("center", value, width, |missing, width| missing / 2 + (missing & width & 1))
}

fn pad(name: &str, value: &Value, width: Option<&Value>, left: fn(usize, usize) -> usize) -> Result<Value> {
    let width = needed_int(name, width)?.max(0);
    let input = Input::new(value);
    let width = usize::try_from(width).ok().filter(|width| *width <= LONGEST).ok_or_else(|| too_long(name))?;
    let missing = width.saturating_sub(input.text.chars().count());
    if missing == 0 {
        return Ok(input.same());
    }
    let left = left(missing, width);
    let mut padded = String::with_capacity(input.text.len() + missing);
    padded.extend(std::iter::repeat_n(' ', left));
    padded.push_str(&input.text);
    padded.extend(std::iter::repeat_n(' ', missing - left));
    Ok(input.like(padded))
}
