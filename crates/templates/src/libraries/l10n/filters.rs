//! The filters of `l10n`: a value in the language's way, or as it is.

use rjango_core::Result;

use crate::filter::{Filter, FilterContext};
use crate::formats::Formats;
use crate::value::Value;

pub(crate) const FILTERS: &[Filter] = &[Filter::new("localize", localize), Filter::new("unlocalize", unlocalize)];

fn localize(context: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    Ok(text(&context.locale.formats, value))
}

fn unlocalize(context: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    Ok(text(&context.locale.formats.unlocalized(), value))
}

/// As text, in these formats. Safe text stays safe.
fn text(formats: &Formats, value: &Value) -> Value {
    match value {
        Value::Text(_) | Value::Safe(_) => value.clone(),
        // As in Django digits alone are safe text.
        Value::Int(_) | Value::Big(_) => match formats.localize(value) {
            Some(grouped) => grouped.into(),
            None => Value::safe(value.text()),
        },
        other => formats.localize(other).unwrap_or_else(|| other.text().into_owned()).into(),
    }
}
