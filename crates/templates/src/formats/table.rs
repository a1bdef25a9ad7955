//! The tables of languages: one line a language, read when it is asked for.

use super::NAMES;

const FORMATS: &str = include_str!("languages.txt");
const INPUTS: &str = include_str!("inputs.txt");

/// Django's settings of these names, which count where a language has no list of its own.
const DATE_INPUTS: &str =
    "%Y-%m-%d|%m/%d/%Y|%m/%d/%y|%b %d %Y|%b %d, %Y|%d %b %Y|%d %b, %Y|%B %d %Y|%B %d, %Y|%d %B %Y|%d %B, %Y";
const TIME_INPUTS: &str = "%H:%M:%S|%H:%M:%S.%f|%H:%M";
const DATETIME_INPUTS: &str = "%Y-%m-%d %H:%M:%S|%Y-%m-%d %H:%M:%S.%f|%Y-%m-%d %H:%M|%m/%d/%Y %H:%M:%S|\
                               %m/%d/%Y %H:%M:%S.%f|%m/%d/%Y %H:%M|%m/%d/%y %H:%M:%S|%m/%d/%y %H:%M:%S.%f|%m/%d/%y %H:%M";

/// Each list with Django's default and with what is always understood.
const LISTS: [(&str, &str, &[&str]); 3] = [
    ("DATE_INPUT_FORMATS", DATE_INPUTS, &["%Y-%m-%d"]),
    ("TIME_INPUT_FORMATS", TIME_INPUTS, &["%H:%M:%S", "%H:%M:%S.%f", "%H:%M"]),
    (
        "DATETIME_INPUT_FORMATS",
        DATETIME_INPUTS,
        &["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
    ),
];

/// The cells behind a language's code in a table; `None` where the table does not have the language.
pub(super) fn row(table: &'static str, language: &str) -> Option<impl Iterator<Item = &'static str>> {
    table.lines().skip(1).find_map(|line| {
        let (code, cells) = line.split_once('\t')?;
        code.eq_ignore_ascii_case(language).then(|| cells.split('\t'))
    })
}

/// The language itself, and the one that it is a variant of: `pt-br`, `pt`.
pub(super) fn with_base(language: &str) -> impl Iterator<Item = &str> {
    [Some(language), language.split_once('-').map(|(base, _)| base)].into_iter().flatten()
}

/// The formats of a language in the order of [`NAMES`]. What a variant does not have is its language's.
pub(super) fn formats(language: &str) -> [Option<&'static str>; NAMES.len()] {
    let mut found = [None; NAMES.len()];
    for cells in with_base(language).filter_map(|code| row(FORMATS, code)) {
        for (known, cell) in found.iter_mut().zip(cells) {
            if known.is_none() && cell != "~" {
                *known = Some(cell);
            }
        }
    }
    found
}

/// The list of this name in a language, or in the settings' own words without one.
pub(super) fn inputs(language: Option<&str>, name: &str) -> Option<Vec<&'static str>> {
    let (place, (_, default, iso)) = LISTS.iter().enumerate().find(|(_, (known, ..))| *known == name)?;
    let own = language.and_then(|language| {
        with_base(language).filter_map(|code| row(INPUTS, code)?.nth(place)).find(|cell| *cell != "~")
    });
    let mut formats: Vec<&str> = own.unwrap_or(default).split('|').collect();
    if own.is_some() {
        for always in *iso {
            if !formats.contains(always) {
                formats.push(always);
            }
        }
    }
    Some(formats)
}
