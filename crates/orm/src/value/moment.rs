//! Days, times of day and moments as text. The form that databases hold is read and written digit by digit, for rows are
//! many; every other form goes by its pattern.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

/// A day: ISO 8601, or as Django's forms take it, month first.
pub(super) fn parse_date(text: &str) -> Option<NaiveDate> {
    ["%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y"].iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok())
}

/// A time of day, with or without seconds and a fraction of them.
pub(crate) fn parse_time(text: &str) -> Option<NaiveTime> {
    plain_time(text.as_bytes())
        .or_else(|| ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|format| NaiveTime::parse_from_str(text, format).ok()))
}

/// A moment as somebody wrote it.
pub(crate) enum Written {
    /// With its distance from UTC.
    Aware(DateTime<Utc>),
    /// As clocks show it, nobody says which.
    Naive(NaiveDateTime),
}

/// ISO 8601 with `T` or a space, with or without seconds, fraction and zone; or a day alone, for its midnight.
pub(crate) fn read_date_time(text: &str) -> Option<Written> {
    const NAIVE: [&str; 4] = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"];
    const ZONED: [&str; 4] =
        ["%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M%#z", "%Y-%m-%dT%H:%M%#z"];
    if let Some((date, [b' ' | b'T', time @ ..])) = text.as_bytes().split_at_checked(10)
        && let (Some(date), Some(time)) = (plain_date(date), plain_time(time))
    {
        return Some(Written::Naive(date.and_time(time)));
    }
    let naive = || NAIVE.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let aware = || {
        let zoned = || ZONED.iter().find_map(|format| DateTime::parse_from_str(text, format).ok());
        DateTime::parse_from_rfc3339(text).ok().or_else(zoned).map(|moment| moment.to_utc())
    };
    naive()
        .map(Written::Naive)
        .or_else(|| aware().map(Written::Aware))
        .or_else(|| parse_date(text).map(|date| Written::Naive(date.and_time(NaiveTime::MIN))))
}

/// As [`read_date_time`]; what has no zone is in UTC, as it is where a database keeps it.
pub(crate) fn parse_date_time(text: &str) -> Option<DateTime<Utc>> {
    Some(match read_date_time(text)? {
        Written::Aware(moment) => moment,
        Written::Naive(naive) => naive.and_utc(),
    })
}

/// `2026-11-22`, and nothing else.
pub(crate) fn plain_date(text: &[u8]) -> Option<NaiveDate> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let year = number(&[*y1, *y2, *y3, *y4])?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, number(&[*m1, *m2])?, number(&[*d1, *d2])?)
}

/// `16:39:05`, with up to six digits of a fraction behind a point, and nothing else.
fn plain_time(text: &[u8]) -> Option<NaiveTime> {
    let [h1, h2, b':', m1, m2, b':', s1, s2, fraction @ ..] = text else { return None };
    let micros = match fraction {
        [] => 0,
        [b'.', digits @ ..] if (1..=6).contains(&digits.len()) => {
            digits.iter().try_fold(0, |so_far, digit| Some(so_far * 10 + number(&[*digit])?))?
                * 10_u32.pow(u32::try_from(6 - digits.len()).ok()?)
        }
        _ => return None,
    };
    let (hour, minute, second) = (number(&[*h1, *h2])?, number(&[*m1, *m2])?, number(&[*s1, *s2])?);
    NaiveTime::from_hms_micro_opt(hour, minute, second, micros)
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
}

/// `2026-11-22 16:39:05.123456`, without a fraction where there is none: Django's text on SQLite.
pub(crate) fn date_time_text(moment: DateTime<Utc>) -> String {
    let naive = moment.naive_utc();
    let mut out = String::with_capacity(26);
    push_date(naive.date(), &mut out);
    out.push(' ');
    push_time(naive.time(), &mut out);
    out
}

/// `16:39:05.123456`, without a fraction where there is none.
pub(crate) fn time_text(time: NaiveTime) -> String {
    let mut out = String::with_capacity(15);
    push_time(time, &mut out);
    out
}

fn push_date(date: NaiveDate, out: &mut String) {
    match u32::try_from(date.year()) {
        Ok(year @ 0..=9_999) => push_number(year, 4, out),
        // A sign stands before such years.
        _ => return out.push_str(&date.to_string()),
    }
    out.push('-');
    push_number(date.month(), 2, out);
    out.push('-');
    push_number(date.day(), 2, out);
}

fn push_time(time: NaiveTime, out: &mut String) {
    push_number(time.hour(), 2, out);
    out.push(':');
    push_number(time.minute(), 2, out);
    out.push(':');
    // chrono counts a leap second as nanoseconds above a second.
    let leap = time.nanosecond() / 1_000_000_000;
    push_number(time.second() + leap, 2, out);
    let micros = time.nanosecond() / 1_000 % 1_000_000;
    if micros > 0 {
        out.push('.');
        push_number(micros, 6, out);
    }
}

fn push_number(number: u32, digits: u32, out: &mut String) {
    for place in (0..digits).rev() {
        let digit = number / 10_u32.pow(place) % 10;
        out.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in
            ["2026-11-22 16:39:05.123456", "1999-12-31 23:59:59", "0001-01-01 00:00:00.000001", "2024-02-29 12:00:00.5"]
        {
            let moment = parse_date_time(text).unwrap_or_default();
            let slow = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").unwrap_or_default().and_utc();
            assert_eq!(moment, slow, "{text}");
            assert_eq!(parse_date_time(&date_time_text(moment)), Some(moment));
        }
        let leap = NaiveTime::from_hms_micro_opt(23, 59, 59, 1_500_000).unwrap_or_default();
        assert_eq!(time_text(leap), leap.format("%H:%M:%S%.6f").to_string());
    }

    #[test]
    fn other_forms_and_nonsense_are_told_apart() {
        let utc = parse_date_time("2026-11-22 16:39:05");
        assert!(utc.is_some());
        for same in ["2026-11-22T16:39:05Z", "2026-11-22 17:39:05+01:00", "2026-11-22 16:39:05.0000000"] {
            assert_eq!(parse_date_time(same), utc, "{same}");
        }
        for wrong in ["2026-02-30 00:00:00", "2026-11-22 24:00:00", "2026-1x-22 00:00:00", "2026-11-22 10:00:00.", ""] {
            assert_eq!(parse_date_time(wrong), None, "{wrong}");
        }
        assert_eq!(date_time_text(parse_date_time("+12026-01-01T00:00:00Z").unwrap_or_default()).len(), 21);
    }
}
