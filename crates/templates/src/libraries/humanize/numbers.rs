//! Numbers in words: `seven`, `1.2 million`, `3rd`, `4,500`.

use rjango_core::Result;

use super::super::whole::Whole;
use crate::filter::FilterContext;
use crate::translate;
use crate::value::{Value, float_text};

/// The numbers that newspapers spell out.
const SPELLED: [&str; 9] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/// The names of large numbers, each with its power of ten.
const LARGE: [(i32, &str); 11] = [
    (6, "%(value)s million"),
    (9, "%(value)s billion"),
    (12, "%(value)s trillion"),
    (15, "%(value)s quadrillion"),
    (18, "%(value)s quintillion"),
    (21, "%(value)s sextillion"),
    (24, "%(value)s septillion"),
    (27, "%(value)s octillion"),
    (30, "%(value)s nonillion"),
    (33, "%(value)s decillion"),
    (100, "%(value)s googol"),
];

/// The endings of ordinals by the last digit, each with the context that catalogs have it under.
const ENDINGS: [(&str, &str); 10] = [
    ("ordinal 0", "{}th"),
    ("ordinal 1", "{}st"),
    ("ordinal 2", "{}nd"),
    ("ordinal 3", "{}rd"),
    ("ordinal 4", "{}th"),
    ("ordinal 5", "{}th"),
    ("ordinal 6", "{}th"),
    ("ordinal 7", "{}th"),
    ("ordinal 8", "{}th"),
    ("ordinal 9", "{}th"),
];

pub(super) fn apnumber(context: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let Some(whole) = Whole::of(value)? else { return Ok(value.clone()) };
    let spelled = whole.text.parse::<usize>().ok().and_then(|number| SPELLED.get(number.checked_sub(1)?));
    Ok(match spelled {
        Some(word) => translate::gettext(&context.locale.language, word).into_owned().into(),
        None => whole.value(),
    })
}

/// The argument says whether the number is written as the language has it.
pub(super) fn intcomma(context: &FilterContext<'_>, value: &Value, is_localized: Option<&Value>) -> Result<Value> {
    if is_localized.is_some_and(|is_localized| !is_localized.is_true()) {
        return Ok(with_commas(&value.text()).into());
    }
    let formats = &context.locale.formats;
    if matches!(value, Value::Float(_) | Value::Decimal(_)) {
        return Ok(formats.number(value, None, true).into());
    }
    // DIFFERENCE: Django 6.1 also reads fractions from texts, such as `"1234.5"`, and writes them in the language's way. Django 5.2
    // puts commas into them, and so does this.
    Ok(match Whole::of(value)? {
        Some(whole) => formats.number(&whole.text.into(), None, true).into(),
        None => with_commas(&value.text()).into(),
    })
}

/// The digits that a text begins with, in groups of three; the rest stays as it is.
fn with_commas(text: &str) -> String {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let end = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, rest) = rest.split_at(end);
    let mut written = sign.to_owned();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            written.push(',');
        }
        written.push(digit);
    }
    written + rest
}

pub(super) fn intword(context: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let Some(whole) = Whole::of(value)? else { return Ok(value.clone()) };
    let number = whole.float();
    if number.abs() < 1e6 {
        return Ok(whole.value());
    }
    let Some((power, name)) = LARGE.into_iter().find(|(power, _)| number.abs() < 10f64.powi(power + 3)) else {
        return Ok(whole.value());
    };
    let count = number / 10f64.powi(power);
    // The plural form goes with the number rounded away from one.
    let beyond = count - 1.0;
    let rounded = if beyond >= 0.0 { beyond.ceil() } else { beyond.floor() } + 1.0;
    let locale = context.locale;
    let text = translate::npgettext(&locale.language, None, name, name, rounded.abs() as i64);
    let shown = locale.formats.number(&tenths(count).into(), Some(1), false);
    Ok(translate::interpolate(&text, &[("value", &shown)]).into())
}

/// A number below a thousand with one decimal. A half is rounded up, by the digits that are printed.
fn tenths(number: f64) -> String {
    let text = float_text(number.abs());
    // What has an exponent is below the tenths by far.
    let (whole, fraction) = if text.contains('e') { ("0", "0") } else { text.split_once('.').unwrap_or((&text, "0")) };
    let digit = |place: usize| fraction.as_bytes().get(place).map_or(0, |digit| i64::from(digit - b'0'));
    let tenths = whole.parse::<i64>().unwrap_or_default() * 10 + digit(0) + i64::from(digit(1) >= 5);
    let sign = if number < 0.0 && tenths != 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths / 10, tenths % 10)
}

pub(super) fn ordinal(context: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let Some(whole) = Whole::of(value)? else { return Ok(value.clone()) };
    if whole.is_negative() {
        return Ok(whole.text.into());
    }
    let language = &context.locale.language;
    let last = whole.last_two();
    let of = |(context, text): (&str, &'static str)| translate::pgettext(language, context, text).into_owned();
    // DIFFERENCE: Django 6.1 has a text for 1 alone. Where a catalog does not have it, Django says it in English. Here the text for
    // 21 and 101 is taken, as in Django 5.2.
    let first = (whole.text == "1").then(|| translate::known(language, Some("ordinal is 1"), "{}st")).flatten();
    let text = match (first, last) {
        (Some(first), _) => first,
        (None, 11..=13) => of(("ordinal 11, 12, 13", "{}th")),
        (None, _) => of(ENDINGS[last % 10]),
    };
    Ok(Value::safe(text.replace("{}", &whole.text)))
}
