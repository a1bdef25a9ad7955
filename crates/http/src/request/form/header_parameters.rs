//! Headers with parameters, such as `form-data; name="photo"; filename*=UTF-8''a.png`: Django's `parse_header_parameters`.

use std::collections::BTreeMap;

use encoding_rs::Encoding;

/// The main value in lower case, and the parameters. Those of RFC 2231 (`name*=`, `name*0=`) come last: they count before a plain
/// one of the same name. Nothing where one of them has a charset that does not exist.
pub(super) fn parse(line: &str) -> Option<(String, Vec<(String, String)>)> {
    let mut pieces = split(line).into_iter();
    let main = pieces.next().unwrap_or_default().trim().to_ascii_lowercase();
    let mut plain = Vec::new();
    let mut extended: BTreeMap<String, Vec<Segment>> = BTreeMap::new();
    for piece in pieces {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        let (name, value) = (name.trim().to_ascii_lowercase(), unquote(value.trim()));
        match Segment::of(&name, &value) {
            Some((base, segment)) => extended.entry(base).or_default().push(segment),
            None if !name.is_empty() => plain.push((name, value)),
            None => {}
        }
    }
    for (name, mut segments) in extended {
        segments.sort_by_key(|segment| segment.number);
        plain.push((name, joined(&segments)?));
    }
    Some((main, plain))
}

/// The last value of this parameter.
pub(super) fn get<'a>(parameters: &'a [(String, String)], name: &str) -> Option<&'a str> {
    parameters.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Splits at the semicolons that stand outside of quotes.
fn split(line: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (index, byte) in line.bytes().enumerate() {
        match byte {
            b'"' if !escaped => quoted = !quoted,
            b';' if !quoted => {
                pieces.push(&line[start..index]);
                start = index + 1;
                // Each parameter has quotes of its own.
                quoted = false;
            }
            _ => {}
        }
        escaped = byte == b'\\';
    }
    pieces.push(&line[start..]);
    pieces
}

/// Only quotes and backslashes are escaped: some browsers send `C:\photos\a.png` as it is.
fn unquote(value: &str) -> String {
    if value.len() < 2 {
        return value.to_owned();
    }
    if let Some(inner) = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return inner.replace("\\\\", "\\").replace("\\\"", "\"");
    }
    value.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(value).to_owned()
}

/// A part of a value in the syntax of RFC 2231.
struct Segment {
    number: u32,
    encoded: bool,
    value: String,
}

impl Segment {
    fn of(name: &str, value: &str) -> Option<(String, Self)> {
        let (base, number) = name.split_once('*')?;
        let (number, encoded) = match number.strip_suffix('*') {
            Some(number) => (number, true),
            None => (number, number.is_empty()),
        };
        let number = if number.is_empty() { 0 } else { number.parse().ok()? };
        (!base.is_empty()).then(|| (base.to_owned(), Self { number, encoded, value: value.to_owned() }))
    }
}

fn joined(segments: &[Segment]) -> Option<String> {
    if !segments.iter().any(|segment| segment.encoded) {
        return Some(segments.iter().map(|segment| segment.value.as_str()).collect());
    }
    let mut bytes = Vec::new();
    let mut charset = "";
    for (index, segment) in segments.iter().enumerate() {
        let mut value = segment.value.as_str();
        if index == 0
            && let Some((named, rest)) = value.split_once('\'')
            && let Some((_language, text)) = rest.split_once('\'')
        {
            (charset, value) = (named, text);
        }
        if segment.encoded {
            bytes.extend(percent_encoding::percent_decode_str(value));
        } else {
            bytes.extend(value.bytes());
        }
    }
    match charset {
        "" => Some(bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\u{FFFD}' }).collect()),
        named => Some(Encoding::for_label(named.as_bytes())?.decode_without_bom_handling(&bytes).0.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(line: &str, expected: Expect) {
        expected.assert_eq(&format!("{:?}", parse(line)));
    }

    #[test]
    fn parameters_are_read_as_django_reads_them() {
        check("Form-Data", expect![[r#"Some(("form-data", []))"#]]);
        check(
            r#"form-data; Name = "a;b" ; x=y; filename="C:\p\a.png""#,
            expect![[r#"Some(("form-data", [("name", "a;b"), ("x", "y"), ("filename", "C:\\p\\a.png")]))"#]],
        );
        check(r#"a; n="b\"c\\""#, expect![[r#"Some(("a", [("n", "b\"c\\")]))"#]]);
        check("a; n*=UTF-8''%e2%82%ac; n=x", expect![[r#"Some(("a", [("n", "x"), ("n", "€")]))"#]]);
        check("a; n*=iso-8859-1'en'%E9", expect![[r#"Some(("a", [("n", "é")]))"#]]);
        check("a; n*1*=%20b; n*0=a; n*2=c", expect![[r#"Some(("a", [("n", "a bc")]))"#]]);
        check("a; n*0*=utf-8''%C3; n*1*=%A9", expect![[r#"Some(("a", [("n", "é")]))"#]]);
        check("a; n*=bogus''x", expect!["None"]);
        check("a; n*=%E9", expect![[r#"Some(("a", [("n", "�")]))"#]]);
        check("a; n*x=1; =2; b", expect![[r#"Some(("a", [("n*x", "1"), ("b", "")]))"#]]);
        check(r#"a; n="b; c=d"#, expect![[r#"Some(("a", [("n", "\"b; c=d")]))"#]]);
    }
}
