//! A related manager in a template or the shell: `product.tags.add(tag)`, `category.products.all()`.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Enumerator, Kwargs, Object, ObjectRepr, Rest, ValueKind, from_args};
use minijinja::{Error, State, Value};

use super::convert::{fields, refuse_in_template, template_error, value};
use super::{InstanceObject, QuerySetObject};
use crate::block_on;
use crate::dynamic::RelatedObjects;

/// The many side of a relation.
pub struct RelatedObject {
    related: RelatedObjects,
}

impl RelatedObject {
    /// The relation as a value.
    pub fn value(related: RelatedObjects) -> Value {
        Value::from_object(Self { related })
    }
}

impl fmt::Debug for RelatedObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<Manager of related '{}'>", self.related.objects().meta().schema.label())
    }
}

impl Object for RelatedObject {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }

    fn call_method(self: &Arc<Self>, state: &mut State<'_, '_>, method: &str, args: &[Value]) -> Result<Value, Error> {
        if matches!(method, "create" | "add" | "remove" | "set" | "clear") {
            refuse_in_template(state, method)?;
        }
        let done = match method {
            "add" | "remove" => {
                let (rows,): (Rest<Value>,) = from_args(args)?;
                let keys = rows.iter().map(value).collect::<rjango_core::Result<Vec<_>>>();
                let keys = keys.map_err(template_error)?;
                if method == "add" { block_on(self.related.add(keys)) } else { block_on(self.related.remove(keys)) }
            }
            "set" => {
                let (rows,): (Value,) = from_args(args)?;
                if !matches!(rows.kind(), ValueKind::Seq | ValueKind::Iterable) {
                    return Err(Error::new(minijinja::ErrorKind::InvalidOperation, "`set` takes a list"));
                }
                let keys = rows.try_iter()?.map(|row| value(&row)).collect::<rjango_core::Result<Vec<_>>>();
                let keys = keys.map_err(template_error)?;
                block_on(self.related.set(keys))
            }
            "clear" => {
                from_args::<()>(args)?;
                block_on(self.related.clear())
            }
            "create" => {
                let (named,): (Kwargs,) = from_args(args)?;
                let made = block_on(self.related.create(fields(&named)?)).map_err(template_error)?;
                return Ok(InstanceObject::value(made, None));
            }
            "get_or_create" => {
                let message =
                    "a related manager has no method `get_or_create`\nhint: `filter(..).first()`, then `create(..)`";
                return Err(Error::new(minijinja::ErrorKind::UnknownMethod, message));
            }
            _ => {
                let manager = QuerySetObject::manager(self.related.objects());
                return manager.call_method(state, method, args);
            }
        };
        done.map(|()| Value::from(())).map_err(template_error)
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
