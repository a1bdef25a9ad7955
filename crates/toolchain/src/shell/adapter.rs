//! The objects of the ORM in minijinja's expressions.
//!
//! What the shell evaluates are minijinja's values; what the ORM gives are those of the template language. Plain values are the
//! same in both. Everything else is wrapped: its attributes and methods wait for the database on the calling thread, and a
//! mistake is minijinja's error with the ORM's message, hint and cause.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use minijinja::value::{
    DynObject, Enumerator, Kwargs, Object, ObjectRepr, Rest, Tuple, Value as ShellValue, ValueKind, from_args,
};
use minijinja::{Error, ErrorKind, State};
use rjango_core::Result;
use rjango_orm::block_on;
use rjango_orm::objects::{InstanceObject, ModelObject, QuerySetObject, template_value};
use rjango_templates::{Arguments, Attribute, Value};

use super::slices;

/// A value of the template language that minijinja does not have itself.
pub(super) struct Wrapped(Value);

impl Wrapped {
    /// The value.
    pub(super) fn value(&self) -> &Value {
        &self.0
    }

    /// Whether it is the rows of a query set.
    fn is_rows(&self) -> bool {
        self.0.downcast::<QuerySetObject>().is_some_and(|query| !query.is_manager())
    }

    /// Whether its attributes are what it consists of, which `dir` lists: an instance, a model.
    fn has_names(&self) -> bool {
        self.0.downcast::<InstanceObject>().is_some() || self.0.downcast::<ModelObject>().is_some()
    }

    /// The row at a place.
    fn row(&self, place: usize) -> Result<Option<Value>> {
        match self.0.attribute(&place.to_string()) {
            Attribute::Value(value) => Ok(Some(value)),
            // A place behind the last one has nothing.
            Attribute::Later(read) => block_on(read).map(|found| (!found.is_undefined()).then_some(found)),
            Attribute::Unknown => Ok(None),
            Attribute::Refused(error) => Err(error),
        }
    }

    /// Waits for what must be read before it is walked, counted or tested.
    fn load(&self) -> Result<()> {
        match &self.0 {
            Value::Object(object) => match object.load() {
                Some(read) => block_on(read),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn attribute(&self, name: &str) -> Result<Option<Value>> {
        if let Some(instance) = self.0.downcast::<InstanceObject>() {
            let instance = instance.instance();
            let is_relation = instance.meta().schema.field(name).is_some_and(|field| field.kind.relation().is_some());
            // The shell shows a column that a page does not: the hash of a password.
            if let Some(value) = instance.value(name).filter(|_| !is_relation) {
                return Ok(Some(template_value(value)));
            }
        }
        // What a page calls without parentheses, and what it is refused, the shell calls.
        let method =
            || rjango_core::Error::command(format!("`{name}` is a method")).with_hint(format!("call it: `{name}()`"));
        match self.0.attribute(name) {
            Attribute::Unknown => Ok(None),
            Attribute::Value(_) | Attribute::Later(_) if !self.has_names() => Err(method()),
            Attribute::Value(value) => Ok(Some(value)),
            Attribute::Later(read) => block_on(read).map(Some),
            Attribute::Refused(error) if error.kind() == rjango_core::ErrorKind::Template => Err(method()),
            Attribute::Refused(error) => Err(error),
        }
    }
}

/// A value of the template language as one of minijinja's.
pub(super) fn to_shell(value: Value) -> ShellValue {
    match value {
        Value::Undefined | Value::None => ShellValue::from(()),
        Value::Bool(flag) => flag.into(),
        Value::Int(number) => number.into(),
        Value::Big(number) => (*number).into(),
        Value::Float(number) => number.into(),
        Value::Text(text) | Value::Safe(text) => ShellValue::from(&*text),
        Value::Bytes(bytes) => ShellValue::from_bytes(bytes.to_vec()),
        Value::List(items) => items.iter().cloned().map(to_shell).collect(),
        Value::Tuple(items) => Tuple::from(items.iter().cloned().map(to_shell).collect::<Vec<_>>()).into(),
        other => ShellValue::from_object(Wrapped(other)),
    }
}

/// A value of minijinja's as one of the template language.
///
/// # Errors
/// minijinja's, where a value cannot be walked.
pub(super) fn from_shell(value: &ShellValue) -> std::result::Result<Value, Error> {
    if let Some(wrapped) = value.downcast_object_ref::<Wrapped>() {
        return Ok(wrapped.0.clone());
    }
    Ok(match value.kind() {
        ValueKind::Undefined | ValueKind::None => Value::None,
        ValueKind::Bool => value.is_true().into(),
        ValueKind::Number => match i128::try_from(value.clone()) {
            Ok(number) if value.is_integer() => Value::int(number),
            _ => f64::try_from(value.clone())?.into(),
        },
        ValueKind::String => value.as_str().unwrap_or_default().into(),
        ValueKind::Bytes => Value::Bytes(value.as_bytes().unwrap_or_default().into()),
        ValueKind::Seq | ValueKind::Iterable => {
            let items = value.try_iter()?.map(|item| from_shell(&item)).collect::<std::result::Result<_, _>>()?;
            if value.is_tuple() { Value::Tuple(items) } else { Value::List(items) }
        }
        ValueKind::Map => {
            let mut pairs = Vec::new();
            for key in value.try_iter()? {
                pairs.push((from_shell(&key)?, from_shell(&value.get_item(&key)?)?));
            }
            Value::Map(Arc::new(pairs.into_iter().collect()))
        }
        _ => value.to_string().into(),
    })
}

/// An error of the ORM as minijinja's: its message, its hint, and itself as the cause.
pub(super) fn refused(error: rjango_core::Error) -> Error {
    let message = match error.hint() {
        Some(hint) => format!("{error}\nhint: {hint}"),
        None => error.to_string(),
    };
    Error::new(ErrorKind::InvalidOperation, message).with_source(Cause(error.into_boxed()))
}

/// A boxed error is not an `Error` itself.
#[derive(Debug)]
struct Cause(Box<dyn std::error::Error + Send + Sync>);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Cause {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

/// Arguments of a call.
fn arguments(args: &[ShellValue]) -> std::result::Result<Arguments, Error> {
    let (positional, named): (Rest<ShellValue>, Kwargs) = from_args(args)?;
    let positional = positional.iter().map(from_shell).collect::<std::result::Result<_, _>>()?;
    let named = named
        .args()
        .map(|name| Ok((name.to_owned(), from_shell(&named.get::<ShellValue>(name)?)?)))
        .collect::<std::result::Result<_, Error>>()?;
    Ok(Arguments { positional, named })
}

impl fmt::Debug for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.repr())
    }
}

impl Object for Wrapped {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        match &self.0 {
            Value::Map(_) => ObjectRepr::Map,
            Value::Object(_) if self.is_rows() => ObjectRepr::Iterable,
            _ if self.has_names() => ObjectRepr::Map,
            _ => ObjectRepr::Plain,
        }
    }

    fn get_value(self: &Arc<Self>, key: &ShellValue) -> Option<ShellValue> {
        if let Value::Map(map) = &self.0 {
            let value = map.get_value(&from_shell(key).ok()?)?;
            return Some(to_shell(value.clone()));
        }
        let found = match key.as_str() {
            Some(name) if matches!(self.0, Value::Object(_)) => self.attribute(name),
            None if self.is_rows() => self.row(key.as_usize()?),
            _ => return None,
        };
        match found {
            Ok(found) => found.map(to_shell),
            Err(error) => Some(refused(error).into()),
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match &self.0 {
            Value::Map(map) => Enumerator::Values(map.iter().map(|(key, _)| to_shell(key.clone())).collect()),
            Value::Object(object) if self.is_rows() => match self.load() {
                Ok(()) => Enumerator::Values(object.items().unwrap_or_default().into_iter().map(to_shell).collect()),
                Err(error) => Enumerator::Values(vec![refused(error).into()]),
            },
            Value::Object(object) if self.has_names() => Enumerator::Values(
                object.attribute_names().into_iter().map(|name| ShellValue::from(name.into_owned())).collect(),
            ),
            _ => Enumerator::NonEnumerable,
        }
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        match &self.0 {
            Value::Map(map) => Some(map.len()),
            Value::Object(object) if self.is_rows() && self.load().is_ok() => object.len(),
            _ => None,
        }
    }

    fn is_true(self: &Arc<Self>) -> bool {
        // An error is told by whoever walks it.
        self.load().is_err() || self.0.is_true()
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        let other = &other.downcast_ref::<Self>()?.0;
        if self.0.equals(other) { Some(Ordering::Equal) } else { self.0.order(other) }
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, args: &[ShellValue]) -> std::result::Result<ShellValue, Error> {
        let Some(model) = self.0.downcast::<ModelObject>() else {
            return Err(Error::new(ErrorKind::InvalidOperation, format!("`{}` is not a function", self.0.repr())));
        };
        model.make(arguments(args)?).map(to_shell).map_err(refused)
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[ShellValue],
    ) -> std::result::Result<ShellValue, Error> {
        let object = match &self.0 {
            Value::Object(object) if method != slices::METHOD || self.is_rows() => object,
            plain => {
                return match (plain.attribute(method), args) {
                    (Attribute::Value(value), []) if !matches!(plain, Value::Object(_)) => Ok(to_shell(value)),
                    _ => Err(Error::from(ErrorKind::UnknownMethod)),
                };
            }
        };
        block_on(object.call_method(method, arguments(args)?)).map(to_shell).map_err(refused)
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The one who asks for its text gets the rows, or why there are none.
        match self.load() {
            Ok(()) => f.write_str(&self.0.text()),
            Err(error) => write!(f, "<{} that failed: {error}>", self.0.type_name()),
        }
    }
}
