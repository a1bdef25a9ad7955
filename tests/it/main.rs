//! The real `rjango` binary in a temporary folder, as a newcomer, a CI job and a browser meet it.
#![allow(clippy::unwrap_used, missing_docs)] // A test says what is wrong by failing.

mod project;

mod bad_input;
#[cfg(feature = "everything-tested")]
mod browser;
mod data_migrations;
mod guide;
mod inspectdb;
mod migrations;
mod newcomer;
#[cfg(feature = "everything-tested")]
mod oracle;
#[cfg(feature = "everything-tested")]
mod pooler;
mod registrations;
mod scaffolding;
mod shell;
mod users;
