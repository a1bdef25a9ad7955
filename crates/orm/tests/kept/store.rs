//! An app whose fields have bounds of every kind.

pub mod models;
