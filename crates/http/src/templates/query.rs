//! `request.GET` in templates: Django's `QueryDict`.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;

use rjango_templates::{Attribute, Object, Shape, Value};

/// Names and all their values, in the order in which the names came first.
pub(super) struct QueryDict(Vec<(String, Vec<String>)>);

impl QueryDict {
    pub(super) fn new<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut own: Vec<(String, Vec<String>)> = Vec::new();
        for (name, value) in pairs {
            match own.iter_mut().find(|(known, _)| known == name) {
                Some((_, values)) => values.push(value.to_owned()),
                None => own.push((name.to_owned(), vec![value.to_owned()])),
            }
        }
        Self(own)
    }

    fn last(&self, name: &str) -> Option<Value> {
        let (_, values) = self.0.iter().find(|(known, _)| known == name)?;
        values.last().map(|value| value.as_str().into())
    }

    fn encoded(&self) -> String {
        let mut encoded = form_urlencoded::Serializer::new(String::new());
        for (name, values) in &self.0 {
            for value in values {
                encoded.append_pair(name, value);
            }
        }
        encoded.finish()
    }
}

impl fmt::Debug for QueryDict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

impl Object for QueryDict {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn shape(&self) -> Shape {
        Shape::Mapping
    }

    fn type_name(&self) -> &str {
        "QueryDict"
    }

    /// A key, with its last value, goes before a method, as in Django.
    fn attribute(&self, name: &str) -> Attribute<'_> {
        if let Some(value) = self.last(name) {
            return Attribute::Value(value);
        }
        let texts = |values: &[String]| Value::list(values.iter().map(|value| Value::from(value.as_str())));
        let pair = |name: &str, value: Value| Value::Tuple([Value::from(name), value].into());
        Attribute::Value(match name {
            "items" => Value::list(self.0.iter().map(|(name, _)| pair(name, self.last(name).unwrap_or_default()))),
            "lists" => Value::list(self.0.iter().map(|(name, values)| pair(name, texts(values)))),
            "keys" => self.0.iter().map(|(name, _)| name.as_str()).collect(),
            "values" => self.0.iter().map(|(name, _)| self.last(name).unwrap_or_default()).collect(),
            "urlencode" => self.encoded().into(),
            "dict" => self.data(),
            _ => return Attribute::Unknown,
        })
    }

    fn attribute_names(&self) -> Vec<Cow<'_, str>> {
        self.0.iter().map(|(name, _)| name.as_str().into()).collect()
    }

    /// Walking gives the names.
    fn items(&self) -> Option<Vec<Value>> {
        Some(self.0.iter().map(|(name, _)| name.as_str().into()).collect())
    }

    fn contains(&self, item: &Value) -> Option<bool> {
        Some(item.as_str().is_some_and(|name| self.last(name).is_some()))
    }

    fn data(&self) -> Value {
        Value::map(self.0.iter().map(|(name, _)| (name.as_str(), self.last(name).unwrap_or_default())))
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        let pairs = self
            .0
            .iter()
            .map(|(name, values)| (name.as_str(), Value::list(values.iter().map(|value| Value::from(value.as_str())))));
        write!(out, "<QueryDict: {}>", Value::map(pairs).repr())
    }
}
