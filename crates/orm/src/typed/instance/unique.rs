//! Whether another row has the values that must be unique: Django's `validate_unique`.

use std::borrow::Cow;

use rjango_core::Result;
use rjango_core::translation::{gettext, interpolate};
use rjango_schema::{ConstraintSchema, FieldKind, ModelSchema};

use crate::query::{Condition, Query};
use crate::sql::equals;
use crate::{Value, execute};

/// The fields, each alone or in groups, whose values no two rows of a model share: unique fields and one-to-one
/// relations, a primary key that people choose, `unique_together` and unique constraints.
pub fn unique_groups(schema: &ModelSchema) -> Vec<Vec<String>> {
    let single = schema.concrete_fields().filter(|field| {
        (field.unique || field.primary_key || matches!(field.kind, FieldKind::OneToOne(_))) && !field.kind.is_auto()
    });
    let mut groups: Vec<Vec<String>> = single.map(|field| vec![field.name.clone()]).collect();
    groups.extend(schema.unique_together.iter().cloned());
    groups.extend(schema.constraints.iter().filter_map(|constraint| match constraint {
        ConstraintSchema::Unique { fields, .. } => Some(fields.clone()),
        ConstraintSchema::Check { .. } => None,
    }));
    groups
}

/// Whether a row has these values of one of the [`unique_groups`], other than the row of the primary key `own`, which is
/// NULL for a new one. NULL is never equal to NULL. It looks in the database of the alias, or else where rows of the model are
/// written.
///
/// # Errors
/// `Database` where the database refuses.
pub async fn is_taken(
    schema: &ModelSchema,
    group: &[(String, Value)],
    own: &Value,
    using: Option<&Cow<'static, str>>,
) -> Result<bool> {
    if group.iter().any(|(_, value)| value.is_null()) {
        return Ok(false);
    }
    let mut query = Query::new(schema.label());
    (query.default_ordering, query.for_write, query.using) = (false, true, using.cloned());
    query.filters.extend(group.iter().map(|(name, value)| equals(name.clone(), value.clone())));
    if !own.is_null() {
        query.filters.push(Condition::Not(Box::new(equals("pk", own.clone()))));
    }
    execute::exists(&query).await
}

/// What Django says of values that another row has: `Product with this Sku already exists.`
pub fn taken_message(schema: &ModelSchema, group: &[String]) -> String {
    let fields = group.iter().filter_map(|name| schema.field(name));
    let labels: Vec<String> = fields.map(|field| capitalized(&gettext(&field.verbose_name()))).collect();
    let labels = match labels.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} {} {last}", first.join(", "), gettext("and")),
        labels => labels.concat(),
    };
    let model = capitalized(&gettext(&schema.verbose_name()));
    let sentence = gettext("%(model_name)s with this %(field_labels)s already exists.");
    interpolate(&sentence, &[("model_name", &model), ("field_labels", &labels)])
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// What other rows have of the values of [`ModelSchema::concrete_fields`], as a line for each group that is free of the
/// fields `wrong`.
///
/// DIFFERENCE: Django knows of an instance that it was never saved, and then holds a chosen primary key against the table.
/// Here such a key is the instance's own row, and `save_new` says that it is taken.
pub(in crate::typed) async fn problems(
    schema: &ModelSchema,
    values: &[Value],
    wrong: &[String],
    using: Option<&Cow<'static, str>>,
) -> Result<Vec<String>> {
    let value_of = |name: &str| {
        let position = schema.concrete_fields().position(|field| field.name == name);
        position.and_then(|position| values.get(position)).cloned().unwrap_or(Value::Null)
    };
    let key = schema.primary_key().map(|key| key.name.as_str()).unwrap_or_default();
    let own = value_of(key);
    let mut problems = Vec::new();
    for group in unique_groups(schema) {
        if group == [key] || group.iter().any(|name| wrong.contains(name)) {
            continue;
        }
        let named: Vec<(String, Value)> = group.iter().map(|name| (name.clone(), value_of(name))).collect();
        if is_taken(schema, &named, &own, using).await? {
            let message = taken_message(schema, &group);
            problems.push(match group.as_slice() {
                [only] => format!("`{only}`: {message}"),
                _ => message,
            });
        }
    }
    Ok(problems)
}
