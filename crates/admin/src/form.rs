//! A model's form as data: which fields, what is in them, what is wrong, and the row that comes of it.

mod bind;
mod input;
mod layout;
mod save;
mod unique;

use std::collections::BTreeMap;
use std::sync::Arc;

use rjango_core::Result;
use rjango_orm::dynamic::Instance;
use rjango_orm::{ModelMeta, Models, Value};
use rjango_schema::{FieldSchema, UserSchema};
use serde::Serialize;

use crate::registration::Registration;
use crate::words::text;

pub(crate) use bind::REQUIRED;
pub(crate) use input::Input;
use layout::{Group, Slot};

/// A group of inputs.
#[derive(Debug, Serialize)]
pub(crate) struct FieldsetView {
    title: String,
    fields: Vec<Input>,
}

impl FieldsetView {
    /// One more input.
    pub fn push(&mut self, input: Input) {
        self.fields.push(input);
    }

    /// Where a user's password is changed.
    pub fn set_password_url(&mut self, url: &str) {
        for field in self.fields.iter_mut().filter(|field| field.widget == "password_hash") {
            field.password_url = Some(url.to_owned());
        }
    }
}

/// The form of one row, old or new.
pub(crate) struct Form<'a> {
    models: &'a Models,
    meta: &'a Arc<ModelMeta>,
    registration: &'a Registration,
    groups: Vec<Group<'a>>,
    /// The row that is there already.
    record: Option<Instance>,
    /// What stands in the inputs, by field.
    texts: BTreeMap<String, Vec<String>>,
    /// The values that were given, by field.
    values: BTreeMap<String, Value>,
    /// The rows that were chosen for many-to-many fields.
    chosen: BTreeMap<String, Vec<Value>>,
    errors: BTreeMap<String, Vec<String>>,
    /// What is wrong with the row as a whole.
    pub form_errors: Vec<String>,
}

impl<'a> Form<'a> {
    /// The form of a row, or of a new one, with its values. Without `editable` every field is read-only.
    pub async fn of(
        models: &'a Models,
        registration: &'a Registration,
        record: Option<Instance>,
        editable: bool,
    ) -> Result<Self> {
        let meta = models.require(&registration.schema().label())?;
        Self::with_groups(models, registration, layout::groups(meta, registration.options(), editable), record).await
    }

    /// The form of a new user: the name to log in with, and what a row cannot do without. The password is not in it: see
    /// [`Form::set_password`].
    pub async fn of_new_user(models: &'a Models, registration: &'a Registration, user: &UserSchema) -> Result<Self> {
        let meta = models.require(&registration.schema().label())?;
        Self::with_groups(models, registration, layout::of_new_user(meta, user), None).await
    }

    async fn with_groups(
        models: &'a Models,
        registration: &'a Registration,
        groups: Vec<Group<'a>>,
        record: Option<Instance>,
    ) -> Result<Self> {
        let meta = models.require(&registration.schema().label())?;
        let mut form = Self {
            models,
            meta,
            registration,
            groups,
            record,
            texts: BTreeMap::new(),
            values: BTreeMap::new(),
            chosen: BTreeMap::new(),
            errors: BTreeMap::new(),
            form_errors: Vec::new(),
        };
        form.fill().await?;
        Ok(form)
    }

    /// Puts the row's values into the inputs.
    async fn fill(&mut self) -> Result<()> {
        let row = match &self.record {
            Some(record) => record.clone(),
            None => Instance::loaded(Arc::clone(self.meta), self.registration.initial(), None),
        };
        let mut texts = BTreeMap::new();
        for slot in self.slots() {
            let field = slot.field;
            let shown = match row.value(&field.name) {
                Some(value) => input::texts(field, value, self.record.is_none()),
                None if self.record.is_some() => {
                    let keys = row.many(&field.name)?.keys().await?;
                    keys.iter().map(ToString::to_string).collect()
                }
                None => Vec::new(),
            };
            texts.insert(field.name.clone(), shown);
        }
        self.texts = texts;
        Ok(())
    }

    /// Puts the stored form of a new user's password into the row.
    pub fn set_password(&mut self, stored: String) {
        self.values.insert("password".to_owned(), Value::Text(stored));
    }

    /// Every field of the form.
    fn slots(&self) -> impl Iterator<Item = &Slot<'a>> {
        self.groups.iter().flat_map(|group| &group.slots)
    }

    /// The fields that the form changes.
    fn editable(&self) -> Vec<&'a FieldSchema> {
        self.slots().filter(|slot| !slot.is_readonly).map(|slot| slot.field).collect()
    }

    /// Whether nothing is wrong.
    pub fn is_valid(&self) -> bool {
        self.error_count() == 0
    }

    /// How many fields, and things beside them, are wrong.
    pub fn error_count(&self) -> usize {
        self.errors.len() + self.form_errors.len()
    }

    /// Adds a sentence to a field's errors.
    fn add_error(&mut self, field: &str, message: impl Into<String>) {
        self.errors.entry(field.to_owned()).or_default().push(message.into());
    }

    /// The labels of the fields whose inputs differ from the row.
    pub async fn changed_labels(&self) -> Result<Vec<String>> {
        let before = Self::of(self.models, self.registration, self.record.clone(), true).await?;
        let mut labels = Vec::new();
        for field in self.editable() {
            let is_changed = match (self.values.get(&field.name), self.chosen.get(&field.name)) {
                (Some(value), _) => self.record.as_ref().and_then(|record| record.value(&field.name)) != Some(value),
                (None, Some(keys)) => {
                    let mut now: Vec<String> = keys.iter().map(ToString::to_string).collect();
                    let mut then = before.texts.get(&field.name).cloned().unwrap_or_default();
                    now.sort();
                    then.sort();
                    now != then
                }
                (None, None) => false,
            };
            if is_changed {
                labels.push(input::label(field));
            }
        }
        Ok(labels)
    }

    /// The inputs in their groups.
    pub async fn fieldsets(&self) -> Result<Vec<FieldsetView>> {
        let mut fieldsets = Vec::with_capacity(self.groups.len());
        for group in &self.groups {
            let mut fields = Vec::with_capacity(group.slots.len());
            for slot in &group.slots {
                fields.push(self.input(slot).await?);
            }
            fieldsets.push(FieldsetView { title: text(&group.title), fields });
        }
        Ok(fieldsets)
    }
}
