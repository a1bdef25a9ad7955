//! A struct with `#[derive(Model)]`.

use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use super::field::{self, ParsedField};
use super::field_type::FieldType;
use super::options::{self, ParsedOptions};
use super::problems::{Problems, problem, suggest};
use crate::{FieldKind, FieldSchema, ModelSchema, OpenBase, OpenChoices, OpenModel, USER_MODEL};

/// A model as far as its own struct describes it, with the Rust types that the derive needs.
///
/// What the struct does not show is numbered: [`ParsedModel::relations`], [`ParsedModel::choices`] and
/// [`ParsedModel::bases`] are the paths in the order of [`crate::Answers`], and [`ParsedModel::open`] is the description
/// that [`OpenModel::resolve`] completes with the answers.
#[derive(Debug, Clone)]
pub struct ParsedModel {
    /// The struct's name.
    pub ident: syn::Ident,
    /// The fields in declaration order, flattened bases included.
    pub fields: Vec<ParsedField>,
    options: ParsedOptions,
    /// The names of fields that did not parse.
    broken: Vec<String>,
}

/// Parses a struct with `#[derive(Model)]`.
///
/// # Errors
/// Everything that is wrong with the struct as far as the struct itself shows it, combined into one error, each at the
/// offending token and with a hint on a line of its own. With flattened bases, options may name fields that are not
/// here: call [`ParsedModel::check`] with the whole description where it is known.
pub fn parse_model(input: &syn::DeriveInput) -> syn::Result<ParsedModel> {
    match &input.data {
        syn::Data::Struct(data) => parse(&input.ident, &input.attrs, &input.generics, &data.fields),
        _ => Err(problem(
            input.ident.span(),
            format!("expected a struct for a model, found another item `{}`", input.ident),
            "for an enum of the values of a field, write `#[derive(Choices)]`",
        )),
    }
}

/// The same for an item of a file.
///
/// # Errors
/// As [`parse_model`].
pub fn parse_model_item(item: &syn::ItemStruct) -> syn::Result<ParsedModel> {
    parse(&item.ident, &item.attrs, &item.generics, &item.fields)
}

fn parse(
    ident: &syn::Ident,
    attributes: &[syn::Attribute],
    generics: &syn::Generics,
    fields: &syn::Fields,
) -> syn::Result<ParsedModel> {
    let mut problems = Problems::default();
    let name = ident.unraw().to_string();
    if name.starts_with('_') || name.ends_with('_') || name.contains("__") {
        let message = format!("the model name `{name}` starts or ends with `_`, or has `__` in it");
        problems.add(ident.span(), message, "lookups could not tell where the name ends");
    }
    if !generics.params.is_empty() {
        problems.add(generics.span(), "a model has no type parameters", "one struct is one table");
    }
    let options = options::parse(attributes, &name, &mut problems);
    let mut model = ParsedModel { ident: ident.clone(), fields: Vec::new(), options, broken: Vec::new() };
    match fields {
        syn::Fields::Named(named) => {
            for field in &named.named {
                match field::parse(field, ident, &mut problems) {
                    Some(field) => model.fields.push(field),
                    None => model.broken.extend(field.ident.as_ref().map(|ident| ident.unraw().to_string())),
                }
            }
        }
        _ => problems.add(ident.span(), "expected a struct with named fields", "the names are the columns"),
    }
    if matches!(fields, syn::Fields::Named(_)) && model.bases().is_empty() {
        let fields: Vec<FieldSchema> = model.fields.iter().filter_map(|field| field.schema.clone()).collect();
        model.check_fields(&fields, &mut problems);
    }
    problems.or(model)
}

impl ParsedModel {
    /// The struct's name as text.
    pub fn name(&self) -> &str {
        &self.options.schema.name
    }

    /// Whether the struct is a base to flatten into others.
    pub fn is_abstract(&self) -> bool {
        self.options.schema.is_abstract
    }

    /// Whether the derive makes the model serialisable: `#[model(serialize = false)]` says no.
    pub fn is_serialized(&self) -> bool {
        self.options.serialize
    }

    /// Whether the model is one of users: `#[model(user)]`.
    pub fn is_user(&self) -> bool {
        self.options.schema.user.is_some()
    }

    /// The label of the model's app, where the struct names one.
    pub fn app_label(&self) -> Option<&str> {
        Some(self.options.schema.app.as_str()).filter(|label| !label.is_empty())
    }

    /// The primary key, where it is a field of the struct itself.
    pub fn primary_key(&self) -> Option<&ParsedField> {
        self.fields.iter().find(|field| field.schema.as_ref().is_some_and(|schema| schema.primary_key))
    }

    /// The models that relations refer to and go through, in the order of [`crate::Answers::relations`].
    pub fn relations(&self) -> Vec<&syn::Path> {
        self.fields.iter().flat_map(|field| field.field_type.target().into_iter().chain(&field.through)).collect()
    }

    /// The enums of choices, in the order of [`crate::Answers::choices`].
    pub fn choices(&self) -> Vec<&syn::Path> {
        self.fields
            .iter()
            .filter_map(|field| match &field.field_type {
                FieldType::Choices(path) => Some(path),
                _ => None,
            })
            .collect()
    }

    /// The flattened bases, in the order of [`crate::Answers::bases`].
    pub fn bases(&self) -> Vec<&syn::Path> {
        self.fields
            .iter()
            .filter_map(|field| match &field.field_type {
                FieldType::Flatten(path) => Some(path),
                _ => None,
            })
            .collect()
    }

    /// The description with numbers where the struct does not show the answer.
    pub fn open(&self) -> OpenModel {
        let mut open = OpenModel { model: self.options.schema.clone(), choices: Vec::new(), bases: Vec::new() };
        let mut relations = 0..;
        let mut slot = || relations.next().map_or_else(String::new, |number: usize| format!("@{number}"));
        for field in &self.fields {
            let Some(mut schema) = field.schema.clone() else {
                open.bases.push(OpenBase { position: open.model.fields.len() });
                continue;
            };
            match &mut schema.kind {
                // `UserKey` names no type: its target is the settings'.
                FieldKind::ForeignKey(relation) if relation.to == USER_MODEL => {}
                FieldKind::ForeignKey(relation) | FieldKind::OneToOne(relation) => relation.to = slot(),
                FieldKind::ManyToMany(relation) => {
                    relation.to = slot();
                    if let Some(through) = &mut relation.through {
                        *through = slot();
                    }
                }
                _ => {}
            }
            if matches!(field.field_type, FieldType::Choices(_)) {
                open.choices.push(OpenChoices {
                    field: schema.name.clone(),
                    max_length: field.max_length.as_ref().map(|length| length.value),
                    default: field.default.as_ref().and_then(super::ParsedDefault::variant),
                });
            }
            open.model.fields.push(schema);
        }
        open
    }

    /// Holds the model's options against the whole list of its fields, with flattened bases in place.
    ///
    /// # Errors
    /// What is wrong, combined into one error. A model without bases was checked by [`parse_model`] already.
    pub fn check(&self, fields: &[FieldSchema]) -> syn::Result<()> {
        let mut problems = Problems::default();
        self.check_fields(fields, &mut problems);
        problems.or(())
    }

    fn check_fields(&self, fields: &[FieldSchema], problems: &mut Problems) {
        self.check_primary_key(fields, problems);
        self.check_columns(fields, problems);
        self.check_references(fields, problems);
        self.check_user(fields, problems);
    }

    /// Holds a model of users against what contrib asks of one.
    fn check_user(&self, fields: &[FieldSchema], problems: &mut Problems) {
        let Some(user) = self.options.schema.user.as_ref().filter(|_| self.broken.is_empty() && !self.is_abstract())
        else {
            return;
        };
        let model = ModelSchema { fields: fields.to_vec(), ..self.options.schema.clone() };
        for problem in user.problems(&model) {
            problems.add(self.ident.span(), problem.message, problem.hint);
        }
    }

    fn check_primary_key(&self, fields: &[FieldSchema], problems: &mut Problems) {
        let mut keys = fields.iter().filter(|field| field.primary_key);
        let Some(first) = keys.next() else {
            if !self.is_abstract() && self.broken.is_empty() {
                let message = format!("the model `{}` has no primary key", self.name());
                problems.add(self.ident.span(), message, "add `pub id: Auto,` as the first field");
            }
            return;
        };
        for second in keys {
            let message = format!("`{}` is a second primary key beside `{}`", second.name, first.name);
            problems.add(self.span_of(&second.name), message, "a model has one; `unique` is for the others");
        }
    }

    fn check_columns(&self, fields: &[FieldSchema], problems: &mut Problems) {
        for (index, field) in fields.iter().enumerate() {
            let earlier = &fields[..index];
            if earlier.iter().any(|other| other.name == field.name) {
                let message = format!("the model `{}` has two fields `{}`", self.name(), field.name);
                problems.add(self.span_of(&field.name), message, "one of them comes from a flattened base");
            } else if let Some(other) = earlier
                .iter()
                .find(|other| other.is_concrete() && field.is_concrete() && other.column() == field.column())
            {
                let message = format!(
                    "the fields `{}` and `{}` have the same column `{}`",
                    other.name,
                    field.name,
                    field.column()
                );
                problems.add(self.span_of(&field.name), message, "give one of them another: `column = \"...\"`");
            }
            // One that is renamed itself gives its name away: chains and swaps are fine.
            let keeps = |other: &FieldSchema| other.renamed_from.is_none() && other.name != field.name;
            if let Some(before) = &field.renamed_from
                && fields.iter().any(|other| other.name == *before && keeps(other))
            {
                let message = format!("`{}` is renamed from `{before}`, which is still a field", field.name);
                problems.add(self.span_of(&field.name), message, "remove one of the two");
            }
        }
    }

    fn check_references(&self, fields: &[FieldSchema], problems: &mut Problems) {
        for reference in &self.options.references {
            let any = reference.option == "ordering" && matches!(reference.name.as_str(), "pk" | "?");
            match fields.iter().find(|field| field.name == reference.name) {
                None if any || self.broken.contains(&reference.name) => {}
                None => {
                    let message = format!(
                        "`{}` names the field `{}`, which `{}` does not have",
                        reference.option,
                        reference.name,
                        self.name()
                    );
                    let known = fields.iter().map(|field| &field.name).chain(&self.broken).map(String::as_str);
                    problems.add(reference.span, message, suggest(&reference.name, known));
                }
                Some(field) if !field.is_concrete() && reference.option != "ordering" => {
                    let message = format!(
                        "`{}` names the many-to-many field `{}`, which is no column",
                        reference.option, field.name
                    );
                    problems.add(reference.span, message, "name fields that are columns of the table");
                }
                Some(_) => {}
            }
        }
    }

    /// Where a field stands, or the struct's name for a field of a base.
    fn span_of(&self, field: &str) -> proc_macro2::Span {
        let own = self.fields.iter().find(|own| own.ident.unraw() == field);
        own.map_or_else(|| self.ident.span(), |own| own.ident.span())
    }
}
