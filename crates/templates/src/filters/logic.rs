//! Filters that choose: `default`, `default_if_none`, `divisibleby`, `yesno`.

use rjango_core::Result;

use super::arguments::{needed, needed_int, plain, refused, unfit};
use super::python;
use crate::filter::{Filter, FilterContext, Takes};
use crate::translate;
use crate::value::Value;

pub(super) const FILTERS: [Filter; 4] = [
    Filter::new("default", default).takes(Takes::One),
    Filter::new("default_if_none", default_if_none).takes(Takes::One),
    Filter::new("divisibleby", divisibleby).takes(Takes::One),
    Filter::new("yesno", yesno).takes(Takes::Optional),
];

fn default(_: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    Ok(if value.is_true() { value.clone() } else { needed("default", argument)?.into_owned() })
}

fn default_if_none(_: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    Ok(if value.is_none() { needed("default_if_none", argument)?.into_owned() } else { value.clone() })
}

fn divisibleby(_: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    let divisor = needed_int("divisibleby", argument)?;
    let number = python::int(value).map_err(|_| unfit("divisibleby", "a whole number", value))?;
    if divisor == 0 {
        return Err(refused("the filter `divisibleby` cannot divide by 0".to_owned()));
    }
    // The least number by -1 is the one that overflows; it leaves nothing either.
    Ok(Value::Bool(number.checked_rem(divisor).unwrap_or(0) == 0))
}

fn yesno(context: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    let argument = argument.map(plain);
    let words = match argument.as_deref() {
        None | Some(Value::None) => translate::gettext(&context.locale.language, "yes,no,maybe"),
        Some(Value::Text(words) | Value::Safe(words)) => std::borrow::Cow::Borrowed(&**words),
        Some(other) => return Err(unfit("yesno", "words between commas as its argument", other)),
    };
    let words: Vec<&str> = words.split(',').collect();
    let (yes, no, maybe) = match words.as_slice() {
        [] | [_] => return Ok(value.clone()),
        [yes, no, maybe] => (yes, no, maybe),
        [yes, no, ..] => (yes, no, no),
    };
    Ok(Value::from(if value.is_none() {
        *maybe
    } else if value.is_true() {
        *yes
    } else {
        *no
    }))
}
