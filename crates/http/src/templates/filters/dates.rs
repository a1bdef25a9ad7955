//! Filters of dates and times: `date`, `time`, `timesince`, `timeuntil`; and `now`.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Utc};
use minijinja::{Environment, Value};
use rjango_core::{Settings, Site};

use super::date_format::{self, Moment};
use super::text;

pub(super) fn install(environment: &mut Environment<'_>) {
    environment.add_filter("date", |value: &Value, pattern: Option<&str>| formatted(value, pattern, "DATE_FORMAT"));
    environment.add_filter("time", |value: &Value, pattern: Option<&str>| formatted(value, pattern, "TIME_FORMAT"));
    environment.add_filter("timesince", |value: &Value, other: Option<&Value>| since(value, other, false));
    environment.add_filter("timeuntil", |value: &Value, other: Option<&Value>| since(value, other, true));
    environment.add_function("now", |pattern: &str| formatted(&now(), Some(pattern), ""));
}

/// A format may be named by its setting: `DATE_FORMAT`. Outside of a site the settings' defaults count.
fn formatted(value: &Value, pattern: Option<&str>, default: &str) -> String {
    let Some(moment) = Moment::parse(&text(value)) else { return String::new() };
    let pattern = pattern.unwrap_or(default);
    let site = Site::current().ok();
    let setting = |of: fn(&Settings) -> &str, default: &'static str| match &site {
        Some(site) => of(site.settings()).to_owned(),
        None => default.to_owned(),
    };
    let pattern = match pattern {
        "DATE_FORMAT" => setting(|settings| &settings.date_format, "N j, Y"),
        "DATETIME_FORMAT" => setting(|settings| &settings.datetime_format, "N j, Y, P"),
        "TIME_FORMAT" => setting(|settings| &settings.time_format, "P"),
        "SHORT_DATE_FORMAT" => setting(|settings| &settings.short_date_format, "m/d/Y"),
        "SHORT_DATETIME_FORMAT" => setting(|settings| &settings.short_datetime_format, "m/d/Y P"),
        "YEAR_MONTH_FORMAT" => setting(|settings| &settings.year_month_format, "F Y"),
        "MONTH_DAY_FORMAT" => setting(|settings| &settings.month_day_format, "F j"),
        other => other.to_owned(),
    };
    date_format::format(&moment, &pattern).unwrap_or_default()
}

fn now() -> Value {
    Value::from(Utc::now().to_rfc3339())
}

fn since(value: &Value, other: Option<&Value>, reversed: bool) -> String {
    let now = other.cloned().unwrap_or_else(now);
    let (Some(from), Some(to)) = (utc(value), utc(&now)) else { return String::new() };
    if reversed { between(to, from) } else { between(from, to) }
}

/// The moment in UTC, so that moments with different offsets compare; without an offset it counts as UTC.
fn utc(value: &Value) -> Option<NaiveDateTime> {
    let moment = Moment::parse(&text(value))?;
    let naive = moment.naive()?;
    match moment.offset {
        Some(offset) => naive.checked_sub_offset(offset),
        None => Some(naive),
    }
}

/// The two largest adjacent units between two moments: `2 years, 3 months`. What lies ahead is `0 minutes`.
fn between(from: NaiveDateTime, to: NaiveDateTime) -> String {
    const UNITS: [&str; 6] = ["year", "month", "week", "day", "hour", "minute"];
    const SECONDS: [i64; 4] = [604_800, 86_400, 3_600, 60];
    let mut counts = [0; 6];
    if to > from {
        let mut months = i64::from(to.year() - from.year()) * 12 + i64::from(to.month()) - i64::from(from.month());
        if (from.day(), from.time()) > (to.day(), to.time()) {
            months -= 1;
        }
        counts[0] = months / 12;
        counts[1] = months % 12;
        let mut rest = (to - months_later(from, months)).num_seconds();
        for (count, seconds) in counts[2..].iter_mut().zip(SECONDS) {
            *count = rest / seconds;
            rest %= seconds;
        }
    }
    let part = |(count, unit): (&i64, &&str)| format!("{count}\u{a0}{unit}{}", if *count == 1 { "" } else { "s" });
    let parts: Vec<String> = counts
        .iter()
        .zip(&UNITS)
        .skip_while(|(count, _)| **count == 0)
        .take_while(|(count, _)| **count != 0)
        .take(2)
        .map(part)
        .collect();
    if parts.is_empty() { "0\u{a0}minutes".to_owned() } else { parts.join(", ") }
}

/// The same day of a later month; its last day where it is shorter, and the 28th of every February, as in Django.
fn months_later(from: NaiveDateTime, months: i64) -> NaiveDateTime {
    const DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if months == 0 {
        return from;
    }
    let month0 = i64::from(from.month0()) + months;
    let year = from.year() + i32::try_from(month0.div_euclid(12)).unwrap_or(0);
    let month0 = usize::try_from(month0.rem_euclid(12)).unwrap_or(0);
    let day = from.day().min(DAYS[month0]);
    u32::try_from(month0 + 1)
        .ok()
        .and_then(|month| NaiveDate::from_ymd_opt(year, month, day))
        .map_or(from, |date| date.and_time(from.time()))
}
