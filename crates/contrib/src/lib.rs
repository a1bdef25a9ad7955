//! Django's `contrib`: users, sessions, messages, content types and static files; and the choice of a language.
//!
//! Everything here goes through the framework's public API alone. Tables, cookies, hashes and signatures are byte for
//! byte those of Django 5.2, so that rjango and Django serve one site from one database with one log-in.
#![deny(missing_docs)]

// The derive's output names the framework `rjango`, as a project knows it.
extern crate rjango_orm as rjango;

pub mod auth;
pub mod contenttypes;
pub mod i18n;
pub mod messages;
pub mod sessions;
pub mod staticfiles;

#[doc(hidden)]
pub mod __private;

mod checks;
mod cookie;
mod order;

/// A moment, in UTC.
pub(crate) type DateTime = chrono::DateTime<chrono::Utc>;
