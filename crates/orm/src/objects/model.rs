//! A model in the shell: `Product.objects`, `Product(name="Tea")`.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use rjango_core::Result;
use rjango_templates::{Arguments, Attribute, BoxFuture, Object, Value};

use super::given::Given;
use super::refused::unknown_method;
use super::{InstanceObject, QuerySetObject};
use crate::dynamic::{Instance, Objects};
use crate::model::ModelMeta;

/// A model: `objects` is its manager. The shell makes an instance that is not saved yet by [`ModelObject::make`].
pub struct ModelObject {
    meta: Arc<ModelMeta>,
}

impl ModelObject {
    /// The model as a value.
    pub fn value(meta: Arc<ModelMeta>) -> Value {
        Value::object(Self { meta })
    }

    /// The model.
    pub fn meta(&self) -> &Arc<ModelMeta> {
        &self.meta
    }

    /// A new instance with these fields: what `Product(name="Tea")` gives.
    ///
    /// # Errors
    /// `Other` where there is no such field or an argument has no name; `Validation` where a value does not fit its field;
    /// `ImproperlyConfigured` outside of a site.
    pub fn make(&self, arguments: Arguments) -> Result<Value> {
        let mut instance = Instance::new(Arc::clone(&self.meta))?;
        for (name, value) in Given::new(&self.meta.schema.name, arguments).fields()? {
            instance.set(&name, value)?;
        }
        Ok(InstanceObject::value(instance))
    }
}

/// `<class 'shop.models.Product'>` is what Python says; here it is the label.
impl fmt::Debug for ModelObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<model '{}'>", self.meta.schema.label())
    }
}

impl Object for ModelObject {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn type_name(&self) -> &str {
        "model"
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        Attribute::Value(match name {
            "objects" => QuerySetObject::manager(Objects::of(Arc::clone(&self.meta))),
            "label" => self.meta.schema.label().into(),
            _ => return Attribute::Unknown,
        })
    }

    fn attribute_names(&self) -> Vec<Cow<'_, str>> {
        vec!["label".into(), "objects".into()]
    }

    fn call_method<'a>(&'a self, name: &'a str, _: Arguments) -> BoxFuture<'a, Result<Value>> {
        let error = unknown_method("a model", name, "the rows are behind `objects`: `Product.objects.all()`");
        Box::pin(async move { Err(error) })
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Self>().is_some_and(|other| other.meta.schema.label() == self.meta.schema.label())
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{self:?}")
    }
}
