//! Whether another row has the same values already: Django's `validate_unique`.

use rjango_core::Result;
use rjango_orm::{Value, is_taken, taken_message, unique_groups};

use super::Form;
use crate::words::text;

impl Form<'_> {
    /// Adds an error for each unique field or group of fields whose values another row has.
    pub(super) async fn check_unique(&mut self) -> Result<()> {
        let schema = &self.meta.schema;
        for group in unique_groups(schema) {
            let Some(values) = self.values_of(&group) else { continue };
            let own = self.record.as_ref().map_or(&Value::Null, |record| record.pk());
            if is_taken(schema, &values, own, None).await? {
                self.add_taken(&group);
            }
        }
        Ok(())
    }

    /// The values of a group of fields; `None` where there is nothing that the form could fix.
    fn values_of(&self, group: &[String]) -> Option<Vec<(String, Value)>> {
        if !group.iter().any(|name| self.values.contains_key(name)) {
            return None;
        }
        let value = |name: &String| match (self.values.get(name), &self.record) {
            (Some(value), _) => Some(value.clone()),
            (None, _) if self.errors.contains_key(name) => None,
            (None, Some(record)) => record.value(name).cloned(),
            (None, None) => None,
        };
        group.iter().map(|name| Some((name.clone(), value(name)?))).collect()
    }

    /// Tells that another row has the values of these fields.
    pub(super) fn add_taken(&mut self, group: &[String]) {
        if self.registration.user().is_some() && group == ["username"] {
            return self.add_error("username", text("A user with that username already exists."));
        }
        let message = text(&taken_message(&self.meta.schema, group));
        match group {
            [only] if self.slots().any(|slot| slot.field.name == *only) => self.add_error(only, message),
            _ => self.form_errors.push(message),
        }
    }
}
