//! Django's date format: one letter for each piece, a backslash before a letter that is meant literally.
//!
//! Names are English; other languages come with the translations.

use std::fmt::Write as _;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

/// What is formatted: a date, a time of day, both, or both with an offset from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub date: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
    pub offset: Option<FixedOffset>,
}

impl Moment {
    /// Reads what models and `serde` write: ISO 8601 of a date, a time, both, or both with an offset.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches(" UTC");
        if let Ok(moment) = DateTime::parse_from_rfc3339(&text.replacen(' ', "T", 1)) {
            let local = moment.naive_local();
            return Some(Self { date: Some(local.date()), time: Some(local.time()), offset: Some(*moment.offset()) });
        }
        for format in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"] {
            if let Ok(moment) = NaiveDateTime::parse_from_str(text, format) {
                return Some(Self { date: Some(moment.date()), time: Some(moment.time()), offset: None });
            }
        }
        if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Some(Self { date: Some(date), time: None, offset: None });
        }
        let time = NaiveTime::parse_from_str(text, "%H:%M:%S%.f").ok()?;
        Some(Self { date: None, time: Some(time), offset: None })
    }

    /// The moment without its offset; midnight where there is no time.
    pub(super) fn naive(&self) -> Option<NaiveDateTime> {
        Some(self.date?.and_time(self.time.unwrap_or_default()))
    }
}

/// Formats, or nothing where a letter asks for what is not there: the hour of a date, the year of a time.
pub(super) fn format(moment: &Moment, pattern: &str) -> Option<String> {
    let mut out = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.extend(letters.next()),
            letter if letter.is_ascii_alphabetic() => piece(&mut out, moment, letter)?,
            other => out.push(other),
        }
    }
    Some(out)
}

fn piece(out: &mut String, moment: &Moment, letter: char) -> Option<()> {
    match letter {
        'a' | 'A' | 'f' | 'g' | 'G' | 'h' | 'H' | 'i' | 'P' | 's' | 'u' => time_piece(out, moment.time?, letter),
        'e' | 'I' | 'O' | 'T' | 'Z' => zone_piece(out, moment, letter),
        'c' => {
            let naive = moment.naive()?;
            let _ = match (moment.time, naive.nanosecond()) {
                (None, _) => write!(out, "{}", naive.format("%Y-%m-%d")),
                (_, 0) => write!(out, "{}", naive.format("%Y-%m-%dT%H:%M:%S")),
                _ => write!(out, "{}", naive.format("%Y-%m-%dT%H:%M:%S%.6f")),
            };
            if let Some(offset) = moment.offset {
                let _ = write!(out, "{offset}");
            }
        }
        'r' => {
            let naive = moment.naive()?;
            let offset = offset_text(moment.offset.or_else(|| FixedOffset::east_opt(0)));
            let _ = write!(out, "{} {offset}", naive.format("%a, %d %b %Y %H:%M:%S"));
        }
        'U' => {
            let seconds = moment.naive()?.and_utc().timestamp();
            let _ = write!(out, "{}", seconds - i64::from(moment.offset.map_or(0, |offset| offset.local_minus_utc())));
        }
        'b' | 'd' | 'D' | 'E' | 'F' | 'j' | 'l' | 'L' | 'm' | 'M' | 'n' | 'N' | 'o' | 'S' | 't' | 'w' | 'W' | 'y'
        | 'Y' | 'z' => {
            date_piece(out, moment.date?, letter);
        }
        other => out.push(other),
    }
    Some(())
}

fn time_piece(out: &mut String, time: NaiveTime, letter: char) {
    let (hour, minute) = (time.hour(), time.minute());
    let (_, twelve) = time.hour12();
    let half = if hour < 12 { "a.m." } else { "p.m." };
    let short = |out: &mut String, hour: u32| match minute {
        0 => write!(out, "{hour}"),
        minute => write!(out, "{hour}:{minute:02}"),
    };
    let _ = match letter {
        'a' => out.write_str(half),
        'A' => out.write_str(if hour < 12 { "AM" } else { "PM" }),
        'f' => short(out, twelve),
        'g' => write!(out, "{twelve}"),
        'G' => write!(out, "{hour}"),
        'h' => write!(out, "{twelve:02}"),
        'H' => write!(out, "{hour:02}"),
        'i' => write!(out, "{minute:02}"),
        'P' if minute == 0 && hour == 0 => out.write_str("midnight"),
        'P' if minute == 0 && hour == 12 => out.write_str("noon"),
        'P' => short(out, twelve).and_then(|()| write!(out, " {half}")),
        's' => write!(out, "{:02}", time.second()),
        _ => write!(out, "{:06}", time.nanosecond() / 1_000),
    };
}

/// Nothing for a time without a zone; a date-time without one has the site's, which a template does not know.
///
/// DIFFERENCE: Django knows named zones and their summer times here; an offset from UTC has neither.
fn zone_piece(out: &mut String, moment: &Moment, letter: char) {
    let Some(offset) = moment.offset else { return };
    let seconds = offset.local_minus_utc();
    let _ = match letter {
        'e' | 'T' if seconds == 0 => out.write_str("UTC"),
        'e' | 'T' | 'O' => out.write_str(&offset_text(Some(offset))),
        'Z' => write!(out, "{seconds}"),
        _ => out.write_str("0"),
    };
}

fn offset_text(offset: Option<FixedOffset>) -> String {
    let seconds = offset.map_or(0, |offset| offset.local_minus_utc());
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

fn date_piece(out: &mut String, date: NaiveDate, letter: char) {
    let day = date.day();
    let _ = match letter {
        'b' => write!(out, "{}", date.format("%b").to_string().to_lowercase()),
        'd' => write!(out, "{day:02}"),
        'D' => write!(out, "{}", date.format("%a")),
        'E' | 'F' => write!(out, "{}", date.format("%B")),
        'j' => write!(out, "{day}"),
        'l' => write!(out, "{}", date.format("%A")),
        'L' => out.write_str(if date.leap_year() { "True" } else { "False" }),
        'm' => write!(out, "{:02}", date.month()),
        'M' => write!(out, "{}", date.format("%b")),
        'n' => write!(out, "{}", date.month()),
        'N' => out.write_str(associated_press(date.month0())),
        'o' => write!(out, "{}", date.iso_week().year()),
        'S' => out.write_str(match day {
            11..=13 => "th",
            day if day % 10 == 1 => "st",
            day if day % 10 == 2 => "nd",
            day if day % 10 == 3 => "rd",
            _ => "th",
        }),
        't' => write!(out, "{}", date.num_days_in_month()),
        'w' => write!(out, "{}", date.weekday().num_days_from_sunday()),
        'W' => write!(out, "{}", date.iso_week().week()),
        'y' => write!(out, "{:02}", date.year().rem_euclid(100)),
        'Y' => write!(out, "{:04}", date.year()),
        _ => write!(out, "{}", date.ordinal()),
    };
}

/// Month names as the Associated Press shortens them.
fn associated_press(month: u32) -> &'static str {
    const NAMES: [&str; 12] =
        ["Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."];
    NAMES.get(month as usize).copied().unwrap_or_default()
}
