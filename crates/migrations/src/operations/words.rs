//! What an operation changes, in words for people: `shop.Product.price: max_digits 6 -> 8`.
//!
//! [`Operation::describe`] is Django's sentence and says which field is altered; here stands what of it.

use std::collections::BTreeSet;

use rjango_core::Result;
use rjango_schema::{ConstraintSchema, FieldSchema};
use serde_json::{Map, Value};

use super::{ModelOptions, Operation};
use crate::ProjectState;
use crate::autodetector::class_name;

/// The attributes that every kind of field has; the others come and go with the kind.
const COMMON: &[&str] = &[
    "blank",
    "choices",
    "column",
    "db_index",
    "default",
    "editable",
    "help_text",
    "null",
    "primary_key",
    "unique",
    "verbose_name",
];

impl Operation {
    /// What the operation changes, a line for each difference, given the state before it.
    ///
    /// # Errors
    /// `Migration` where the state has not what the operation needs.
    pub fn in_words(&self, app: &str, before: &ProjectState) -> Result<Vec<String>> {
        let model = self.model_label(app).unwrap_or_default();
        let line = |what: String| vec![format!("{model}: {what}")];
        let field = |name: &str, what: String| vec![format!("{model}.{name}: {what}")];
        Ok(match self {
            Self::CreateModel(_) => line("new model".to_owned()),
            Self::DeleteModel(_) => line("model removed".to_owned()),
            Self::RenameModel(rename) => line(format!("model renamed to {}", rename.to)),
            Self::MoveModel(to) => line(format!("model moved to {}", to.to)),
            // The move itself has said it.
            Self::MovedModel(_) => Vec::new(),
            Self::AddField(add) => field(&add.field.name, format!("new field ({})", class_name(&add.field.kind))),
            Self::RemoveField(remove) => field(&remove.name, "field removed".to_owned()),
            Self::RenameField(rename) => field(&rename.from, format!("field renamed to {}", rename.to)),
            Self::AlterField(alter) => {
                let old = super::field(before.require(&model)?, &alter.field.name)?;
                let differences = differences(old, &alter.field).into_iter();
                differences.map(|what| format!("{model}.{}: {what}", alter.field.name)).collect()
            }
            Self::AddIndex(add) => line(format!("new index {} on {}", add.index.name, add.index.fields.join(", "))),
            Self::RemoveIndex(remove) => line(format!("index {} removed", remove.name)),
            Self::RenameIndex(rename) => line(format!("index {} renamed to {}", rename.from, rename.to)),
            Self::AddConstraint(add) => line(match &add.constraint {
                ConstraintSchema::Unique { name, fields } => {
                    format!("new unique constraint {name} on {}", fields.join(", "))
                }
                ConstraintSchema::Check { name, sql } => format!("new check {name}: {sql}"),
            }),
            Self::RemoveConstraint(remove) => line(format!("constraint {} removed", remove.name)),
            Self::AlterUniqueTogether(alter) => {
                let old = &before.require(&model)?.unique_together;
                let gone = old.iter().filter(|group| !alter.unique_together.contains(group));
                let gone = gone.map(|group| format!("{model}: no longer unique together: {}", group.join(", ")));
                let new = alter.unique_together.iter().filter(|group| !old.contains(group));
                gone.chain(new.map(|group| format!("{model}: unique together: {}", group.join(", ")))).collect()
            }
            Self::AlterModelOptions(alter) => {
                let old = ModelOptions::of(before.require(&model)?);
                let differences = changed(&map(&old), &map(&alter.options), |_| true).into_iter();
                differences.map(|what| format!("{model}: {what}")).collect()
            }
            Self::AlterModelTable(alter) => {
                let mut after = before.require(&model)?.clone();
                let old = after.table();
                after.table.clone_from(&alter.table);
                line(format!("table {old} -> {}", after.table()))
            }
            _ => vec![format!("{app}: {}", self.describe())],
        })
    }
}

/// The attributes in which two fields differ, as `max_digits 6 -> 8`.
pub(crate) fn differences(old: &FieldSchema, new: &FieldSchema) -> Vec<String> {
    let (old_map, new_map) = (map(old), map(new));
    let mut lines = Vec::new();
    let same_class = std::mem::discriminant(&old.kind) == std::mem::discriminant(&new.kind);
    if !same_class {
        lines.push(format!("type {} -> {}", class_name(&old.kind), class_name(&new.kind)));
    }
    // What only one of two kinds has goes without saying.
    let counts = |key: &str| match key {
        "kind" | "name" | "line" | "renamed_from" => false,
        key => same_class || COMMON.contains(&key) || (old_map.contains_key(key) && new_map.contains_key(key)),
    };
    lines.extend(changed(&old_map, &new_map, counts));
    lines
}

fn map(value: &impl serde::Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// The keys whose values differ, with both values.
fn changed(old: &Map<String, Value>, new: &Map<String, Value>, counts: impl Fn(&str) -> bool) -> Vec<String> {
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differing = keys.into_iter().filter(|key| counts(key) && old.get(*key) != new.get(*key));
    differing
        .map(|key| format!("{key} {} -> {}", shown(old.get(key), new.get(key)), shown(new.get(key), old.get(key))))
        .collect()
}

/// A value; one that is left out is the opposite of a flag, and nothing otherwise.
fn shown(value: Option<&Value>, other: Option<&Value>) -> String {
    match (value, other) {
        (Some(Value::Bool(value)), _) => if *value { "yes" } else { "no" }.to_owned(),
        (None, Some(Value::Bool(other))) => if *other { "no" } else { "yes" }.to_owned(),
        (None, _) => "none".to_owned(),
        (Some(value), _) => text(value),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) if text.is_empty() => "''".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(entries) => format!("[{}]", entries.iter().map(text_of_entry).collect::<Vec<_>>().join(", ")),
        // A default is its type and its value; the type is the field's.
        Value::Object(entries) if entries.len() == 1 => entries.values().map(text).collect(),
        value => value.to_string(),
    }
}

/// A choice shows its value, a permission its codename.
fn text_of_entry(entry: &Value) -> String {
    match entry {
        Value::Object(choice) => choice.get("value").map_or_else(|| entry.to_string(), text),
        Value::Array(parts) => parts.first().map_or_else(String::new, text),
        entry => text(entry),
    }
}

#[cfg(test)]
mod tests {
    use rjango_schema::{DefaultValue, FieldKind, ModelSchema};

    use super::*;
    use crate::{AlterField, AlterModelOptions, AlterUniqueTogether};

    fn words(old: FieldSchema, new: FieldSchema) -> Result<String> {
        let mut model = ModelSchema::new("shop", "Product");
        model.fields.push(old);
        let state = ProjectState::from_schemas([model]);
        let alter = AlterField { model: "Product".to_owned(), field: new, one_off_default: None };
        Ok(Operation::AlterField(alter).in_words("shop", &state)?.join("\n"))
    }

    #[test]
    fn altered_field_names_what_differs() -> Result<()> {
        let old = FieldSchema::new("price", FieldKind::Decimal { max_digits: 6, decimal_places: 2 });
        let mut new = FieldSchema::new("price", FieldKind::Decimal { max_digits: 8, decimal_places: 2 });
        assert_eq!(words(old.clone(), new.clone())?, "shop.Product.price: max_digits 6 -> 8");
        new.null = true;
        new.default = Some(DefaultValue::Text("0.00".to_owned()));
        new.editable = false;
        assert_eq!(
            words(old, new)?,
            "shop.Product.price: default none -> 0.00\nshop.Product.price: editable yes -> no\n\
             shop.Product.price: max_digits 6 -> 8\nshop.Product.price: null no -> yes"
        );
        Ok(())
    }

    #[test]
    fn another_type_says_nothing_of_what_only_one_has() -> Result<()> {
        let old = FieldSchema::new("name", FieldKind::Char { max_length: 200 });
        let text = FieldSchema::new("name", FieldKind::Text);
        let slug = FieldSchema::new("name", FieldKind::Slug { max_length: 50 });
        assert_eq!(words(old.clone(), text)?, "shop.Product.name: type CharField -> TextField");
        assert_eq!(
            words(old, slug)?,
            "shop.Product.name: type CharField -> SlugField\nshop.Product.name: db_index no -> yes\n\
             shop.Product.name: max_length 200 -> 50"
        );
        Ok(())
    }

    #[test]
    fn options_and_groups_name_what_differs() -> Result<()> {
        let mut model = ModelSchema::new("shop", "Product");
        model.unique_together = vec![vec!["a".to_owned(), "b".to_owned()]];
        let state = ProjectState::from_schemas([model]);
        let options = ModelOptions { ordering: vec!["-a".to_owned()], managed: false, ..ModelOptions::default() };
        let alter = Operation::AlterModelOptions(AlterModelOptions { model: "Product".to_owned(), options });
        let said = alter.in_words("shop", &state)?;
        assert_eq!(said, ["shop.Product: managed yes -> no", "shop.Product: ordering none -> [-a]"]);
        let alter = AlterUniqueTogether {
            model: "Product".to_owned(),
            unique_together: vec![vec!["a".to_owned(), "c".to_owned()]],
        };
        let said = Operation::AlterUniqueTogether(alter).in_words("shop", &state)?;
        assert_eq!(said, ["shop.Product: no longer unique together: a, b", "shop.Product: unique together: a, c"]);
        Ok(())
    }
}
