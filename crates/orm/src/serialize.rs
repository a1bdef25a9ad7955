//! A model as a value: an object for templates, a map for JSON.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use minijinja::value::{Enumerator, Object, ObjectRepr, serializing_for_value};
use serde::ser::{Serialize, SerializeMap, Serializer};

use rjango_core::Site;

use crate::dynamic::Instance;
use crate::objects::{InstanceObject, template_value};
use crate::relations::{AnyModel, RelationSlot};
use crate::{Model, ModelEntry, Models, Value};

/// Writes an instance: inside of a template's context as an object that prints by `Display` and whose attributes are
/// the fields, `pk`, the relations and the ways back (read when first asked for, unless they came with the instance);
/// elsewhere as a map of its columns, a relation by its key and, where it is
/// loaded, a many-to-many field by its keys.
///
/// # Errors
/// The serializer's.
pub fn serialize_model<M: Model, S: Serializer>(instance: &M, serializer: S) -> Result<S::Ok, S::Error> {
    if serializing_for_value() {
        return object(instance).serialize(serializer);
    }
    let schema = M::entry().schema();
    let mut map = serializer.serialize_map(None)?;
    for (field, slot) in schema.fields.iter().zip(instance.all_slots()) {
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

/// The instance as templates see it.
fn object(instance: &dyn AnyModel) -> minijinja::Value {
    let entry = instance.model_entry();
    let mut attributes = BTreeMap::new();
    let mut values = Vec::new();
    for (field, slot) in entry.schema().fields.iter().zip(instance.all_slots()) {
        let value = if slot.is_concrete() {
            let value = slot.value();
            values.push(value.clone());
            template_value(&value)
        } else {
            minijinja::Value::UNDEFINED
        };
        match slot.relation() {
            Some(relation) => {
                if !relation.is_many() {
                    attributes.insert(format!("{}_id", field.name), value);
                }
                let Some(rows) = relation.loaded() else { continue };
                let shown = if relation.is_many() {
                    rows.into_iter().map(object).collect()
                } else {
                    rows.into_iter().next().map_or_else(|| minijinja::Value::from(()), object)
                };
                attributes.insert(field.name.clone(), shown);
            }
            None => {
                attributes.insert(field.name.clone(), value);
            }
        }
    }
    attributes.insert("pk".to_owned(), template_value(&pk(instance)));
    let display = (entry.display)(values.clone());
    minijinja::Value::from_object(Record { entry, display, attributes, values, by_name: OnceLock::new() })
}

/// An instance in a template: what it came with at hand, the rest by name.
#[derive(Debug)]
struct Record {
    entry: &'static ModelEntry,
    display: Option<String>,
    attributes: BTreeMap<String, minijinja::Value>,
    values: Vec<Value>,
    /// The same row for the relations that are not at hand; `None` outside of a site.
    by_name: OnceLock<Option<InstanceObject>>,
}

impl Record {
    fn relation(&self, name: &str) -> Option<minijinja::Value> {
        let by_name = self.by_name.get_or_init(|| {
            let site = Site::current().ok()?;
            let meta = site.get::<Models>()?.get(&(self.entry.label)())?.clone();
            Some(InstanceObject::new(Instance::loaded(Arc::new(meta), self.values.clone(), None), None))
        });
        by_name.as_ref()?.relation(name)
    }
}

impl fmt::Debug for ModelEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&(self.label)())
    }
}

impl Object for Record {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &minijinja::Value) -> Option<minijinja::Value> {
        let name = key.as_str()?;
        self.attributes.get(name).cloned().or_else(|| self.relation(name))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.attributes.keys().map(minijinja::Value::from).collect())
    }

    /// Django's `__str__`: the struct's `Display`, or `Product object (3)`.
    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.display {
            Some(text) => f.write_str(text),
            None => {
                let pk = self.attributes.get("pk").cloned().unwrap_or_default();
                write!(f, "{} object ({pk})", self.entry.schema().name)
            }
        }
    }
}
