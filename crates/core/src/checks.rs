//! System checks: what is wrong with a site, or unwise, found before it serves.
//!
//! A check is a function over the site that returns messages. Those of the settings are here. A project registers its own
//! with `#[check]`, the framework's other crates with `inventory::submit!`:
//!
//! ```
//! use rjango_core::checks::{Check, CheckContext, CheckMessage};
//!
//! fn one_currency(context: &CheckContext<'_>) -> Vec<CheckMessage> {
//!     if context.settings().use_i18n {
//!         return vec![CheckMessage::warning("shop.W001", "prices have one currency").with_hint("set `USE_I18N = false`")];
//!     }
//!     Vec::new()
//! }
//!
//! inventory::submit! { Check::new("shop::one_currency", &["shop"], one_currency) }
//! # fn main() {}
//! ```

mod check;
mod message;
mod run;
mod security;
mod secret_key;
mod names;
mod languages;
mod catalogs;
mod upload_folder;

pub use check::{Check, CheckContext};
pub use message::{CheckMessage, Level};
pub use run::{CheckReport, all_checks, run_checks};

/// The framework's own checks of the settings, in the order of the documentation.
const BUILT_IN: &[Check] = &[
    secret_key::CHECK,
    names::CHECK,
    languages::CHECK,
    catalogs::CHECK,
    upload_folder::CHECK,
    security::secret_key::CHECK,
    security::debug::CHECK,
    security::allowed_hosts::CHECK,
    security::middleware::CHECK,
    security::hsts::CHECK,
    security::ssl_redirect::CHECK,
    security::headers::CHECK,
    security::session_cookie::CHECK,
    security::csrf_cookie::CHECK,
];
