//! The models of a project as the migrations see them: plain data, ordered, without a database.
//!
//! A state is made from the models that stand in the source ([`ProjectState::from_models`]) or by replaying the
//! operations of migrations ([`crate::Operation::apply`]). The autodetector compares two of them. What the database and
//! the migrations have no use for (source lines, `Display`) is left out on the way in; the hints of `renamed_from` stay,
//! but take no part in comparisons ([`same_field`]).

use std::collections::BTreeMap;
use std::sync::Arc;

use rjango_core::{Error, ErrorKind, Result};
use rjango_orm::{Models, join_table};
use rjango_schema::{FieldKind, FieldSchema, ModelSchema};

/// Every model at one moment, by label.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProjectState {
    models: BTreeMap<String, Arc<ModelSchema>>,
}

impl ProjectState {
    /// A state without models, from which the first migration starts.
    pub fn new() -> Self {
        Self::default()
    }

    /// The models of a site. Automatic join tables belong to their many-to-many fields and are left out.
    pub fn from_models(models: &Models) -> Self {
        Self::from_schemas(models.iter().filter(|meta| !meta.auto_created).map(|meta| meta.schema.as_ref().clone()))
    }

    /// These models; abstract ones have no table and are left out.
    pub fn from_schemas(schemas: impl IntoIterator<Item = ModelSchema>) -> Self {
        let mut state = Self::new();
        for mut schema in schemas {
            if schema.is_abstract {
                continue;
            }
            schema.origin = None;
            schema.display = None;
            schema.user = None;
            for field in &mut schema.fields {
                field.line = None;
            }
            state.insert(schema);
        }
        state
    }

    /// The model of this label, `app.Model`.
    pub fn get(&self, label: &str) -> Option<&ModelSchema> {
        self.models.get(label).map(Arc::as_ref)
    }

    /// The model of this label.
    ///
    /// # Errors
    /// `Migration` where the state has none: the operations do not follow from one another.
    pub fn require(&self, label: &str) -> Result<&ModelSchema> {
        self.get(label).ok_or_else(|| missing_model(label))
    }

    /// The model of this label, to be changed.
    ///
    /// # Errors
    /// As [`ProjectState::require`].
    pub fn require_mut(&mut self, label: &str) -> Result<&mut ModelSchema> {
        self.models.get_mut(label).map(Arc::make_mut).ok_or_else(|| missing_model(label))
    }

    /// The model of this label, shared.
    pub(crate) fn shared(&self, label: &str) -> Option<&Arc<ModelSchema>> {
        self.models.get(label)
    }

    /// All models in the order of their labels.
    pub fn iter(&self) -> impl Iterator<Item = &ModelSchema> {
        self.models.values().map(Arc::as_ref)
    }

    /// The labels in order.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.models.keys().map(String::as_str)
    }

    /// Points every relation at a model's new label.
    pub(crate) fn retarget(&mut self, old: &str, new: &str) {
        let refers = |field: &FieldSchema| target(field) == Some(old) || through(field) == Some(old);
        for model in self.models.values_mut().filter(|model| model.fields.iter().any(refers)) {
            for field in &mut Arc::make_mut(model).fields {
                retarget(field, old, new);
            }
        }
    }

    /// Adds a model, or replaces the one of its label.
    pub fn insert(&mut self, model: ModelSchema) {
        self.models.insert(model.label(), Arc::new(model));
    }

    /// Takes the model of this label out.
    ///
    /// # Errors
    /// As [`ProjectState::require`].
    pub fn remove(&mut self, label: &str) -> Result<ModelSchema> {
        self.models.remove(label).map(Arc::unwrap_or_clone).ok_or_else(|| missing_model(label))
    }

    /// The state without the models of an app.
    #[must_use]
    pub fn without_app(&self, app: &str) -> Self {
        Self {
            models: self
                .models
                .iter()
                .filter(|(_, model)| model.app != app)
                .map(|(label, model)| (label.clone(), Arc::clone(model)))
                .collect(),
        }
    }

    /// The state with only the models of the apps for which `keep` says yes.
    #[must_use]
    pub fn only_apps(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self {
            models: self
                .models
                .iter()
                .filter(|(_, model)| keep(&model.app))
                .map(|(label, model)| (label.clone(), Arc::clone(model)))
                .collect(),
        }
    }

    /// The labels of the models whose fields refer to this one, through models not counted, itself included.
    pub fn referring<'a>(&'a self, label: &'a str) -> impl Iterator<Item = &'a ModelSchema> {
        self.iter().filter(move |model| model.fields.iter().any(|field| target(field) == Some(label)))
    }

    /// The join table of a many-to-many field that has no through model of its own.
    pub fn join_model(&self, model: &ModelSchema, field: &FieldSchema) -> Option<ModelSchema> {
        join_table(model, field)
    }
}

/// The table behind a many-to-many field: the model of its rows, and that model's fields which refer to either side.
pub(crate) struct Join {
    pub(crate) model: ModelSchema,
    pub(crate) source: String,
    pub(crate) target: String,
}

impl Join {
    /// The table of a field as a state has it; `None` where the through model does not refer to both sides. Of a relation of
    /// a model to itself, the first reference is the source.
    pub(crate) fn of(model: &ModelSchema, field: &FieldSchema, state: &ProjectState) -> Option<Self> {
        let to = target(field).filter(|_| !field.is_concrete())?;
        if let Some(join) = state.join_model(model, field) {
            let (source, target) = (join.fields.get(1)?.name.clone(), join.fields.get(2)?.name.clone());
            return Some(Self { model: join, source, target });
        }
        let join = state.get(through(field)?)?;
        let refers = |label: &str| {
            let label = label.to_owned();
            let fields = join.fields.iter().filter(|field| field.is_concrete());
            fields.filter(move |field| target(field) == Some(label.as_str()))
        };
        let own = model.label();
        let source = refers(&own).next()?.name.clone();
        let target = if own == to { refers(&own).nth(1)? } else { refers(to).next()? }.name.clone();
        Some(Self { model: join.clone(), source, target })
    }
}

/// The label of the model that a relation points at.
pub fn target(field: &FieldSchema) -> Option<&str> {
    match &field.kind {
        FieldKind::ForeignKey(to) | FieldKind::OneToOne(to) => Some(&to.to),
        FieldKind::ManyToMany(to) => Some(&to.to),
        _ => None,
    }
}

/// The label of the model whose rows are the join of a many-to-many field, where the field names one.
pub(crate) fn through(field: &FieldSchema) -> Option<&str> {
    match &field.kind {
        FieldKind::ManyToMany(to) => to.through.as_deref(),
        _ => None,
    }
}

/// Points a relation (and its through model) at a model's new label.
pub(crate) fn retarget(field: &mut FieldSchema, old: &str, new: &str) {
    match &mut field.kind {
        FieldKind::ForeignKey(to) | FieldKind::OneToOne(to) if to.to == old => to.to = new.to_owned(),
        FieldKind::ManyToMany(to) => {
            if to.to == old {
                to.to = new.to_owned();
            }
            if to.through.as_deref() == Some(old) {
                to.through = Some(new.to_owned());
            }
        }
        _ => {}
    }
}

/// The field as a migration keeps it: without its line and without the hint of `renamed_from`.
pub fn plain_field(field: &FieldSchema) -> FieldSchema {
    let mut field = field.clone();
    field.line = None;
    field.renamed_from = None;
    field
}

/// Whether two fields are the same to the autodetector. Like Django's it heeds what only people see (labels, help, choices)
/// too, so that the state keeps up; such a change has no SQL.
pub fn same_field(one: &FieldSchema, other: &FieldSchema) -> bool {
    one.name == other.name && same_attributes(one, other)
}

/// Whether two fields are the same but for their names.
pub(crate) fn same_attributes(one: &FieldSchema, other: &FieldSchema) -> bool {
    // Taken apart in full, so that an attribute added to the schema cannot be forgotten here.
    let FieldSchema {
        name: _,
        kind,
        null,
        blank,
        unique,
        db_index,
        primary_key,
        default,
        choices,
        column,
        verbose_name,
        help_text,
        editable,
        renamed_from: _,
        line: _,
    } = one;
    *kind == other.kind
        && *null == other.null
        && *blank == other.blank
        && *unique == other.unique
        && *db_index == other.db_index
        && *primary_key == other.primary_key
        && *default == other.default
        && *choices == other.choices
        && *column == other.column
        && *verbose_name == other.verbose_name
        && *help_text == other.help_text
        && *editable == other.editable
}

fn missing_model(label: &str) -> Error {
    Error::new(ErrorKind::Migration, format!("the state has no model `{label}`")).with_hint(
        "an operation refers to a model that no earlier migration creates, or its `dependencies` lack that migration",
    )
}
