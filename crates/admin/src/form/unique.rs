//! Whether another row has the same values already: Django's `validate_unique`.

use rjango_core::Result;
use rjango_orm::execute;
use rjango_orm::query::{Condition, Query};
use rjango_schema::{ConstraintSchema, FieldKind};

use super::Form;
use super::input::label;
use crate::log::in_words;
use crate::page::capitalized;
use crate::record;

impl Form<'_> {
    /// Adds an error for each unique field or group of fields whose values another row has.
    pub(super) async fn check_unique(&mut self) -> Result<()> {
        let schema = &self.meta.schema;
        let single = schema.concrete_fields().filter(|field| {
            (field.unique || field.primary_key || matches!(field.kind, FieldKind::OneToOne(_))) && !field.kind.is_auto()
        });
        let mut groups: Vec<Vec<String>> = single.map(|field| vec![field.name.clone()]).collect();
        groups.extend(schema.unique_together.iter().cloned());
        groups.extend(schema.constraints.iter().filter_map(|constraint| match constraint {
            ConstraintSchema::Unique { fields, .. } => Some(fields.clone()),
            ConstraintSchema::Check { .. } => None,
        }));
        for group in groups {
            if self.is_taken(&group).await? {
                self.add_taken(&group);
            }
        }
        Ok(())
    }

    async fn is_taken(&self, group: &[String]) -> Result<bool> {
        // Without a change here there is nothing that the form could mend.
        if !group.iter().any(|name| self.values.contains_key(name)) {
            return Ok(false);
        }
        let mut query = Query::new(self.meta.schema.label());
        query.default_ordering = false;
        for name in group {
            let value = match (self.values.get(name), &self.record) {
                (Some(value), _) => value.clone(),
                (None, _) if self.errors.contains_key(name) => return Ok(false),
                (None, Some(record)) => record.get(name).cloned().unwrap_or(rjango_orm::Value::Null),
                (None, None) => return Ok(false),
            };
            // NULLs are never equal.
            if value.is_null() {
                return Ok(false);
            }
            query.filters.push(record::equals(name, value));
        }
        if let Some(record) = &self.record {
            query.filters.push(Condition::Not(Box::new(record::equals("pk", record.pk().clone()))));
        }
        execute::exists(&query).await
    }

    fn add_taken(&mut self, group: &[String]) {
        let model = capitalized(&self.meta.schema.verbose_name());
        let labels: Vec<String> = group.iter().filter_map(|name| self.meta.schema.field(name)).map(label).collect();
        if self.registration.options().is_user && group == ["username"] {
            return self.add_error("username", "A user with that username already exists.");
        }
        let message = format!("{model} with this {} already exists.", in_words(&labels));
        match group {
            [only] => self.add_error(only, message),
            _ => self.form_errors.push(message),
        }
    }
}
