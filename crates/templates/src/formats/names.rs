//! What months, days and parts of the day are called in a language.
//!
//! A site's own catalog counts first, by the texts that Django's catalogs have. Then the table of facts counts, and then
//! English.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::Formats;
use super::table::{row, with_base};
use crate::translate;

const NAMES: &str = include_str!("names.txt");

/// The groups of names, in the order of the columns of `names.txt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// `January`.
    Months,
    /// `jan`.
    ShortMonths,
    /// `Jan.`, `March`: as newspapers write it.
    PressMonths,
    /// `January`, as it stands beside a day in languages that tell these apart.
    AlternativeMonths,
    /// `Monday`, which is the first.
    Days,
    /// `Mon`.
    ShortDays,
    /// `a.m.`, `p.m.`, `AM`, `PM`, `midnight`, `noon`.
    Words,
}

impl Group {
    /// The context under which catalogs have it.
    fn context(self) -> Option<&'static str> {
        match self {
            Self::PressMonths => Some("abbrev. month"),
            Self::AlternativeMonths => Some("alt. month"),
            _ => None,
        }
    }
}

/// One language's names by group.
pub(super) type Names = [Vec<&'static str>; 7];

/// The table's names of a language. What the table does not have is English.
pub(super) fn of(language: &str) -> Names {
    let cells: Vec<&str> =
        with_base(language).find_map(|code| row(NAMES, code)).map(Iterator::collect).unwrap_or_default();
    let english: Vec<&str> = row(NAMES, "en").map(Iterator::collect).unwrap_or_default();
    std::array::from_fn(|column| {
        // `~` is English, `=` the first group of the same row.
        let resolve = |row: &[&'static str]| {
            row.get(column).copied().map(|cell| if cell == "=" { row[0] } else { cell }).filter(|cell| *cell != "~")
        };
        resolve(&cells).or_else(|| resolve(&english)).unwrap_or_default().split('|').collect()
    })
}

impl Formats {
    /// The name at this place of its group, from 0.
    pub(super) fn name(&self, group: Group, place: usize) -> Cow<'static, str> {
        let found = |names: &Names| names[group as usize].get(place).copied().unwrap_or_default();
        let names = self.names.get_or_init(|| of(&self.language));
        if translate::is_known(&self.language) {
            // The English names are the texts of the catalogs.
            static ENGLISH: OnceLock<Names> = OnceLock::new();
            let english = found(ENGLISH.get_or_init(|| of("en")));
            if let Some(own) = translate::known(&self.language, group.context(), english) {
                return Cow::Owned(own);
            }
        }
        Cow::Borrowed(found(names))
    }
}
