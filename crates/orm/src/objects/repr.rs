//! What the shell prints for the value of an expression.

use minijinja::value::ValueKind;
use rjango_core::Result;

use super::{InstanceObject, QuerySetObject};

/// The value as Python's prompt would show it: `<QuerySet [<Product: Coffee>]>`, `'text'`, `4`; nothing for `None`.
///
/// # Errors
/// The database's, where a query set runs only now.
pub fn repr(value: &minijinja::Value) -> Result<Option<String>> {
    if value.is_none() || value.is_undefined() {
        return Ok(None);
    }
    show(value).map(Some)
}

/// minijinja's own `Debug` prints an object as a template would, in a list too.
pub(super) fn show(value: &minijinja::Value) -> Result<String> {
    if let Some(query) = value.downcast_object_ref::<QuerySetObject>() {
        return query.repr();
    }
    if let Some(instance) = value.downcast_object_ref::<InstanceObject>() {
        return Ok(format!("{instance:?}"));
    }
    match value.kind() {
        ValueKind::Seq | ValueKind::Iterable => {
            let items = value.try_iter()?.map(|item| show(&item)).collect::<Result<Vec<_>>>()?;
            Ok(match (value.is_tuple(), items.as_slice()) {
                (true, [only]) => format!("({only},)"),
                (true, _) => format!("({})", items.join(", ")),
                (false, _) => format!("[{}]", items.join(", ")),
            })
        }
        ValueKind::Invalid => Err(rjango_core::Error::new(rjango_core::ErrorKind::Other, value.to_string())),
        _ => Ok(format!("{value:?}")),
    }
}
