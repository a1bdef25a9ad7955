//! HTML's character references: Python's `html.unescape`.

use std::borrow::Cow;
use std::sync::OnceLock;

/// The names of HTML 5 with their characters' codes, in the order of their bytes. A name without a semicolon is one that
/// HTML 5 knows without it too.
const NAMES: &str = include_str!("data/entities.txt");

/// What HTML 5 makes of the codes from 0x80 to 0x9f: Windows' characters.
const WINDOWS: [u16; 32] = [
    0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d,
    0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d,
    0x17e, 0x178,
];

/// The longest name that is looked up, in characters.
const LONGEST_NAME: usize = 32;

/// The text with references as the characters that they stand for.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let used = match rest.strip_prefix('#') {
            Some(number) => numeric(number, &mut plain).map(|used| used + 1),
            None => named(rest, &mut plain),
        };
        match used {
            Some(used) => rest = &rest[used..],
            None => plain.push('&'),
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Writes the character of the number that stands behind `&#`, and tells how many bytes it used.
fn numeric(text: &str, plain: &mut String) -> Option<usize> {
    let (prefix, radix) = match text.as_bytes() {
        [b'x' | b'X', ..] => (1, 16),
        _ => (0, 10),
    };
    let digits = &text[prefix..];
    let end = digits.find(|digit: char| !digit.is_digit(radix)).unwrap_or(digits.len());
    if end == 0 {
        return None;
    }
    let code = digits[..end]
        .chars()
        .try_fold(0_u32, |code, digit| code.checked_mul(radix)?.checked_add(digit.to_digit(radix)?));
    let used = prefix + end + usize::from(digits[end..].starts_with(';'));
    match code.unwrap_or(u32::MAX) {
        0 => plain.push('\u{fffd}'),
        0x0d => plain.push('\r'),
        code @ 0x80..=0x9f => plain.extend(char::from_u32(u32::from(WINDOWS[code as usize - 0x80]))),
        // Codes without a character are left out.
        0x01..=0x08 | 0x0b | 0x0e..=0x1f | 0x7f | 0xfdd0..=0xfdef => {}
        code if code <= 0x10_ffff && code & 0xfffe == 0xfffe => {}
        code => plain.push(char::from_u32(code).unwrap_or('\u{fffd}')),
    }
    Some(used)
}

/// Writes the characters of the longest name that stands behind `&`, and tells how many bytes it used.
fn named(text: &str, plain: &mut String) -> Option<usize> {
    let is_end = |character: char| matches!(character, '\t' | '\n' | '\x0c' | ' ' | '<' | '&' | '#' | ';');
    let mut end = 0;
    for character in text.chars().take(LONGEST_NAME) {
        if is_end(character) {
            break;
        }
        end += character.len_utf8();
    }
    let whole = end + usize::from(end > 0 && text[end..].starts_with(';'));
    for length in (2..=whole).rev().filter(|length| text.is_char_boundary(*length)) {
        if let Some(codes) = codes_of(&text[..length]) {
            let characters = codes.split(' ').filter_map(|code| u32::from_str_radix(code, 16).ok());
            plain.extend(characters.filter_map(char::from_u32));
            return Some(length);
        }
    }
    None
}

fn codes_of(name: &str) -> Option<&'static str> {
    static TABLE: OnceLock<Vec<(&str, &str)>> = OnceLock::new();
    if !name.is_ascii() {
        return None;
    }
    let table = TABLE.get_or_init(|| NAMES.lines().filter_map(|line| line.split_once(' ')).collect());
    let place = table.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
    Some(table[place].1)
}
