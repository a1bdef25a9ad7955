//! Numbers as a language writes them.

use std::borrow::Cow;

use super::{DECIMAL, Formats, THOUSAND};
use crate::value::{Value, float_text};

/// From how many digits and places on a number is written with an exponent: Django's bound against filled memory.
const MAX_PLACES: i64 = 200;

/// A decimal number of any size: `digits` times ten to the power of `exponent`.
struct Digits {
    is_negative: bool,
    digits: String,
    exponent: i64,
}

impl Formats {
    /// A number in this language: Django's `number_format`. Digits beyond `decimals` are cut off, not rounded; missing ones are
    /// zeros. `grouping` asks for groups; else USE_THOUSAND_SEPARATOR decides. Texts that are numbers count too.
    pub fn number(&self, value: &Value, decimals: Option<i32>, grouping: bool) -> String {
        let is_grouped = (self.is_grouped || grouping) && !self.groups.is_empty();
        match value {
            Value::Int(_) | Value::Big(_) | Value::Bool(_) if !is_grouped && decimals.unwrap_or(0) == 0 => {
                value.text().into_owned()
            }
            Value::Float(number) => {
                let text = float_text(*number);
                match Digits::of_scientific(&text) {
                    Some(digits) => self.decimal(digits, decimals, is_grouped),
                    None => self.written(&text, decimals, is_grouped),
                }
            }
            Value::Decimal(number) => {
                let digits = Digits {
                    is_negative: number.is_sign_negative(),
                    digits: number.mantissa().unsigned_abs().to_string(),
                    exponent: -i64::from(number.scale()),
                };
                self.decimal(digits, decimals, is_grouped)
            }
            Value::None => "None".to_owned(),
            other => {
                let text = other.text();
                if text.is_empty() { String::new() } else { self.written(&text, decimals, is_grouped) }
            }
        }
    }

    fn decimal(&self, mut number: Digits, decimals: Option<i32>, is_grouped: bool) -> String {
        if let Some(decimals) = decimals
            && number.is_below(i64::from(decimals.max(1)))
        {
            number = Digits { is_negative: false, digits: "0".to_owned(), exponent: 0 };
        }
        if number.exponent.abs() + number.digits.len() as i64 > MAX_PLACES {
            let (coefficient, exponent) = number.scientific();
            return format!("{}e{exponent:+}", self.written(&coefficient, decimals, is_grouped));
        }
        self.written(&number.plain(), decimals, is_grouped)
    }

    /// A number that is written out, in the language's way.
    fn written(&self, text: &str, decimals: Option<i32>, is_grouped: bool) -> String {
        let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let mut fraction = Cow::Borrowed(fraction);
        if let Some(decimals) = decimals {
            fraction = Cow::Owned(cut(&fraction, decimals));
        }
        let mut written = String::with_capacity(text.len() + text.len() / 3 + 1);
        written.push_str(sign);
        if is_grouped {
            self.group(whole, &mut written);
        } else {
            written.push_str(whole);
        }
        if !fraction.is_empty() {
            written.push_str(&self.texts[DECIMAL]);
            written.push_str(&fraction);
        }
        written
    }

    /// Writes digits in groups.
    fn group(&self, digits: &str, written: &mut String) {
        let characters: Vec<char> = digits.chars().collect();
        let mut starts = Vec::new();
        let mut end = characters.len();
        let mut size = 0;
        let mut sizes = self.groups.iter();
        loop {
            // A size of 0 repeats the one before it, and so does the end of the list.
            match sizes.next() {
                Some(0) | None => {}
                Some(next) => size = *next as usize,
            }
            if size == 0 || end <= size {
                break;
            }
            end -= size;
            starts.push(end);
        }
        for (place, character) in characters.into_iter().enumerate() {
            if starts.last() == Some(&place) {
                starts.pop();
                written.push_str(&self.texts[THOUSAND]);
            }
            written.push(character);
        }
    }
}

/// A fraction with this many digits. A negative number takes digits from its end, as Python's slices do.
fn cut(fraction: &str, decimals: i32) -> String {
    let have = fraction.chars().count();
    let wanted = usize::try_from(decimals).unwrap_or_else(|_| have.saturating_sub(decimals.unsigned_abs() as usize));
    let mut cut: String = fraction.chars().take(wanted).collect();
    if decimals > 0 {
        cut.extend(std::iter::repeat_n('0', wanted.saturating_sub(have)));
    }
    cut
}

impl Digits {
    /// A number with an exponent, as Python prints large and small floats: `1.5e-07`.
    fn of_scientific(text: &str) -> Option<Self> {
        let (coefficient, exponent) = text.split_once('e')?;
        let (is_negative, coefficient) =
            coefficient.strip_prefix('-').map_or((false, coefficient), |rest| (true, rest));
        let (whole, fraction) = coefficient.split_once('.').unwrap_or((coefficient, ""));
        let exponent: i64 = exponent.parse().ok()?;
        Some(Self { is_negative, digits: format!("{whole}{fraction}"), exponent: exponent - fraction.len() as i64 })
    }

    /// Whether nothing of it is seen with so many decimals.
    fn is_below(&self, decimals: i64) -> bool {
        let significant = self.digits.trim_start_matches('0');
        significant.is_empty() || significant.len() as i64 - 1 + self.exponent < -decimals
    }

    fn sign(&self) -> &'static str {
        if self.is_negative { "-" } else { "" }
    }

    /// Without an exponent.
    fn plain(&self) -> String {
        let Self { digits, exponent, .. } = self;
        let sign = self.sign();
        // The bound of `MAX_PLACES` holds for both.
        let places = exponent.unsigned_abs() as usize;
        if *exponent >= 0 {
            let zeros = if digits == "0" { 0 } else { places };
            return format!("{sign}{digits}{:0<zeros$}", "");
        }
        let digits = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        format!("{sign}{whole}.{fraction}")
    }

    /// One digit before the point, and the exponent to it.
    fn scientific(&self) -> (String, i64) {
        let sign = self.sign();
        let (first, rest) = self.digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        (format!("{sign}{first}{point}{rest}"), self.exponent + self.digits.len() as i64 - 1)
    }
}
