//! Python's `dict`: keys in the order in which they came.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::Value;

/// From how many keys on a table is made to find them.
const SMALL: usize = 12;

/// Pairs of keys and values, in order.
#[derive(Default)]
pub struct Map {
    pairs: Vec<(Value, Value)>,
    /// Where the keys that are texts stand, made when it is first needed.
    places: OnceLock<HashMap<Box<str>, usize>>,
}

impl Map {
    /// The value of a key that is a text.
    pub fn get(&self, key: &str) -> Option<&Value> {
        if self.pairs.len() <= SMALL {
            return self.pairs.iter().find(|(own, _)| own.as_str() == Some(key)).map(|(_, value)| value);
        }
        let places = self.places.get_or_init(|| {
            let texts = self.pairs.iter().enumerate();
            texts.filter_map(|(place, (key, _))| Some((key.as_str()?.into(), place))).collect()
        });
        places.get(key).map(|place| &self.pairs[*place].1)
    }

    /// The value of any key.
    pub fn get_value(&self, key: &Value) -> Option<&Value> {
        match key.as_str() {
            Some(key) => self.get(key),
            None => self.pairs.iter().find(|(own, _)| own.equals(key)).map(|(_, value)| value),
        }
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The pairs, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, (Value, Value)> {
        self.pairs.iter()
    }
}

/// Of two pairs with one key the first gives the place and the last the value, as in Python.
impl FromIterator<(Value, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (Value, Value)>>(pairs: I) -> Self {
        let mut own: Vec<(Value, Value)> = Vec::new();
        let mut places: HashMap<Box<str>, usize> = HashMap::new();
        for (key, value) in pairs {
            let known = match key.as_str() {
                Some(text) if own.len() > SMALL => {
                    if places.is_empty() {
                        let texts = own.iter().enumerate();
                        places.extend(texts.filter_map(|(at, (key, _))| Some((Box::from(key.as_str()?), at))));
                    }
                    let known = places.get(text).copied();
                    if known.is_none() {
                        places.insert(text.into(), own.len());
                    }
                    known
                }
                Some(text) => own.iter().position(|(known, _)| known.as_str() == Some(text)),
                None => own.iter().position(|(known, _)| known.equals(&key)),
            };
            match known {
                Some(place) => own[place].1 = value,
                None => own.push((key, value)),
            }
        }
        Self { pairs: own, places: OnceLock::new() }
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = &'a (Value, Value);
    type IntoIter = std::slice::Iter<'a, (Value, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
