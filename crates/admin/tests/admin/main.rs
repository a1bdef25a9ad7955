//! The admin over the test client, on a real SQLite database.
#![allow(clippy::unwrap_used)]

// What macros write names the framework `rjango`, as a project knows it.
extern crate rjango_contrib as rjango;

#[path = "../../../orm/tests/engine/mod.rs"]
mod engine;
mod shop;
mod site;

mod actions;
mod change_list;
mod forms;
mod gate;
mod history;
mod migrations;
mod pages;
mod permissions;
mod settings;
mod users;
mod zones;
