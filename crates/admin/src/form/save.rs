//! A form's values into rows.

use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::dynamic::Instance;
use rjango_orm::query::{Assignment, Expression, Query};
use rjango_orm::{Value, execute};

use super::Form;
use crate::record;
use crate::words::filled;

impl Form<'_> {
    /// Writes the row and what was chosen beside it, and gives the row as it is now. Run it in a transaction.
    ///
    /// # Errors
    /// `Integrity` where the database refuses; whatever a receiver of the model's signals has against it.
    pub async fn save(&self) -> Result<Instance> {
        let label = self.meta.schema.label();
        let instance = match &self.record {
            Some(record) => self.update(&label, record).await?,
            None => self.insert().await?,
        };
        for (name, keys) in &self.chosen {
            instance.many(name)?.set(keys.iter().cloned()).await?;
        }
        let saved = record::get(&label, instance.pk().clone()).await?;
        saved.ok_or_else(|| Error::not_found(format!("the row of `{label}` is gone")))
    }

    /// The new row as the form would make it.
    pub fn draft(&self) -> Instance {
        self.instance(self.registration.initial())
    }

    /// The instance with the form's values, and where it has none with others.
    fn instance(&self, others: impl IntoIterator<Item = Value>) -> Instance {
        let fields = self.meta.schema.concrete_fields().zip(others);
        let values = fields.map(|(field, other)| self.values.get(&field.name).cloned().unwrap_or(other)).collect();
        Instance::loaded(Arc::clone(self.meta), values, None)
    }

    async fn insert(&self) -> Result<Instance> {
        let mut instance = self.draft();
        instance.save_new().await?;
        Ok(instance)
    }

    async fn update(&self, label: &str, record: &Instance) -> Result<Instance> {
        let mut instance = self.instance(record.values().iter().cloned());
        // DIFFERENCE: Django's form makes a second row of a row whose primary key is changed.
        if let Some(key) = self.meta.schema.primary_key().filter(|_| instance.pk() != record.pk()) {
            let mut query = Query::new(label.to_owned());
            query.default_ordering = false;
            query.filters.push(record::equals("pk", record.pk().clone()));
            let value = Expression::Value(instance.pk().clone());
            execute::update(&query, &[Assignment { field: key.name.clone().into(), value }]).await?;
        }
        instance.save().await?;
        Ok(instance)
    }

    /// Tells the person what the database, a column or a receiver of signals has against the row.
    ///
    /// # Errors
    /// The error itself where it is not about the row.
    pub fn take_refusal(&mut self, refusal: Error) -> Result<()> {
        match refusal.kind() {
            ErrorKind::Integrity if !refusal.fields().is_empty() => self.add_taken(refusal.fields()),
            ErrorKind::Integrity => {
                let what = refusal.constraint().map(|name| format!(" ({name})")).unwrap_or_default();
                let sentence = "The database refused these values: they conflict with another row%(constraint)s.";
                self.form_errors.push(filled(sentence, &[("constraint", &what)]));
            }
            // A field that is not in the form may hold what another program wrote and a save would not keep.
            ErrorKind::Validation => self.form_errors.push(refusal.to_string()),
            _ => return Err(refusal),
        }
        Ok(())
    }
}
