//! Times in words: `yesterday`, `3 minutes ago`.

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use rjango_core::timezone::Zone;
use rjango_core::{Error, ErrorKind, Result};

use crate::filter::FilterContext;
use crate::formats::format_date;
use crate::timesince::between;
use crate::translate;
use crate::value::Value;
use crate::zone;

/// A unit: its seconds, and its texts for the past and the future, each for one and for several.
type Unit = (i64, [&'static str; 2], [&'static str; 2]);

/// The largest unit first; from a day on other words are used.
const UNITS: [Unit; 3] = [
    (3600, ["an hour ago", "%(count)s\u{a0}hours ago"], ["an hour from now", "%(count)s\u{a0}hours from now"]),
    (60, ["a minute ago", "%(count)s\u{a0}minutes ago"], ["a minute from now", "%(count)s\u{a0}minutes from now"]),
    (1, ["a second ago", "%(count)s\u{a0}seconds ago"], ["a second from now", "%(count)s\u{a0}seconds from now"]),
];

pub(super) fn naturalday(context: &FilterContext<'_>, value: &Value, format: Option<&Value>) -> Result<Value> {
    let locale = context.locale;
    let now = (locale.clock)();
    let (date, zone) = match value {
        Value::Date(date) => (*date, zone::default()),
        Value::Naive(moment) => (moment.date(), zone::default()),
        Value::DateTime(moment) => (moment.date_naive(), Zone::UTC),
        Value::Zoned(moment) => (moment.date_naive(), moment.timezone()),
        _ => return Ok(value.clone()),
    };
    let today = now.with_timezone(&zone).date_naive();
    let word = match date.num_days_from_ce() - today.num_days_from_ce() {
        0 => "today",
        1 => "tomorrow",
        -1 => "yesterday",
        _ => {
            let format = format.filter(|format| !format.is_none()).map(Value::text).unwrap_or_default();
            return Ok(format_date(&locale.formats, &Value::Date(date), &format)?.into());
        }
    };
    Ok(translate::gettext(&locale.language, word).into_owned().into())
}

pub(super) fn naturaltime(context: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let locale = context.locale;
    let now: DateTime<Utc> = (locale.clock)();
    let ago: TimeDelta = match value {
        Value::DateTime(moment) => now - *moment,
        Value::Zoned(moment) => now - moment.with_timezone(&Utc),
        // Django compares the two clocks, not the two moments.
        Value::Naive(moment) => now.with_timezone(&zone::default()).naive_local() - *moment,
        Value::Date(_) => {
            return Err(Error::new(ErrorKind::Template, "the filter `naturaltime` expects a moment, found a date")
                .with_hint("use the filter `naturalday`"));
        }
        _ => return Ok(value.clone()),
    };
    let is_past = ago > TimeDelta::zero();
    let length = ago.abs();
    let language = &locale.language;
    if length.num_days() != 0 {
        let (text, context) = match is_past {
            true => ("%(delta)s ago", "naturaltime-past"),
            false => ("%(delta)s from now", "naturaltime-future"),
        };
        let delta = between(locale, value, None, 2, !is_past, Some(context))?;
        return Ok(translate::interpolate(&translate::gettext(language, text), &[("delta", &delta)]).into());
    }
    let seconds = length.num_seconds();
    let Some((size, past, future)) = UNITS.into_iter().find(|(size, ..)| seconds >= *size) else {
        return Ok(translate::gettext(language, "now").into_owned().into());
    };
    let count = seconds / size;
    let [one, many] = if is_past { past } else { future };
    let text = translate::npgettext(language, None, one, many, count);
    Ok(translate::interpolate(&text, &[("count", &count.to_string())]).into())
}
