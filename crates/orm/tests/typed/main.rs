//! The typed face on a real SQLite: derived models, every query, every kind of field.
#![allow(missing_docs)] // Models of tests explain themselves.

extern crate rjango_orm as rjango;

mod database;
mod prelude;
mod shop;
mod tour;
