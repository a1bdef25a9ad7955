//! Numbers in few letters: base 36 for password reset links, base 62 for the times of signatures.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LOWER_DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

fn encode(mut number: u64, digits: &[u8]) -> String {
    let base = digits.len() as u64;
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(digits[(number % base) as usize]));
        number /= base;
        if number == 0 {
            return letters.iter().rev().collect();
        }
    }
}

/// A number in base 62, digits before capitals before small letters: Django's `b62_encode`.
pub fn b62_encode(number: i64) -> String {
    let digits = encode(number.unsigned_abs(), DIGITS);
    if number < 0 { format!("-{digits}") } else { digits }
}

/// The number again; `None` for other letters and for what does not fit 64 bits.
pub fn b62_decode(text: &str) -> Option<i64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    if digits.is_empty() {
        return None;
    }
    let number = digits.bytes().try_fold(0i64, |number, byte| {
        let digit = DIGITS.iter().position(|&digit| digit == byte)? as i64;
        // Counting down, so that `i64::MIN` is reached without its positive twin, which does not exist.
        number.checked_mul(62)?.checked_sub(digit)
    })?;
    if negative { Some(number) } else { number.checked_neg() }
}

/// A number in base 36, small letters: Django's `int_to_base36`.
pub fn b36_encode(number: u64) -> String {
    encode(number, LOWER_DIGITS)
}

/// The number again, in letters of either case: Django's `base36_to_int`.
///
/// `None` for other letters, for more than 13 of them and for what does not fit 64 bits.
pub fn b36_decode(text: &str) -> Option<u64> {
    // `from_str_radix` takes a sign, which no number written here has.
    (text.len() <= 13 && !text.starts_with('+')).then(|| u64::from_str_radix(text, 36).ok()).flatten()
}
