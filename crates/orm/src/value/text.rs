//! Values as text and back: what forms, fixtures, the shell and command lines show and take.

use chrono::TimeDelta;
use rjango_core::{Error, ErrorKind, Result, timezone};
use rjango_schema::{FieldKind, FieldSchema};
use rust_decimal::{Decimal, RoundingStrategy};
use uuid::Uuid;

use super::bounds::{has_nul_character, no_engine_keeps};
use super::moment::{Written, date_time_text, parse_date, parse_time, read_date_time};
use crate::Value;

impl Value {
    /// The text that a form or fixture shows for the field's value: a decimal with the field's places, a moment
    /// in UTC and with `+00:00`, so that it is read back as the same moment in every zone, JSON as `json.dumps` writes it, nothing for NULL.
    pub fn to_text(&self, field: &FieldSchema) -> String {
        match (self, &field.kind) {
            (Self::Null, _) => String::new(),
            (Self::Decimal(number), FieldKind::Decimal { decimal_places, .. }) => {
                let mut number = *number;
                number.rescale(*decimal_places);
                number.to_string()
            }
            (Self::DateTime(moment), _) => format!("{}+00:00", date_time_text(*moment)),
            (Self::Json(json), _) => super::json::python_json(json),
            (other, _) => other.to_string(),
        }
    }
}

/// The field's value that `text` spells, without surrounding space; empty text is NULL for every field but text
/// ones. Lengths, choices and address forms are left to validation; a relation takes its target's key, a number
/// where it looks like one. A moment without a zone is what the clocks of the current zone show.
///
/// # Errors
/// `Validation` with Django's form message, for example "Enter a whole number."
pub fn parse_value(field: &FieldSchema, text: &str) -> Result<Value> {
    let value = parse(field, text)?;
    match unfit(&field.kind, &value) {
        Some(message) => Err(Error::new(ErrorKind::Validation, message)),
        None => Ok(value),
    }
}

/// What is wrong with a value that no column keeps, in the words of the field's form.
fn unfit(kind: &FieldKind, value: &Value) -> Option<&'static str> {
    no_engine_keeps(value).then_some(match kind {
        FieldKind::Date { .. } => "Enter a valid date.",
        FieldKind::Time { .. } => "Enter a valid time.",
        FieldKind::DateTime { .. } => "Enter a valid date/time.",
        FieldKind::Duration => "Enter a valid duration.",
        FieldKind::Json if !has_nul_character(value) => "Enter a JSON that is nested less deeply.",
        _ => "Null characters are not allowed.",
    })
}

fn parse(field: &FieldSchema, text: &str) -> Result<Value> {
    let invalid = |message: &str| Error::new(ErrorKind::Validation, message);
    if matches!(
        field.kind,
        FieldKind::Char { .. }
            | FieldKind::Text
            | FieldKind::Slug { .. }
            | FieldKind::Email { .. }
            | FieldKind::Url { .. }
            | FieldKind::FilePath { .. }
            | FieldKind::File { .. }
    ) {
        return Ok(Value::Text(text.to_owned()));
    }
    let text = text.trim();
    if text.is_empty() {
        return Ok(Value::Null);
    }
    match &field.kind {
        FieldKind::SmallAuto | FieldKind::SmallInteger => integer(text, i16::MIN.into(), i16::MAX.into()),
        FieldKind::Auto | FieldKind::Integer => integer(text, i32::MIN.into(), i32::MAX.into()),
        FieldKind::BigAuto | FieldKind::BigInteger => integer(text, i64::MIN, i64::MAX),
        // Django gives the positive kinds the upper bound of the signed type of the same width.
        FieldKind::PositiveSmallInteger => integer(text, 0, u16::MAX.into()),
        FieldKind::PositiveInteger => integer(text, 0, u32::MAX.into()),
        FieldKind::PositiveBigInteger => integer(text, 0, i64::MAX),
        FieldKind::Boolean => match text {
            "True" | "true" | "on" | "1" | "t" => Ok(Value::Bool(true)),
            "False" | "false" | "off" | "0" | "f" => Ok(Value::Bool(false)),
            _ => Err(invalid("Enter True or False.")),
        },
        FieldKind::Float => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Value::Float(number)),
            _ => Err(invalid("Enter a number.")),
        },
        FieldKind::Decimal { max_digits, decimal_places } => {
            let number = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
            let number = number.map_err(|_| invalid("Enter a number."))?;
            check_digits(number, *max_digits, *decimal_places)?;
            Ok(Value::Decimal(number))
        }
        FieldKind::Date { .. } => parse_date(text).map(Value::Date).ok_or_else(|| invalid("Enter a valid date.")),
        FieldKind::Time { .. } => parse_time(text).map(Value::Time).ok_or_else(|| invalid("Enter a valid time.")),
        FieldKind::DateTime { .. } => {
            let written = read_date_time(text).ok_or_else(|| invalid("Enter a valid date/time."))?;
            Ok(Value::DateTime(match written {
                Written::Aware(moment) => moment,
                // What people type is what the clocks show where they are.
                Written::Naive(naive) => timezone::current().resolve(naive)?,
            }))
        }
        FieldKind::Duration => {
            parse_duration(text).map(Value::Duration).ok_or_else(|| invalid("Enter a valid duration."))
        }
        FieldKind::Uuid => Uuid::parse_str(text).map(Value::Uuid).map_err(|_| invalid("Enter a valid UUID.")),
        FieldKind::Json => serde_json::from_str(text)
            .map(Value::Json)
            .map_err(|error| invalid("Enter a valid JSON.").with_source(error)),
        FieldKind::Binary => parse_hex(text).map(Value::Bytes).ok_or_else(|| invalid("Enter bytes in hexadecimal.")),
        FieldKind::IpAddress { .. } => text
            .parse::<std::net::IpAddr>()
            .map(|address| Value::Text(address.to_string()))
            .map_err(|_| invalid("Enter a valid IPv4 or IPv6 address.")),
        FieldKind::ForeignKey(_) | FieldKind::OneToOne(_) | FieldKind::ManyToMany(_) => {
            Ok(text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Int))
        }
        FieldKind::Char { .. }
        | FieldKind::Text
        | FieldKind::Slug { .. }
        | FieldKind::Email { .. }
        | FieldKind::Url { .. }
        | FieldKind::FilePath { .. }
        | FieldKind::File { .. } => Ok(Value::Text(text.to_owned())),
    }
}

fn integer(text: &str, least: i64, largest: i64) -> Result<Value> {
    let invalid = |message: String| Error::new(ErrorKind::Validation, message);
    // As Django's forms, which accept `5.0` for a whole number.
    let digits = text.split_once('.').map_or(
        text,
        |(whole, rest)| {
            if rest.bytes().all(|byte| byte == b'0') { whole } else { text }
        },
    );
    let number: i128 = digits.parse().map_err(|_| invalid("Enter a whole number.".to_owned()))?;
    if number < least.into() {
        return Err(invalid(format!("Ensure this value is greater than or equal to {least}.")));
    }
    if number > largest.into() {
        return Err(invalid(format!("Ensure this value is less than or equal to {largest}.")));
    }
    Ok(i64::try_from(number).map_or(Value::Null, Value::Int))
}

/// Django's `DecimalValidator`.
fn check_digits(number: Decimal, max_digits: u32, decimal_places: u32) -> Result<()> {
    let plural = |count: u32| if count == 1 { "" } else { "s" };
    let fraction = number.scale();
    let digits = number.mantissa().unsigned_abs().to_string();
    let digits = if number.mantissa() == 0 { 0 } else { u32::try_from(digits.len()).unwrap_or(u32::MAX) };
    let total = digits.max(fraction);
    let whole = total - fraction;
    let message = if total > max_digits {
        format!("Ensure that there are no more than {max_digits} digit{} in total.", plural(max_digits))
    } else if fraction > decimal_places {
        format!("Ensure that there are no more than {decimal_places} decimal place{}.", plural(decimal_places))
    } else if whole > max_digits.saturating_sub(decimal_places) {
        let most = max_digits.saturating_sub(decimal_places);
        format!("Ensure that there are no more than {most} digit{} before the decimal point.", plural(most))
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::Validation, message))
}

/// The number with `places` places, rounded half to even as Django's database converters do.
pub(crate) fn quantize(number: Decimal, places: u32) -> Decimal {
    let mut rounded = number.round_dp_with_strategy(places, RoundingStrategy::MidpointNearestEven);
    rounded.rescale(places);
    rounded
}

/// As [`quantize`], where so many places leave room for the number's digits.
pub(crate) fn with_places(number: Decimal, places: u32) -> Option<Decimal> {
    let rounded = quantize(number, places);
    // Rescaling stops where there are no more digits.
    (rounded.scale() == places).then_some(rounded)
}

struct Parts {
    negative: bool,
    days: i64,
    hours: i64,
    minutes: i64,
    seconds: i64,
    micros: i64,
}

fn parts(duration: TimeDelta) -> Parts {
    let total = duration.num_microseconds().unwrap_or(i64::MAX);
    let (seconds, micros) = (total.unsigned_abs() / 1_000_000, total.unsigned_abs() % 1_000_000);
    let part = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    Parts {
        negative: total < 0,
        days: part(seconds / 86_400),
        hours: part(seconds / 3_600 % 24),
        minutes: part(seconds / 60 % 60),
        seconds: part(seconds % 60),
        micros: part(micros),
    }
}

/// Django's `duration_string`: `3 04:05:06.000007`. A negative length counts back from whole days, as Python does.
pub(crate) fn duration_text(duration: TimeDelta) -> String {
    let total = duration.num_microseconds().unwrap_or(i64::MAX);
    let days = total.div_euclid(86_400_000_000);
    let rest = parts(TimeDelta::microseconds(total.rem_euclid(86_400_000_000)));
    let mut text = if days == 0 { String::new() } else { format!("{days} ") };
    text.push_str(&format!("{:02}:{:02}:{:02}", rest.hours, rest.minutes, rest.seconds));
    if rest.micros != 0 {
        text.push_str(&format!(".{:06}", rest.micros));
    }
    text
}

/// Django's `duration_iso_string`: `P3DT04H05M06.000007S`.
pub(crate) fn iso_duration(duration: TimeDelta) -> String {
    let parts = parts(duration);
    let sign = if parts.negative { "-" } else { "" };
    let fraction = if parts.micros == 0 { String::new() } else { format!(".{:06}", parts.micros) };
    format!("{sign}P{}DT{:02}H{:02}M{:02}{fraction}S", parts.days, parts.hours, parts.minutes, parts.seconds)
}

/// `[days ][[hours:]minutes:]seconds[.fraction]`, or ISO 8601 as [`iso_duration`] writes it.
pub(crate) fn parse_duration(text: &str) -> Option<TimeDelta> {
    let text = text.trim();
    let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    if let Some(iso) = unsigned.strip_prefix('P') {
        let duration = parse_iso_duration(iso)?;
        return Some(if negative { -duration } else { duration });
    }
    // The sign belongs to the days where there are any, else to the clock.
    let (days, clock) = match unsigned.split_once(' ') {
        Some((days, clock)) => {
            let clock = clock.trim_start_matches("days").trim_start_matches("day").trim_start_matches(',').trim();
            (Some(days.parse::<i64>().ok()?), clock)
        }
        None => (None, unsigned),
    };
    let mut micros = 0_i64;
    let fields: Vec<&str> = clock.split(':').collect();
    if fields.len() > 3 {
        return None;
    }
    for (position, field) in fields.iter().rev().enumerate() {
        micros += match position {
            0 => seconds_to_micros(field)?,
            1 => field.parse::<i64>().ok()?.checked_mul(60_000_000)?,
            _ => field.parse::<i64>().ok()?.checked_mul(3_600_000_000)?,
        };
    }
    let clock = if negative && days.is_none() { -micros } else { micros };
    let days = days.map_or(0, |days| if negative { -days } else { days });
    TimeDelta::try_days(days)?.checked_add(&TimeDelta::microseconds(clock))
}

fn seconds_to_micros(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    if fraction.len() > 6 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction: i64 = format!("{fraction:0<6}").parse().ok()?;
    let whole: u32 = whole.parse().ok()?;
    Some(i64::from(whole) * 1_000_000 + fraction)
}

fn parse_iso_duration(text: &str) -> Option<TimeDelta> {
    let (days, clock) = text.split_once('T').unwrap_or((text, ""));
    let mut total = match days.strip_suffix('D') {
        Some(days) => TimeDelta::try_days(days.parse().ok()?)?,
        None if days.is_empty() => TimeDelta::zero(),
        None => return None,
    };
    let mut rest = clock;
    while !rest.is_empty() {
        let end = rest.find(['H', 'M', 'S'])?;
        let (number, unit) = (rest.get(..end)?, rest.get(end..=end)?);
        let micros = match unit {
            "H" => number.parse::<i64>().ok()?.checked_mul(3_600_000_000)?,
            "M" => number.parse::<i64>().ok()?.checked_mul(60_000_000)?,
            _ => seconds_to_micros(number)?,
        };
        total = total.checked_add(&TimeDelta::microseconds(micros))?;
        rest = rest.get(end + 1..)?;
    }
    Some(total)
}

fn parse_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || text.len() % 2 == 1 {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}
