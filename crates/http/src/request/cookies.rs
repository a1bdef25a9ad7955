//! The cookies of a request, read as Django's `parse_cookie` reads them.

use std::collections::HashMap;

use http::{HeaderMap, header};
use rjango_core::{Error, Result};

use crate::cookie_text::unquote;

/// The most bytes that the cookies of one request may have: what `SERVER_MAX_HEADER_BYTES` is by default for all of its head.
const MAX_BYTES: usize = 65_536;

/// The most cookies of one request. Browsers send 180 at most.
const MAX_NUMBER: usize = 1000;

/// Name and value of every cookie that the browser sent; of two with one name the later counts.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Cookies {
    cookies: Vec<(String, String)>,
    places: HashMap<String, usize>,
}

impl Cookies {
    /// The cookies; none where there are too many.
    pub(super) fn from_headers(headers: &HeaderMap) -> Self {
        let mut cookies = Self::default();
        if Self::check_bounds(headers).is_ok() {
            for header in headers.get_all(header::COOKIE) {
                cookies.parse(&String::from_utf8_lossy(header.as_bytes()));
            }
        }
        cookies
    }

    /// Refuses a request with too many cookies, before anybody reads them.
    ///
    /// DIFFERENCE: Django reads any number.
    pub(super) fn check_bounds(headers: &HeaderMap) -> Result<()> {
        let (mut bytes, mut number) = (0, 0);
        for header in headers.get_all(header::COOKIE) {
            bytes += header.len();
            number +=
                header.as_bytes().split(|byte| *byte == b';').filter(|chunk| !chunk.trim_ascii().is_empty()).count();
        }
        if bytes <= MAX_BYTES && number <= MAX_NUMBER {
            return Ok(());
        }
        Err(Error::bad_request(format!(
            "the request has {number} cookies of {bytes} bytes; {MAX_NUMBER} cookies and {MAX_BYTES} bytes are the most"
        ))
        .with_hint("delete the cookies of this site in the browser")
        .with_status(431))
    }

    /// The value of this cookie.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.places.get(name).map(|place| self.cookies[*place].1.as_str())
    }

    /// Every cookie, in the order of first appearance.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.cookies.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn parse(&mut self, header: &str) {
        for chunk in header.split(';') {
            let (name, value) = chunk.split_once('=').unwrap_or(("", chunk));
            let (name, value) = (name.trim(), value.trim());
            if name.is_empty() && value.is_empty() {
                continue;
            }
            let value = unquote(value).into_owned();
            match self.places.get(name) {
                Some(place) => self.cookies[*place].1 = value,
                None => {
                    self.places.insert(name.to_owned(), self.cookies.len());
                    self.cookies.push((name.to_owned(), value));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(header: &str, expected: Expect) {
        let mut cookies = Cookies::default();
        cookies.parse(header);
        expected.assert_eq(&format!("{:?}", cookies.cookies));
    }

    #[test]
    fn cookies_are_read_as_django_reads_them() {
        check("a=1; b=2", expect![[r#"[("a", "1"), ("b", "2")]"#]]);
        check("a=1;a=2", expect![[r#"[("a", "2")]"#]]);
        check("a=b=c; d", expect![[r#"[("a", "b=c"), ("", "d")]"#]]);
        check(r#"msg="1\054 \"x\"""#, expect![[r#"[("msg", "1, \"x\"")]"#]]);
        check(" ; ;", expect!["[]"]);
        check("a=b h=i", expect![[r#"[("a", "b h=i")]"#]]);
        // Three octal digits are a character, not a byte.
        check(r#"a="\351\303\251""#, expect![[r#"[("a", "éÃ©")]"#]]);
    }
}
