//! A model in the shell: `Product.objects`, `Product(name="Tea")`.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Enumerator, Kwargs, Object, ObjectRepr, from_args};
use minijinja::{Error, State};

use super::convert::{fields, template_error, template_value};
use super::{InstanceObject, QuerySetObject};
use crate::dynamic::{Instance, Objects};
use crate::model::ModelMeta;

/// A model: `objects` is its manager, and calling it makes an instance that is not saved yet.
pub struct ModelObject {
    meta: Arc<ModelMeta>,
}

impl ModelObject {
    /// The model as a value.
    pub fn value(meta: Arc<ModelMeta>) -> minijinja::Value {
        minijinja::Value::from_object(Self { meta })
    }

    /// The model.
    pub fn meta(&self) -> &Arc<ModelMeta> {
        &self.meta
    }
}

/// `<class 'shop.models.Product'>` is what Python says; here it is the label.
impl fmt::Debug for ModelObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<model '{}'>", self.meta.schema.label())
    }
}

impl Object for ModelObject {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &minijinja::Value) -> Option<minijinja::Value> {
        match key.as_str()? {
            "objects" => Some(QuerySetObject::manager(Objects::of(Arc::clone(&self.meta)))),
            "label" => Some(template_value(&self.meta.schema.label().into())),
            _ => None,
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(&["objects", "label"])
    }

    fn is_true(self: &Arc<Self>) -> bool {
        true
    }

    fn call(
        self: &Arc<Self>,
        _state: &mut State<'_, '_>,
        args: &[minijinja::Value],
    ) -> Result<minijinja::Value, Error> {
        let (named,): (Kwargs,) = from_args(args)?;
        let mut instance = Instance::new(Arc::clone(&self.meta)).map_err(template_error)?;
        for (name, value) in fields(&named, &[])? {
            instance.set(&name, value).map_err(template_error)?;
        }
        Ok(InstanceObject::value(instance))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
