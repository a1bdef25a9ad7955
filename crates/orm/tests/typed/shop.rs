//! The tour's shop.

pub mod models;
