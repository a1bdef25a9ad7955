//! What a column can keep. Every value that is written is held against its field here, whichever way it comes: by
//! `create`, `save`, `update`, the bulk methods, a many-to-many relation, by name, by a fixture or by the admin.
//!
//! A value that the column would cut, or could not give back, is an error that names the model, the field and the value. The
//! engines differ in what they notice themselves: SQLite notices nearly nothing.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, SubsecRound, TimeDelta, Timelike, Utc};
use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::{FieldKind, FieldSchema};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::text::quantize;
use crate::connection::Engine;
use crate::{Value, ValueType};

/// How deep a document may be nested: `serde_json` reads no deeper one.
const DEPTH: usize = 127;

/// How many characters of a text a message shows.
const SHOWN: usize = 60;

/// The value as the field's column keeps it: of the column's type, times to the microsecond, a decimal with the field's
/// places. `kind` is the field's, or that of the key to which a relation's column refers.
///
/// # Errors
/// `Validation` where the column cannot keep the value.
pub(crate) fn kept(
    engine: Engine,
    model: &str,
    field: &FieldSchema,
    kind: &FieldKind,
    value_type: ValueType,
    value: Value,
) -> Result<Value> {
    let refuse = |value: &Value, expected: String| {
        let message = format!("`{model}.{}` holds {expected}, found {}", field.name, shown(value));
        Err(Error::new(ErrorKind::Validation, message).with_hint(HINT))
    };
    if value.is_null() {
        return Ok(value);
    }
    if let Some(expected) = loses_by_type(value_type, &value) {
        return refuse(&value, expected.to_owned());
    }
    let value = as_type(value, value_type);
    if !is_of(value_type, &value) {
        return refuse(&value, type_name(value_type).to_owned());
    }
    let value = settled(kind, value);
    match misfit(engine, kind, &value) {
        Some(expected) => refuse(&value, expected),
        None => Ok(value),
    }
}

const HINT: &str = "the value is kept whole or not at all: give another one, or change the field and migrate";

/// The value to the precision of its column: times and durations to the microsecond, towards the past; decimals to their
/// places, halves to the even digit, as Django rounds them.
pub(crate) fn settled(kind: &FieldKind, value: Value) -> Value {
    match (kind, value) {
        (FieldKind::Decimal { decimal_places, .. }, Value::Decimal(number)) if number.scale() > *decimal_places => {
            Value::Decimal(quantize(number, *decimal_places))
        }
        (_, Value::DateTime(moment)) => Value::DateTime(moment.trunc_subsecs(6)),
        (_, Value::Time(time)) => Value::Time(time.trunc_subsecs(6)),
        (_, Value::Duration(duration)) => Value::Duration(whole_micros(duration)),
        (_, value) => value,
    }
}

/// Whether [`settled`] may change a value of such a field.
pub(crate) fn settles(kind: &FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Decimal { .. } | FieldKind::DateTime { .. } | FieldKind::Time { .. } | FieldKind::Duration
    )
}

fn whole_micros(duration: TimeDelta) -> TimeDelta {
    duration.num_microseconds().map_or(duration, TimeDelta::microseconds)
}

/// Whether the value is one that no column of any engine keeps, whatever its bounds.
pub(crate) fn no_engine_keeps(value: &Value) -> bool {
    match value {
        Value::Json(json) => has_nul(json, 0) || !is_shallow(json, DEPTH),
        other => unsendable(Engine::Postgres, other).is_some(),
    }
}

/// Whether a text, or a text of a document, has the character NUL.
pub(crate) fn has_nul_character(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.contains('\0'),
        Value::Json(json) => has_nul(json, 0),
        _ => false,
    }
}

/// What a column of this field holds on the engine, where it does not hold this value: for a form, before the value is
/// written. The text goes on after "this field holds".
pub fn column_problem(engine: Engine, field: &FieldSchema, value: &Value) -> Option<String> {
    let settled = settled(&field.kind, value.clone());
    if settled.is_null() { None } else { misfit(engine, &field.kind, &settled) }
}

/// What a parameter of a statement must be, where this one is not: what no engine can be told, or what this engine would
/// take for something else.
pub(crate) fn unsendable(engine: Engine, value: &Value) -> Option<String> {
    match value {
        Value::Date(date) => year(*date),
        Value::Time(time) => leap(*time),
        Value::DateTime(moment) => moment_misfit(*moment),
        Value::Duration(duration) => span(*duration),
        Value::Float(number) => float(engine, *number),
        Value::Text(text) if engine == Engine::Postgres => nul(text),
        Value::Json(json) if engine == Engine::Postgres => has_nul(json, 0).then(|| NO_NUL_INSIDE.to_owned()),
        _ => None,
    }
}

/// The error for a parameter that is [`unsendable`].
///
/// # Errors
/// `Validation` where it is.
pub(crate) fn check_parameter(engine: Engine, value: &Value) -> Result<()> {
    match unsendable(engine, value) {
        None => Ok(()),
        Some(expected) => {
            let message = format!("expected {expected} in a query, found {}", shown(value));
            Err(Error::new(ErrorKind::Validation, message))
        }
    }
}

/// The bounds of an integer column: those of the Rust type, within those of the engine's column.
pub(crate) fn integer_bounds(engine: Engine, kind: &FieldKind) -> Option<(i64, i64)> {
    // PostgreSQL has no unsigned columns.
    let signed = engine == Engine::Postgres;
    Some(match kind {
        FieldKind::SmallAuto | FieldKind::SmallInteger => (i16::MIN.into(), i16::MAX.into()),
        FieldKind::Auto | FieldKind::Integer => (i32::MIN.into(), i32::MAX.into()),
        FieldKind::BigAuto | FieldKind::BigInteger => (i64::MIN, i64::MAX),
        FieldKind::PositiveSmallInteger => (0, if signed { i16::MAX.into() } else { u16::MAX.into() }),
        FieldKind::PositiveInteger => (0, if signed { i32::MAX.into() } else { u32::MAX.into() }),
        FieldKind::PositiveBigInteger => (0, i64::MAX),
        _ => return None,
    })
}

/// The largest number of characters of a text column that has a bound.
pub(crate) fn longest(kind: &FieldKind) -> Option<u32> {
    match kind {
        FieldKind::Char { max_length }
        | FieldKind::Slug { max_length }
        | FieldKind::Email { max_length }
        | FieldKind::Url { max_length }
        | FieldKind::FilePath { max_length }
        | FieldKind::File { max_length, .. } => Some(*max_length),
        _ => None,
    }
}

/// What the conversion to the column's type would lose without a word.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // The comparison is what finds the loss.
fn loses_by_type(value_type: ValueType, value: &Value) -> Option<&'static str> {
    match (value_type, value) {
        (ValueType::Bool, Value::Int(number)) if !matches!(number, 0 | 1) => Some("a boolean"),
        (ValueType::Float, Value::Int(number)) if (*number as f64) as i128 != i128::from(*number) => {
            Some("a float, which has 53 bits for a whole number")
        }
        (ValueType::Json, Value::Float(number)) if !number.is_finite() => Some("a document, which has finite numbers"),
        _ => None,
    }
}

/// As [`Value::coerce`], with what a column takes besides: a whole number of another type, and in a text what Python's `str`
/// makes of a value.
fn as_type(value: Value, value_type: ValueType) -> Value {
    match (value_type, &value) {
        (ValueType::Int, Value::Decimal(number)) if number.is_integer() => number.to_i64().map_or(value, Value::Int),
        #[allow(clippy::cast_possible_truncation)] // A whole number, as the condition says.
        (ValueType::Int, Value::Float(number)) if number.fract() == 0.0 && number.abs() < 9e15 => {
            Value::Int(*number as i64)
        }
        (
            ValueType::Text,
            Value::Bool(_) | Value::Date(_) | Value::Time(_) | Value::DateTime(_) | Value::Duration(_),
        ) => Value::Text(value.to_string()),
        _ => value.coerce(value_type),
    }
}

fn is_of(value_type: ValueType, value: &Value) -> bool {
    match (value_type, value.value_type()) {
        (ValueType::Decimal(_), Some(ValueType::Decimal(_))) => true,
        (wanted, found) => found == Some(wanted),
    }
}

pub(crate) fn type_name(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::Bool => "a boolean",
        ValueType::Int => "a whole number of 64 bits",
        ValueType::Float => "a number",
        ValueType::Decimal(_) => "a decimal of at most 28 digits",
        ValueType::Text => "a text",
        ValueType::Bytes => "bytes",
        ValueType::Date => "a date",
        ValueType::Time => "a time of day",
        ValueType::DateTime => "a moment",
        ValueType::Duration => "a duration",
        ValueType::Uuid => "a UUID",
        ValueType::Json => "a JSON document",
        ValueType::Key => "a key",
    }
}

/// What the column keeps, where it does not keep this.
fn misfit(engine: Engine, kind: &FieldKind, value: &Value) -> Option<String> {
    match value {
        Value::Int(number) => {
            let (least, most) = integer_bounds(engine, kind)?;
            (!(least..=most).contains(number)).then(|| format!("whole numbers from {least} to {most}"))
        }
        Value::Text(text) => nul(text).or_else(|| text_misfit(kind, text)),
        Value::Decimal(number) => match kind {
            FieldKind::Decimal { max_digits, decimal_places } => decimal(engine, *number, *max_digits, *decimal_places),
            _ => None,
        },
        Value::Json(json) if has_nul(json, 0) => Some(NO_NUL_INSIDE.to_owned()),
        Value::Json(json) if !is_shallow(json, DEPTH) => {
            Some(format!("a document that is nested at most {DEPTH} times"))
        }
        other => unsendable(engine, other),
    }
}

fn text_misfit(kind: &FieldKind, text: &str) -> Option<String> {
    if let FieldKind::IpAddress { .. } = kind {
        return text.parse::<std::net::IpAddr>().is_err().then(|| "an IP address".to_owned());
    }
    let most = longest(kind)?;
    // A text of so few bytes has no more characters.
    if text.len() <= most as usize {
        return None;
    }
    let found = text.chars().count();
    (found > most as usize).then(|| format!("at most {most} characters, and this has {found}"))
}

/// Engines that take NUL in a text are told none either: it is cut by some functions, no form takes it, and the row could
/// not move to PostgreSQL.
fn nul(text: &str) -> Option<String> {
    text.contains('\0').then(|| "a text without the character NUL".to_owned())
}

const NO_NUL_INSIDE: &str = "a document without the character NUL in its texts";

fn has_nul(json: &serde_json::Value, depth: usize) -> bool {
    match json {
        serde_json::Value::String(text) => text.contains('\0'),
        // What is deeper is refused for that.
        _ if depth > DEPTH => false,
        serde_json::Value::Array(items) => items.iter().any(|item| has_nul(item, depth + 1)),
        serde_json::Value::Object(entries) => {
            entries.iter().any(|(key, value)| key.contains('\0') || has_nul(value, depth + 1))
        }
        _ => false,
    }
}

fn is_shallow(json: &serde_json::Value, left: usize) -> bool {
    match json {
        serde_json::Value::Array(items) => left > 0 && items.iter().all(|item| is_shallow(item, left - 1)),
        serde_json::Value::Object(entries) => left > 0 && entries.values().all(|item| is_shallow(item, left - 1)),
        _ => true,
    }
}

fn year(date: NaiveDate) -> Option<String> {
    (!(1..=9_999).contains(&date.year())).then(|| "dates of the years 1 to 9999".to_owned())
}

fn leap(time: NaiveTime) -> Option<String> {
    (time.nanosecond() >= 1_000_000_000).then(|| "times without leap seconds".to_owned())
}

fn moment_misfit(moment: DateTime<Utc>) -> Option<String> {
    year(moment.date_naive()).or_else(|| leap(moment.time()))
}

fn span(duration: TimeDelta) -> Option<String> {
    duration.num_microseconds().is_none().then(|| "durations of at most 106751991 days".to_owned())
}

fn float(engine: Engine, number: f64) -> Option<String> {
    match engine {
        // Its binding makes NULL of what is not a number.
        Engine::Sqlite if number.is_nan() => Some("numbers; SQLite has no NaN".to_owned()),
        Engine::MySql if !number.is_finite() => Some("finite numbers; MySQL and MariaDB have no others".to_owned()),
        _ => None,
    }
}

/// The number has the field's places by now.
fn decimal(engine: Engine, number: Decimal, max_digits: u32, places: u32) -> Option<String> {
    let room = max_digits.saturating_sub(places);
    let whole = number.trunc().mantissa().unsigned_abs() / 10_u128.pow(number.trunc().scale());
    let digits = if whole == 0 { 0 } else { whole.ilog10() + 1 };
    if digits > room {
        return Some(format!("decimals of at most {max_digits} digits, {places} of them behind the point"));
    }
    (engine == Engine::Sqlite && !survives_a_double(number, places))
        .then(|| "decimals of about 15 digits on SQLite, which keeps them as doubles".to_owned())
}

/// Whether SQLite, which makes an integer or a double of a decimal, gives back the same number.
pub(crate) fn survives_a_double(number: Decimal, places: u32) -> bool {
    let text = number.to_string();
    if number.scale() == 0 && text.parse::<i64>().is_ok() {
        return true;
    }
    let Ok(double) = text.parse::<f64>() else { return false };
    of_double(double, places).is_some_and(|read| read == number)
}

/// The decimal of so many places that a double stands for: the one that is nearest.
pub(crate) fn of_double(double: f64, places: u32) -> Option<Decimal> {
    let places = usize::try_from(places).ok()?;
    Decimal::from_str_exact(&format!("{double:.places$}")).ok()
}

/// The decimal that a text spells, with the places of its column: nothing where digits would be lost.
pub(crate) fn of_places(text: &str, places: u32) -> Option<Decimal> {
    let text = text.trim();
    let text = match text.split_once('.') {
        Some((whole, fraction)) => {
            let kept = fraction.trim_end_matches('0');
            if kept.len() > usize::try_from(places).ok()? {
                return None;
            }
            if kept.is_empty() { whole.to_owned() } else { format!("{whole}.{kept}") }
        }
        None => text.to_owned(),
    };
    let mut number = Decimal::from_str_exact(&text).or_else(|_| Decimal::from_scientific(&text)).ok()?;
    if number.normalize().scale() > places {
        return None;
    }
    number.rescale(places);
    // Rescaling stops where there are no more digits.
    (number.scale() == places).then_some(number)
}

/// The value for a message: what it is, and its beginning where it is long.
pub(crate) fn shown(value: &Value) -> String {
    let text = value.to_string();
    let mut characters = text.chars().flat_map(|character| match character {
        '\0' => vec!['\\', '0'],
        other => vec![other],
    });
    let mut short: String = characters.by_ref().take(SHOWN).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    format!("{} `{short}`", value.kind_name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dec;

    #[test]
    fn a_double_keeps_fifteen_digits_and_no_more() {
        for (number, places) in
            [(dec!(0.1), 1), (dec!(-1234567890123.45), 2), (dec!(9007199254740993), 0), (dec!(99.99), 4), (dec!(0), 3)]
        {
            assert!(survives_a_double(number, places), "{number}");
        }
        for (number, places) in [(dec!(12345678901234567.89), 2), (dec!(0.12345678901234567891), 20)] {
            assert!(!survives_a_double(number, places), "{number}");
        }
    }

    #[test]
    fn digits_are_counted_before_the_point() {
        assert_eq!(decimal(Engine::Postgres, dec!(99.99), 4, 2), None);
        assert_eq!(decimal(Engine::Postgres, dec!(0.01), 2, 2), None);
        assert!(decimal(Engine::Postgres, dec!(100), 4, 2).is_some());
        assert!(decimal(Engine::Postgres, dec!(1), 2, 2).is_some());
    }

    #[test]
    fn a_long_value_is_shown_by_its_beginning() {
        assert_eq!(shown(&Value::Text("a\0b".into())), "the text `a\\0b`");
        assert_eq!(shown(&Value::Text("é".repeat(61))), format!("the text `{}…`", "é".repeat(60)));
    }
}
