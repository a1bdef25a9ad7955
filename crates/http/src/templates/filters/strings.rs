//! Filters of text: case, padding, cutting, words.

use minijinja::{Environment, Value};

use super::{integer, like, text};

pub(super) fn install(environment: &mut Environment<'_>) {
    environment.add_filter("addslashes", |value: &Value| {
        like(value, text(value).replace('\\', "\\\\").replace('"', "\\\"").replace('\'', "\\'"))
    });
    environment.add_filter("capfirst", |value: &Value| {
        let text = text(value);
        let mut characters = text.chars();
        let capital = characters.next().map(|first| first.to_uppercase().to_string() + characters.as_str());
        like(value, capital.unwrap_or_default())
    });
    environment.add_filter("lower", |value: &Value| like(value, text(value).to_lowercase()));
    environment.add_filter("upper", |value: &Value| text(value).to_uppercase());
    environment.add_filter("title", |value: &Value| like(value, title(&text(value))));
    environment.add_filter("cut", |value: &Value, what: &Value| {
        let what = text(what);
        let cut = text(value).replace(&what, "");
        // A removed semicolon may make an entity out of safe text.
        if what == ";" { Value::from(cut) } else { like(value, cut) }
    });
    environment.add_filter("center", |value: &Value, width: &Value| pad(value, width, Side::Both));
    environment.add_filter("ljust", |value: &Value, width: &Value| pad(value, width, Side::Right));
    environment.add_filter("rjust", |value: &Value, width: &Value| pad(value, width, Side::Left));
    environment.add_filter("make_list", |value: &Value| {
        text(value).chars().map(|character| Value::from(character.to_string())).collect::<Vec<Value>>()
    });
    environment.add_filter("slugify", |value: &Value| slugify(&text(value)));
    environment.add_filter("stringformat", string_format);
    environment.add_filter("truncatechars", |value: &Value, count: &Value| match integer(count) {
        Some(count) => like(value, truncate_chars(&text(value), count)),
        None => value.clone(),
    });
    environment.add_filter("truncatewords", |value: &Value, count: &Value| match integer(count) {
        Some(count) => like(value, truncate_words(&text(value), count)),
        None => value.clone(),
    });
    environment.add_filter("wordcount", |value: &Value| text(value).split_whitespace().count());
    environment.add_filter("wordwrap", |value: &Value, width: &Value| match integer(width) {
        Some(width) => like(value, wrap(&text(value), usize::try_from(width).unwrap_or(1).max(1))),
        None => value.clone(),
    });
    environment.add_filter("phone2numeric", |value: &Value| like(value, phone_to_numeric(&text(value))));
}

/// Python's `str.title`, but no capital after an apostrophe within a word or after a digit.
fn title(text: &str) -> String {
    let mut titled = String::with_capacity(text.len());
    let mut inside = false;
    let mut previous: Option<char> = None;
    let mut before: Option<char> = None;
    for character in text.chars() {
        let after_apostrophe = previous == Some('\'') && before.is_some_and(|before| before.is_ascii_lowercase());
        let after_digit = previous.is_some_and(|previous| previous.is_ascii_digit());
        if inside || after_digit || after_apostrophe {
            titled.extend(character.to_lowercase());
        } else {
            titled.extend(character.to_uppercase());
        }
        inside = character.is_alphabetic();
        before = previous.map(|previous| previous.to_ascii_lowercase());
        previous = Some(character);
    }
    titled
}

enum Side {
    Left,
    Right,
    Both,
}

fn pad(value: &Value, width: &Value, side: Side) -> Value {
    let text = text(value);
    let width = integer(width).and_then(|width| usize::try_from(width).ok()).unwrap_or(0);
    let missing = width.saturating_sub(text.chars().count());
    let spaces = |count: usize| " ".repeat(count);
    let padded = match side {
        Side::Left => spaces(missing) + &text,
        Side::Right => text + &spaces(missing),
        Side::Both => {
            // CPython puts the odd space on the left where the width is odd.
            let left = missing / 2 + (missing & width & 1);
            spaces(left) + &text + &spaces(missing - left)
        }
    };
    like(value, padded)
}

/// ASCII letters, digits, hyphens and underscores; accents of Latin letters are dropped, other scripts removed.
fn slugify(text: &str) -> String {
    let mut slug = String::new();
    for character in text.chars().flat_map(unaccented) {
        match character {
            'a'..='z' | '0'..='9' | '_' => slug.push(character),
            'A'..='Z' => slug.push(character.to_ascii_lowercase()),
            '-' | ' ' | '\t' | '\n' | '\r' if !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.trim_matches(['-', '_']).to_owned()
}

/// The base letter of what Unicode's NFKD would split, for the Latin letters of Western and Central Europe.
///
/// DIFFERENCE: Django decomposes every script; other scripts hold no ASCII, so a slug loses them either way.
fn unaccented(character: char) -> Option<char> {
    const BASES: [(&str, char); 26] = [
        ("àáâãäåāăąǎ", 'a'),
        ("çćĉċč", 'c'),
        ("ď", 'd'),
        ("èéêëēĕėęě", 'e'),
        ("ĝğġģ", 'g'),
        ("ĥ", 'h'),
        ("ìíîïĩīĭįǐ", 'i'),
        ("ĵ", 'j'),
        ("ķ", 'k'),
        ("ĺļľ", 'l'),
        ("ñńņň", 'n'),
        ("òóôõöōŏőǒ", 'o'),
        ("ŕŗř", 'r'),
        ("śŝşšș", 's'),
        ("ţťț", 't'),
        ("ùúûüũūŭůűųǔ", 'u'),
        ("ŵ", 'w'),
        ("ýÿŷ", 'y'),
        ("źżž", 'z'),
        ("ª", 'a'),
        ("º", 'o'),
        ("¹", '1'),
        ("²", '2'),
        ("³", '3'),
        ("\u{a0}", ' '),
        ("ſ", 's'),
    ];
    if character.is_ascii() {
        return Some(character);
    }
    let mut lower = character.to_lowercase();
    let (Some(lower), None) = (lower.next(), lower.next()) else { return None };
    BASES.iter().find(|(accented, _)| accented.contains(lower)).map(|(_, base)| *base)
}

/// The commonest of Python's `%` conversions: `s`, `d`, `f`, `x`, `X` and `o`.
fn string_format(value: &Value, format: &str) -> String {
    let flags_end = format.find(|c: char| !matches!(c, '-' | '+' | ' ' | '0' | '#')).unwrap_or(format.len());
    let (flags, rest) = format.split_at(flags_end);
    let width_end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (width, rest) = rest.split_at(width_end);
    let (precision, kind) = match rest.strip_prefix('.') {
        Some(rest) => {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            (rest[..end].parse().ok().or(Some(0)), &rest[end..])
        }
        None => (None, rest),
    };
    let sign = |negative: bool| match negative {
        true => "-",
        false if flags.contains('+') => "+",
        false if flags.contains(' ') => " ",
        false => "",
    };
    let (sign, body) = match kind {
        "s" => {
            let text = python_str(value);
            ("", precision.map_or(text.clone(), |count| text.chars().take(count).collect()))
        }
        "d" | "i" | "u" | "x" | "X" | "o" => {
            if value.as_str().is_some() {
                return String::new();
            }
            let Some(number) = integer(value) else { return String::new() };
            let size = number.unsigned_abs();
            let digits = match kind {
                "x" => format!("{size:x}"),
                "X" => format!("{size:X}"),
                "o" => format!("{size:o}"),
                _ => size.to_string(),
            };
            (sign(number < 0), digits)
        }
        "f" | "F" => {
            let Ok(number) = value.to_string().parse::<f64>() else { return String::new() };
            (sign(number.is_sign_negative()), format!("{:.*}", precision.unwrap_or(6), number.abs()))
        }
        _ => return String::new(),
    };
    let missing = width.parse::<usize>().unwrap_or(0).saturating_sub(sign.len() + body.chars().count());
    if flags.contains('-') {
        format!("{sign}{body}{}", " ".repeat(missing))
    } else if flags.contains('0') && kind != "s" {
        format!("{sign}{}{body}", "0".repeat(missing))
    } else {
        format!("{}{sign}{body}", " ".repeat(missing))
    }
}

/// Python's `str`: of a list the `repr` of its items.
fn python_str(value: &Value) -> String {
    use minijinja::value::ValueKind;
    let repr = |item: &Value| match item.as_str() {
        Some(text) if text.contains('\'') && !text.contains('"') => format!("\"{text}\""),
        Some(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n")),
        None => python_str(item),
    };
    match (value.kind(), value.try_iter()) {
        (ValueKind::Seq, Ok(items)) => {
            let items: Vec<String> = items.map(|item| repr(&item)).collect();
            match (value.is_tuple(), items.as_slice()) {
                (true, [one]) => format!("({one},)"),
                (true, _) => format!("({})", items.join(", ")),
                (false, _) => format!("[{}]", items.join(", ")),
            }
        }
        _ => text(value),
    }
}

fn truncate_chars(text: &str, count: i64) -> String {
    let count = usize::try_from(count).unwrap_or(0);
    if count == 0 {
        return String::new();
    }
    if text.chars().count() <= count {
        return text.to_owned();
    }
    // The ellipsis is one of the characters.
    text.chars().take(count - 1).chain(['…']).collect()
}

fn truncate_words(text: &str, count: i64) -> String {
    let count = usize::try_from(count).unwrap_or(0);
    if count == 0 {
        return String::new();
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.get(..count) {
        Some(kept) if kept.len() < words.len() => kept.join(" ") + " …",
        _ => words.join(" "),
    }
}

/// Python's `textwrap` without breaking words, line by line.
fn wrap(text: &str, width: usize) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.trim().is_empty() {
            lines.push(line.to_owned());
            continue;
        }
        let mut current = String::new();
        let mut gap = String::new();
        for chunk in chunks(line) {
            if chunk.trim().is_empty() {
                gap = chunk.to_owned();
                continue;
            }
            let fits = current.chars().count() + gap.chars().count() + chunk.chars().count() <= width;
            if fits {
                current.push_str(&gap);
            } else if !current.is_empty() {
                lines.push(std::mem::take(&mut current));
            }
            current.push_str(chunk);
            gap.clear();
        }
        lines.push(current);
    }
    if text.ends_with('\n') {
        lines.push(String::new());
    }
    lines.join("\n")
}

/// Runs of white space and runs of anything else.
fn chunks(line: &str) -> Vec<&str> {
    let mut chunks = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let white = first.is_whitespace();
        let end = rest.find(|character: char| character.is_whitespace() != white).unwrap_or(rest.len());
        chunks.push(&rest[..end]);
        rest = &rest[end..];
    }
    chunks
}

fn phone_to_numeric(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|character| match character {
            'a'..='c' => '2',
            'd'..='f' => '3',
            'g'..='i' => '4',
            'j'..='l' => '5',
            'm'..='o' => '6',
            'p'..='s' => '7',
            't'..='v' => '8',
            'w'..='z' => '9',
            other => other,
        })
        .collect()
}
