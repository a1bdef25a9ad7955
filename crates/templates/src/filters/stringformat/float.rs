//! Floats by Python's letters `e`, `f` and `g`.

/// The digits of a number that is not negative. `is_alternate` keeps the point and the zeros at the end.
pub(super) fn digits(number: f64, letter: char, precision: usize, is_alternate: bool) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return "inf".to_owned();
    }
    match letter {
        'e' => scientific(number, precision, is_alternate),
        'f' => {
            let digits = format!("{number:.precision$}");
            if is_alternate && precision == 0 { digits + "." } else { digits }
        }
        _ => general(number, precision.max(1), is_alternate),
    }
}

fn scientific(number: f64, precision: usize, is_alternate: bool) -> String {
    let (mantissa, exponent) = split(number, precision);
    let point = if is_alternate && precision == 0 { "." } else { "" };
    format!("{mantissa}{point}e{}", exponent_text(exponent))
}

/// The mantissa with so many places, and the power of ten.
fn split(number: f64, precision: usize) -> (String, i32) {
    let text = format!("{number:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (mantissa.to_owned(), exponent.parse().unwrap_or(0))
}

fn exponent_text(exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{:02}", exponent.unsigned_abs())
}

/// As many digits as the precision says, with an exponent where the number is far from 1.
fn general(number: f64, precision: usize, is_alternate: bool) -> String {
    // Beyond these digits every float is a row of zeros.
    let shown = if is_alternate { precision } else { precision.min(1_100) };
    let (mantissa, exponent) = split(number, shown - 1);
    let is_plain = exponent >= -4 && usize::try_from(exponent).map_or(true, |exponent| exponent < precision);
    let body = if is_plain {
        let places = i64::try_from(shown).unwrap_or(i64::MAX) - 1 - i64::from(exponent);
        let places = usize::try_from(places).unwrap_or(0);
        format!("{number:.places$}")
    } else {
        mantissa
    };
    let body = match (is_alternate, body.contains('.')) {
        (true, true) => body,
        (true, false) => body + ".",
        (false, true) => body.trim_end_matches('0').trim_end_matches('.').to_owned(),
        (false, false) => body,
    };
    if is_plain { body } else { format!("{body}e{}", exponent_text(exponent)) }
}
