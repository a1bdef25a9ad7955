//! The site over real sockets and real databases: clients that hang up, servers that end, databases that are away.
#![allow(clippy::unwrap_used, missing_docs)] // Test code.

extern crate rjango_http as rjango;

#[path = "../../../orm/tests/engine/mod.rs"]
mod engine;

mod diary;
mod wire;

mod guide;
mod health;
mod limits;
mod reading;
mod slow;
mod surroundings;
mod writing;
mod logging;
