//! Texts in the language that is in force here.
//!
//! Each text that a visitor sees goes through one of these. Without a site, and where no catalog has the text, they give the
//! text as it stands in the code.

use std::borrow::Cow;

use super::{Catalogs, get_language};

/// The text in the language of here.
///
/// ```
/// use rjango_core::translation::gettext;
///
/// assert_eq!(gettext("Save"), "Save");
/// ```
pub fn gettext(text: &str) -> Cow<'_, str> {
    Catalogs::current().map_or_else(|| lines(text), |catalogs| catalogs.gettext(&get_language(), text))
}

/// The text in the language of here, where the same words mean something else in another context: the month and the verb `May`.
pub fn pgettext<'a>(context: &str, text: &'a str) -> Cow<'a, str> {
    Catalogs::current().map_or(Cow::Borrowed(text), |catalogs| catalogs.pgettext(&get_language(), context, text))
}

/// The text for a number in the language of here: `one` for 1 and `many` for others in English, and as many forms as the
/// language has where a catalog has the text.
///
/// ```
/// use rjango_core::translation::ngettext;
///
/// assert_eq!(ngettext("one apple", "many apples", 3), "many apples");
/// ```
pub fn ngettext<'a>(one: &'a str, many: &'a str, number: i64) -> Cow<'a, str> {
    let english = || Cow::Borrowed(english(one, many, number));
    Catalogs::current().map_or_else(english, |catalogs| catalogs.ngettext(&get_language(), one, many, number))
}

/// [`ngettext`] with a context, as [`pgettext`] has it.
pub fn npgettext<'a>(context: &str, one: &'a str, many: &'a str, number: i64) -> Cow<'a, str> {
    let english = || Cow::Borrowed(english(one, many, number));
    Catalogs::current().map_or_else(english, |catalogs| catalogs.npgettext(&get_language(), context, one, many, number))
}

/// The form that goes with a number in English.
pub(super) fn english<'a>(one: &'a str, many: &'a str, number: i64) -> &'a str {
    if number == 1 { one } else { many }
}

/// A text with the line ends of Unix, as catalogs have them. Texts of templates may come with those of Windows.
pub(super) fn lines(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")) } else { Cow::Borrowed(text) }
}
