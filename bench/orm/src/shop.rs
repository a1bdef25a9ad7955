//! The app of rjango's models, named as Django's is, so that both have the same tables.

pub mod models;
