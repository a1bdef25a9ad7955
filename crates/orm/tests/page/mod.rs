//! A small driver of objects: it does with them what a page does, and runs lines of the shell.
#![allow(clippy::unwrap_used, dead_code)] // Test code; each test file uses a part.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;
use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result, Site};
use rjango_orm::Models;
use rjango_orm::objects::{JsonNullObject, ModelObject, repr};
use rjango_templates::{Arguments, Attribute, BoxFuture, Value};

/// What an attribute leads to, waited for.
pub async fn waited(found: Attribute<'_>, name: &str) -> Result<Value> {
    match found {
        Attribute::Value(value) => Ok(value),
        Attribute::Later(read) => read.await,
        Attribute::Refused(error) => Err(error),
        Attribute::Unknown => Err(Error::new(ErrorKind::Other, format!("nothing has the name `{name}`"))),
    }
}

/// `value.category.name`, as a page looks it up.
pub async fn get(value: &Value, path: &str) -> Result<Value> {
    let mut value = value.clone();
    for name in path.split('.') {
        value = waited(value.attribute(name), name).await?;
    }
    Ok(value)
}

/// Waits for what must be read before a value is walked, counted, tested or printed.
pub async fn load(value: &Value) -> Result<()> {
    match value {
        Value::Object(object) => match object.load() {
            Some(read) => read.await,
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// The items of a value, as `{% for %}` gets them.
pub async fn walk(value: &Value) -> Result<Vec<Value>> {
    load(value).await?;
    let items = value.items();
    items.map(Iterator::collect).ok_or_else(|| Error::new(ErrorKind::Other, format!("{value:?} cannot be walked")))
}

/// What `{{ value.path }}` shows.
pub async fn show(value: &Value, path: &str) -> Result<String> {
    let value = get(value, path).await?;
    load(&value).await?;
    Ok(value.text().into_owned())
}

/// Every item's text.
pub async fn texts(value: &Value) -> Result<Vec<String>> {
    Ok(walk(value).await?.iter().map(|item| item.text().into_owned()).collect())
}

/// An error with its hint.
pub fn told(error: &Error) -> String {
    match error.hint() {
        Some(hint) => format!("{error}\nhint: {hint}"),
        None => error.to_string(),
    }
}

/// The names of a shell: every model, and `JSONNull`.
pub fn globals() -> BTreeMap<String, Value> {
    let site = Site::current().unwrap();
    let models = site.require::<Models>().unwrap();
    models.iter().map(|meta| (meta.schema.name.clone(), ModelObject::value(Arc::clone(meta)))).collect()
}

/// The value of a line of the shell: names, attributes, calls, places and plain values.
pub async fn evaluate(line: &str, names: &BTreeMap<String, Value>) -> Result<Value> {
    let mut reader = Reader { rest: line.chars().peekable(), names };
    let value = reader.expression().await?;
    assert_eq!(reader.rest.next(), None, "the end of `{line}`");
    Ok(value)
}

/// What the shell shows for a line.
pub async fn shown(line: &str, names: &BTreeMap<String, Value>) -> Result<String> {
    Ok(repr(&evaluate(line, names).await?).await?.unwrap_or_default())
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    names: &'a BTreeMap<String, Value>,
}

impl Reader<'_> {
    fn skip(&mut self) {
        while self.rest.next_if(|next| next.is_whitespace()).is_some() {}
    }

    fn takes(&mut self, wanted: char) -> bool {
        self.skip();
        self.rest.next_if_eq(&wanted).is_some()
    }

    fn word(&mut self) -> String {
        let mut word = String::new();
        while let Some(next) = self.rest.next_if(|next| next.is_alphanumeric() || *next == '_') {
            word.push(next);
        }
        word
    }

    fn expression(&mut self) -> BoxFuture<'_, Result<Value>> {
        Box::pin(async move {
            let mut value = self.primary().await?;
            loop {
                if self.takes('.') {
                    let name = self.word();
                    value = if self.takes('(') {
                        let arguments = self.arguments().await?;
                        match &value {
                            Value::Object(object) => object.call_method(&name, arguments).await?,
                            other => panic!("{other:?} has no methods"),
                        }
                    } else {
                        get(&value, &name).await?
                    };
                } else if self.takes('[') {
                    let place = self.expression().await?.text().into_owned();
                    assert!(self.takes(']'), "a closing bracket");
                    value = get(&value, &place).await?;
                } else {
                    return Ok(value);
                }
            }
        })
    }

    async fn primary(&mut self) -> Result<Value> {
        self.skip();
        let first = *self.rest.peek().expect("a value");
        if self.takes('[') {
            let mut items = Vec::new();
            while !self.takes(']') {
                items.push(self.expression().await?);
                self.takes(',');
            }
            return Ok(Value::list(items));
        }
        if self.takes('\'') {
            let mut text = String::new();
            while let Some(next) = self.rest.next_if(|next| *next != '\'') {
                text.push(next);
            }
            self.rest.next();
            return Ok(text.into());
        }
        let mut word = self.word();
        if first.is_ascii_digit() {
            if self.rest.next_if_eq(&'.').is_some() {
                word = format!("{word}.{}", self.word());
                return Ok(word.parse::<f64>().unwrap().into());
            }
            return Ok(word.parse::<i64>().unwrap().into());
        }
        Ok(match word.as_str() {
            "None" => Value::None,
            "True" => true.into(),
            "False" => false.into(),
            "JSONNull" => {
                assert!(self.takes('(') && self.takes(')'), "`JSONNull()`");
                JsonNullObject::value()
            }
            name => {
                let value = self.names.get(name).cloned().unwrap_or_else(|| panic!("`{name}` is not known"));
                if self.takes('(') {
                    let arguments = self.arguments().await?;
                    value.downcast::<ModelObject>().expect("a model").make(arguments)?
                } else {
                    value
                }
            }
        })
    }

    async fn arguments(&mut self) -> Result<Arguments> {
        let mut arguments = Arguments::default();
        while !self.takes(')') {
            let mut ahead = self.rest.clone();
            self.skip();
            let name = self.word();
            if !name.is_empty() && self.takes('=') {
                arguments.named.push((name, self.expression().await?));
            } else {
                std::mem::swap(&mut self.rest, &mut ahead);
                arguments.positional.push(self.expression().await?);
            }
            self.takes(',');
        }
        Ok(arguments)
    }
}
