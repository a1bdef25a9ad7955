//! Users, sessions and messages over the test client, on a real SQLite database.
#![allow(clippy::unwrap_used)]

// What macros write names the framework `rjango`, as a project knows it.
extern crate rjango_contrib as rjango;

mod site;
#[path = "../../../orm/tests/engine/tables.rs"]
mod tables;

mod auth;
mod backends;
mod django;
mod messages;
#[cfg(feature = "everything-tested")]
mod oracle;
mod own_user;
mod permissions;
mod relations;
mod sessions;
mod static_files;
mod timing;
mod user_in_templates;
