//! Values in texts: the two ways in which the texts of catalogs name them.

use std::borrow::Cow;

/// Puts values where a text has `%(name)s` or `%(name)d`, and `%` where it has `%%`. `%s` and `%d` take the values in their
/// order. What names no value stays as it is.
///
/// ```
/// use rjango_core::translation::{gettext, interpolate};
///
/// assert_eq!(interpolate(&gettext("Cannot delete %(name)s"), &[("name", "drinks")]), "Cannot delete drinks");
/// ```
pub fn interpolate(text: &str, values: &[(&str, &str)]) -> String {
    let mut in_order = values.iter();
    substitute(text, '%', |rest| {
        if let Some(behind) = rest.strip_prefix("%%") {
            return Some((Cow::Borrowed("%"), behind));
        }
        if let Some(behind) = rest.strip_prefix("%s").or_else(|| rest.strip_prefix("%d")) {
            return in_order.next().map(|(_, value)| (Cow::Borrowed(*value), behind));
        }
        values.iter().find_map(|(name, value)| {
            let behind = rest.strip_prefix("%(")?.strip_prefix(name)?.strip_prefix(')')?;
            Some((Cow::Borrowed(*value), behind.strip_prefix(['s', 'd'])?))
        })
    })
}

/// Puts values where a text has `{name}`; `{}` takes the values in their order. What names no value stays as it is.
///
/// ```
/// use rjango_core::translation::interpolate_braces;
///
/// assert_eq!(interpolate_braces("Changed {fields}.", &[("fields", "price")]), "Changed price.");
/// ```
pub fn interpolate_braces(text: &str, values: &[(&str, &str)]) -> String {
    let mut in_order = values.iter();
    substitute(text, '{', |rest| match rest.strip_prefix("{}") {
        Some(behind) => in_order.next().map(|(_, value)| (Cow::Borrowed(*value), behind)),
        None => values.iter().find_map(|(name, value)| {
            let behind = rest.strip_prefix('{')?.strip_prefix(name)?.strip_prefix('}')?;
            Some((Cow::Borrowed(*value), behind))
        }),
    })
}

/// Writes a text with something else at each `mark`: `found` gets the text from the mark on, and gives what to write and the text
/// behind. Where it gives nothing, the mark stays. What is written is not looked at again.
pub fn substitute<'a>(
    text: &'a str,
    mark: char,
    mut found: impl FnMut(&'a str) -> Option<(Cow<'a, str>, &'a str)>,
) -> String {
    let mut written = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find(mark) {
        let (before, from) = rest.split_at(at);
        written.push_str(before);
        rest = match found(from) {
            Some((value, behind)) => {
                written.push_str(&value);
                behind
            }
            None => {
                written.push(mark);
                &from[mark.len_utf8()..]
            }
        };
    }
    written.push_str(rest);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_in_once() {
        let values = [("name", "%(count)s {count}"), ("count", "3")];
        assert_eq!(
            interpolate("%(count)d %(name)s: 100%% %(other)s %", &values),
            "3 %(count)s {count}: 100% %(other)s %"
        );
        assert_eq!(interpolate("%s of %s, %s", &[("", "1"), ("", "2")]), "1 of 2, %s");
        assert_eq!(interpolate_braces("{count} {name} {other} {", &values), "3 %(count)s {count} {other} {");
        assert_eq!(interpolate_braces("for {} and {}", &[("", "a")]), "for a and {}");
    }
}
