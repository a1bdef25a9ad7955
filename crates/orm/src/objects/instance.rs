//! An instance in a template or the shell.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minijinja::value::{Enumerator, Object, ObjectRepr, from_args};
use minijinja::{Error, ErrorKind, State};
use rjango_core::Result;

use super::convert::{refuse_in_template, template_error, template_value, value};
use super::related::RelatedObject;
use crate::dynamic::Instance;
use crate::{Value, block_on};

/// An instance: it prints as its `Display`; its attributes are the fields, `pk`, the related instance of a foreign key
/// (read when first asked for) and the ways back over relations.
pub struct InstanceObject {
    instance: Mutex<Instance>,
    display: Option<String>,
    related: Mutex<BTreeMap<String, minijinja::Value>>,
}

impl InstanceObject {
    /// The instance as a value. `display` is its text where the caller knows better than the description: a compiled
    /// model's own `Display`.
    pub fn value(instance: Instance, display: Option<String>) -> minijinja::Value {
        minijinja::Value::from_object(Self::new(instance, display))
    }

    pub(crate) fn new(instance: Instance, display: Option<String>) -> Self {
        Self { instance: Mutex::new(instance), display, related: Mutex::default() }
    }

    /// The instance as it is now.
    pub fn instance(&self) -> Instance {
        self.lock().clone()
    }

    /// The primary key.
    pub fn pk(&self) -> Value {
        self.lock().pk().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Instance> {
        self.instance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn text(&self) -> String {
        self.display.clone().unwrap_or_else(|| self.lock().display())
    }

    /// The relation of this name, if there is one.
    pub(crate) fn relation(&self, name: &str) -> Option<minijinja::Value> {
        let instance = self.instance();
        let meta = instance.meta();
        let reverse = meta.reverse.iter().find(|reverse| reverse.accessor == name);
        let field = meta.schema.field(name);
        let single = match (field, reverse) {
            (Some(field), _) if field.kind.relation().is_some() => true,
            (Some(field), _) if !field.is_concrete() => false,
            (None, Some(reverse)) => reverse.single,
            _ => return None,
        };
        if !single {
            return Some(match instance.many(name) {
                Ok(related) => RelatedObject::value(related),
                Err(error) => template_error(error).into(),
            });
        }
        let mut known = self.related.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(name) {
            return Some(known.clone());
        }
        let found = match block_on(instance.related(name)) {
            Ok(Some(far)) => Self::value(far, None),
            Ok(None) => minijinja::Value::from(()),
            Err(error) => return Some(template_error(error).into()),
        };
        known.insert(name.to_owned(), found.clone());
        Some(found)
    }
}

/// As Python's `repr`: `<Product: Coffee>`.
impl fmt::Debug for InstanceObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.lock().meta().schema.name.clone();
        write!(f, "<{name}: {}>", self.text())
    }
}

impl Object for InstanceObject {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &minijinja::Value) -> Option<minijinja::Value> {
        let name = key.as_str()?;
        if let Some(related) = self.relation(name) {
            return Some(related);
        }
        self.lock().get(name).ok().map(template_value)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let instance = self.lock();
        Enumerator::Values(
            instance.meta().schema.concrete_fields().map(|field| minijinja::Value::from(field.name.as_str())).collect(),
        )
    }

    fn is_true(self: &Arc<Self>) -> bool {
        true
    }

    fn custom_cmp(self: &Arc<Self>, other: &minijinja::value::DynObject) -> Option<std::cmp::Ordering> {
        let other = other.downcast_ref::<Self>()?;
        (self.instance() == other.instance()).then_some(std::cmp::Ordering::Equal)
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        args: &[minijinja::Value],
    ) -> std::result::Result<minijinja::Value, Error> {
        if matches!(method, "save" | "delete") {
            refuse_in_template(state, method)?;
        }
        match method {
            "save" => {
                from_args::<()>(args)?;
                let mut instance = self.instance();
                block_on(instance.save()).map_err(template_error)?;
                *self.lock() = instance;
                Ok(().into())
            }
            "delete" => {
                from_args::<()>(args)?;
                let mut instance = self.instance();
                let deleted = block_on(instance.delete()).map_err(template_error)?;
                *self.lock() = instance;
                Ok(super::query_set::deleted_value(&deleted))
            }
            "refresh_from_db" => {
                from_args::<()>(args)?;
                let mut instance = self.instance();
                block_on(instance.refresh()).map_err(template_error)?;
                *self.lock() = instance;
                self.related.lock().unwrap_or_else(PoisonError::into_inner).clear();
                Ok(().into())
            }
            other => Err(Error::new(
                ErrorKind::UnknownMethod,
                format!("an instance has no method `{other}`\nhint: the methods are: save, delete, refresh_from_db"),
            )),
        }
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// Sets a field of an instance, as the shell's `product.price = "4.50"` does.
///
/// # Errors
/// `Other` where the value is no instance or there is no such field, `Validation` where the value is none of it.
pub fn set_attribute(target: &minijinja::Value, name: &str, to: &minijinja::Value) -> Result<()> {
    let Some(object) = target.downcast_object_ref::<InstanceObject>() else {
        return Err(rjango_core::Error::new(
            rjango_core::ErrorKind::Other,
            format!("`{name}` can be set on an instance alone, found {}", target.kind()),
        ));
    };
    let mut instance = object.instance();
    instance.set(name, value(to)?)?;
    *object.lock() = instance;
    object.related.lock().unwrap_or_else(PoisonError::into_inner).remove(name.strip_suffix("_id").unwrap_or(name));
    Ok(())
}
