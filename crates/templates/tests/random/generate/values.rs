//! What a page sees: names of a kind each, whose values a chance picks.

use serde_json::{Value as Json, json};

use crate::chance::Chance;

/// What a name is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Number,
    Text,
    Html,
    List,
    /// A list of mappings, of rows or of pairs.
    Rows,
    Moment,
    Duration,
    Other,
}

/// The names of all contexts.
pub const NAMES: &[(&str, Kind)] = &[
    ("i", Kind::Number),
    ("j", Kind::Number),
    ("big", Kind::Number),
    ("f", Kind::Number),
    ("d", Kind::Number),
    ("e", Kind::Number),
    ("yes", Kind::Number),
    ("s", Kind::Text),
    ("t", Kind::Text),
    ("u", Kind::Text),
    ("digits", Kind::Text),
    ("address", Kind::Text),
    ("lines", Kind::Text),
    ("h", Kind::Html),
    ("safe", Kind::Html),
    ("xs", Kind::List),
    ("ys", Kind::List),
    ("mixed", Kind::List),
    ("nested", Kind::List),
    ("one", Kind::List),
    ("tuple", Kind::List),
    ("rows", Kind::Rows),
    ("pairs", Kind::Rows),
    ("objects", Kind::Rows),
    ("day", Kind::Moment),
    ("clock", Kind::Moment),
    ("moment", Kind::Moment),
    ("naive", Kind::Moment),
    ("span", Kind::Duration),
    ("m", Kind::Other),
    ("nothing", Kind::Other),
    ("row", Kind::Other),
    ("uuid", Kind::Other),
    ("bytes", Kind::Other),
    ("request", Kind::Other),
    ("csp_nonce", Kind::Other),
];

const TEXTS: &[&str] = &[
    "",
    "a",
    "Joe's",
    "it is a long way",
    "HELLO world",
    "a, b & c",
    "<i>x</i>",
    "x < y > \"z\"",
    " padded ",
    "10",
    "-3.50",
    "one\ntwo\r\n\r\nthree",
    "tab\there",
    "b a\\n",
    "o'reilly's 2nd book",
    "$1,000 & more",
    "camelCase snake_case",
    "percent %s %(x)s 100%",
];
const UNICODE: &[&str] = &[
    "Ünïcödé",
    "ß İ ı ǆ",
    "日本語 テスト",
    "e\u{301}cole",
    "🙂 a🙂b",
    "Straße ΣΑΣ",
    "a\u{a0}b\u{2028}c",
    "\u{200b}x\u{7}",
    "ﬁn ŉ",
];
const DIGITS: &[&str] = &["10", "007", "-4", "3.25", "1e3", " 12 ", "1_000", "12a", "0", "99999999999999999999", "٣"];
const ADDRESSES: &[&str] = &[
    "see http://example.com/a?b=1&c=2 now",
    "www.example.org, (https://x.de/y_(z))",
    "me@example.com!",
    "<a href=\"http://a.b\">http://a.b</a>",
    "http://münchen.de/straße?q=ä",
    "go to example.com/path.",
    "https://example.com/%20a b%zz",
    "mailto:a@b.co http://[::1]/",
];
const LINES: &[&str] = &[
    "first\nsecond",
    "a\n\nb\n\n\nc",
    "  x\n y ",
    "<p>one</p>\ntwo & three",
    "The quick brown fox jumps over the lazy dog and runs away",
    "x\r\ny\rz",
    "",
];
const HTML: &[&str] = &[
    "<b>bold</b> & <i>it</i>",
    "<p>one two <a href='x'>three four</a> five</p>",
    "a <br/> b <img src=x> c",
    "<script>alert(1)</script>",
    "&lt;x&gt; &amp; &eacute;",
    "<b>open <i>never closed",
    "<!-- c --> d < e",
    "plain",
    "",
];
const FLOATS: &[&str] = &[
    "0.0",
    "-0.0",
    "1.5",
    "2.5",
    "-2.675",
    "0.1",
    "1e16",
    "1e-7",
    "123456.789",
    "3.0",
    "1e22",
    "nan",
    "inf",
    "-inf",
    "0.5",
    "1234567.891",
    "99.995",
    "-1e-5",
];
const DECIMALS: &[&str] =
    &["0", "0.00", "3.10", "-2.675", "1234567.891", "0.0000001", "10", "99.995", "1.50", "-0.5", "1000"];
const INTEGERS: &[i64] = &[0, 1, 2, 3, 5, 7, 10, 11, -1, -7, 21, 42, 101, 1000, 1024, 12345, 1_048_576, 1_500_000];
const BIG: &[&str] =
    &["1000000", "1200000000", "123456789012345678901234567890", "-98765432109876", "1048576000", "4294967296"];
const DAYS: &[&str] =
    &["2026-11-30", "2026-11-29", "2026-12-01", "2024-02-29", "1999-12-31", "2026-01-01", "1900-03-05", "2026-05-04"];
const TIMES: &[&str] = &["00:00:00", "12:00:00", "05:54:55.902000", "23:59:59", "13:30:00", "09:05:00"];
const MOMENTS: &[&str] = &[
    "2026-11-30T05:54:55.902000",
    "2026-11-30T05:50:00",
    "2026-11-29T20:15:00",
    "2026-03-29T01:30:00",
    "2026-10-25T00:30:00",
    "2026-10-25T02:30:00",
    "1999-12-31T23:30:00",
    "2026-12-24T12:00:00.000001",
    "2020-02-29T00:00:00",
    "2027-07-01T13:05:09",
    "2026-11-30T06:54:50",
    "1970-01-01T00:00:00",
];
const SPANS: &[i64] = &[0, 1, 1_500_000, -1, 86_400_000_000, 90_061_000_001, -3_600_000_000, 604_800_000_000];

/// One of these.
fn of<'a>(chance: &mut Chance, from: &[&'a str]) -> &'a str {
    chance.pick(from)
}

fn integer(chance: &mut Chance) -> Json {
    json!(chance.pick(INTEGERS))
}

fn moment(chance: &mut Chance) -> Json {
    json!({ "$dt": format!("{}+00:00", of(chance, MOMENTS)) })
}

fn text(chance: &mut Chance) -> Json {
    json!(of(chance, TEXTS))
}

/// A value of any kind but of lists.
fn plain(chance: &mut Chance) -> Json {
    match chance.below(14) {
        0 | 1 => integer(chance),
        2 => json!({ "$f": of(chance, FLOATS) }),
        3 => json!({ "$dec": of(chance, DECIMALS) }),
        4 => Json::Null,
        5 => json!(chance.percent(50)),
        6 => json!({ "$safe": of(chance, HTML) }),
        7 => json!({ "$d": of(chance, DAYS) }),
        8 => moment(chance),
        9 => json!(of(chance, UNICODE)),
        10 => json!({ "$dt": of(chance, MOMENTS) }),
        11 => json!({ "$t": of(chance, TIMES) }),
        _ => text(chance),
    }
}

fn list(chance: &mut Chance, each: fn(&mut Chance) -> Json) -> Json {
    let count = chance.below(5);
    (0..count).map(|_| each(chance)).collect()
}

fn nested(chance: &mut Chance, depth: usize) -> Json {
    let count = chance.below(4);
    (0..count)
        .map(|_| if depth > 0 && chance.percent(40) { nested(chance, depth - 1) } else { plain(chance) })
        .collect()
}

fn map(chance: &mut Chance) -> Json {
    let mut pairs = vec![json!(["name", text(chance)])];
    if chance.percent(85) {
        pairs.push(json!(["n", integer(chance)]));
    }
    if chance.percent(30) {
        pairs.push(json!(["items", integer(chance)]));
    }
    if chance.percent(40) {
        pairs.push(json!([integer(chance), plain(chance)]));
    }
    pairs.push(json!(["list", list(chance, plain)]));
    json!({ "$map": pairs })
}

fn row(chance: &mut Chance) -> Json {
    let name = if chance.percent(50) { text(chance) } else { json!(of(chance, UNICODE)) };
    json!({ "$row": [["name", name], ["n", integer(chance)], ["since", {"$d": of(chance, DAYS)}], ["list", list(chance, text)]] })
}

fn pair(chance: &mut Chance) -> Json {
    json!({ "$tuple": [integer(chance), text(chance)] })
}

/// A value for each name.
pub fn context(chance: &mut Chance) -> Vec<(String, Json)> {
    NAMES.iter().map(|(name, _)| ((*name).to_owned(), value(name, chance))).collect()
}

fn value(name: &str, chance: &mut Chance) -> Json {
    match name {
        "i" | "j" => integer(chance),
        "big" => json!({ "$int": of(chance, BIG) }),
        "f" => json!({ "$f": of(chance, FLOATS) }),
        "d" | "e" => json!({ "$dec": of(chance, DECIMALS) }),
        "yes" => json!(chance.percent(70)),
        "s" | "t" => text(chance),
        "u" => json!(of(chance, UNICODE)),
        "digits" => json!(of(chance, DIGITS)),
        "address" => json!(of(chance, ADDRESSES)),
        "lines" => json!(of(chance, LINES)),
        "h" => json!(of(chance, HTML)),
        "safe" => json!({ "$safe": of(chance, HTML) }),
        "xs" => list(chance, integer),
        "ys" => list(chance, text),
        "mixed" => list(chance, plain),
        "nested" => nested(chance, 3),
        "one" => json!([plain(chance)]),
        "tuple" => json!({ "$tuple": list(chance, plain) }),
        "rows" => list(chance, map),
        "pairs" => list(chance, pair),
        "objects" => list(chance, row),
        "day" => json!({ "$d": of(chance, DAYS) }),
        "clock" => json!({ "$t": of(chance, TIMES) }),
        "moment" => moment(chance),
        "naive" => json!({ "$dt": of(chance, MOMENTS) }),
        "span" => json!({ "$td": chance.pick(SPANS) }),
        "m" => map(chance),
        "row" => row(chance),
        "uuid" => json!({ "$uuid": "0f8b6a52-7d1c-4f6e-9a51-2c1f5a9d3e77" }),
        "bytes" => json!({ "$bytes": of(chance, &["", "6162", "00ff27"]) }),
        "csp_nonce" if chance.percent(70) => json!(of(chance, &["abc", "a\"<"])),
        "request" => json!({ "$request": [["page", ["2"]], ["q", ["a b", "ä&"]]] }),
        _ => Json::Null,
    }
}
