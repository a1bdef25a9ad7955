//! From what one struct's tokens show to the whole description.
//!
//! A struct's tokens do not say which app a relation's target belongs to, which values an enum has, or which fields
//! a flattened base brings. The attribute parser therefore makes an [`OpenModel`], and [`OpenModel::resolve`] fills in
//! the [`Answers`]. The source reader finds the answers in other files. The derive serialises the open model into a
//! string literal and emits code that finds them through traits when the description is first asked for:
//!
//! ```text
//! let parsed = read::parse_model(&input)?;                 // in the macro
//! let open = serde_json::to_string(&parsed.open())?;
//! let relations = parsed.relations();                       // paths, in the order of `Answers::relations`
//! let choices = parsed.choices();                           // paths, in the order of `Answers::choices`
//! let bases = parsed.bases();                               // paths, in the order of `Answers::bases`
//!
//! let open: OpenModel = serde_json::from_str(#open)?;       // in the emitted code
//! open.resolve(app_of(module_path!()), &Answers {
//!     relations: vec![#(<#relations as Model>::label()),*], // must not describe the target: it may refer back
//!     choices: vec![#(<#choices as Choices>::schema()),*],
//!     bases: vec![#(<#bases as Model>::describe().fields),*],
//! })
//! ```

use serde::{Deserialize, Serialize};

use crate::{ChoicesSchema, DefaultValue, FieldKind, FieldSchema, ModelSchema, index_name};

/// A model as far as its own struct describes it.
///
/// In `model`, the app is empty unless the struct names it, the label of a relation is `@0`, `@1`, ...: its place in
/// [`Answers::relations`], and a many-to-many field is symmetrical unless it says otherwise, whatever its target. Fields whose type is an enum of choices, and bases, are listed beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenModel {
    /// The description so far.
    pub model: ModelSchema,
    /// The fields that are enums of choices, in the order of [`Answers::choices`], one entry for each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<OpenChoices>,
    /// The flattened bases, in the order of [`Answers::bases`], one entry for each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bases: Vec<OpenBase>,
}

/// A field whose kind and values an enum gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenChoices {
    /// The field's name.
    pub field: String,
    /// The column's length in characters; the longest value's where the field names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// The variant that is the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// An abstract base whose fields stand in place of a flattened field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenBase {
    /// How many fields of [`OpenModel::model`] stand before it.
    pub position: usize,
}

/// What a struct's tokens do not show.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers {
    /// The labels of relation targets and through models.
    pub relations: Vec<String>,
    /// The enums of choices.
    pub choices: Vec<ChoicesSchema>,
    /// The fields of flattened bases, complete themselves.
    pub bases: Vec<Vec<FieldSchema>>,
}

impl OpenModel {
    /// The whole description, in the app of this label unless the struct names another.
    ///
    /// Answers that are missing leave their places as they are: the macro and the reader make both lists from one
    /// parsed struct, so that they agree.
    pub fn resolve(self, app: &str, answers: &Answers) -> ModelSchema {
        let Self { mut model, choices, bases } = self;
        if model.app.is_empty() {
            app.clone_into(&mut model.app);
        }
        let label = model.label();
        for field in &mut model.fields {
            match &mut field.kind {
                FieldKind::ForeignKey(relation) | FieldKind::OneToOne(relation) => fill(&mut relation.to, answers),
                FieldKind::ManyToMany(relation) => {
                    fill(&mut relation.to, answers);
                    // Only a relation of a model to itself can be mutual.
                    relation.symmetrical &= relation.to == label;
                    if let Some(through) = &mut relation.through {
                        fill(through, answers);
                    }
                }
                _ => {}
            }
        }
        for (open, schema) in choices.iter().zip(&answers.choices) {
            if let Some(field) = model.fields.iter_mut().find(|field| field.name == open.field) {
                open.fill(field, schema);
            }
        }
        // From the last to the first, so that the positions before stay true.
        for (open, fields) in bases.iter().zip(&answers.bases).rev() {
            let position = open.position.min(model.fields.len());
            model.fields.splice(position..position, fields.iter().cloned());
        }
        if !model.is_abstract {
            name_indexes(&mut model);
        }
        model
    }
}

impl OpenChoices {
    fn fill(&self, field: &mut FieldSchema, schema: &ChoicesSchema) {
        field.kind = if schema.is_integer() {
            schema.integer_kind()
        } else {
            FieldKind::Char { max_length: self.max_length.unwrap_or_else(|| schema.longest().max(1)) }
        };
        field.choices = schema.choices();
        // An optional field holds nothing unless it says otherwise.
        if let Some(variant) = self.default.as_ref().or(schema.default.as_ref().filter(|_| !field.null)) {
            let value = schema.value(variant).cloned();
            field.default =
                Some(value.unwrap_or_else(|| DefaultValue::Function(format!("{}::{variant}", schema.name))));
        }
    }
}

fn fill(label: &mut String, answers: &Answers) {
    let slot = label.strip_prefix('@').and_then(|slot| slot.parse::<usize>().ok());
    if let Some(answer) = slot.and_then(|slot| answers.relations.get(slot)) {
        answer.clone_into(label);
    }
}

/// Gives each index without a name the one that Django would.
fn name_indexes(model: &mut ModelSchema) {
    let table = model.table();
    let mut indexes = std::mem::take(&mut model.indexes);
    for index in indexes.iter_mut().filter(|index| index.name.is_empty()) {
        let columns: Vec<String> = index.fields.iter().map(|field| ordered_column(model, field)).collect();
        index.name = index_name(&table, &columns);
    }
    model.indexes = indexes;
}

fn ordered_column(model: &ModelSchema, field: &str) -> String {
    let (sign, name) = field.strip_prefix('-').map_or(("", field), |name| ("-", name));
    let column = model.field(name).map_or_else(|| name.to_owned(), FieldSchema::column);
    format!("{sign}{column}")
}
