//! Python's `int(value)` and `float(value)`.

use std::borrow::Cow;

use rust_decimal::prelude::ToPrimitive as _;

use super::trim;
use crate::value::Value;

/// Why something is not a number, by Python's exceptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotANumber {
    /// A text that does not read as one, or NaN: `ValueError`.
    Value,
    /// Something of another kind: `TypeError`.
    Type,
    /// Infinity: `OverflowError`.
    Infinite,
    /// A number of more than 127 bits.
    // DIFFERENCE: Python's whole numbers have no end. Here a filter that must count with a larger one says so in an error.
    TooBig,
}

/// Python's `int(value)`.
pub(crate) fn int(value: &Value) -> Result<i128, NotANumber> {
    match value {
        Value::Bool(_) | Value::Int(_) | Value::Big(_) => value.as_int().ok_or(NotANumber::Type),
        Value::Float(number) => int_of_float(*number),
        Value::Decimal(number) => number.trunc().to_i128().ok_or(NotANumber::TooBig),
        Value::Text(text) | Value::Safe(text) => int_of_text(text),
        Value::Undefined => Err(NotANumber::Value),
        Value::Bytes(bytes) => int_of_text(std::str::from_utf8(bytes).map_err(|_| NotANumber::Value)?),
        Value::Uuid(uuid) => i128::try_from(uuid.as_u128()).map_err(|_| NotANumber::TooBig),
        Value::Object(object) => object.plain().map_or(Err(NotANumber::Type), |plain| int(&plain)),
        _ => Err(NotANumber::Type),
    }
}

/// The whole part of a float.
fn int_of_float(number: f64) -> Result<i128, NotANumber> {
    if number.is_nan() {
        Err(NotANumber::Value)
    } else if number.is_infinite() {
        Err(NotANumber::Infinite)
    } else if number.abs() >= 1.7e38 {
        Err(NotANumber::TooBig)
    } else {
        Ok(number.trunc() as i128)
    }
}

fn int_of_text(text: &str) -> Result<i128, NotANumber> {
    let text = ascii_digits(trim(text));
    let (is_negative, digits) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        _ => (false, &*text),
    };
    let mut number: i128 = 0;
    let mut was_digit = false;
    let mut is_big = false;
    for byte in digits.bytes() {
        match byte {
            b'0'..=b'9' => {
                let next = number.checked_mul(10).and_then(|number| number.checked_add(i128::from(byte - b'0')));
                match next {
                    Some(next) => number = next,
                    None => is_big = true,
                }
                was_digit = true;
            }
            b'_' if was_digit => was_digit = false,
            _ => return Err(NotANumber::Value),
        }
    }
    if !was_digit {
        return Err(NotANumber::Value);
    }
    if is_big {
        return Err(NotANumber::TooBig);
    }
    Ok(if is_negative { -number } else { number })
}

/// Python's `float(value)`.
pub(crate) fn float(value: &Value) -> Result<f64, NotANumber> {
    match value {
        Value::Float(number) => Ok(*number),
        Value::Bool(_) | Value::Int(_) | Value::Big(_) => {
            value.as_int().map(|number| number as f64).ok_or(NotANumber::Type)
        }
        // By its digits: the type's own conversion is not the nearest float.
        Value::Decimal(number) => number.to_string().parse().map_err(|_| NotANumber::Value),
        Value::Text(text) | Value::Safe(text) => float_of_text(text),
        Value::Undefined => Err(NotANumber::Value),
        Value::Bytes(bytes) => float_of_text(std::str::from_utf8(bytes).map_err(|_| NotANumber::Value)?),
        Value::Object(object) => object.plain().map_or(Err(NotANumber::Type), |plain| float(&plain)),
        _ => Err(NotANumber::Type),
    }
}

fn float_of_text(text: &str) -> Result<f64, NotANumber> {
    let text = ascii_digits(trim(text));
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'_' && !(is_digit(at.checked_sub(1)) && is_digit(Some(at + 1))) {
            return Err(NotANumber::Value);
        }
    }
    let text = if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { text };
    text.parse().map_err(|_| NotANumber::Value)
}

/// The text with every script's digits as ASCII's, as Python reads numbers.
fn ascii_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let digit = |character| decimal_digit(character).and_then(|digit| char::from_digit(digit, 10)).unwrap_or(character);
    Cow::Owned(text.chars().map(digit).collect())
}

/// The digits zero of Unicode 14's scripts; the nine others follow each.
const ZEROS: [u32; 66] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
    0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620,
    0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0,
    0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60,
    0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// The value of a decimal digit of any script: Python's `\d`.
pub(crate) fn decimal_digit(character: char) -> Option<u32> {
    let code = u32::from(character);
    let place = ZEROS.partition_point(|zero| *zero <= code).checked_sub(1)?;
    let digit = code - ZEROS[place];
    (digit < 10).then_some(digit)
}
