//! The filters of `tz`: a moment in another zone.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rjango_core::timezone::Zone;
use rjango_core::{Error, ErrorKind, Result};

use crate::filter::{Filter, FilterContext, Takes};
use crate::value::Value;
use crate::zone;

pub(crate) const FILTERS: &[Filter] = &[
    Filter::new("localtime", localtime),
    Filter::new("utc", utc),
    Filter::new("timezone", timezone).takes(Takes::One),
];

fn localtime(context: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    Ok(shown_in(value, zone::current(context.locale)))
}

fn utc(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    Ok(shown_in(value, Zone::UTC))
}

/// A zone that nobody knows gives nothing, as in Django. What cannot be the name of one is an error.
fn timezone(_: &FilterContext<'_>, value: &Value, name: Option<&Value>) -> Result<Value> {
    let name = name.and_then(Value::as_str);
    let is_moment = matches!(value, Value::DateTime(_) | Value::Zoned(_) | Value::Naive(_));
    if let Some(name) = name.filter(|name| name.is_empty() || name.starts_with('/') || name.contains(".."))
        && is_moment
    {
        return Err(Error::new(
            ErrorKind::Template,
            format!("the filter `timezone` takes the name of a zone, found `{name}`"),
        ));
    }
    let zone = name.and_then(|name| Zone::named(name).ok());
    Ok(zone.map_or_else(|| "".into(), |zone| shown_in(value, zone)))
}

/// A moment in a zone; what is not a moment gives nothing. A moment without a zone is one of the site's own.
fn shown_in(value: &Value, zone: Zone) -> Value {
    let moment: DateTime<Utc> = match value {
        Value::DateTime(moment) => *moment,
        Value::Zoned(moment) => moment.with_timezone(&Utc),
        Value::Naive(moment) => zone::first(*moment, zone::default()).with_timezone(&Utc),
        _ => return "".into(),
    };
    Value::Zoned(Arc::new(moment.with_timezone(&zone)))
}
