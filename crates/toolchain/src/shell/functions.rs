//! Python's built-in functions that a shell is at a loss without.

use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Rest, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind};
use rjango_orm::objects::JsonNullObject;

use super::adapter::{Wrapped, refused, to_shell};
use super::repr::{repr, text};

/// What `print` has written and the terminal has not been given yet.
#[derive(Clone, Default)]
pub(super) struct Printed(Arc<Mutex<String>>);

impl Printed {
    /// What has been printed since the last time.
    pub(super) fn take(&self) -> String {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn line(&self, line: &str) {
        let mut printed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        printed.push_str(line);
        printed.push('\n');
    }
}

/// Adds the functions to the environment.
pub(super) fn add(environment: &mut Environment<'_>, printed: Printed) {
    environment.add_function("print", move |values: Rest<Value>| -> Result<Value, Error> {
        let words = values.iter().map(text).collect::<rjango_core::Result<Vec<_>>>();
        printed.line(&words.map_err(refused)?.join(" "));
        Ok(Value::from(()))
    });
    environment.add_function("repr", |value: Value| repr(&value).map_err(refused));
    environment.add_function("str", |value: Value| text(&value).map_err(refused));
    environment.add_function("len", |value: Value| -> Result<usize, Error> {
        match value.len() {
            Some(length) => Ok(length),
            None => Ok(value.try_iter()?.count()),
        }
    });
    environment.add_function("list", |value: Value| -> Result<Value, Error> { Ok(value.try_iter()?.collect()) });
    environment.add_function("sum", |value: Value| -> Result<Value, Error> {
        let mut whole = 0_i64;
        let mut fraction = None;
        for item in value.try_iter()? {
            match (item.as_i64(), f64::try_from(item.clone())) {
                (Some(item), _) => whole += item,
                (None, Ok(item)) => *fraction.get_or_insert(0.0) += item,
                _ => return Err(Error::new(ErrorKind::InvalidOperation, format!("cannot add {item:?}"))),
            }
        }
        #[allow(clippy::cast_precision_loss)] // As Python does where an int meets a float.
        Ok(fraction.map_or(Value::from(whole), |fraction: f64| Value::from(fraction + whole as f64)))
    });
    environment.add_function("int", |value: Value| -> Result<i64, Error> {
        let whole = value.as_i64().or_else(|| value.to_string().trim().parse().ok());
        whole.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("{value:?} is no whole number")))
    });
    environment.add_function("JSONNull", || to_shell(JsonNullObject::value()));
    environment.add_function("type", |value: Value| kind(&value));
    environment.add_function("dir", |value: Value| -> Result<Value, Error> {
        Ok(value.try_iter().map(|keys| keys.filter(|key| key.as_str().is_some()).collect()).unwrap_or_default())
    });
    for (name, alias) in [("none", "None"), ("true", "True"), ("false", "False")] {
        let alias_of: fn(&Value) -> bool = match name {
            "none" => Value::is_none,
            "true" => |value| value.kind() == ValueKind::Bool && value.is_true(),
            _ => |value| value.kind() == ValueKind::Bool && !value.is_true(),
        };
        environment.add_test(alias, move |value: Value| alias_of(&value));
    }
}

/// The name of Python's type.
fn kind(value: &Value) -> String {
    if let Some(wrapped) = value.downcast_object_ref::<Wrapped>() {
        return wrapped.value().type_name().to_owned();
    }
    let name = match value.kind() {
        ValueKind::None | ValueKind::Undefined => "NoneType",
        ValueKind::Bool => "bool",
        ValueKind::Number if value.is_integer() => "int",
        ValueKind::Number => "float",
        ValueKind::String => "str",
        ValueKind::Bytes => "bytes",
        ValueKind::Seq if value.is_tuple() => "tuple",
        ValueKind::Seq | ValueKind::Iterable => "list",
        ValueKind::Map => "dict",
        _ => "object",
    };
    name.to_owned()
}
