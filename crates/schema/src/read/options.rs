//! A model's options: `#[model(...)]`.

use proc_macro2::Span;

use super::attributes::{At, Entries, Entry, EntryValue, entries, is_identifier, names, unknown};
use super::problems::{Problems, problem};
use crate::{ConstraintSchema, IndexSchema, ModelSchema, UserSchema};

/// What `#[model(...)]` says.
#[derive(Debug, Clone)]
pub(super) struct ParsedOptions {
    /// A model without fields that has the options.
    pub(super) schema: ModelSchema,
    /// Whether the derive makes the model serialisable.
    pub(super) serialize: bool,
    /// The fields that options name.
    pub(super) references: Vec<Reference>,
}

/// A field that an option names.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    /// The option's word.
    pub(super) option: &'static str,
    /// The field's name, without the sign of an order.
    pub(super) name: String,
    /// Where to point when there is no such field.
    pub(super) span: Span,
}

const WORDS: &[&str] = &[
    "ordering",
    "table",
    "verbose_name",
    "verbose_name_plural",
    "unique_together",
    "index",
    "unique",
    "check",
    "permission",
    "abstract",
    "managed",
    "app_label",
    "renamed_from",
    "serialize",
    "user",
    "username_field",
    "email_field",
    "required_fields",
];

/// Words of Django's that are written otherwise here.
const DJANGO: &[(&str, &str)] = &[
    ("db_table", "write `table = \"...\"`"),
    ("indexes", "write `index(fields = \"...\")`, once for each"),
    ("index_together", "write `index(fields = \"...\")`"),
    ("constraints", "write `unique(name = \"...\", fields = \"...\")` or `check(name = \"...\", sql = \"...\")`"),
    ("permissions", "write `permission(\"codename\", \"label\")`, once for each"),
    ("swappable", "write `#[model(user)]`: the model of users is the only one that another can take the place of"),
    ("proxy", "write plain functions on the model, there are no proxy models"),
];

/// Parses the options of the model of this name.
pub(super) fn parse(attributes: &[syn::Attribute], name: &str, problems: &mut Problems) -> ParsedOptions {
    let entries = entries(attributes, "model", problems);
    for entry in entries.all.iter().filter(|entry| !WORDS.contains(&entry.name.as_str())) {
        problems.push(match DJANGO.iter().find(|(word, _)| *word == entry.name) {
            Some((_, hint)) => problem(entry.span, format!("unknown word `{}` in `#[model(...)]`", entry.name), hint),
            None => unknown(entry, WORDS, "`#[model(...)]`"),
        });
    }
    let mut schema = ModelSchema::new(String::new(), name);
    let mut references = Vec::new();
    if let Some(ordering) = entries.text("ordering", problems) {
        schema.ordering = names(&ordering.value);
        for field in &schema.ordering {
            references.push(Reference::new("ordering", first_part(field), ordering.span));
        }
    }
    let text = |word: &str, problems: &mut Problems| entries.text(word, problems).map(|text| text.value);
    schema.table = text("table", problems);
    schema.verbose_name = text("verbose_name", problems);
    schema.verbose_name_plural = text("verbose_name_plural", problems);
    schema.renamed_from = text("renamed_from", problems);
    if let Some(label) = entries.text("app_label", problems) {
        if !is_identifier(&label.value) {
            let message = format!("expected an identifier for `app_label`, found `{}`", label.value);
            problems.add(label.span, message, "a label is one lower-case word, as in INSTALLED_APPS");
        }
        schema.app = label.value;
    }
    schema.is_abstract = entries.flag("abstract", problems).is_some_and(|flag| flag.value);
    schema.managed = entries.flag("managed", problems).is_none_or(|flag| flag.value);
    schema.user = user(&entries, problems);
    let serialize = entries.flag("serialize", problems).is_none_or(|flag| flag.value);
    for entry in &entries.all {
        match entry.name.as_str() {
            "unique_together" => unique_together(entry, &mut schema, &mut references, problems),
            "index" => index(entry, &mut schema, &mut references, problems),
            "unique" => unique(entry, &mut schema, &mut references, problems),
            "check" => check(entry, &mut schema, problems),
            "permission" => permission(entry, &mut schema, problems),
            _ => {}
        }
    }
    if schema.is_abstract {
        abstract_has_no_options(&entries, name, problems);
    }
    ParsedOptions { schema, serialize, references }
}

/// DIFFERENCE: Django's models inherit the `Meta` of an abstract base unless they have their own. A struct that is
/// flattened hands on its fields alone, so an option on it would do nothing.
fn abstract_has_no_options(entries: &Entries, name: &str, problems: &mut Problems) {
    let own = ["abstract", "app_label", "serialize"];
    for entry in entries.all.iter().filter(|entry| WORDS.contains(&entry.name.as_str())) {
        if !own.contains(&entry.name.as_str()) {
            let message = format!("`{}` does not apply to the abstract model `{name}`", entry.name);
            problems.add(entry.span, message, format!("write it on each model that flattens `{name}`"));
        }
    }
}

/// The words that only a model of users has.
fn user(entries: &Entries, problems: &mut Problems) -> Option<UserSchema> {
    let own = ["username_field", "email_field", "required_fields"];
    if !entries.flag("user", problems).is_some_and(|flag| flag.value) {
        for entry in entries.all.iter().filter(|entry| own.contains(&entry.name.as_str())) {
            let message = format!("`{}` applies to a model of users alone", entry.name);
            problems.add(entry.span, message, format!("write `#[model(user, {} = \"...\")]`", entry.name));
        }
        return None;
    }
    let usual = UserSchema::default();
    let text = |word: &str, problems: &mut Problems| entries.text(word, problems).map(|text| text.value);
    Some(UserSchema {
        username_field: text("username_field", problems).unwrap_or(usual.username_field),
        email_field: text("email_field", problems).unwrap_or(usual.email_field),
        required_fields: required_fields(entries, problems),
    })
}

/// The fields of `required_fields`; an empty text says that there are none.
fn required_fields(entries: &Entries, problems: &mut Problems) -> Option<Vec<String>> {
    let entry = entries.all.iter().find(|entry| entry.name == "required_fields")?;
    let text = entry.text();
    if text.is_none() {
        let message = format!("expected field names for `required_fields`, found {}", entry.found());
        problems.add(entry.value_span(), message, "write `required_fields = \"first, second\"`");
    }
    text.map(|text| names(&text.value))
}

impl Reference {
    fn new(option: &'static str, name: &str, span: Span) -> Self {
        Self { option, name: name.to_owned(), span }
    }
}

/// The field at the start of an ordering: `-category__name` starts at `category`.
fn first_part(order: &str) -> &str {
    let order = order.trim_start_matches('-');
    order.split("__").next().unwrap_or(order)
}

fn unique_together(entry: &Entry, schema: &mut ModelSchema, references: &mut Vec<Reference>, problems: &mut Problems) {
    let Some(text) = entry.text() else {
        let message = format!("expected field names for `unique_together`, found {}", entry.found());
        problems.add(entry.value_span(), message, "write `unique_together = \"first, second\"`");
        return;
    };
    let fields = names(&text.value);
    if fields.is_empty() {
        problems.add(text.span, "expected field names for `unique_together`, found an empty string", "");
        return;
    }
    references.extend(fields.iter().map(|field| Reference::new("unique_together", field, text.span)));
    schema.unique_together.push(fields);
}

fn index(entry: &Entry, schema: &mut ModelSchema, references: &mut Vec<Reference>, problems: &mut Problems) {
    let Some(list) = list(entry, "index(fields = \"first, -second\")", problems) else { return };
    list.only(&["fields", "name"], "`index(...)`", problems);
    let Some(fields) = fields(&list, entry, problems) else { return };
    for field in &fields.value {
        references.push(Reference::new("index", field.trim_start_matches('-'), fields.span));
    }
    let name = list.text("name", problems);
    if let Some(name) = &name {
        let initial = name.value.chars().next().unwrap_or('_');
        if name.value.chars().count() > 30 {
            let message =
                format!("expected an index name of at most 30 characters, found {}", name.value.chars().count());
            problems.add(name.span, message, "some engines cut longer names");
        } else if initial == '_' || initial.is_ascii_digit() {
            let message = format!("expected an index name that starts with a letter, found `{}`", name.value);
            problems.add(name.span, message, "");
        }
        if schema.indexes.iter().any(|index| index.name == name.value) {
            problems.add(name.span, format!("two indexes have the name `{}`", name.value), "");
        }
    }
    let name = name.map_or_else(String::new, |name| name.value);
    schema.indexes.push(IndexSchema { name, fields: fields.value });
}

fn unique(entry: &Entry, schema: &mut ModelSchema, references: &mut Vec<Reference>, problems: &mut Problems) {
    let example = "unique(name = \"...\", fields = \"first, second\")";
    let Some(list) = list(entry, example, problems) else { return };
    list.only(&["name", "fields"], "`unique(...)`", problems);
    let name = constraint_name(&list, entry, example, schema, problems);
    let fields = fields(&list, entry, problems);
    let (Some(name), Some(fields)) = (name, fields) else { return };
    references.extend(fields.value.iter().map(|field| Reference::new("unique", field, fields.span)));
    schema.constraints.push(ConstraintSchema::Unique { name, fields: fields.value });
}

fn check(entry: &Entry, schema: &mut ModelSchema, problems: &mut Problems) {
    let example = "check(name = \"...\", sql = \"price >= 0\")";
    let Some(list) = list(entry, example, problems) else { return };
    list.only(&["name", "sql"], "`check(...)`", problems);
    let name = constraint_name(&list, entry, example, schema, problems);
    if !list.has("sql") {
        problems.add(entry.span, "a check without `sql`", format!("write `{example}`"));
    }
    let (Some(name), Some(sql)) = (name, list.text("sql", problems)) else { return };
    schema.constraints.push(ConstraintSchema::Check { name, sql: sql.value });
}

/// `permission("codename", "label")`, or the same with `codename =` and `label =`.
fn permission(entry: &Entry, schema: &mut ModelSchema, problems: &mut Problems) {
    let example = "permission(\"publish\", \"Can publish\")";
    let Some(list) = list(entry, example, problems) else { return };
    let bare: Vec<String> = list
        .all
        .iter()
        .filter(|part| part.name.is_empty())
        .filter_map(|part| part.text().map(|text| text.value))
        .collect();
    if let ([codename, label], 2) = (bare.as_slice(), list.all.len()) {
        schema.permissions.push((codename.clone(), label.clone()));
        return;
    }
    list.only(&["codename", "label"], "`permission(...)`", problems);
    match (list.text("codename", problems), list.text("label", problems)) {
        (Some(codename), Some(label)) => schema.permissions.push((codename.value, label.value)),
        _ => problems.add(entry.span, "expected a codename and a label", format!("write `{example}`")),
    }
}

fn list(entry: &Entry, example: &str, problems: &mut Problems) -> Option<Entries> {
    match &entry.value {
        EntryValue::List(list) => Some(Entries { all: list.clone() }),
        _ => {
            let message = format!("expected `{}(...)`, found {}", entry.name, entry.found());
            problems.add(entry.value_span(), message, format!("write `{example}`"));
            None
        }
    }
}

fn fields(list: &Entries, entry: &Entry, problems: &mut Problems) -> Option<At<Vec<String>>> {
    if !list.has("fields") {
        let message = format!("expected `fields` in `{}(...)`", entry.name);
        problems.add(entry.span, message, "write `fields = \"first, second\"`");
        return None;
    }
    let text = list.text("fields", problems)?;
    Some(At { value: names(&text.value), span: text.span })
}

fn constraint_name(
    list: &Entries,
    entry: &Entry,
    example: &str,
    schema: &ModelSchema,
    problems: &mut Problems,
) -> Option<String> {
    if !list.has("name") {
        let message = format!("expected `name` in `{}(...)`", entry.name);
        problems.add(entry.span, message, format!("write `{example}`; the database knows it by this name"));
        return None;
    }
    let name = list.text("name", problems)?;
    if schema.constraints.iter().any(|constraint| constraint.name() == name.value) {
        problems.add(name.span, format!("two constraints have the name `{}`", name.value), "");
    }
    Some(name.value)
}
