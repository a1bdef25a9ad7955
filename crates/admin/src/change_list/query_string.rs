//! Links within a list: the query string with some parameters changed.

use rjango_http::QueryDict;

use super::{ALL, ERROR, ORDER, PAGE, RESERVED, SEARCH};

/// The parameters of a list.
pub(super) struct QueryString(QueryDict);

impl QueryString {
    pub fn of(parameters: &QueryDict) -> Self {
        let mut own = parameters.clone();
        own.remove(ERROR);
        Self(own)
    }

    /// `?...` with these parameters set, or removed where there is no value. Another list starts at its first page.
    pub fn with(&self, changes: &[(&str, Option<&str>)]) -> String {
        let mut query = self.0.clone();
        query.remove(PAGE);
        for (name, value) in changes {
            match value {
                Some(value) => query.set(*name, *value),
                None => query.remove(name),
            }
        }
        format!("?{}", query.urlencode())
    }

    /// `?...` without the lookups of filters.
    pub fn without_lookups(&self) -> String {
        let mut query = self.0.clone();
        query.remove(PAGE);
        for key in self.lookups() {
            query.remove(&key);
        }
        format!("?{}", query.urlencode())
    }

    /// Whether any filter is on.
    pub fn has_lookups(&self) -> bool {
        !self.lookups().is_empty()
    }

    fn lookups(&self) -> Vec<String> {
        self.0.iter().filter(|(key, _)| !RESERVED.contains(key)).map(|(key, _)| key.to_owned()).collect()
    }

    /// What the search form carries along.
    pub fn hidden(&self) -> Vec<(String, String)> {
        let own = |key: &str| [SEARCH, PAGE, ALL].contains(&key);
        let pairs = self.0.iter().filter(|(key, _)| !own(key));
        pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    }

    /// The whole of it, for a form that leads back here.
    pub fn kept(&self) -> String {
        self.0.urlencode()
    }

    /// Whether the order was asked for.
    pub fn has_order(&self) -> bool {
        self.0.contains(ORDER)
    }
}
