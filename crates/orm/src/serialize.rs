//! A model as a value: an object for templates, a map for JSON.

use rjango_templates::is_serializing;
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};

use crate::dynamic::Instance;
use crate::objects::InstanceObject;
use crate::relations::{AnyModel, RelationSlot};
use crate::{Model, QuerySet, Value};

/// Writes an instance: inside of a template's context as an object that prints by `Display` and whose attributes are
/// the fields, `pk`, the relations and the ways back (read when first asked for, unless they came with the instance);
/// elsewhere as a map of its columns, a relation by its key and, where it is
/// loaded, a many-to-many field by its keys. The hash of a user's password belongs neither into a page nor into JSON: it is left
/// out.
///
/// # Errors
/// The serializer's.
pub fn serialize_model<M: Model, S: Serializer>(instance: &M, serializer: S) -> Result<S::Ok, S::Error> {
    let schema = M::entry().schema();
    let is_secret = |name: &str| schema.user.is_some() && name == "password";
    if is_serializing() {
        return InstanceObject::value(Instance::of(instance)).serialize(serializer);
    }
    let mut map = serializer.serialize_map(None)?;
    for (field, slot) in schema.fields.iter().zip(instance.all_slots()) {
        if is_secret(&field.name) {
            continue;
        }
        if slot.is_concrete() {
            map.serialize_entry(&field.name, &slot.value())?;
        } else if let Some(rows) = slot.relation().and_then(RelationSlot::loaded) {
            map.serialize_entry(&field.name, &rows.into_iter().map(pk).collect::<Vec<_>>())?;
        }
    }
    map.end()
}

fn pk(instance: &dyn AnyModel) -> Value {
    instance.all_slots().get(instance.model_entry().pk_index()).map_or(Value::Null, |slot| slot.value())
}

/// In a template's context a query set is lazy, as in Django: its rows are read where the page first needs them, once. Elsewhere it
/// is an error that says to await it.
impl<M: Model> Serialize for QuerySet<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !is_serializing() {
            let label = M::entry().schema().label();
            let message = format!("the query set of `{label}` was not read: await it, and serialize its rows");
            return Err(S::Error::custom(message));
        }
        match self.lazy() {
            Ok(value) => value.serialize(serializer),
            Err(error) => Err(S::Error::custom(match error.hint() {
                Some(hint) => format!("{error}; {hint}"),
                None => error.to_string(),
            })),
        }
    }
}
