//! Posts with methods of their own.

pub mod models;
