//! Django's libraries of tags and filters, which a template loads by name.

pub(crate) mod cache;
mod humanize;

mod i18n;
mod l10n;
mod static_files;
mod tz;
mod whole;

use crate::filter::Filter;
use crate::tag::TagReader;

/// Their names.
pub(crate) const NAMES: [&str; 6] = ["cache", "humanize", "i18n", "l10n", "static", "tz"];

/// The tags of a library.
pub(crate) fn tags(library: &str) -> &'static [TagReader] {
    match library {
        "cache" => &cache::TAGS,
        "i18n" => &i18n::TAGS,
        "l10n" => &l10n::TAGS,
        "static" => &static_files::TAGS,
        "tz" => &tz::TAGS,
        _ => &[],
    }
}

/// The filters of a library.
pub(crate) fn filters(library: &str) -> &'static [Filter] {
    match library {
        "humanize" => humanize::FILTERS,
        "i18n" => i18n::filters::FILTERS,
        "l10n" => l10n::filters::FILTERS,
        "tz" => tz::filters::FILTERS,
        _ => &[],
    }
}

/// A tag of a library.
pub(crate) fn tag(library: &str, name: &str) -> Option<&'static TagReader> {
    tags(library).iter().find(|tag| tag.name == name)
}

/// A filter of one of Django's libraries: `i18n`, `l10n`, `tz`, `humanize`.
pub fn filter(library: &str, name: &str) -> Option<&'static Filter> {
    filters(library).iter().find(|filter| filter.name == name)
}
