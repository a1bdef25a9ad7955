//! Texts of the framework in the language of a page.

use std::borrow::Cow;

use rjango_core::translation::{Catalogs, substitute};

/// Whether the site has a catalog of this language.
pub(crate) fn is_known(language: &str) -> bool {
    Catalogs::current().is_some_and(|catalogs| catalogs.has(language))
}

/// What the site's catalogs have for this text; `None` where they do not have it.
pub(crate) fn known(language: &str, context: Option<&str>, text: &str) -> Option<String> {
    Catalogs::current()?.find(language, context, text)
}

/// The text in a language.
pub(crate) fn gettext<'a>(language: &str, text: &'a str) -> Cow<'a, str> {
    Catalogs::current().map_or(Cow::Borrowed(text), |catalogs| catalogs.gettext(language, text))
}

/// The text with a context in a language.
pub(crate) fn pgettext<'a>(language: &str, context: &str, text: &'a str) -> Cow<'a, str> {
    known(language, Some(context), text).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The text for this number in a language.
pub(crate) fn npgettext<'a>(
    language: &str,
    context: Option<&str>,
    one: &'a str,
    many: &'a str,
    number: i64,
) -> Cow<'a, str> {
    let own = Catalogs::current().and_then(|catalogs| catalogs.find_plural(language, context, one, number));
    own.map_or(Cow::Borrowed(if number == 1 { one } else { many }), Cow::Owned)
}

/// Puts values where a text has `%(name)s` or `%(name)d`; `%%` is a percent sign. A precision cuts, as in `%(name).3s`; what is
/// not of this form stays.
pub(crate) fn interpolate(text: &str, values: &[(&str, &str)]) -> String {
    substitute(text, '%', |rest| {
        if let Some(behind) = rest.strip_prefix("%%") {
            return Some((Cow::Borrowed("%"), behind));
        }
        values.iter().find_map(|(name, value)| {
            let behind = rest.strip_prefix("%(")?.strip_prefix(name)?.strip_prefix(')')?;
            let (value, behind) = placed(value, behind)?;
            Some((Cow::Owned(value), behind))
        })
    })
}

/// A value in the form that follows its name, and what stands behind.
fn placed<'a>(value: &str, form: &'a str) -> Option<(String, &'a str)> {
    let Some(behind) = form.strip_prefix('.') else { return Some((value.to_owned(), form.strip_prefix(['s', 'd'])?)) };
    let end = behind.find(|character: char| !character.is_ascii_digit())?;
    let behind_number = behind[end..].strip_prefix('s')?;
    let length = if end == 0 { 0 } else { behind[..end].parse().ok()? };
    Some((value.chars().take(length).collect(), behind_number))
}

#[cfg(test)]
mod tests {
    use super::interpolate;

    #[test]
    fn values_are_put_into_texts() {
        let check = |text: &str| interpolate(text, &[("num", "12"), ("name", "Zoë")]);
        assert_eq!(check("%(num)d days, %(name)s"), "12 days, Zoë");
        assert_eq!(check("100%% of %(num)s"), "100% of 12");
        assert_eq!(check("%(name).2s|%(name).s|%(name).9s"), "Zo||Zoë");
        assert_eq!(check("%(other)s %(num %(num)x % %"), "%(other)s %(num %(num)x % %");
    }
}
