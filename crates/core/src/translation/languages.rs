//! The languages that Django knows: their names, and which way they are written.
//!
//! The facts stand in `languages.txt`, which `scripts/language-tables` takes from an installed Django. The setting LANGUAGES has
//! its default from the same table.

const TABLE: &str = include_str!("languages.txt");
/// The line behind which the languages stand that LANGUAGES does not offer of itself.
const NOT_OFFERED: &str = "# not in LANGUAGES";

/// What is known of a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LanguageInfo {
    /// Its code, such as `pt-br`.
    pub code: &'static str,
    /// Its name in English.
    pub name: &'static str,
    /// Its name in itself.
    pub name_local: &'static str,
    /// Whether it is written from right to left.
    pub bidi: bool,
}

/// What is known of a language: Django's `get_language_info`. Of a variant that is not known its language is told: `de-at` is
/// `de`. `zh-cn` is `zh-hans`, as Django's table has it.
///
/// ```
/// use rjango_core::translation::language_info;
///
/// assert_eq!(language_info("de-at").map(|info| info.name_local), Some("Deutsch"));
/// assert_eq!(language_info("tlh"), None);
/// ```
pub fn language_info(code: &str) -> Option<LanguageInfo> {
    let found = row(code);
    // One step is enough: the table's own fallbacks lead to rows with names.
    match found.as_ref().and_then(|row| row.fallback) {
        Some(fallback) => row(fallback)?.info,
        None => match found.and_then(|row| row.info) {
            Some(info) => Some(info),
            None => row(code.split_once('-')?.0)?.info,
        },
    }
}

/// Code and English name of each language that LANGUAGES offers unless a project says otherwise.
pub(crate) fn offered() -> impl Iterator<Item = (&'static str, &'static str)> {
    rows().take_while(|row| row.code != NOT_OFFERED).filter_map(|row| Some((row.code, row.offered?)))
}

struct Row {
    code: &'static str,
    info: Option<LanguageInfo>,
    fallback: Option<&'static str>,
    /// Its name in LANGUAGES.
    offered: Option<&'static str>,
}

fn rows() -> impl Iterator<Item = Row> {
    TABLE.lines().skip(1).map(|line| {
        let mut cells = line.split('\t').map(|cell| Some(cell).filter(|cell| *cell != "~"));
        let code = cells.next().flatten().unwrap_or_default();
        let mut next = || cells.next().flatten();
        let (name, name_local, bidi, fallback, offered) = (next(), next(), next(), next(), next());
        let info = name.zip(name_local).map(|(name, name_local)| LanguageInfo {
            code,
            name,
            name_local,
            bidi: bidi == Some("1"),
        });
        Row { code, info, fallback, offered: offered.or(name) }
    })
}

fn row(code: &str) -> Option<Row> {
    rows().find(|row| row.code.eq_ignore_ascii_case(code))
}
