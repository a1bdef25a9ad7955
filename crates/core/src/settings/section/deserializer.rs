//! serde over values that know their places; text of the environment takes the type that is asked for.

use std::fmt;

use serde::Deserializer;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use crate::settings::kind::{boolean, raw_list};
use crate::settings::toml_file;
use crate::settings::value::{Data, Entry, Origin, Table, Value};

/// What is wrong, and where: filled in by the innermost value, the path by each on the way out.
#[derive(Debug)]
pub(super) struct SectionError {
    pub message: String,
    pub origin: Option<Origin>,
    pub path: Vec<String>,
}

impl SectionError {
    fn at(mut self, origin: &Origin) -> Self {
        self.origin.get_or_insert_with(|| origin.clone());
        self
    }

    fn under(mut self, key: &str) -> Self {
        self.path.insert(0, key.to_owned());
        self
    }
}

impl fmt::Display for SectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SectionError {}

impl de::Error for SectionError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { message: message.to_string(), origin: None, path: Vec::new() }
    }
}

/// One value to be read.
#[derive(Clone, Copy)]
pub(super) struct SectionDeserializer<'a> {
    value: &'a Value,
}

impl<'a> SectionDeserializer<'a> {
    pub fn new(value: &'a Value) -> Self {
        Self { value }
    }

    /// A table, its keys in the spelling of these fields.
    fn table<'de, V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, SectionError> {
        match &self.value.data {
            Data::Table(table) => visitor.visit_map(Entries::new(table, fields)),
            Data::Raw(text) if text.trim_start().starts_with('{') => {
                let parsed = toml_file::parse_value(text, &self.value.origin).map_err(de::Error::custom)?;
                SectionDeserializer::new(&parsed).table(fields, visitor)
            }
            _ => self.any(visitor),
        }
    }

    fn any<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SectionError> {
        match &self.value.data {
            Data::String(text) | Data::Raw(text) => visitor.visit_str(text),
            Data::Integer(number) => visitor.visit_i64(*number),
            Data::Float(number) => visitor.visit_f64(*number),
            Data::Boolean(flag) => visitor.visit_bool(*flag),
            Data::Array(items) => visitor.visit_seq(Items(items.iter())),
            Data::Table(table) => visitor.visit_map(Entries::new(table, &[])),
        }
    }

    fn located<T>(self, result: Result<T, SectionError>) -> Result<T, SectionError> {
        result.map_err(|error| error.at(&self.value.origin))
    }
}

/// The text of a variable as a number, where it is one.
fn number<'de, V: Visitor<'de>>(this: SectionDeserializer<'_>, visitor: V) -> Result<V::Value, SectionError> {
    let Data::Raw(text) = &this.value.data else { return this.any(visitor) };
    match (text.trim().parse::<i64>(), text.trim().parse::<u64>(), text.trim().parse::<f64>()) {
        (Ok(number), _, _) => visitor.visit_i64(number),
        (_, Ok(number), _) => visitor.visit_u64(number),
        (_, _, Ok(number)) => visitor.visit_f64(number),
        _ => this.any(visitor),
    }
}

macro_rules! numbers {
    ($($method:ident)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SectionError> {
            self.located(number(self, visitor))
        }
    )+};
}

impl<'de> Deserializer<'de> for SectionDeserializer<'_> {
    type Error = SectionError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SectionError> {
        self.located(self.any(visitor))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SectionError> {
        self.located(match &self.value.data {
            Data::Raw(text) => match boolean(text) {
                Some(flag) => visitor.visit_bool(flag),
                None => self.any(visitor),
            },
            _ => self.any(visitor),
        })
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SectionError> {
        self.located(match &self.value.data {
            Data::Raw(text) if text.is_empty() => visitor.visit_none(),
            _ => visitor.visit_some(self),
        })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SectionError> {
        let Data::Raw(text) = &self.value.data else { return self.deserialize_any(visitor) };
        let mut problems = Vec::new();
        self.located(match raw_list("list", text, self.value, &mut problems) {
            Some(items) => visitor.visit_seq(Items(items.iter())),
            None => Err(de::Error::custom(problems.first().map_or("no list", |problem| problem.message()))),
        })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, SectionError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, SectionError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SectionError> {
        self.located(self.table(&[], visitor))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, SectionError> {
        self.located(self.table(fields, visitor))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, SectionError> {
        self.located(visitor.visit_newtype_struct(self))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, SectionError> {
        self.located(match &self.value.data {
            Data::String(text) | Data::Raw(text) => {
                let variant: StrDeserializer<'_, SectionError> = spelled(text, variants).into_deserializer();
                visitor.visit_enum(variant)
            }
            Data::Table(table) => visitor.visit_enum(MapAccessDeserializer::new(Entries::new(table, variants))),
            _ => self.any(visitor),
        })
    }

    serde::forward_to_deserialize_any! { char str string bytes byte_buf unit unit_struct identifier ignored_any }
}

/// The name as these fields spell it, if it is one of them.
fn spelled<'a>(key: &'a str, fields: &'static [&'static str]) -> &'a str {
    if fields.contains(&key) {
        return key;
    }
    fields.iter().copied().find(|field| field.eq_ignore_ascii_case(key)).unwrap_or(key)
}

struct Items<'a>(std::slice::Iter<'a, Value>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = SectionError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, SectionError> {
        self.0.next().map(|item| seed.deserialize(SectionDeserializer::new(item))).transpose()
    }
}

struct Entries<'a> {
    entries: std::collections::btree_map::Iter<'a, String, Entry>,
    fields: &'static [&'static str],
    next: Option<(&'a String, &'a Value)>,
}

impl<'a> Entries<'a> {
    fn new(table: &'a Table, fields: &'static [&'static str]) -> Self {
        Self { entries: table.iter(), fields, next: None }
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = SectionError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, SectionError> {
        let Some((key, entry)) = self.entries.next() else { return Ok(None) };
        self.next = Some((key, &entry.value));
        let name: StrDeserializer<'_, SectionError> = spelled(key, self.fields).into_deserializer();
        seed.deserialize(name).map(Some).map_err(|error| error.at(&entry.key))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, SectionError> {
        let (key, value) = self.next.take().ok_or_else(|| de::Error::custom("a value was asked for before its key"))?;
        seed.deserialize(SectionDeserializer::new(value)).map_err(|error| error.under(key))
    }
}
