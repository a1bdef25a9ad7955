//! `stringformat`: Python's `%` with one value, without its first percent sign.

use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

use rjango_core::Result;

use super::arguments::{LONGEST, needed, plain, refused, too_long, unfit};
use super::python::{self, NotANumber};
use crate::filter::{Filter, FilterContext, Takes};
use crate::value::Value;

mod float;

pub(super) const FILTERS: [Filter; 1] = [Filter::new("stringformat", stringformat).safe().takes(Takes::One)];

fn stringformat(_: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    let format = needed("stringformat", argument)?;
    let value = plain(value);
    // A tuple would be several values.
    let value = if matches!(&*value, Value::Tuple(_)) { Cow::Owned(value.text().into_owned().into()) } else { value };
    match interpolated(&format!("%{}", format.text()), &value) {
        Ok(text) => Ok(text.into()),
        Err(Failure::Silent) => Ok(Value::Text("".into())),
        Err(Failure::TooLong) => Err(too_long("stringformat")),
        Err(Failure::Unfit(expected)) => Err(unfit("stringformat", expected, &value)),
        Err(Failure::NoKey(key)) => Err(refused(format!("the filter `stringformat` found no key `{key}`"))),
    }
}

/// Why there is no text.
enum Failure {
    /// Django prints nothing.
    Silent,
    TooLong,
    /// What the value had to be.
    Unfit(&'static str),
    /// A key that the mapping does not have.
    NoKey(String),
}

/// One conversion: what stands between `%` and its letter.
#[derive(Default)]
struct Conversion {
    is_left: bool,
    has_plus: bool,
    has_space: bool,
    is_alternate: bool,
    has_zeros: bool,
    width: usize,
    precision: Option<usize>,
}

/// A text on the way to its width: sign, prefix such as `0x`, and digits.
struct Converted {
    sign: &'static str,
    prefix: &'static str,
    body: String,
    is_number: bool,
}

impl Converted {
    fn text(body: String) -> Self {
        Self { sign: "", prefix: "", body, is_number: false }
    }
}

/// Python's `format % value`.
fn interpolated(format: &str, value: &Value) -> Result<String, Failure> {
    // Values with items may be left over in Python.
    let may_be_left = matches!(value, Value::Map(_) | Value::List(_) | Value::Bytes(_));
    let mut is_used = false;
    let mut text = String::new();
    let mut rest = format.chars().peekable();
    while let Some(character) = rest.next() {
        if character != '%' {
            text.push(character);
            continue;
        }
        if rest.next_if_eq(&'%').is_some() {
            text.push('%');
            continue;
        }
        let mut given = None;
        if rest.next_if_eq(&'(').is_some() {
            given = Some(keyed(value, &key(&mut rest)?)?);
            // Python counts a key's value as the one that is to be used.
            is_used = false;
        }
        let conversion = conversion(&mut rest)?;
        let letter = rest.next().ok_or(Failure::Silent)?;
        let value = match &given {
            Some(given) => given,
            None if is_used => return Err(Failure::Silent),
            None => value,
        };
        is_used = true;
        pad(&mut text, &conversion, convert(&conversion, letter, value)?)?;
    }
    if is_used || may_be_left { Ok(text) } else { Err(Failure::Silent) }
}

/// The key between the parentheses of `%(key)s`.
fn key(rest: &mut Peekable<Chars<'_>>) -> Result<String, Failure> {
    let mut key = String::new();
    let mut depth = 1;
    for character in rest.by_ref() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Ok(key);
        }
        key.push(character);
    }
    Err(Failure::Silent)
}

fn keyed(value: &Value, key: &str) -> Result<Value, Failure> {
    match value {
        Value::Map(map) => {
            map.get(key).map(|found| plain(found).into_owned()).ok_or_else(|| Failure::NoKey(key.to_owned()))
        }
        _ => Err(Failure::Silent),
    }
}

fn conversion(rest: &mut Peekable<Chars<'_>>) -> Result<Conversion, Failure> {
    let mut conversion = Conversion::default();
    while let Some(flag) = rest.next_if(|one| matches!(one, '-' | '+' | ' ' | '#' | '0')) {
        match flag {
            '-' => conversion.is_left = true,
            '+' => conversion.has_plus = true,
            ' ' => conversion.has_space = true,
            '#' => conversion.is_alternate = true,
            _ => conversion.has_zeros = true,
        }
    }
    conversion.width = number(rest)?.unwrap_or(0);
    if rest.next_if_eq(&'.').is_some() {
        conversion.precision = Some(number(rest)?.unwrap_or(0));
    }
    let _ = rest.next_if(|one| matches!(one, 'h' | 'l' | 'L'));
    Ok(conversion)
}

/// A width or a precision. A star would take it from a second value, and there is none.
fn number(rest: &mut Peekable<Chars<'_>>) -> Result<Option<usize>, Failure> {
    if rest.peek() == Some(&'*') {
        return Err(Failure::Silent);
    }
    let mut number: Option<usize> = None;
    while let Some(digit) = rest.next_if(char::is_ascii_digit).and_then(|digit| digit.to_digit(10)) {
        let next = number.unwrap_or(0) * 10 + digit as usize;
        if next > LONGEST {
            return Err(Failure::TooLong);
        }
        number = Some(next);
    }
    Ok(number)
}

fn convert(conversion: &Conversion, letter: char, value: &Value) -> Result<Converted, Failure> {
    let cut = |text: Cow<'_, str>| match conversion.precision {
        Some(precision) => Converted::text(text.chars().take(precision).collect()),
        None => Converted::text(text.into_owned()),
    };
    Ok(match letter {
        's' => cut(value.text()),
        'r' => cut(value.repr().into()),
        'a' => cut(ascii(&value.repr()).into()),
        'c' => Converted::text(character(value)?.into()),
        'd' | 'i' | 'u' => integer(conversion, value, 10, "")?,
        'o' => integer(conversion, value, 8, "0o")?,
        'x' => integer(conversion, value, 16, "0x")?,
        'X' => {
            let mut converted = integer(conversion, value, 16, "0X")?;
            converted.body.make_ascii_uppercase();
            converted
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let number = float_of(value)?;
            let precision = conversion.precision.unwrap_or(6);
            let mut body = float::digits(number.abs(), letter.to_ascii_lowercase(), precision, conversion.is_alternate);
            if letter.is_ascii_uppercase() {
                body.make_ascii_uppercase();
            }
            let is_negative = number.is_sign_negative() && !number.is_nan();
            Converted { sign: sign(conversion, is_negative), prefix: "", body, is_number: true }
        }
        _ => return Err(Failure::Silent),
    })
}

fn sign(conversion: &Conversion, is_negative: bool) -> &'static str {
    if is_negative {
        "-"
    } else if conversion.has_plus {
        "+"
    } else if conversion.has_space {
        " "
    } else {
        ""
    }
}

fn integer(conversion: &Conversion, value: &Value, radix: u128, prefix: &'static str) -> Result<Converted, Failure> {
    let number = match value {
        Value::Int(_) | Value::Big(_) | Value::Bool(_) => value.as_int().ok_or(Failure::Silent)?,
        Value::Uuid(uuid) if radix == 10 => {
            let body = uuid.as_u128().to_string();
            return Ok(digits(conversion, false, "", body));
        }
        // Other numbers lose their fraction, but not on the way to another base.
        Value::Float(_) | Value::Decimal(_) if radix == 10 => match python::int(value) {
            Ok(number) => number,
            Err(NotANumber::Infinite) => return Err(Failure::Unfit("a number that is not infinite")),
            Err(NotANumber::TooBig) => return Err(Failure::Unfit("a number of at most 38 digits")),
            Err(_) => return Err(Failure::Silent),
        },
        _ => return Err(Failure::Silent),
    };
    let size = number.unsigned_abs();
    let body = match radix {
        8 => format!("{size:o}"),
        16 => format!("{size:x}"),
        _ => size.to_string(),
    };
    Ok(digits(conversion, number < 0, if conversion.is_alternate { prefix } else { "" }, body))
}

/// Digits with as many zeros before them as the precision asks for.
fn digits(conversion: &Conversion, is_negative: bool, prefix: &'static str, digits: String) -> Converted {
    let missing = conversion.precision.unwrap_or(0).saturating_sub(digits.len());
    let body = if missing > 0 { "0".repeat(missing) + &digits } else { digits };
    Converted { sign: sign(conversion, is_negative), prefix, body, is_number: true }
}

fn float_of(value: &Value) -> Result<f64, Failure> {
    match value {
        Value::Text(_) | Value::Safe(_) | Value::Bytes(_) => Err(Failure::Silent),
        other => python::float(other).map_err(|_| Failure::Silent),
    }
}

fn character(value: &Value) -> Result<char, Failure> {
    match value {
        Value::Text(text) | Value::Safe(text) => {
            let mut characters = text.chars();
            match (characters.next(), characters.next()) {
                (Some(one), None) => Ok(one),
                _ => Err(Failure::Silent),
            }
        }
        Value::Int(_) | Value::Big(_) | Value::Bool(_) => {
            let code = value.as_int().and_then(|code| u32::try_from(code).ok());
            code.and_then(char::from_u32).ok_or(Failure::Unfit("the code of a character"))
        }
        _ => Err(Failure::Silent),
    }
}

/// The text with everything beyond ASCII by its code.
fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match u32::from(character) {
            0..=0x7f => plain.push(character),
            code @ 0x80..=0xff => plain.push_str(&format!("\\x{code:02x}")),
            code @ 0x100..=0xffff => plain.push_str(&format!("\\u{code:04x}")),
            code => plain.push_str(&format!("\\U{code:08x}")),
        }
    }
    plain
}

fn pad(text: &mut String, conversion: &Conversion, converted: Converted) -> Result<(), Failure> {
    let Converted { sign, prefix, body, is_number } = converted;
    let missing = conversion.width.saturating_sub(sign.len() + prefix.len() + body.chars().count());
    if text.len() + missing + body.len() > LONGEST {
        return Err(Failure::TooLong);
    }
    let fill = |text: &mut String, with: char| text.extend(std::iter::repeat_n(with, missing));
    let has_zeros = conversion.has_zeros && is_number && !conversion.is_left;
    if !conversion.is_left && !has_zeros {
        fill(text, ' ');
    }
    text.push_str(sign);
    text.push_str(prefix);
    if has_zeros {
        fill(text, '0');
    }
    text.push_str(&body);
    if conversion.is_left {
        fill(text, ' ');
    }
    Ok(())
}
