//! Python's `int(value)`, for numbers of any length.

use rjango_core::{Error, ErrorKind, Result};

use crate::filters::python::decimal_digit;
use crate::value::Value;

/// A whole number, written out.
pub(super) struct Whole {
    /// Its digits, after a `-` where it is negative.
    pub(super) text: String,
}

impl Whole {
    /// The number that Python's `int` makes of a value; `None` where that is a `TypeError` or a `ValueError`.
    ///
    /// # Errors
    /// `Template` for an infinite float: Python's `OverflowError`.
    pub(super) fn of(value: &Value) -> Result<Option<Self>> {
        let text = match value {
            Value::Float(number) if number.is_infinite() => {
                return Err(Error::new(ErrorKind::Template, "an infinite number does not become a whole one"));
            }
            Value::Float(number) if number.is_nan() => None,
            Value::Float(number) => Some(format!("{:.0}", number.trunc())),
            Value::Decimal(number) => Some(number.trunc().normalize().to_string()),
            Value::Text(text) | Value::Safe(text) => digits(text),
            Value::Uuid(uuid) => Some(uuid.as_u128().to_string()),
            other => other.as_int().map(|number| number.to_string()),
        };
        let plain = |text: String| if text == "-0" { "0".to_owned() } else { text };
        Ok(text.map(|text| Self { text: plain(text) }))
    }

    pub(super) fn is_negative(&self) -> bool {
        self.text.starts_with('-')
    }

    /// The last digits, at most two.
    pub(super) fn last_two(&self) -> usize {
        self.text
            .trim_start_matches('-')
            .chars()
            .rev()
            .zip([1, 10])
            .fold(0, |sum, (digit, times)| sum + digit.to_digit(10).unwrap_or_default() as usize * times)
    }

    /// As a float, which rounds what has more digits.
    pub(super) fn float(&self) -> f64 {
        // Digits are always a float.
        self.text.parse().unwrap_or(f64::INFINITY)
    }

    /// As a value, which is a text where it leaves 128 bits.
    pub(super) fn value(&self) -> Value {
        self.text.parse().map_or_else(|_| self.text.as_str().into(), Value::int)
    }
}

/// The digits of a text that Python takes for a whole number: with spaces around, a sign, and `_` between digits.
fn digits(text: &str) -> Option<String> {
    // Digits of any writing count, as in Python.
    let text: String = text
        .trim()
        .chars()
        .map(|one| decimal_digit(one).and_then(|digit| char::from_digit(digit, 10)).unwrap_or(one))
        .collect();
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(&text)),
    };
    let is_whole = rest.split('_').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    if !is_whole {
        return None;
    }
    let all = rest.replace('_', "");
    let significant = all.trim_start_matches('0');
    Some(format!("{sign}{}", if significant.is_empty() { "0" } else { significant }))
}
