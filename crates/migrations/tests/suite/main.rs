//! The migrations, from models in Rust source to tables in SQLite, PostgreSQL and MySQL/MariaDB.
#![allow(clippy::unwrap_used)]

mod cases;
mod data_migrations;
mod dependents;
mod detector;
mod django;
mod dropped;
mod executor;
mod files;
mod history;
mod inspectdb;
mod introspection;
mod lint;
mod keys;
mod killed;
mod kinds;
mod models;
mod nonatomic;
mod operation_cases;
#[cfg(feature = "everything-tested")]
mod oracle;
mod project;
mod server;
mod stepwise;
mod waiting;
mod walks;
