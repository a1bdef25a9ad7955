//! Django's `QueryDict`: names with one or more values, in the order they came.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The fields of a query string or a form. A name may carry several values; [`get`](Self::get) gives the last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueryDict(Vec<(String, String)>);

impl QueryDict {
    /// Reads `a=1&b=2`; bytes that are not UTF-8 become U+FFFD.
    pub fn parse(query: &str) -> Self {
        Self::parse_bytes(query.as_bytes())
    }

    pub(crate) fn parse_bytes(query: &[u8]) -> Self {
        if query.is_empty() {
            return Self::default();
        }
        Self(form_urlencoded::parse(query).map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// The last value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value of this name: Django's `getlist`.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether the name is there.
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// Whether nothing is there.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every name with each of its values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Replaces all values of this name by one.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        let place = self.0.iter().position(|(key, _)| *key == name).unwrap_or(self.0.len());
        self.0.retain(|(key, _)| *key != name);
        self.0.insert(place.min(self.0.len()), (name, value.into()));
    }

    /// Adds one more value to this name.
    pub fn append(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Removes every value of this name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(key, _)| key != name);
    }

    /// The query string again, as Python's `urlencode` writes it.
    pub fn urlencode(&self) -> String {
        let mut query = String::new();
        for (name, value) in self.iter() {
            if !query.is_empty() {
                query.push('&');
            }
            quote_plus(&mut query, name);
            query.push('=');
            quote_plus(&mut query, value);
        }
        query
    }
}

/// What Python's `quote_plus` leaves alone besides letters and digits.
const PLUS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'.').remove(b'-').remove(b'~').remove(b' ');

pub(crate) fn quote_plus(out: &mut String, text: &str) {
    for piece in utf8_percent_encode(text, PLUS) {
        for character in piece.chars() {
            out.push(if character == ' ' { '+' } else { character });
        }
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for QueryDict {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_counts_and_all_are_kept() {
        let query = QueryDict::parse("a=1&a=2&b=%C3%A9+x&c");
        assert_eq!(query.get("a"), Some("2"));
        assert_eq!(query.get_all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(query.get("b"), Some("é x"));
        assert_eq!(query.get("c"), Some(""));
        assert_eq!(query.get("d"), None);
        assert_eq!(query.urlencode(), "a=1&a=2&b=%C3%A9+x&c=");
    }

    #[test]
    fn set_replaces_in_place() {
        let mut query = QueryDict::parse("q=tea&p=2&p=3");
        query.set("p", "1");
        query.append("o", "a&b");
        query.remove("q");
        assert_eq!(query.urlencode(), "p=1&o=a%26b");
    }

    #[test]
    fn bytes_that_are_not_utf8_do_not_fail() {
        assert_eq!(QueryDict::parse("a=%ff").get("a"), Some("\u{fffd}"));
    }
}
