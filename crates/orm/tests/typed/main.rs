//! The typed face on every engine: derived models, every query, every kind of field.
#![allow(missing_docs)] // Models of tests explain themselves.

extern crate rjango_orm as rjango;

mod database;
mod documents;
#[path = "../engine/mod.rs"]
mod engine;
mod library;
mod prelude;
mod shop;

mod combining;
mod expressions;
mod guides;
mod kinds;
mod locking;
mod matching;
mod oracle;
mod queries;
mod relations;
mod serializing;
mod signals;
mod sources;
mod tour;
mod writing;
