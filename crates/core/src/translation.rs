//! Languages: which one is in force here, their names, the catalogs of a site, and the one function that each text of a visitor
//! goes through.

mod active;
mod catalogs;
mod interpolate;
mod languages;
mod mo;
mod plural;
mod texts;

pub use active::{activate, deactivate, enter_language, get_language, with_language};
pub use catalogs::{Catalogs, EmbeddedCatalogs};
pub use interpolate::{interpolate, interpolate_braces, substitute};
pub(crate) use languages::offered;
pub use languages::{LanguageInfo, language_info};
pub use texts::{gettext, ngettext, npgettext, pgettext};
