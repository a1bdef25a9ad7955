//! Users, sessions and messages over the test client, on a real SQLite database.
#![allow(clippy::unwrap_used)]

mod site;

mod auth;
mod backends;
mod django;
mod messages;
mod oracle;
mod permissions;
mod sessions;
mod static_files;
mod timing;
