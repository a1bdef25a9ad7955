//! The cookies of a request, read as Django's `parse_cookie` reads them.

use http::{HeaderMap, header};

/// Name and value of every cookie that the browser sent; of two with one name the later counts.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Cookies(Vec<(String, String)>);

impl Cookies {
    pub(super) fn from_headers(headers: &HeaderMap) -> Self {
        let mut cookies = Self::default();
        for header in headers.get_all(header::COOKIE) {
            cookies.parse(&String::from_utf8_lossy(header.as_bytes()));
        }
        cookies
    }

    /// The value of this cookie.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every cookie, in the order of first appearance.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn parse(&mut self, header: &str) {
        for chunk in header.split(';') {
            let (name, value) = chunk.split_once('=').unwrap_or(("", chunk));
            let (name, value) = (name.trim(), value.trim());
            if name.is_empty() && value.is_empty() {
                continue;
            }
            let value = unquote(value);
            match self.0.iter_mut().find(|(key, _)| key == name) {
                Some(cookie) => cookie.1 = value,
                None => self.0.push((name.to_owned(), value)),
            }
        }
    }
}

/// Undoes the quoting of RFC 2109 that Python's `http.cookies` writes: a backslash before a character, or before
/// three octal digits.
fn unquote(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return value.to_owned() };
    if !inner.contains('\\') {
        return inner.to_owned();
    }
    let bytes = inner.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        match bytes[index..] {
            [b'\\', a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..] => {
                plain.push((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'));
                index += 4;
            }
            [b'\\', next, ..] => {
                plain.push(next);
                index += 2;
            }
            _ => {
                plain.push(bytes[index]);
                index += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(header: &str, expected: Expect) {
        let mut cookies = Cookies::default();
        cookies.parse(header);
        expected.assert_eq(&format!("{:?}", cookies.0));
    }

    #[test]
    fn cookies_are_read_as_django_reads_them() {
        check("a=1; b=2", expect![[r#"[("a", "1"), ("b", "2")]"#]]);
        check("a=1;a=2", expect![[r#"[("a", "2")]"#]]);
        check("a=b=c; d", expect![[r#"[("a", "b=c"), ("", "d")]"#]]);
        check(r#"msg="1\054 \"x\"""#, expect![[r#"[("msg", "1, \"x\"")]"#]]);
        check(" ; ;", expect!["[]"]);
        check("a=b h=i", expect![[r#"[("a", "b h=i")]"#]]);
    }
}
