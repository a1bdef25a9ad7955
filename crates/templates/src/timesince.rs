//! How long ago a moment was, or how far off it is, in words.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use rjango_core::timezone::Zone;
use rjango_core::{Error, ErrorKind, Result};

use crate::locale::Locale;
use crate::translate;
use crate::value::Value;
use crate::zone;

/// The units, each with its forms in English.
const UNITS: [(&str, &str); 6] = [
    ("%(num)d year", "%(num)d years"),
    ("%(num)d month", "%(num)d months"),
    ("%(num)d week", "%(num)d weeks"),
    ("%(num)d day", "%(num)d days"),
    ("%(num)d hour", "%(num)d hours"),
    ("%(num)d minute", "%(num)d minutes"),
];
/// The seconds of the units from the week on.
const SECONDS: [i64; 4] = [7 * 24 * 3600, 24 * 3600, 3600, 60];
/// The days of the months, February's those of a common year.
const MONTH_DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// The time from `value` to `now`, in up to `depth` units that follow one another: `2 weeks, 3 days`. Without `now` the locale's
/// clock counts. A moment in the future is `0 minutes` ago. The space before a unit is one that does not break.
///
/// # Errors
/// `Validation` where a value is not a date or a moment, where only one of the two has a time zone, and where `depth` is 0.
pub fn timesince(locale: &Locale, value: &Value, now: Option<&Value>, depth: usize) -> Result<String> {
    between(locale, value, now, depth, false, None)
}

/// The time from `now` to `value`, as [`timesince`] has it.
///
/// # Errors
/// Those of [`timesince`].
pub fn timeuntil(locale: &Locale, value: &Value, now: Option<&Value>, depth: usize) -> Result<String> {
    between(locale, value, now, depth, true, None)
}

/// A day and a time, and the zone in which they are meant.
pub(crate) enum Moment {
    Naive(NaiveDateTime),
    Aware(DateTime<Zone>),
}

impl Moment {
    /// A date counts from its midnight.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Date(date) => Some(Self::Naive(date.and_time(NaiveTime::MIN))),
            Value::Naive(moment) => Some(Self::Naive(*moment)),
            Value::DateTime(moment) => Some(Self::Aware(moment.with_timezone(&Zone::UTC))),
            Value::Zoned(moment) => Some(Self::Aware(**moment)),
            _ => None,
        }
    }

    /// The clock's time as it compares with this: in its own zone, or as the site's clocks show it.
    pub(crate) fn now(&self, clock: DateTime<Utc>) -> NaiveDateTime {
        match self {
            Self::Naive(_) => clock.with_timezone(&zone::default()).naive_local(),
            Self::Aware(moment) => clock.with_timezone(&moment.timezone()).naive_local(),
        }
    }

    pub(crate) fn local(&self) -> NaiveDateTime {
        match self {
            Self::Naive(moment) => *moment,
            Self::Aware(moment) => moment.naive_local(),
        }
    }
}

/// Both directions. Catalogs have other forms of the units under a context.
pub(crate) fn between(
    locale: &Locale,
    value: &Value,
    now: Option<&Value>,
    depth: usize,
    is_reversed: bool,
    context: Option<&str>,
) -> Result<String> {
    let wrong = |message: String| Error::new(ErrorKind::Validation, message);
    if depth == 0 {
        return Err(wrong("the number of units expects 1 or more, found `0`".to_owned()));
    }
    let moment = |value: &Value| {
        let expected = || wrong(format!("a length of time expects a date or a moment, found `{}`", value.type_name()));
        Moment::of(value).ok_or_else(expected)
    };
    let from = moment(value)?;
    let to = match now.filter(|now| now.is_true()) {
        None => from.now((locale.clock)()),
        Some(now) => match (&from, moment(now)?) {
            (Moment::Naive(_), Moment::Naive(now)) => now,
            (Moment::Aware(from), Moment::Aware(now)) => now.with_timezone(&from.timezone()).naive_local(),
            _ => return Err(wrong("of two moments only one has a time zone, so no time lies between them".to_owned())),
        },
    };
    let (from, to) = if is_reversed { (to, from.local()) } else { (from.local(), to) };
    let counts = counts(from, to);
    let say = |unit: usize, count: i64| {
        let (one, many) = UNITS[unit];
        let text = translate::npgettext(&locale.language, context, one, many, count);
        translate::interpolate(&text, &[("num", &count.to_string())]).replace(' ', "\u{a0}")
    };
    let Some(first) = counts.iter().position(|count| *count != 0) else { return Ok(say(5, 0)) };
    let words: Vec<String> = (first..counts.len())
        .map_while(|unit| (counts[unit] != 0).then(|| say(unit, counts[unit])))
        .take(depth)
        .collect();
    Ok(words.join(&translate::gettext(&locale.language, ", ")))
}

/// How many of each unit lie between two times; none where the second one is not later by a second.
fn counts(from: NaiveDateTime, to: NaiveDateTime) -> [i64; 6] {
    let mut counts = [0; 6];
    if (to - from) < TimeDelta::seconds(1) {
        return counts;
    }
    let mut months = i64::from(to.year() - from.year()) * 12 + i64::from(to.month()) - i64::from(from.month());
    if (from.day(), from.time()) > (to.day(), to.time()) {
        months -= 1;
    }
    counts[0] = months.div_euclid(12);
    counts[1] = months.rem_euclid(12);
    let mut rest = (to - pivot(from, months)).num_seconds();
    for (count, seconds) in counts[2..].iter_mut().zip(SECONDS) {
        *count = rest.div_euclid(seconds);
        rest -= *count * seconds;
    }
    counts
}

/// The time so many months later, at the month's last day where the day is not there.
fn pivot(from: NaiveDateTime, months: i64) -> NaiveDateTime {
    if months == 0 {
        return from;
    }
    let month0 = i64::from(from.month0()) + months;
    let (years, month0) = (month0.div_euclid(12), month0.rem_euclid(12) as usize);
    let day = from.day().min(MONTH_DAYS[month0]);
    let whole = from.time().signed_duration_since(NaiveTime::MIN).num_seconds();
    i32::try_from(i64::from(from.year()) + years)
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, month0 as u32 + 1, day))
        .map_or(from, |date| date.and_time(NaiveTime::MIN) + TimeDelta::seconds(whole))
}
