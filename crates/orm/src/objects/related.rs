//! The many side of a relation: `category.products` in a template, `product.tags.add(tag)` in the shell.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use rjango_core::Result;
use rjango_templates::{Arguments, Attribute, BoxFuture, Object, Shape, Value};

use super::InstanceObject;
use super::given::Given;
use super::query_set::{QuerySetObject, found_or_made};
use super::refused::changes_rows;
use crate::dynamic::RelatedObjects;

/// The methods that change which rows are related.
const CHANGING: [&str; 4] = ["add", "clear", "remove", "set"];

/// The many side of a relation.
///
/// DIFFERENCE: Django's related manager is always true and is not walked without `all`. Here the relation itself can be
/// walked, counted and tested.
pub struct RelatedObject {
    related: RelatedObjects,
    /// The related rows. What was read of them stays for the page.
    all: Arc<QuerySetObject>,
}

impl RelatedObject {
    /// The relation as a value, with its rows where they came with the instance.
    pub fn value(related: RelatedObjects, known: Option<Arc<[Value]>>) -> Value {
        let objects = related.objects();
        let all = match known {
            Some(rows) => QuerySetObject::of_rows(objects, rows),
            None => QuerySetObject::new(objects, None),
        };
        Value::object(Self { related, all: Arc::new(all) })
    }

    /// The relation.
    pub fn related(&self) -> &RelatedObjects {
        &self.related
    }

    /// The related rows, where they were read.
    pub fn rows(&self) -> Option<Arc<[Value]>> {
        self.all.known_rows()
    }

    async fn call(&self, method: &str, arguments: Arguments) -> Result<Value> {
        let mut given = Given::new(method, arguments);
        let done = match method {
            "add" => self.related.add(given.keys()?).await,
            "remove" => self.related.remove(given.keys()?).await,
            "set" => self.related.set(given.key_list()?).await,
            "clear" => {
                given.nothing()?;
                self.related.clear().await
            }
            "create" => {
                let made = self.related.create(given.fields()?).await?;
                self.all.forget();
                return Ok(InstanceObject::value(made));
            }
            "get_or_create" => {
                let defaults = given.defaults()?;
                let found = self.related.get_or_create(given.fields()?, defaults).await?;
                self.all.forget();
                return Ok(found_or_made(found));
            }
            "update_or_create" => {
                let defaults = given.defaults()?;
                let found = self.related.update_or_create(given.fields()?, defaults).await?;
                self.all.forget();
                return Ok(found_or_made(found));
            }
            // As in Django, rows that came along are not read again.
            "all" if self.rows().is_some() => {
                given.nothing()?;
                return Ok(Value::Object(Arc::clone(&self.all) as Arc<dyn Object>));
            }
            "count" | "exists" | "first" | "last" => return self.all.call_method(method, given.back()).await,
            _ => {
                let manager = QuerySetObject::of_manager(self.related.objects());
                return manager.call_method(method, given.back()).await;
            }
        };
        done?;
        self.all.forget();
        Ok(Value::None)
    }
}

impl fmt::Debug for RelatedObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<Manager of related '{}'>", self.related.objects().meta().schema.label())
    }
}

impl Object for RelatedObject {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn shape(&self) -> Shape {
        Shape::Sequence
    }

    fn type_name(&self) -> &str {
        "RelatedManager"
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        match name {
            "all" => Attribute::Value(Value::Object(Arc::clone(&self.all) as Arc<dyn Object>)),
            name if CHANGING.contains(&name) => Attribute::Refused(changes_rows(name)),
            name => self.all.attribute(name),
        }
    }

    fn attribute_names(&self) -> Vec<Cow<'_, str>> {
        self.all.attribute_names()
    }

    fn call_method<'a>(&'a self, name: &'a str, arguments: Arguments) -> BoxFuture<'a, Result<Value>> {
        Box::pin(self.call(name, arguments))
    }

    fn load(&self) -> Option<BoxFuture<'_, Result<()>>> {
        self.all.load()
    }

    fn index(&self, index: usize) -> Attribute<'_> {
        self.all.index(index)
    }

    fn items(&self) -> Option<Vec<Value>> {
        self.all.items()
    }

    fn len(&self) -> Option<usize> {
        self.all.len()
    }

    /// As Django prints a related manager.
    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{}.None", self.related.objects().meta().schema.label())
    }

    fn repr(&self) -> String {
        format!("{self:?}")
    }
}
