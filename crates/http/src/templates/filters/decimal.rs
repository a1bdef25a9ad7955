//! Decimal numbers as their digits: what `floatformat` rounds, without a float's errors.

/// A number as digits and the place of the point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    /// The power of ten of the last digit.
    exponent: i64,
}

impl Decimal {
    /// Reads what Python's `Decimal` reads, but for infinities and NaN.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        let leading = digits.iter().take_while(|digit| **digit == b'0').count().min(digits.len() - 1);
        Some(Self { negative, digits: digits[leading..].to_vec(), exponent })
    }

    /// Django's measure of what is too large to format.
    pub(super) fn size(&self) -> u64 {
        (self.digits.len() as u64).saturating_add(self.exponent.unsigned_abs())
    }

    pub(super) fn is_integral(&self) -> bool {
        let fraction = usize::try_from(-self.exponent).unwrap_or(0);
        self.digits.iter().rev().take(fraction).all(|digit| *digit == b'0')
    }

    /// The text with this many places after the point, half away from zero. The size must be bounded.
    pub(super) fn rounded(&self, places: usize) -> String {
        let mut digits = self.digits.clone();
        let mut exponent = self.exponent;
        let wanted = -i64::try_from(places).unwrap_or(i64::MAX);
        while exponent > wanted {
            digits.push(b'0');
            exponent -= 1;
        }
        if exponent < wanted {
            let drop = usize::try_from(wanted - exponent).unwrap_or(usize::MAX);
            let missing = (drop + 1).saturating_sub(digits.len());
            digits.splice(0..0, std::iter::repeat_n(b'0', missing));
            let kept = digits.len() - drop;
            let up = digits[kept] >= b'5';
            digits.truncate(kept);
            if up {
                increment(&mut digits);
            }
        }
        let missing = (places + 1).saturating_sub(digits.len());
        digits.splice(0..0, std::iter::repeat_n(b'0', missing));
        let leading = digits.iter().take_while(|digit| **digit == b'0').count().min(digits.len() - places - 1);
        let digits = &digits[leading..];
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let text = |digits: &[u8]| digits.iter().map(|digit| char::from(*digit)).collect::<String>();
        let sign = if self.negative && digits.iter().any(|digit| *digit != b'0') { "-" } else { "" };
        match fraction {
            [] => format!("{sign}{}", text(whole)),
            fraction => format!("{sign}{}.{}", text(whole), text(fraction)),
        }
    }
}

fn increment(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
    digits.insert(0, b'1');
}
