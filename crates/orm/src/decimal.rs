//! [`dec!`](crate::dec): decimal literals, made by the compiler.

use rust_decimal::Decimal;

/// A [`Decimal`] literal, `dec!(3.50)` or `dec!(-1)`: exact, and made while compiling. Zeros at the end count, as in
/// `Decimal::from_str`.
#[macro_export]
macro_rules! dec {
    ($($number:tt)*) => {
        const { $crate::__private::decimal(::core::stringify!($($number)*)) }
    };
}

/// What `dec!` evaluates.
///
/// # Panics
/// Where the text is no decimal of at most 28 digits: while compiling, as an error at the literal.
pub const fn decimal(text: &str) -> Decimal {
    let bytes = text.as_bytes();
    let (mut index, mut mantissa, mut scale, mut digits) = (0, 0_u128, 0, 0);
    let (mut negative, mut point) = (false, false);
    while index < bytes.len() {
        match bytes[index] {
            b'-' if digits == 0 && !point && !negative => negative = true,
            b'.' if !point && digits > 0 => point = true,
            digit @ b'0'..=b'9' => {
                mantissa = mantissa * 10 + (digit - b'0') as u128;
                digits += 1;
                if point {
                    scale += 1;
                }
                assert!(mantissa < 1 << 96 && scale <= 28, "a decimal has at most 28 digits");
            }
            b'_' | b' ' => {}
            _ => panic!("expected a decimal number, such as `dec!(3.50)`"),
        }
        index += 1;
    }
    assert!(digits > 0, "expected a decimal number, such as `dec!(3.50)`");
    #[allow(clippy::cast_possible_truncation)] // The three parts are the mantissa's 96 bits.
    Decimal::from_parts(mantissa as u32, (mantissa >> 32) as u32, (mantissa >> 64) as u32, negative, scale)
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    #[test]
    fn literals_are_exact() {
        assert_eq!(crate::dec!(3.50).to_string(), "3.50");
        assert_eq!(crate::dec!(-1), Decimal::NEGATIVE_ONE);
        assert_eq!(crate::dec!(1_000.25).to_string(), "1000.25");
        assert_eq!(crate::dec!(79228162514264337593543950335), Decimal::MAX);
    }
}
