//! Django's built-in filters. One file holds those that belong together; none of them waits or asks the database.
//!
//! What Django forgives prints nothing or the value. Where Django's filter raises, the error names the filter and what it got.

pub(crate) mod python;
mod arguments;
mod entities;
mod html_parser;
mod quoting;
mod email;
mod decimal;

mod strings;
mod padding;
mod wordwrap;
mod truncation;
mod html;
mod striptags;
mod json_script;
mod urls;
mod urlize;
mod lists;
mod sorting;
mod unordered_list;
mod logic;
mod arithmetic;
mod floatformat;
mod counting;
mod dates;
mod stringformat;
mod pprint;

use crate::filter::Filter;

static GROUPS: [&[Filter]; 19] = [
    &strings::FILTERS,
    &padding::FILTERS,
    &wordwrap::FILTERS,
    &truncation::FILTERS,
    &html::FILTERS,
    &striptags::FILTERS,
    &json_script::FILTERS,
    &urls::FILTERS,
    &urlize::FILTERS,
    &lists::FILTERS,
    &sorting::FILTERS,
    &unordered_list::FILTERS,
    &logic::FILTERS,
    &arithmetic::FILTERS,
    &floatformat::FILTERS,
    &counting::FILTERS,
    &dates::FILTERS,
    &stringformat::FILTERS,
    &pprint::FILTERS,
];

/// The built-in filter of this name.
pub fn builtin(name: &str) -> Option<&'static Filter> {
    filters().find(|filter| filter.name == name)
}

/// The names of all built-in filters.
pub fn builtin_names() -> impl Iterator<Item = &'static str> {
    filters().map(|filter| filter.name)
}

fn filters() -> impl Iterator<Item = &'static Filter> {
    GROUPS.iter().flat_map(|group| group.iter())
}
