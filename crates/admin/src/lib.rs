//! The admin: lists, forms and histories for a site's models, for staff alone: Django's `django.contrib.admin`.
//!
//! `register!` names a model and how it is shown; [`site`] gives the routes. Pages are made on the server from the
//! model's description, through the public API of the other crates. What a page shows is computed first, as plain data
//! (`change_list`, `form`, `deletion`); the views in `views` turn it into responses, the templates into HTML.
#![deny(missing_docs)]

// The derive's output names the framework `rjango`, as a project knows it.
extern crate rjango_orm as rjango;

mod model_admin;
mod options;
mod registration;

mod site;
mod transaction;
mod gate;
mod views;

mod access;
mod change_list;
mod deletion;
mod form;
mod history;
mod log;
mod page;

mod display;
mod words;
mod moments;
mod object_url;
mod quoting;
mod record;
mod related;

mod assets;
mod auth;
mod checks;

pub use log::{Done, LogEntry, log_action};
pub use model_admin::ModelAdmin;
pub use options::{Action, Fieldset, Options};
pub use quoting::{quote, unquote};
pub use registration::Registration;
pub use site::site;

/// What `register!` refers to. Not for people: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use inventory;
}
