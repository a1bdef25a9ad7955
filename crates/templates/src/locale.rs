//! Where a page is read: the language, its formats, the time zone, the clock.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rjango_core::timezone::Zone;

use crate::formats::Formats;
use crate::translate;
use crate::value::{Str, Value};

/// The language, formats, time zone and clock of a page.
#[derive(Clone)]
pub struct Locale {
    /// The language's code: `en-us`, `pt-br`.
    pub language: Str,
    /// How numbers and dates are written there.
    pub formats: Arc<Formats>,
    /// Whether numbers and dates are localised: what `{% localize %}` switches.
    pub use_l10n: bool,
    /// The zone in which moments are shown; nothing leaves them as they are.
    pub zone: Option<Zone>,
    /// Whether moments are shown in the zone: what `{% localtime %}` switches.
    pub use_tz: bool,
    /// The time that `now` and its relatives tell.
    pub clock: fn() -> DateTime<Utc>,
}

impl Locale {
    /// English without catalogs, in UTC.
    pub fn english() -> Self {
        Self {
            language: "en-us".into(),
            formats: Formats::english(),
            use_l10n: true,
            zone: Some(Zone::UTC),
            use_tz: true,
            clock: Utc::now,
        }
    }

    /// A moment as the page shows it: in the current zone. Other values stay.
    pub fn localtime(&self, value: &Value) -> Value {
        match (value, self.zone) {
            (Value::DateTime(moment), Some(zone)) if self.use_tz => Value::Zoned(Arc::new(moment.with_timezone(&zone))),
            _ => value.clone(),
        }
    }

    /// What the page writes for a number, a date or a moment; nothing where it is written as it is.
    pub fn localized(&self, value: &Value) -> Option<String> {
        match value {
            Value::DateTime(_) => {
                let local = self.localtime(value);
                self.localize(&local).or_else(|| Some(local.text().into_owned()))
            }
            other => self.localize(other),
        }
    }

    fn localize(&self, value: &Value) -> Option<String> {
        if self.use_l10n { self.formats.localize(value) } else { self.formats.unlocalized().localize(value) }
    }

    /// A text in the page's language.
    pub fn gettext<'a>(&self, context: Option<&str>, text: &'a str) -> Cow<'a, str> {
        // Catalogs have line ends of one kind, and so has what comes of them, whether they have the text or not.
        let text = match context {
            None if text.contains('\r') => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
            _ => Cow::Borrowed(text),
        };
        translate::known(&self.language, context, &text).map_or(text, Cow::Owned)
    }

    /// A text that depends on a number, in the page's language.
    pub fn ngettext<'a>(&self, context: Option<&str>, one: &'a str, many: &'a str, number: i128) -> Cow<'a, str> {
        // What forms a plural is a small number; a larger one has the form of the largest.
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        translate::npgettext(&self.language, context, one, many, number)
    }

    /// `_("text")` in a template: it is HTML, as every constant of a template is.
    // DIFFERENCE: in Django it is a lazy text, which some filters, and `in` of a condition, do not take for text.
    pub(crate) fn translated(&self, text: &str) -> Value {
        // Catalogs have a percent sign twice, as the texts of Python do.
        let text = text.replace('%', "%%");
        Value::safe(self.gettext(None, &text))
    }
}
