//! Filters of numbers: `floatformat`, `filesizeformat`, `pluralize` and arithmetic.

use minijinja::value::ValueKind;
use minijinja::{Environment, Value};

use super::decimal::Decimal;
use super::{integer, safe, text};

pub(super) fn install(environment: &mut Environment<'_>) {
    environment.add_filter("add", add);
    environment.add_filter("filesizeformat", |value: &Value| file_size(value));
    environment.add_filter("floatformat", |value: &Value, arg: Option<&Value>| {
        float_format(&text(value), value, &arg.map_or_else(|| "-1".to_owned(), text))
    });
    environment.add_filter("get_digit", |value: &Value, place: &Value| {
        get_digit(value, place).unwrap_or_else(|| value.clone())
    });
    environment
        .add_filter("pluralize", |value: &Value, endings: Option<&str>| pluralize(value, endings.unwrap_or("s")));
}

/// Adds integers, or joins texts and lists; otherwise nothing.
fn add(value: &Value, other: &Value) -> Value {
    if let (Some(a), Some(b)) = (integer(value), integer(other)) {
        return a.checked_add(b).map_or_else(|| Value::from(""), Value::from);
    }
    if let (Some(a), Some(b)) = (value.as_str(), other.as_str()) {
        return Value::from(format!("{a}{b}"));
    }
    match (value.kind(), value.try_iter(), other.kind(), other.try_iter()) {
        (ValueKind::Seq, Ok(a), ValueKind::Seq, Ok(b)) => a.chain(b).collect::<Vec<Value>>().into(),
        _ => Value::from(""),
    }
}

/// Bytes as KB, MB, ..., with a space that does not break.
fn file_size(value: &Value) -> String {
    const UNITS: [&str; 5] = ["KB", "MB", "GB", "TB", "PB"];
    let Some(bytes) = integer(value) else { return "0\u{a0}bytes".to_owned() };
    let sign = if bytes < 0 { "-" } else { "" };
    let size = bytes.unsigned_abs();
    if size < 1024 {
        let unit = if size == 1 { "byte" } else { "bytes" };
        return format!("{sign}{size}\u{a0}{unit}");
    }
    let mut unit = 0;
    let mut scale: u64 = 1024;
    while unit + 1 < UNITS.len() && size >= scale * 1024 {
        scale *= 1024;
        unit += 1;
    }
    format!("{sign}{:.1}\u{a0}{}", size as f64 / scale as f64, UNITS[unit])
}

/// A number with as many places as `arg` says; negative: only where there are any. `g` groups, `u` is unlocalized.
fn float_format(shown: &str, value: &Value, arg: &str) -> Value {
    let (places, group) = match arg {
        arg if arg.ends_with("gu") || arg.ends_with("ug") => (&arg[..arg.len() - 2], true),
        arg if arg.ends_with('g') => (&arg[..arg.len() - 1], true),
        arg if arg.ends_with('u') => (&arg[..arg.len() - 1], false),
        arg => (arg, false),
    };
    let places = if places.is_empty() { "-1" } else { places };
    if matches!(value.kind(), ValueKind::Number) && !shown.bytes().any(|byte| byte.is_ascii_digit()) {
        // Infinity and what is no number are shown as they are.
        return Value::from(shown.trim_start_matches('+').to_lowercase());
    }
    let Some(number) = Decimal::parse(shown) else { return Value::from("") };
    let Ok(places) = places.trim().parse::<i64>() else { return Value::from(shown) };
    if number.size() > 200 {
        return Value::from(shown);
    }
    let places_shown = if places <= 0 && number.is_integral() { 0 } else { places.unsigned_abs() };
    let Ok(places_shown) = usize::try_from(places_shown.min(1_000)) else { return Value::from(shown) };
    let rounded = number.rounded(places_shown);
    safe(if group { grouped(&rounded) } else { rounded })
}

/// Commas between thousands.
fn grouped(number: &str) -> String {
    let (sign, number) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (whole, fraction) = number.split_once('.').map_or((number, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match fraction {
        Some(fraction) => format!("{sign}{grouped}.{fraction}"),
        None => format!("{sign}{grouped}"),
    }
}

/// The digit at a place, from 1 at the right; 0 beyond the first. Nothing where it is no such number.
fn get_digit(value: &Value, place: &Value) -> Option<Value> {
    let (number, place) = (integer(value)?, integer(place)?);
    if place < 1 {
        return Some(Value::from(number));
    }
    let digits = number.to_string();
    let index = usize::try_from(place).ok()?;
    let digit = digits.len().checked_sub(index).and_then(|index| digits.as_bytes().get(index));
    match digit {
        None => Some(Value::from(0)),
        Some(digit) if digit.is_ascii_digit() => Some(Value::from(i64::from(digit - b'0'))),
        Some(_) => Some(Value::from(0)),
    }
}

/// `""` or `s`; `y,ies` names both endings. It looks at a number, or at a list's length.
fn pluralize(value: &Value, endings: &str) -> String {
    let (singular, plural) = match endings.split(',').collect::<Vec<_>>().as_slice() {
        [plural] => (String::new(), (*plural).to_owned()),
        [singular, plural] => ((*singular).to_owned(), (*plural).to_owned()),
        _ => return String::new(),
    };
    let one = match value.kind() {
        ValueKind::Number | ValueKind::Bool => {
            let number = if value.kind() == ValueKind::Bool {
                f64::from(u8::from(value.is_true()))
            } else {
                value.to_string().parse().unwrap_or(0.0)
            };
            Some((number - 1.0).abs() < f64::EPSILON)
        }
        ValueKind::String => value
            .as_str()
            .and_then(|text| text.trim().parse::<f64>().ok())
            .map(|number| (number - 1.0).abs() < f64::EPSILON),
        _ => value.len().map(|length| length == 1),
    };
    match one {
        Some(true) => singular,
        Some(false) => plural,
        None => String::new(),
    }
}
