//! An instance in a template or the shell.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rjango_core::{Error, ErrorKind, Result};
use rjango_templates::{Arguments, Attribute, BoxFuture, Object, Value};

use super::answers::{self, Found};
use super::convert::{self, template_value};
use super::given::Given;
use super::kept::Kept;
use super::query_set::deleted_value;
use super::refused;
use super::related::RelatedObject;
use crate::dynamic::Instance;
use crate::model::ModelMeta;
use crate::objects::MethodCall;

/// The methods of every instance that change rows.
const CHANGING: [&str; 2] = ["delete", "save"];

/// An instance. Its attributes are the fields, `pk`, the related instance of a foreign key (read when first asked for), the
/// ways back over relations, Django's methods without arguments and the model's own `#[methods]`. It prints as its `Display`.
pub struct InstanceObject {
    meta: Arc<ModelMeta>,
    /// Shared with whoever is reading it; a change replaces it.
    instance: Mutex<Arc<Instance>>,
    /// What was read: related instances, relations, answers of methods. Each is one object, which can be changed and saved.
    kept: Kept,
}

/// What an attribute's name stands for.
enum Named {
    /// A column.
    Column,
    /// A relation to at most one row.
    One,
    /// A relation to any number of rows.
    Many,
    /// Not a field and not a relation.
    Nothing,
}

impl InstanceObject {
    /// The instance as a value.
    pub fn value(instance: impl Into<Arc<Instance>>) -> Value {
        let instance = instance.into();
        Value::object(Self { meta: Arc::clone(instance.meta()), instance: Mutex::new(instance), kept: Kept::default() })
    }

    /// The instance as it is now.
    pub fn instance(&self) -> Arc<Instance> {
        Arc::clone(&self.lock())
    }

    /// The model.
    pub fn meta(&self) -> &Arc<ModelMeta> {
        &self.meta
    }

    fn lock(&self) -> MutexGuard<'_, Arc<Instance>> {
        self.instance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn named(&self, name: &str) -> Named {
        if let Some(field) = self.meta.schema.field(name) {
            return match (field.kind.relation(), field.is_concrete()) {
                (Some(_), _) => Named::One,
                (None, true) => Named::Column,
                (None, false) => Named::Many,
            };
        }
        match self.meta.reverse.iter().find(|reverse| reverse.accessor == name) {
            Some(reverse) if reverse.single => Named::One,
            Some(_) => Named::Many,
            None => Named::Nothing,
        }
    }

    /// The value of a column, by its own name or as `pk` and `category_id`.
    fn column(&self, name: &str) -> Option<Value> {
        let instance = self.instance();
        let value = instance.value(name)?;
        Some(if self.meta.is_secret(name) { "".into() } else { template_value(value) })
    }

    /// The related instance of a foreign key, a one-to-one or its way back.
    fn one(&self, name: &str) -> Attribute<'_> {
        let instance = self.instance();
        let is_empty =
            self.meta.schema.field(name).is_some() && instance.value(name).is_some_and(crate::Value::is_null);
        // As in Django: a key that is NULL gives `None`, and a row that is not there gives nothing.
        let missing = move || if is_empty { Value::None } else { Value::Undefined };
        if let Some(known) = instance.known(name) {
            let value = known.map_or_else(missing, |row| Self::value(Arc::clone(row)));
            return Attribute::Value(self.kept.keep(name, value));
        }
        if is_empty {
            return Attribute::Value(Value::None);
        }
        let wanted = name.to_owned();
        self.kept.or_read(name, async move { Ok(instance.related(&wanted).await?.map_or_else(missing, Self::value)) })
    }

    /// The rows of a relation to many.
    fn many(&self, name: &str) -> Attribute<'_> {
        self.kept.or_make(name, || {
            let instance = self.instance();
            let known = instance.known_many(name).map(|rows| rows.iter().map(|row| Self::value(Arc::clone(row))));
            let known: Option<Arc<[Value]>> = known.map(Iterator::collect);
            match (instance.many(name), known) {
                (Ok(related), known) => Ok(RelatedObject::value(related, known)),
                // Outside of a site there are no queries, but the rows that came along are there.
                (Err(_), Some(known)) => Ok(Value::List(known)),
                (Err(error), None) => Err(error),
            }
        })
    }

    /// The instance with the related rows that were read since: what a method of the model gets.
    fn whole(&self) -> Arc<Instance> {
        let mut instance = self.instance();
        for (name, value) in self.kept.all() {
            if let Some(row) = value.downcast::<Self>() {
                if self.meta.schema.field(&name).is_some() && instance.known(&name).is_none() {
                    Arc::make_mut(&mut instance).remember(name, row.instance());
                }
            } else if let Some(rows) = value.downcast::<RelatedObject>().and_then(RelatedObject::rows)
                && self.meta.schema.field(&name).is_some()
                && instance.known_many(&name).is_none()
            {
                let rows = rows.iter().filter_map(|row| row.downcast::<Self>()).map(Self::instance);
                Arc::make_mut(&mut instance).remember_many(name, rows.collect());
            }
        }
        instance
    }

    /// The answer of a method without arguments: the model's own, else Django's.
    fn method(&self, name: &str) -> Attribute<'static> {
        let Some(method) = self.meta.method(name) else {
            return match answers::call(&self.instance(), name) {
                Some(Found::Now(value)) => Attribute::Value(value),
                Some(Found::Later(read)) => Attribute::Later(read),
                None => Attribute::Unknown,
            };
        };
        match method.call {
            MethodCall::Now(call) => match call(&self.whole()) {
                Ok(value) => Attribute::Value(value),
                Err(error) => Attribute::Later(Box::pin(async move { Err(error) })),
            },
            MethodCall::Later(call) => Attribute::Later(call(self.whole())),
            MethodCall::NeedsArguments => Attribute::Refused(refused::needs_arguments(name)),
            MethodCall::ChangesRows => Attribute::Refused(refused::changes_rows(name)),
            MethodCall::Elsewhere => Attribute::Refused(refused::not_compiled(&self.meta.schema.name, name)),
        }
    }

    /// Keeps what a method has made of the instance.
    fn put(&self, instance: Instance) {
        *self.lock() = Arc::new(instance);
    }

    async fn call(&self, method: &str, arguments: Arguments) -> Result<Value> {
        let given = Given::new(method, arguments);
        match method {
            "save" => {
                given.nothing()?;
                let mut instance = Instance::clone(&self.instance());
                instance.save().await?;
                self.put(instance);
                Ok(Value::None)
            }
            "delete" => {
                given.nothing()?;
                let mut instance = Instance::clone(&self.instance());
                let deleted = instance.delete().await?;
                self.put(instance);
                Ok(deleted_value(&deleted))
            }
            "refresh_from_db" => {
                given.nothing()?;
                let mut instance = Instance::clone(&self.instance());
                instance.refresh().await?;
                self.put(instance);
                self.kept.clear();
                Ok(Value::None)
            }
            other => match self.method(other) {
                Attribute::Value(value) => {
                    given.nothing()?;
                    Ok(value)
                }
                Attribute::Later(read) => {
                    given.nothing()?;
                    read.await
                }
                Attribute::Refused(error) => Err(error),
                Attribute::Unknown => Err(self.no_method(other)),
            },
        }
    }

    #[cold]
    fn no_method(&self, name: &str) -> Error {
        if !matches!(self.named(name), Named::Nothing) || name == "pk" {
            let message = format!("`{}.{name}` is a field, and a field is not called", self.meta.schema.name);
            return Error::new(ErrorKind::Other, message).with_hint(format!("write `{name}` without parentheses"));
        }
        let mut known: Vec<Cow<'_, str>> = vec!["save".into(), "delete".into(), "refresh_from_db".into()];
        known.extend(self.meta.methods.iter().map(|method| method.name.clone()));
        known.extend(answers::names(&self.meta).into_iter().map(Cow::Owned));
        refused::unknown_method("an instance", name, &format!("the methods are: {}", known.join(", ")))
    }
}

/// As Python's `repr`: `<Product: Coffee>`.
impl fmt::Debug for InstanceObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}: {}>", self.meta.schema.name, self.instance().display())
    }
}

impl Object for InstanceObject {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn type_name(&self) -> &str {
        &self.meta.schema.name
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        match self.named(name) {
            Named::Column => return self.column(name).map_or(Attribute::Unknown, Attribute::Value),
            Named::One => {
                return match self.kept.get(name) {
                    Some(known) => Attribute::Value(known),
                    None => self.one(name),
                };
            }
            Named::Many => return self.many(name),
            Named::Nothing => {}
        }
        if let Some(value) = self.column(name) {
            return Attribute::Value(value);
        }
        if let Some(known) = self.kept.get(name) {
            return Attribute::Value(known);
        }
        match self.method(name) {
            Attribute::Later(read) => self.kept.or_read(name, read),
            Attribute::Unknown if CHANGING.contains(&name) => Attribute::Refused(refused::changes_rows(name)),
            Attribute::Unknown if name == "refresh_from_db" => {
                Attribute::Refused(refused::not_in_a_template(name, "reads the row again"))
            }
            found => found,
        }
    }

    fn attribute_names(&self) -> Vec<Cow<'_, str>> {
        let mut names: Vec<Cow<'_, str>> = vec!["pk".into()];
        for field in &self.meta.schema.fields {
            names.push(Cow::Borrowed(&field.name));
            if field.kind.relation().is_some() {
                names.push(Cow::Owned(format!("{}_id", field.name)));
            }
        }
        names.extend(self.meta.reverse.iter().map(|reverse| Cow::Borrowed(reverse.accessor.as_str())));
        let callable =
            |call: &MethodCall| matches!(call, MethodCall::Now(_) | MethodCall::Later(_) | MethodCall::Elsewhere);
        names.extend(self.meta.methods.iter().filter(|own| callable(&own.call)).map(|own| own.name.clone()));
        names.extend(answers::names(&self.meta).into_iter().map(Cow::Owned));
        names.sort();
        names.dedup();
        names
    }

    fn call_method<'a>(&'a self, name: &'a str, arguments: Arguments) -> BoxFuture<'a, Result<Value>> {
        Box::pin(self.call(name, arguments))
    }

    fn is_true(&self) -> bool {
        true
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Self>().is_some_and(|other| self.instance() == other.instance())
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(&self.instance().display())
    }

    fn repr(&self) -> String {
        format!("{self:?}")
    }

    /// Its columns, a relation by its key. The hash of a user's password is left out.
    fn data(&self) -> Value {
        let instance = self.instance();
        let columns = self.meta.schema.concrete_fields().zip(instance.values());
        Value::map(
            columns
                .filter(|(field, _)| !self.meta.is_secret(&field.name))
                .map(|(field, value)| (field.name.as_str(), template_value(value))),
        )
    }
}

/// Sets a field of an instance, as the shell's `product.price = "4.50"` does.
///
/// # Errors
/// `Other` where the value is not an instance, there is no such field, or a relation is set to an instance that was never
/// saved; `Validation` where the value does not fit the field.
pub fn set_attribute(target: &Value, name: &str, to: &Value) -> Result<()> {
    let Some(object) = target.downcast::<InstanceObject>() else {
        return Err(Error::new(
            ErrorKind::Other,
            format!("`{name}` can be set on an instance alone, found {}", target.type_name()),
        ));
    };
    let to = convert::value(to)?;
    Arc::make_mut(&mut object.lock()).set(name, to)?;
    let is_key = name == "pk" || object.meta.schema.field(name).is_some_and(|field| field.primary_key);
    if is_key {
        // Its relations are those of another row now.
        object.kept.clear();
    } else {
        object.kept.forget(name.strip_suffix("_id").unwrap_or(name));
    }
    Ok(())
}
