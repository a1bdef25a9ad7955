//! The shop's models and their admin.

pub mod admin;
pub mod models;
