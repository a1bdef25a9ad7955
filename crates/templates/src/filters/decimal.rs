//! Decimal numbers of any length, as their digits: what `floatformat` rounds, without a float's errors.

use super::python;

/// What a text reads as, by Python's `Decimal`.
pub(super) enum Decimal {
    /// Infinity, or not a number.
    NotFinite,
    /// A number.
    Finite(Digits),
}

/// A number as digits and the place of the point.
pub(super) struct Digits {
    is_negative: bool,
    /// Digits from 0 to 9, without zeros before the first.
    digits: Vec<u8>,
    /// The power of ten of the last digit.
    exponent: i64,
}

impl Decimal {
    /// Reads what Python's `Decimal` reads.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let read = |one: char| python::decimal_digit(one).and_then(|digit| char::from_digit(digit, 10)).unwrap_or(one);
        let text: String = python::trim(text).chars().filter(|one| *one != '_').map(read).collect();
        let (is_negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(&text)),
        };
        let small = unsigned.to_ascii_lowercase();
        let nan = small.strip_prefix('s').unwrap_or(&small).strip_prefix("nan");
        if matches!(small.as_str(), "inf" | "infinity")
            || nan.is_some_and(|payload| payload.bytes().all(|byte| byte.is_ascii_digit()))
        {
            return Some(Self::NotFinite);
        }
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = whole.bytes().chain(fraction.bytes());
        if !digits.clone().all(|digit| digit.is_ascii_digit()) || whole.len() + fraction.len() == 0 {
            return None;
        }
        let mut digits: Vec<u8> = digits.map(|digit| digit - b'0').skip_while(|digit| *digit == 0).collect();
        if digits.is_empty() {
            digits.push(0);
        }
        let exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        Some(Self::Finite(Digits { is_negative, digits, exponent }))
    }
}

impl Digits {
    /// Django's measure of what is too large to be written out.
    pub(super) fn size(&self) -> u64 {
        (self.digits.len() as u64).saturating_add(self.exponent.unsigned_abs())
    }

    /// Whether nothing but zeros stands behind the point.
    pub(super) fn is_whole(&self) -> bool {
        let fraction = usize::try_from(self.exponent.saturating_neg()).unwrap_or(0);
        self.is_zero()
            || self.digits.iter().rev().take(fraction).all(|digit| *digit == 0) && fraction < self.digits.len()
    }

    fn is_zero(&self) -> bool {
        self.digits.iter().all(|digit| *digit == 0)
    }

    /// The text with so many places behind the point, half away from zero. The number's size must be bounded.
    pub(super) fn rounded(&self, places: usize) -> String {
        // The digits without the point, and how many of them stand behind it.
        let mut digits = self.digits.clone();
        let mut behind = usize::try_from(-self.exponent).unwrap_or(0);
        digits.extend(std::iter::repeat_n(0, usize::try_from(self.exponent).unwrap_or(0)));
        if behind < places {
            digits.extend(std::iter::repeat_n(0, places - behind));
            behind = places;
        }
        let dropped = behind - places;
        let missing = (behind + 1).saturating_sub(digits.len());
        digits.splice(0..0, std::iter::repeat_n(0, missing));
        let rounds_up = dropped > 0 && digits[digits.len() - dropped] >= 5;
        digits.truncate(digits.len() - dropped);
        if rounds_up {
            increment(&mut digits);
        }
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let zeros = whole.iter().take_while(|digit| **digit == 0).count().min(whole.len().saturating_sub(1));
        let mut text = String::with_capacity(digits.len() + 2);
        if self.is_negative && digits.iter().any(|digit| *digit != 0) {
            text.push('-');
        }
        text.extend(whole[zeros..].iter().map(|digit| char::from(b'0' + digit)));
        if !fraction.is_empty() {
            text.push('.');
            text.extend(fraction.iter().map(|digit| char::from(b'0' + digit)));
        }
        text
    }
}

fn increment(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit < 9 {
            *digit += 1;
            return;
        }
        *digit = 0;
    }
    digits.insert(0, 1);
}
