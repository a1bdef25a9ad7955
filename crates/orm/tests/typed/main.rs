//! The typed face on a real SQLite: derived models, every query, every kind of field.
#![allow(missing_docs)] // Models of tests explain themselves.

extern crate rjango_orm as rjango;

mod database;
mod library;
mod prelude;
mod shop;

mod combining;
mod expressions;
mod guides;
mod kinds;
mod queries;
mod relations;
mod serializing;
mod sources;
mod tour;
mod writing;
