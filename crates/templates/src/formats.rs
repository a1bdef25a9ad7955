//! How a language writes numbers, dates and times.
//!
//! Each language's own formats stand in tables of facts (`formats/languages.txt`, `inputs.txt`, `names.txt`), which
//! `scripts/language-tables` takes from an installed Django. A language is read from them when it is first asked for.

mod date;
mod names;
mod number;
mod table;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rjango_core::Settings;

pub use date::{format_date, format_time};

use crate::value::{Str, Value};

/// The formats by name, in the order of the columns of `languages.txt`.
const NAMES: [&str; 11] = [
    "DATE_FORMAT",
    "DATETIME_FORMAT",
    "TIME_FORMAT",
    "YEAR_MONTH_FORMAT",
    "MONTH_DAY_FORMAT",
    "SHORT_DATE_FORMAT",
    "SHORT_DATETIME_FORMAT",
    "FIRST_DAY_OF_WEEK",
    "DECIMAL_SEPARATOR",
    "THOUSAND_SEPARATOR",
    "NUMBER_GROUPING",
];
const DATE: usize = 0;
const DATETIME: usize = 1;
const TIME: usize = 2;
const FIRST_DAY: usize = 7;
const DECIMAL: usize = 8;
const THOUSAND: usize = 9;
const GROUPING: usize = 10;

/// Django's own settings of the same names.
const DEFAULTS: [&str; 11] = ["N j, Y", "N j, Y, P", "P", "F Y", "F j", "m/d/Y", "m/d/Y P", "0", ".", ",", "0"];

/// The settings about formats: those that a project has set, and nothing for the others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct FormatSettings {
    /// DATE_FORMAT, in the letters of the filter `date`, as the other formats of dates and times.
    pub date_format: Option<String>,
    /// DATETIME_FORMAT.
    pub datetime_format: Option<String>,
    /// TIME_FORMAT.
    pub time_format: Option<String>,
    /// YEAR_MONTH_FORMAT.
    pub year_month_format: Option<String>,
    /// MONTH_DAY_FORMAT.
    pub month_day_format: Option<String>,
    /// SHORT_DATE_FORMAT.
    pub short_date_format: Option<String>,
    /// SHORT_DATETIME_FORMAT.
    pub short_datetime_format: Option<String>,
    /// FIRST_DAY_OF_WEEK: 0 is Sunday, 6 is Saturday.
    pub first_day_of_week: Option<u8>,
    /// DECIMAL_SEPARATOR.
    pub decimal_separator: Option<String>,
    /// THOUSAND_SEPARATOR.
    pub thousand_separator: Option<String>,
    /// NUMBER_GROUPING: the sizes of groups, from the right. The last one repeats. `[3, 2]` is India's way.
    pub number_grouping: Option<Vec<u32>>,
    /// USE_THOUSAND_SEPARATOR: whether numbers are printed in groups. It counts in each language.
    pub use_thousand_separator: Option<bool>,
}

impl FormatSettings {
    /// What a project has set of its formats.
    pub fn of(settings: &Settings) -> Self {
        let is_set = |name: &str, is_other: bool| is_other || settings.origin(name).is_some();
        let text = |place: usize, value: &str| is_set(NAMES[place], value != DEFAULTS[place]).then(|| value.to_owned());
        let day = settings.first_day_of_week;
        let sizes = settings.number_grouping.sizes();
        Self {
            date_format: text(0, &settings.date_format),
            datetime_format: text(1, &settings.datetime_format),
            time_format: text(2, &settings.time_format),
            year_month_format: text(3, &settings.year_month_format),
            month_day_format: text(4, &settings.month_day_format),
            short_date_format: text(5, &settings.short_date_format),
            short_datetime_format: text(6, &settings.short_datetime_format),
            first_day_of_week: is_set(NAMES[FIRST_DAY], day != 0).then(|| u8::try_from(day).unwrap_or_default()),
            decimal_separator: text(DECIMAL, &settings.decimal_separator),
            thousand_separator: text(THOUSAND, &settings.thousand_separator),
            number_grouping: is_set(NAMES[GROUPING], !sizes.is_empty()).then(|| sizes.to_vec()),
            use_thousand_separator: Some(settings.use_thousand_separator),
        }
    }

    /// The setting at this place of [`NAMES`].
    fn at(&self, place: usize) -> Option<Cow<'_, str>> {
        let text = |given: &'_ Option<String>| given.as_deref().map(|text| Cow::Owned(text.to_owned()));
        match place {
            0 => text(&self.date_format),
            1 => text(&self.datetime_format),
            2 => text(&self.time_format),
            3 => text(&self.year_month_format),
            4 => text(&self.month_day_format),
            5 => text(&self.short_date_format),
            6 => text(&self.short_datetime_format),
            FIRST_DAY => self.first_day_of_week.map(|day| day.to_string().into()),
            DECIMAL => text(&self.decimal_separator),
            THOUSAND => text(&self.thousand_separator),
            GROUPING => self.number_grouping.as_ref().map(|sizes| {
                let sizes: Vec<String> = sizes.iter().map(u32::to_string).collect();
                sizes.join(",").into()
            }),
            _ => None,
        }
    }
}

/// One language's formats, with a site's settings over or under them.
#[derive(Debug)]
pub struct Formats {
    language: Str,
    /// In the order of [`NAMES`].
    texts: [Cow<'static, str>; 11],
    /// The sizes of a number's groups, from the right; none where numbers are not grouped.
    groups: Vec<u32>,
    /// Whether numbers are printed in groups without being asked to.
    is_grouped: bool,
    /// Whether they are the language's at all: [`Formats::unlocalized`] are not.
    is_localized: bool,
    settings: FormatSettings,
    names: OnceLock<names::Names>,
    unlocalized: OnceLock<Arc<Formats>>,
}

/// What a project sets counts in its own language before the language's formats, in another one after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Precedence {
    Settings,
    Language,
    /// The language's formats do not count at all.
    SettingsAlone,
}

type Known = HashMap<(Str, FormatSettings, Precedence), Arc<Formats>>;

/// How many languages' formats are kept.
const MAX_KNOWN: usize = 1_000;

impl Formats {
    /// English, as Django writes it without a setting.
    pub fn english() -> Arc<Self> {
        static ENGLISH: OnceLock<Arc<Formats>> = OnceLock::new();
        Arc::clone(ENGLISH.get_or_init(|| Self::of("en-us", &FormatSettings::default())))
    }

    /// The formats of a language, such as `de` or `pt-br`. What the settings say counts before what the language has.
    /// `de-at` has the formats of `de`; a language that nothing is known of has Django's defaults.
    // DIFFERENCE: In Django the language's own formats always win, and the settings have no effect in nearly every language,
    // English too. Here what a project sets itself wins in the site's own language: a setting is followed or refused.
    pub fn of(language: &str, settings: &FormatSettings) -> Arc<Self> {
        Self::kept(language, settings.clone(), Precedence::Settings)
    }

    /// The formats of a language on a site. What the project sets wins in the language of LANGUAGE_CODE. In another one it
    /// counts where the language has no format of its own, as in Django.
    pub fn of_site(language: &str, settings: &Settings) -> Arc<Self> {
        let is_own = language.eq_ignore_ascii_case(&settings.language_code);
        let precedence = if is_own { Precedence::Settings } else { Precedence::Language };
        Self::kept(language, FormatSettings::of(settings), precedence)
    }

    /// Each is made once.
    fn kept(language: &str, settings: FormatSettings, precedence: Precedence) -> Arc<Self> {
        static KNOWN: OnceLock<Mutex<Known>> = OnceLock::new();
        let known = || KNOWN.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
        let key = (Str::from(language), settings, precedence);
        if let Some(formats) = known().get(&key) {
            return Arc::clone(formats);
        }
        let formats = Self::made(language, &key.1, precedence);
        let mut known = known();
        // A process has few languages and sites. Names from outside must not fill the memory all the same.
        if known.len() >= MAX_KNOWN {
            known.clear();
        }
        known.insert(key, Arc::clone(&formats));
        formats
    }

    fn made(language: &str, settings: &FormatSettings, precedence: Precedence) -> Arc<Self> {
        let own = if precedence == Precedence::SettingsAlone { [None; 11] } else { table::formats(language) };
        let texts: [Cow<'static, str>; 11] = std::array::from_fn(|place| {
            let set = || settings.at(place).map(|text| Cow::Owned(text.into_owned()));
            let own = own[place].map(Cow::Borrowed);
            let found = if precedence == Precedence::Settings { set().or(own) } else { own.or_else(set) };
            found.unwrap_or(Cow::Borrowed(DEFAULTS[place]))
        });
        // An empty list is `0`, which is no groups, as a list of zeros is.
        let mut groups: Vec<u32> = texts[GROUPING].split(',').filter_map(|size| size.parse().ok()).collect();
        if groups.first() == Some(&0) {
            groups.clear();
        }
        Arc::new(Self {
            language: language.into(),
            groups,
            is_grouped: precedence != Precedence::SettingsAlone && settings.use_thousand_separator.unwrap_or(false),
            is_localized: precedence != Precedence::SettingsAlone,
            texts,
            settings: settings.clone(),
            names: OnceLock::new(),
            unlocalized: OnceLock::new(),
        })
    }

    /// The language's code.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// The format of this name, such as `DATE_FORMAT`. FIRST_DAY_OF_WEEK is a digit, NUMBER_GROUPING sizes between commas.
    pub fn get(&self, name: &str) -> Option<&str> {
        NAMES.iter().position(|known| *known == name).map(|place| &*self.texts[place])
    }

    /// The ways in which dates, times or moments are typed in, best first, in the signs of `strftime`:
    /// `DATE_INPUT_FORMATS`, `TIME_INPUT_FORMATS`, `DATETIME_INPUT_FORMATS`. ISO's are always among them.
    pub fn inputs(&self, name: &str) -> Option<Vec<&'static str>> {
        table::inputs(self.is_localized.then_some(&*self.language), name)
    }

    /// The same language's formats where it is not to be localised: numbers print as they are, and dates in the formats of the
    /// settings. It is what `{% localize off %}` prints by.
    pub fn unlocalized(&self) -> Arc<Self> {
        Arc::clone(
            self.unlocalized.get_or_init(|| Self::made(&self.language, &self.settings, Precedence::SettingsAlone)),
        )
    }

    /// What is printed for a number, a date, a time or a moment; nothing where the value prints as itself.
    /// It is Django's `localize`.
    pub fn localize(&self, value: &Value) -> Option<String> {
        match value {
            Value::Int(_) | Value::Big(_) => {
                (self.is_grouped && !self.groups.is_empty()).then(|| self.number(value, None, false))
            }
            Value::Float(_) | Value::Decimal(_) => {
                (self.is_localized && !self.is_plain(value)).then(|| self.number(value, None, false))
            }
            Value::Date(_) => self.dated(value, DATE),
            Value::DateTime(_) | Value::Zoned(_) | Value::Naive(_) => self.dated(value, DATETIME),
            Value::Time(_) => format_time(self, value, &self.texts[TIME]).ok(),
            _ => None,
        }
    }

    /// Whether a number is printed here as Python prints it: with a point, without groups and without an exponent.
    fn is_plain(&self, value: &Value) -> bool {
        let is_pointed = self.texts[DECIMAL] == "." && (!self.is_grouped || self.groups.is_empty());
        is_pointed
            && match value {
                Value::Float(number) => *number == 0.0 || (1e-4..1e15).contains(&number.abs()),
                // With so few places the first digit is near the point.
                Value::Decimal(number) => number.scale() <= 6,
                _ => false,
            }
    }

    /// A date by a format of the language. Formats that ask a date for its hour are refused where the settings are read; where a
    /// program makes one all the same, the value prints as itself.
    fn dated(&self, value: &Value, place: usize) -> Option<String> {
        format_date(self, value, &self.texts[place]).ok()
    }
}
