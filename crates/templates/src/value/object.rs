//! Values that the framework or a project makes: instances, query sets, requests, forms.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use rjango_core::{Error, ErrorKind, Result};

use super::Value;

/// A future on the heap.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What an attribute's name leads to.
pub enum Attribute<'a> {
    /// A value at hand.
    Value(Value),
    /// A value that must be waited for: a related row, the answer of a method. The object remembers it, so that a page waits
    /// once.
    Later(BoxFuture<'a, Result<Value>>),
    /// The object has no such attribute.
    Unknown,
    /// The object has it, and a template may not use it: a method that changes rows, or one that needs arguments.
    Refused(Error),
}

/// How a template takes an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// It has attributes and methods. An unknown one is a mistake.
    Plain,
    /// It is a mapping: any key may be missing.
    Mapping,
    /// It can be walked, and has attributes beside.
    Sequence,
}

/// The arguments of a method: those by place, then those by name.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    /// By place.
    pub positional: Vec<Value>,
    /// By name.
    pub named: Vec<(String, Value)>,
}

/// Something with attributes, as templates and the shell see it.
pub trait Object: Any + fmt::Debug + Send + Sync {
    /// For [`Value::downcast`]: `self`.
    fn as_any(&self) -> &dyn Any;

    /// How a template takes it.
    fn shape(&self) -> Shape {
        Shape::Plain
    }

    /// The name of its type, for messages: `Product`, `QuerySet`.
    fn type_name(&self) -> &str {
        "object"
    }

    /// An attribute, or the answer of a method that takes no arguments: `product.category`, `products.count`.
    fn attribute(&self, name: &str) -> Attribute<'_> {
        let _ = name;
        Attribute::Unknown
    }

    /// The names that [`Object::attribute`] knows, for messages. Names that are not for people are left out.
    fn attribute_names(&self) -> Vec<Cow<'_, str>> {
        Vec::new()
    }

    /// Calls a method with arguments, which the shell does and templates do not.
    fn call_method<'a>(&'a self, name: &'a str, arguments: Arguments) -> BoxFuture<'a, Result<Value>> {
        let _ = arguments;
        Box::pin(
            async move { Err(Error::new(ErrorKind::Other, format!("`{}` has no method `{name}`", self.type_name()))) },
        )
    }

    /// Calls the object itself, as a template does where it meets a callable.
    fn call(&self) -> Option<Attribute<'_>> {
        None
    }

    /// What must be waited for before the object is walked, counted, tested or printed. Nothing, where all is at hand.
    fn load(&self) -> Option<BoxFuture<'_, Result<()>>> {
        None
    }

    /// The item at a place: `products.0`.
    fn index(&self, index: usize) -> Attribute<'_> {
        match self.items().and_then(|items| items.into_iter().nth(index)) {
            Some(value) => Attribute::Value(value),
            None => Attribute::Unknown,
        }
    }

    /// Its items, where it can be walked. It was loaded before.
    fn items(&self) -> Option<Vec<Value>> {
        None
    }

    /// How many items it has, where Python's `len` has an answer. It was loaded before.
    fn len(&self) -> Option<usize> {
        self.items().map(|items| items.len())
    }

    /// Whether [`Object::len`] is 0.
    fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// Python's `bool`. It was loaded before.
    fn is_true(&self) -> bool {
        self.len().is_none_or(|len| len > 0)
    }

    /// Whether `item in object`; nothing where the items are to be compared.
    fn contains(&self, item: &Value) -> Option<bool> {
        let _ = item;
        None
    }

    /// Python's `==` with another object; the value itself is asked by its address first.
    fn equals(&self, other: &dyn Object) -> bool {
        let _ = other;
        false
    }

    /// Python's `str`. It was loaded before.
    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result;

    /// Python's `repr`. It was loaded before.
    fn repr(&self) -> String {
        let mut text = String::new();
        // Writing into a string does not fail.
        let _ = self.write(&mut text);
        text
    }

    /// Whether what [`Object::write`] writes is HTML already.
    fn is_safe(&self) -> bool {
        false
    }

    /// What it is as data, for JSON.
    fn data(&self) -> Value {
        match self.items() {
            Some(items) => Value::list(items),
            None => {
                let mut text = String::new();
                // Writing into a string does not fail.
                let _ = self.write(&mut text);
                text.into()
            }
        }
    }

    /// The plain value that it stands for: a lazy text, a number with methods. Filters work on it.
    fn plain(&self) -> Option<Value> {
        None
    }
}
