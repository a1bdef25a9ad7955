//! A model as a value: an object for templates, a map for JSON.

use minijinja::value::serializing_for_value;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::dynamic::Instance;
use crate::objects::InstanceObject;
use crate::relations::{AnyModel, RelationSlot};
use crate::{Model, Value};

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
    if serializing_for_value() {
        let mut row = Instance::of(instance);
        if schema.user.is_some() {
            row.conceal("password");
        }
        return InstanceObject::value(row).serialize(serializer);
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
