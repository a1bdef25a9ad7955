//! Values as text: Python's `str` and `repr`, and the escaping of HTML.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use chrono::{Datelike as _, NaiveDateTime, NaiveTime, Offset as _, SubsecRound as _, TimeDelta, Timelike as _};
use rust_decimal::Decimal;

use super::Value;

impl Value {
    /// Python's `str`: what a page shows, but for what is localised.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Undefined => Cow::Borrowed(""),
            Self::Text(text) | Self::Safe(text) => Cow::Borrowed(text),
            Self::None => Cow::Borrowed("None"),
            Self::Bool(true) => Cow::Borrowed("True"),
            Self::Bool(false) => Cow::Borrowed("False"),
            other => {
                let mut text = String::new();
                // Writing into a string does not fail.
                let _ = other.write(&mut text);
                Cow::Owned(text)
            }
        }
    }

    /// Writes [`Value::text`].
    ///
    /// # Errors
    /// The writer's.
    pub fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        match self {
            Self::Undefined => Ok(()),
            Self::None => out.write_str("None"),
            Self::Bool(flag) => out.write_str(if *flag { "True" } else { "False" }),
            Self::Int(number) => write!(out, "{number}"),
            Self::Big(number) => write!(out, "{number}"),
            Self::Float(number) => out.write_str(&float_text(*number)),
            Self::Decimal(number) => out.write_str(&decimal_text(number)),
            Self::Text(text) | Self::Safe(text) => out.write_str(text),
            Self::Bytes(bytes) => out.write_str(&bytes_repr(bytes)),
            Self::Date(date) => write!(out, "{date}"),
            Self::Time(time) => out.write_str(&time_text(*time)),
            Self::DateTime(moment) => write!(out, "{}+00:00", naive_text(moment.naive_utc())),
            Self::Zoned(moment) => {
                let offset = moment.offset().fix().local_minus_utc();
                write!(out, "{}{}", naive_text(moment.naive_local()), offset_text(offset))
            }
            Self::Naive(moment) => out.write_str(&naive_text(*moment)),
            Self::Duration(duration) => out.write_str(&duration_text(*duration)),
            Self::Uuid(uuid) => write!(out, "{uuid}"),
            Self::List(_) | Self::Tuple(_) | Self::Map(_) => out.write_str(&self.repr()),
            Self::Object(object) => object.write(out),
        }
    }

    /// Python's `repr`. What is nested more than 200 deep is `...`.
    pub fn repr(&self) -> String {
        self.repr_inside(0)
    }

    fn repr_inside(&self, depth: usize) -> String {
        let reprs =
            |items: &[Self]| items.iter().map(|item| item.repr_inside(depth + 1)).collect::<Vec<_>>().join(", ");
        match self {
            Self::List(_) | Self::Tuple(_) | Self::Map(_) if depth >= DEEPEST => "...".to_owned(),
            Self::Text(text) | Self::Safe(text) => text_repr(text),
            Self::Decimal(number) => format!("Decimal('{}')", decimal_text(number)),
            Self::Uuid(uuid) => format!("UUID('{uuid}')"),
            Self::Date(date) => format!("datetime.date({}, {}, {})", date.year(), date.month(), date.day()),
            Self::Time(time) => format!("datetime.time({})", time_parts(*time)),
            Self::Naive(moment) => format!("datetime.datetime({})", moment_parts(*moment)),
            Self::DateTime(moment) => {
                format!("datetime.datetime({}, tzinfo=datetime.timezone.utc)", moment_parts(moment.naive_utc()))
            }
            Self::Zoned(moment) => format!(
                "datetime.datetime({}, tzinfo=zoneinfo.ZoneInfo(key='{}'))",
                moment_parts(moment.naive_local()),
                moment.timezone().name()
            ),
            Self::Duration(duration) => duration_repr(*duration),
            Self::List(items) => format!("[{}]", reprs(items)),
            Self::Tuple(items) if items.len() == 1 => format!("({},)", reprs(items)),
            Self::Tuple(items) => format!("({})", reprs(items)),
            Self::Map(map) => {
                let pairs: Vec<String> = map
                    .iter()
                    .map(|(key, value)| format!("{}: {}", key.repr(), value.repr_inside(depth + 1)))
                    .collect();
                format!("{{{}}}", pairs.join(", "))
            }
            Self::Object(object) => object.repr(),
            other => other.text().into_owned(),
        }
    }
}

/// How deep values may be nested to be printed: beyond it the stack of a thread would end.
const DEEPEST: usize = 200;

/// A float as Python prints it: the shortest digits that are read back as the same number.
pub(crate) fn float_text(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    if number == 0.0 {
        return if number.is_sign_negative() { "-0.0" } else { "0.0" }.to_owned();
    }
    let mut scientific = format!("{number:e}");
    let length = scientific.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count();
    if length >= 15 {
        // Two numbers of so many digits can be equally near. Python takes the even one, and so does a number with as many
        // digits as are asked for.
        scientific = format!("{number:.*e}", length - 1);
    }
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let count = digits.bytes().filter(u8::is_ascii_digit).count() as i32;
        let places = usize::try_from(count - 1 - exponent).unwrap_or(0);
        format!("{number:.*}", places.max(1))
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{digits}e{sign}{:02}", exponent.abs())
    }
}

/// A decimal as Python prints it: with an exponent where it is far below its first place.
pub(crate) fn decimal_text(number: &Decimal) -> String {
    // Python's rule: an exponent where the first digit stands more than six places behind the point.
    let digits = number.mantissa().unsigned_abs().to_string();
    let adjusted = digits.len() as i64 - 1 - i64::from(number.scale());
    if adjusted >= -6 {
        return number.to_string();
    }
    let (first, rest) = digits.split_at(1);
    let sign = if number.is_sign_negative() { "-" } else { "" };
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{first}{point}{rest}E{adjusted}")
}

fn time_text(time: NaiveTime) -> String {
    let micros = time.trunc_subsecs(6).nanosecond() / 1_000;
    let whole = time.format("%H:%M:%S");
    if micros == 0 { whole.to_string() } else { format!("{whole}.{micros:06}") }
}

fn naive_text(moment: NaiveDateTime) -> String {
    format!("{} {}", moment.date(), time_text(moment.time()))
}

pub(super) fn offset_text(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.abs();
    let whole = format!("{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
    if seconds % 60 == 0 { whole } else { format!("{whole}:{:02}", seconds % 60) }
}

fn time_parts(time: NaiveTime) -> String {
    let micros = time.trunc_subsecs(6).nanosecond() / 1_000;
    let mut parts = format!("{}, {}", time.hour(), time.minute());
    if time.second() != 0 || micros != 0 {
        let _ = write!(parts, ", {}", time.second());
    }
    if micros != 0 {
        let _ = write!(parts, ", {micros}");
    }
    parts
}

fn moment_parts(moment: NaiveDateTime) -> String {
    let date = moment.date();
    format!("{}, {}, {}, {}", date.year(), date.month(), date.day(), time_parts(moment.time()))
}

/// The days, seconds and microseconds of a length of time, of which only the days may be negative.
pub(super) fn duration_parts(duration: TimeDelta) -> (i64, i64, i64) {
    let micros = duration.num_microseconds().map_or_else(|| i128::from(duration.num_seconds()) * 1_000_000, i128::from);
    let days = micros.div_euclid(86_400_000_000);
    let rest = micros.rem_euclid(86_400_000_000);
    // A day has fewer microseconds than 64 bits hold, and chrono's lengths fewer days.
    let narrow = |number: i128| i64::try_from(number).unwrap_or(i64::MAX);
    (narrow(days), narrow(rest / 1_000_000), narrow(rest % 1_000_000))
}

fn duration_text(duration: TimeDelta) -> String {
    let (days, seconds, micros) = duration_parts(duration);
    let mut text = match days {
        0 => String::new(),
        1 | -1 => format!("{days} day, "),
        _ => format!("{days} days, "),
    };
    let _ = write!(text, "{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if micros != 0 {
        let _ = write!(text, ".{micros:06}");
    }
    text
}

fn duration_repr(duration: TimeDelta) -> String {
    let (days, seconds, micros) = duration_parts(duration);
    let parts: Vec<String> = [("days", days), ("seconds", seconds), ("microseconds", micros)]
        .into_iter()
        .filter(|(_, number)| *number != 0)
        .map(|(name, number)| format!("{name}={number}"))
        .collect();
    if parts.is_empty() {
        "datetime.timedelta(0)".to_owned()
    } else {
        format!("datetime.timedelta({})", parts.join(", "))
    }
}

/// A text between quotes, as Python's `repr` writes it.
pub(crate) fn text_repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut written = String::with_capacity(text.len() + 2);
    written.push(quote);
    for character in text.chars() {
        match character {
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            same if same == quote => {
                written.push('\\');
                written.push(same);
            }
            hidden if is_hidden(hidden) => {
                let code = hidden as u32;
                let _ = match code {
                    0..=0xff => write!(written, "\\x{code:02x}"),
                    0x100..=0xffff => write!(written, "\\u{code:04x}"),
                    _ => write!(written, "\\U{code:08x}"),
                };
            }
            plain => written.push(plain),
        }
    }
    written.push(quote);
    written
}

/// What Python's `str.isprintable` denies, as far as the standard library of Rust knows the classes: controls, separators
/// other than the space, and places without a character.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || (character.is_whitespace() && character != ' ')
        || matches!(character, '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}' | '\u{e0001}'..='\u{e007f}')
}

fn bytes_repr(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    let mut written = format!("b{quote}");
    for byte in bytes {
        match *byte {
            b'\\' => written.push_str("\\\\"),
            b'\n' => written.push_str("\\n"),
            b'\r' => written.push_str("\\r"),
            b'\t' => written.push_str("\\t"),
            same if char::from(same) == quote => {
                written.push('\\');
                written.push(quote);
            }
            plain @ 0x20..=0x7e => written.push(char::from(plain)),
            hidden => {
                let _ = write!(written, "\\x{hidden:02x}");
            }
        }
    }
    written.push(quote);
    written
}

/// Writes a text with what has a meaning in HTML escaped, as Python's `html.escape` does.
///
/// # Errors
/// The writer's.
pub fn write_escaped(out: &mut (impl fmt::Write + ?Sized), text: &str) -> fmt::Result {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#x27;",
            _ => continue,
        };
        out.write_str(&text[from..at])?;
        out.write_str(escaped)?;
        from = at + 1;
    }
    out.write_str(&text[from..])
}

/// The text with what has a meaning in HTML escaped: Django's `escape`.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    // Writing into a string does not fail.
    let _ = write_escaped(&mut escaped, text);
    escaped
}
