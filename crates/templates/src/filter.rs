//! What a filter is.

use rjango_core::Result;

use crate::locale::Locale;
use crate::value::Value;

/// Whether a filter takes an argument after its colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// None.
    Nothing,
    /// One, or none.
    Optional,
    /// Exactly one.
    One,
}

/// What a filter knows of the place where it stands.
#[derive(Clone, Copy)]
pub struct FilterContext<'a> {
    /// Whether what is printed there is escaped: Django's `autoescape`.
    pub autoescape: bool,
    /// The language, its formats, the time zone and the clock.
    pub locale: &'a Locale,
}

/// What a filter does with a value and its argument.
pub type FilterFunction = fn(&FilterContext<'_>, &Value, Option<&Value>) -> Result<Value>;

/// A filter: `{{ value|name:argument }}`.
#[derive(Clone, Copy)]
pub struct Filter {
    /// Its name in templates.
    pub name: &'static str,
    /// Whether it takes an argument.
    pub takes: Takes,
    /// Whether safe text stays safe: Django's `is_safe`.
    pub is_safe: bool,
    /// Whether a moment comes in the current time zone: Django's `expects_localtime`.
    pub expects_localtime: bool,
    /// What it does.
    pub run: FilterFunction,
}

impl Filter {
    /// A filter without an argument whose result is escaped.
    pub const fn new(name: &'static str, run: FilterFunction) -> Self {
        Self { name, takes: Takes::Nothing, is_safe: false, expects_localtime: false, run }
    }

    /// The same filter, which takes an argument.
    #[must_use]
    pub const fn takes(mut self, takes: Takes) -> Self {
        self.takes = takes;
        self
    }

    /// The same filter, by which safe text stays safe.
    #[must_use]
    pub const fn safe(mut self) -> Self {
        self.is_safe = true;
        self
    }

    /// The same filter, which gets moments in the current time zone.
    #[must_use]
    pub const fn local(mut self) -> Self {
        self.expects_localtime = true;
        self
    }
}
