//! An instance in a template or the shell.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minijinja::value::{Enumerator, Object, ObjectRepr, from_args};
use minijinja::{Error, ErrorKind, State};
use rjango_core::Result;

use super::convert::{refuse_in_template, template_error, template_value, value};
use super::related::RelatedObject;
use crate::block_on;
use crate::dynamic::Instance;

/// An instance: it prints as its `Display`; its attributes are the fields, `pk`, the related instance of a foreign key
/// (read when first asked for) and the ways back over relations.
pub struct InstanceObject {
    /// Shared with whoever is reading it; a change replaces it. Nobody waits for the database while it is locked.
    instance: Mutex<Arc<Instance>>,
    /// The related instances that were asked for, so that each is one object, which can be changed and saved.
    related: Mutex<BTreeMap<String, minijinja::Value>>,
}

/// What an attribute's name stands for.
enum Attribute {
    Value(minijinja::Value),
    /// A related instance that must be read.
    One,
    Many,
}

impl InstanceObject {
    /// The instance as a value.
    pub fn value(instance: impl Into<Arc<Instance>>) -> minijinja::Value {
        minijinja::Value::from_object(Self { instance: Mutex::new(instance.into()), related: Mutex::default() })
    }

    /// The instance as it is now.
    pub fn instance(&self) -> Arc<Instance> {
        Arc::clone(&self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Arc<Instance>> {
        self.instance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn related(&self) -> MutexGuard<'_, BTreeMap<String, minijinja::Value>> {
        self.related.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn attribute(&self, name: &str) -> Option<Attribute> {
        let instance = self.lock();
        let meta = instance.meta();
        let is_single = match meta.schema.field(name) {
            Some(field) if field.kind.relation().is_some() => true,
            Some(field) if !field.is_concrete() => false,
            Some(_) => return instance.get(name).ok().map(template_value).map(Attribute::Value),
            None => match meta.reverse.iter().find(|reverse| reverse.accessor == name) {
                Some(reverse) => reverse.single,
                None => return instance.get(name).ok().map(template_value).map(Attribute::Value),
            },
        };
        let known = if is_single {
            instance.known(name).map(|row| row.map_or_else(|| ().into(), |row| Self::value(Arc::clone(row))))
        } else {
            instance.known_many(name).map(|rows| rows.iter().map(|row| Self::value(Arc::clone(row))).collect())
        };
        Some(match known {
            Some(known) => Attribute::Value(self.keep(name, known)),
            None if is_single => Attribute::One,
            None => Attribute::Many,
        })
    }

    /// Remembers the value of a relation; the first that comes stays.
    fn keep(&self, name: &str, found: minijinja::Value) -> minijinja::Value {
        self.related().entry(name.to_owned()).or_insert(found).clone()
    }

    /// Runs a method that changes the instance, and keeps what became of it.
    fn change<T>(&self, run: impl AsyncFnOnce(&mut Instance) -> Result<T>) -> std::result::Result<T, Error> {
        let mut instance = Instance::clone(&self.lock());
        let result = block_on(run(&mut instance)).map_err(template_error)?;
        *self.lock() = Arc::new(instance);
        Ok(result)
    }
}

/// As Python's `repr`: `<Product: Coffee>`.
impl fmt::Debug for InstanceObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instance = self.instance();
        write!(f, "<{}: {}>", instance.meta().schema.name, instance.display())
    }
}

impl Object for InstanceObject {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &minijinja::Value) -> Option<minijinja::Value> {
        let name = key.as_str()?;
        if let Some(known) = self.related().get(name) {
            return Some(known.clone());
        }
        Some(match self.attribute(name)? {
            Attribute::Value(value) => value,
            Attribute::Many => match self.instance().many(name) {
                Ok(related) => RelatedObject::value(related),
                Err(error) => template_error(error).into(),
            },
            Attribute::One => match block_on(self.instance().related(name)) {
                Ok(found) => self.keep(name, found.map_or_else(|| ().into(), Self::value)),
                Err(error) => template_error(error).into(),
            },
        })
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
                self.change(Instance::save)?;
                Ok(().into())
            }
            "delete" => {
                from_args::<()>(args)?;
                let deleted = self.change(Instance::delete)?;
                Ok(super::query_set::deleted_value(&deleted))
            }
            "refresh_from_db" => {
                from_args::<()>(args)?;
                self.change(Instance::refresh)?;
                self.related().clear();
                Ok(().into())
            }
            other => Err(Error::new(
                ErrorKind::UnknownMethod,
                format!("an instance has no method `{other}`\nhint: the methods are: save, delete, refresh_from_db"),
            )),
        }
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.instance().display())
    }
}

/// Sets a field of an instance, as the shell's `product.price = "4.50"` does.
///
/// # Errors
/// `Other` where the value is not an instance, there is no such field, or a relation is set to an instance that was never
/// saved; `Validation` where the value does not fit the field.
pub fn set_attribute(target: &minijinja::Value, name: &str, to: &minijinja::Value) -> Result<()> {
    let Some(object) = target.downcast_object_ref::<InstanceObject>() else {
        return Err(rjango_core::Error::new(
            rjango_core::ErrorKind::Other,
            format!("`{name}` can be set on an instance alone, found {}", target.kind()),
        ));
    };
    let to = value(to)?;
    Arc::make_mut(&mut object.lock()).set(name, to)?;
    object.related().remove(name.strip_suffix("_id").unwrap_or(name));
    Ok(())
}
