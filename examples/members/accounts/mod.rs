//! Who buys and who sells.

pub mod admin;
pub mod models;
pub mod views;
