//! Filters that quote URLs: `urlencode`, `iriencode`.

use rjango_core::Result;

use super::arguments::{Input, plain, unfit};
use super::quoting;
use crate::filter::{Filter, FilterContext, Takes};
use crate::value::Value;

pub(super) const FILTERS: [Filter; 2] =
    [Filter::new("iriencode", iriencode).safe(), Filter::new("urlencode", urlencode).takes(Takes::Optional)];

fn iriencode(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let input = Input::new(value);
    Ok(input.like(quoting::iri_to_uri(&input.text)))
}

fn urlencode(_: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    let input = Input::new(value);
    if input.text.is_empty() {
        return Ok(input.same());
    }
    let argument = argument.map(plain);
    let kept = match argument.as_deref() {
        None | Some(Value::None) => "/",
        Some(Value::Text(kept) | Value::Safe(kept)) => kept,
        Some(other) => return Err(unfit("urlencode", "the characters to keep as its argument", other)),
    };
    Ok(quoting::quote(&input.text, kept).into())
}
