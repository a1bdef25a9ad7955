//! The words of `#[field(...)]`: which fields understand which, and what to say about the others.

use super::attributes::{Entries, unknown};
use super::field_type::FieldType;
use super::problems::{Problems, nearest, problem, quoted};

/// The words that every column understands.
const COLUMN: &[&str] = &[
    "unique",
    "db_index",
    "index",
    "primary_key",
    "default",
    "blank",
    "column",
    "verbose_name",
    "help_text",
    "editable",
    "renamed_from",
];
const MANY_TO_MANY: &[&str] = &[
    "related_name",
    "through",
    "db_table",
    "symmetrical",
    "blank",
    "verbose_name",
    "help_text",
    "editable",
    "renamed_from",
];
const AUTO: &[&str] = &["primary_key", "column", "verbose_name", "help_text", "editable", "renamed_from"];
const TEXT: &[&str] = &["max_length", "slug", "email", "url", "file_path"];
const TIMES: &[&str] = &["auto_now", "auto_now_add"];
const RELATION: &[&str] = &["on_delete", "related_name", "db_constraint"];

/// The words that a field of this type understands.
pub(super) fn of(ty: &FieldType) -> Vec<&'static str> {
    let own: &[&str] = match ty {
        FieldType::Flatten(_) => return vec!["flatten"],
        FieldType::ManyToMany(_) => return MANY_TO_MANY.to_vec(),
        FieldType::SmallAuto | FieldType::Auto | FieldType::BigAuto => return AUTO.to_vec(),
        FieldType::String => TEXT,
        FieldType::File => &["max_length", "upload_to"],
        FieldType::Choices(_) => &["max_length"],
        FieldType::Decimal => &["max_digits", "decimal_places"],
        FieldType::Date | FieldType::Time | FieldType::DateTime => TIMES,
        FieldType::IpAddress(_) => &["protocol"],
        FieldType::ForeignKey(_) | FieldType::OneToOne(_) | FieldType::UserKey => RELATION,
        _ => &[],
    };
    [own, COLUMN].concat()
}

/// Every word of `#[field(...)]` with the fields that understand it, for hints.
const OWNERS: &[(&str, &str)] = &[
    ("max_length", "text, files and choices have it"),
    ("slug", "`String` has it"),
    ("email", "`String` has it"),
    ("url", "`String` has it"),
    ("file_path", "`String` has it"),
    ("upload_to", "`File` has it"),
    ("max_digits", "`Decimal` has it"),
    ("decimal_places", "`Decimal` has it"),
    ("auto_now", "`Date`, `Time` and `DateTime` have it"),
    ("auto_now_add", "`Date`, `Time` and `DateTime` have it"),
    ("protocol", "`IpAddr` has it"),
    ("on_delete", "`ForeignKey` and `OneToOne` have it"),
    ("related_name", "`ForeignKey`, `OneToOne` and `ManyToMany` have it"),
    ("db_constraint", "`ForeignKey` and `OneToOne` have it"),
    ("through", "`ManyToMany` has it"),
    ("db_table", "`ManyToMany` has it"),
    ("symmetrical", "`ManyToMany` has it"),
    ("flatten", "a struct with `#[model(abstract)]` has it"),
];

/// Words of Django's that are written otherwise here.
const DJANGO: &[(&str, &str)] = &[
    ("null", "write the type as `Option<...>`"),
    ("choices", "write an enum with `#[derive(Choices)]` and make it the field's type"),
    ("db_column", "write `column = \"...\"`"),
    ("to", "the target is the type: `ForeignKey<Target>`"),
    ("to_field", "a foreign key refers to the target's primary key"),
    ("through_fields", "the join model has one foreign key to each side"),
    ("validators", "validate in a form"),
    ("allow_unicode", "slugs are ASCII"),
];

/// Complains about words that the field of this name and type does not understand.
pub(super) fn check(entries: &Entries, name: &str, ty: &FieldType, problems: &mut Problems) {
    let known = of(ty);
    let noun = ty.noun();
    for entry in entries.all.iter().filter(|entry| !known.contains(&entry.name.as_str())) {
        let word = entry.name.as_str();
        let error = if let Some((_, hint)) = DJANGO.iter().find(|(other, _)| *other == word) {
            problem(entry.span, format!("unknown word `{word}` in `#[field(...)]`"), hint)
        } else if let Some((_, owners)) = OWNERS.iter().find(|(other, _)| *other == word) {
            problem(entry.span, format!("`{word}` does not apply to `{name}`, {noun}"), owners)
        } else if COLUMN.contains(&word) {
            let message = format!("`{word}` does not apply to `{name}`, {noun}");
            problem(entry.span, message, format!("it understands {}", quoted(&known)))
        } else {
            let every = known.iter().copied().chain(OWNERS.iter().map(|(word, _)| *word));
            let near = if nearest(word, every.clone()).is_some() { every.collect() } else { known.clone() };
            unknown(entry, &near, "`#[field(...)]`")
        };
        problems.push(error);
    }
}
