//! Dates and times by a pattern of letters: the filters `date` and `time`.

use std::borrow::Cow;
use std::fmt::Write as _;

use chrono::{
    DateTime, Datelike as _, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset as _, TimeZone as _,
    Timelike as _,
};
use rjango_core::timezone::Zone;
use rjango_core::{Error, ErrorKind, Result};

use super::names::Group;
use super::{DATE, Formats, TIME};
use crate::value::Value;
use crate::zone;

/// The letters that mean something, those of a time of day first.
const TIME_LETTERS: &str = "aAefgGhHiOPsTuZ";
const ZONE_LETTERS: &str = "eIOTZ";
const DATE_LETTERS: &str = "bcdDEFIjlLmMnNorStUwWyYz";

/// A date, a time or a moment by a pattern: Django's `dateformat.format`. The pattern may be the name of a format, such as
/// `DATE_FORMAT`, which is also what an empty one means. A backslash makes the next letter plain.
///
/// # Errors
/// `Template` where Django says `TypeError`: a date is asked for its hour. `Validation` where Django says `AttributeError`: a
/// time is asked for its day, or the value is not of these kinds.
pub fn format_date(formats: &Formats, value: &Value, format: &str) -> Result<String> {
    write(formats, value, named(formats, format, DATE), false)
}

/// A time of day, or that of a moment, by a pattern: Django's `dateformat.time_format`. It knows the letters of times alone.
/// An empty pattern means `TIME_FORMAT`.
///
/// # Errors
/// Those of [`format_date`].
pub fn format_time(formats: &Formats, value: &Value, format: &str) -> Result<String> {
    write(formats, value, named(formats, format, TIME), true)
}

fn named<'a>(formats: &'a Formats, format: &'a str, default: usize) -> &'a str {
    if format.is_empty() { &formats.texts[default] } else { formats.get(format).unwrap_or(format) }
}

fn write(formats: &Formats, value: &Value, format: &str, is_time: bool) -> Result<String> {
    let shown = Shown::of(value);
    let mut out = String::with_capacity(format.len() * 2);
    let mut before = None;
    let mut characters = format.chars().peekable();
    while let Some(letter) = characters.next() {
        let is_plain = before == Some('\\');
        before = Some(letter);
        let known_time = TIME_LETTERS.contains(letter);
        if !is_plain && (known_time || DATE_LETTERS.contains(letter)) {
            if known_time && matches!(shown, Shown::Date(_)) {
                return Err(Error::new(
                    ErrorKind::Template,
                    format!(
                        "the letter `{letter}` of the format `{format}` is about a time, and a date does not have one"
                    ),
                ));
            }
            // What is not a date has no zone either, and of zones nothing is said then.
            if matches!(shown, Shown::Nothing) && !ZONE_LETTERS.contains(letter) {
                // Django makes a moment of it for these, which fails.
                return Err(match letter {
                    'r' | 'U' if !is_time => Error::new(
                        ErrorKind::Template,
                        format!(
                            "the letter `{letter}` of the format `{format}` is about a moment, found {}",
                            value.type_name()
                        ),
                    ),
                    _ => lacks(letter, format, value.type_name()),
                });
            }
            if is_time && !known_time {
                return Err(lacks(letter, format, "the filter `time`"));
            }
            shown.write(formats, letter, &mut out).map_err(|lack| match lack {
                Lack::Date => lacks(letter, format, "a time"),
                Lack::Combination => Error::new(
                    ErrorKind::Template,
                    format!("the letter `{letter}` of the format `{format}` is about a moment, and a time does not have a day"),
                ),
            })?;
        } else if letter == '\\' && !is_unescaped(&mut characters, &mut out, &mut before) {
            out.push('\\');
        } else if letter != '\\' {
            out.push(letter);
        }
    }
    Ok(out)
}

/// Writes what a backslash protects. At the end of the pattern and before a line's end it stands for itself.
fn is_unescaped(
    characters: &mut std::iter::Peekable<std::str::Chars<'_>>,
    out: &mut String,
    before: &mut Option<char>,
) -> bool {
    match characters.next_if(|next| *next != '\n') {
        Some(next) => {
            out.push(next);
            // A letter behind two backslashes is plain too: Django looks at one character alone.
            *before = Some(next);
            true
        }
        None => false,
    }
}

fn lacks(letter: char, format: &str, what: &str) -> Error {
    Error::new(ErrorKind::Validation, format!("{what} does not have the letter `{letter}` of the format `{format}`"))
}

/// What a value cannot tell.
enum Lack {
    /// It has no day.
    Date,
    /// It cannot become a moment.
    Combination,
}

/// What is written.
enum Shown {
    Date(NaiveDate),
    Time(NaiveTime),
    Moment(NaiveDateTime, Clock),
    /// A value of another kind.
    Nothing,
}

/// The zone of a moment.
enum Clock {
    /// Its own, with the exact moment.
    Own(DateTime<Zone>),
    /// None: the site's counts for some letters.
    Site,
}

/// What a zone says of a moment.
struct Offset {
    seconds: i32,
    name: String,
    is_summer: bool,
}

impl Offset {
    fn of(moment: &DateTime<Zone>) -> Self {
        let offset = moment.offset();
        let seconds = offset.fix().local_minus_utc();
        Self { seconds, name: offset.abbreviation().to_owned(), is_summer: offset.is_daylight() }
    }
}

/// `+0200`.
fn numeric(seconds: i32) -> String {
    let (sign, seconds) = (if seconds < 0 { '-' } else { '+' }, seconds.abs());
    format!("{sign}{:02}{:02}", seconds / 3600, seconds / 60 % 60)
}

impl Shown {
    fn of(value: &Value) -> Self {
        match value {
            Value::Date(date) => Self::Date(*date),
            Value::Time(time) => Self::Time(*time),
            Value::Naive(moment) => Self::Moment(*moment, Clock::Site),
            Value::DateTime(moment) => Self::Moment(moment.naive_utc(), Clock::Own(moment.with_timezone(&Zone::UTC))),
            Value::Zoned(moment) => Self::Moment(moment.naive_local(), Clock::Own(**moment)),
            _ => Self::Nothing,
        }
    }

    fn date(&self) -> Result<NaiveDate, Lack> {
        match self {
            Self::Date(date) => Ok(*date),
            Self::Moment(moment, _) => Ok(moment.date()),
            Self::Time(_) | Self::Nothing => Err(Lack::Date),
        }
    }

    fn time(&self) -> NaiveTime {
        match self {
            Self::Date(_) | Self::Nothing => NaiveTime::MIN,
            Self::Time(time) => *time,
            Self::Moment(moment, _) => moment.time(),
        }
    }

    /// The zone's word on the moment. None where there is no moment, and where the clock shows this time twice or never.
    fn offset(&self) -> Option<Offset> {
        let Self::Moment(moment, clock) = self else { return None };
        let zone = match clock {
            Clock::Own(moment) => moment.timezone(),
            Clock::Site => zone::default(),
        };
        match zone.from_local_datetime(moment) {
            MappedLocalTime::Single(moment) => Some(Offset::of(&moment)),
            MappedLocalTime::Ambiguous(..) | MappedLocalTime::None => None,
        }
    }

    /// The moment in its zone, or in the site's. A time that is twice there counts as the first one.
    fn moment(&self) -> Result<DateTime<Zone>, Lack> {
        match self {
            Self::Date(date) => Ok(zone::first(date.and_time(NaiveTime::MIN), zone::default())),
            Self::Moment(_, Clock::Own(moment)) => Ok(*moment),
            Self::Moment(moment, Clock::Site) => Ok(zone::first(*moment, zone::default())),
            Self::Time(_) | Self::Nothing => Err(Lack::Combination),
        }
    }

    fn write(&self, formats: &Formats, letter: char, out: &mut String) -> Result<(), Lack> {
        let time = self.time();
        let (hour, minute) = (time.hour(), time.minute());
        let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
        let say = |group: Group, place: u32| formats.name(group, place as usize);
        let mut put = |arguments: std::fmt::Arguments<'_>| {
            // Writing into a string does not fail.
            let _ = out.write_fmt(arguments);
        };
        match letter {
            'a' => put(format_args!("{}", say(Group::Words, u32::from(hour > 11)))),
            'A' => put(format_args!("{}", say(Group::Words, 2 + u32::from(hour > 11)))),
            'f' if minute == 0 => put(format_args!("{twelve}")),
            'f' => put(format_args!("{twelve}:{minute:02}")),
            'g' => put(format_args!("{twelve}")),
            'G' => put(format_args!("{hour}")),
            'h' => put(format_args!("{twelve:02}")),
            'H' => put(format_args!("{hour:02}")),
            'i' => put(format_args!("{minute:02}")),
            's' => put(format_args!("{:02}", time.second())),
            'u' => put(format_args!("{:06}", micros(time))),
            'P' if minute == 0 && hour == 0 => put(format_args!("{}", say(Group::Words, 4))),
            'P' if minute == 0 && hour == 12 => put(format_args!("{}", say(Group::Words, 5))),
            'P' if minute == 0 => put(format_args!("{twelve} {}", say(Group::Words, u32::from(hour > 11)))),
            'P' => put(format_args!("{twelve}:{minute:02} {}", say(Group::Words, u32::from(hour > 11)))),
            'e' | 'O' | 'T' | 'Z' | 'I' => {
                let is_silent = letter == 'e' && matches!(self, Self::Moment(_, Clock::Site));
                match self.offset().filter(|_| !is_silent) {
                    None => {}
                    Some(offset) => match letter {
                        'O' => put(format_args!("{}", numeric(offset.seconds))),
                        'Z' => put(format_args!("{}", offset.seconds)),
                        'I' => put(format_args!("{}", u8::from(offset.is_summer))),
                        _ => put(format_args!("{}", offset.name)),
                    },
                }
            }
            'c' => put(format_args!("{}", self.iso())),
            'r' => put(format_args!("{}", mail(self.local()?))),
            'U' => {
                let moment = self.moment()?;
                let micros = moment.timestamp_micros();
                put(format_args!("{}", micros / 1_000_000));
            }
            _ => self.write_day(formats, letter, &mut put)?,
        }
        Ok(())
    }

    /// Writes a letter that is about a day.
    fn write_day(
        &self,
        formats: &Formats,
        letter: char,
        put: &mut dyn FnMut(std::fmt::Arguments<'_>),
    ) -> Result<(), Lack> {
        let date = self.date()?;
        let say = |group: Group, place: u32| formats.name(group, place as usize);
        let (month, weekday) = (date.month0(), date.weekday());
        match letter {
            'b' => put(format_args!("{}", say(Group::ShortMonths, month))),
            'd' => put(format_args!("{:02}", date.day())),
            'D' => put(format_args!("{}", say(Group::ShortDays, weekday.num_days_from_monday()))),
            'E' => put(format_args!("{}", say(Group::AlternativeMonths, month))),
            'F' => put(format_args!("{}", say(Group::Months, month))),
            'j' => put(format_args!("{}", date.day())),
            'l' => put(format_args!("{}", say(Group::Days, weekday.num_days_from_monday()))),
            'L' => put(format_args!("{}", if date.leap_year() { "True" } else { "False" })),
            'm' => put(format_args!("{:02}", month + 1)),
            'M' => put(format_args!("{}", title(&say(Group::ShortMonths, month)))),
            'n' => put(format_args!("{}", month + 1)),
            'N' => put(format_args!("{}", say(Group::PressMonths, month))),
            'o' => put(format_args!("{}", date.iso_week().year())),
            'S' => put(format_args!("{}", suffix(date.day()))),
            't' => put(format_args!("{}", date.num_days_in_month())),
            'w' => put(format_args!("{}", weekday.num_days_from_sunday())),
            'W' => put(format_args!("{}", date.iso_week().week())),
            'y' => put(format_args!("{:02}", date.year().rem_euclid(100))),
            'Y' => put(format_args!("{:04}", date.year())),
            'z' => put(format_args!("{}", date.ordinal())),
            // The two lists of letters have no others.
            _ => {}
        }
        Ok(())
    }

    /// The date and time that clocks show, and the seconds from Greenwich. A time that they never show is told as it is.
    fn local(&self) -> Result<(NaiveDateTime, i32), Lack> {
        let moment = self.moment()?;
        let naive = match self {
            Self::Date(date) => date.and_time(NaiveTime::MIN),
            Self::Moment(naive, _) => *naive,
            Self::Time(_) | Self::Nothing => return Err(Lack::Combination),
        };
        // An offset is less than a day.
        Ok((naive, (naive - moment.naive_utc()).num_seconds() as i32))
    }

    /// As ISO 8601 writes it.
    fn iso(&self) -> String {
        match self {
            Self::Date(date) => date.to_string(),
            Self::Time(time) => iso_time(*time),
            Self::Nothing => String::new(),
            Self::Moment(moment, clock) => {
                let mut text = format!("{}T{}", moment.date(), iso_time(moment.time()));
                if let Clock::Own(moment) = clock {
                    let seconds = moment.offset().fix().local_minus_utc();
                    let sign = if seconds < 0 { '-' } else { '+' };
                    let seconds = seconds.abs();
                    let _ = write!(text, "{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
                    if seconds % 60 != 0 {
                        let _ = write!(text, ":{:02}", seconds % 60);
                    }
                }
                text
            }
        }
    }
}

/// The microseconds of a time; a leap second has those of its own second.
fn micros(time: NaiveTime) -> u32 {
    time.nanosecond() / 1_000 % 1_000_000
}

fn iso_time(time: NaiveTime) -> String {
    let whole = format!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second());
    match micros(time) {
        0 => whole,
        micros => format!("{whole}.{micros:06}"),
    }
}

/// As mails have it: `Thu, 21 Dec 2000 16:01:07 +0200`. It is English in every language.
fn mail((local, seconds): (NaiveDateTime, i32)) -> String {
    let rest = if seconds % 60 == 0 { String::new() } else { format!("{:02}", seconds.abs() % 60) };
    let (days, months) = ("Mon Tue Wed Thu Fri Sat Sun", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec");
    let third = |names: &'static str, place: u32| &names[place as usize * 4..place as usize * 4 + 3];
    format!(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} {}{rest}",
        third(days, local.weekday().num_days_from_monday()),
        local.day(),
        third(months, local.month0()),
        local.year(),
        local.hour(),
        local.minute(),
        local.second(),
        numeric(seconds)
    )
}

/// The ending of an English ordinal.
fn suffix(day: u32) -> &'static str {
    match (day, day % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

/// Each word with a capital, as Python's `title`.
fn title(text: &str) -> Cow<'_, str> {
    let mut titled = String::with_capacity(text.len());
    let mut is_inside = false;
    for character in text.chars() {
        if is_inside {
            titled.extend(character.to_lowercase());
        } else if matches!(character, '\u{10d0}'..='\u{10ff}') {
            // Georgian has capitals, and does not begin words with them.
            titled.push(character);
        } else {
            let mut capital = character.to_uppercase();
            titled.extend(capital.next());
            titled.extend(capital.flat_map(char::to_lowercase));
        }
        is_inside = character.is_lowercase() || character.is_uppercase();
    }
    Cow::Owned(titled)
}
