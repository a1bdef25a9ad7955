//! The shop: what is on sale.

pub mod admin;
pub mod middleware;
pub mod models;
pub mod urls;
pub mod views;
