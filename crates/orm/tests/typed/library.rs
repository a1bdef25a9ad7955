//! An app with every kind of field and relation.

pub mod models;
