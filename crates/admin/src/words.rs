//! The admin's texts in the visitor's language.
//!
//! The sentences are Django's where Django has them, so that Django's catalogs have their translations. A template's own texts
//! go through `{% translate %}`; what Rust says goes through here.

use rjango_core::translation::{gettext, interpolate, interpolate_braces};
use rjango_schema::{FieldSchema, ModelSchema};

/// A text.
pub(crate) fn text(text: &str) -> String {
    gettext(text).into_owned()
}

/// A text with values where it has `%(name)s`, or `%s` in their order.
pub(crate) fn filled(text: &str, values: &[(&str, &str)]) -> String {
    interpolate(&gettext(text), values)
}

/// A text with values where it has `{name}`.
pub(crate) fn braced(text: &str, values: &[(&str, &str)]) -> String {
    interpolate_braces(&gettext(text), values)
}

/// What people call one row of a model.
// DIFFERENCE: each name of a model, field or choice is looked up in the catalogs. Django looks up those that `gettext_lazy` marks.
pub(crate) fn model_name(schema: &ModelSchema) -> String {
    text(&schema.verbose_name())
}

/// What people call rows of a model.
pub(crate) fn model_names(schema: &ModelSchema) -> String {
    text(&schema.verbose_name_plural())
}

/// What people call a field.
pub(crate) fn field_name(field: &FieldSchema) -> String {
    text(&field.verbose_name())
}

/// Django's `capfirst`.
pub(crate) fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}
