//! The typed face on every engine: derived models, every query, every kind of field.
#![allow(missing_docs)] // Models of tests explain themselves.

extern crate rjango_orm as rjango;

mod database;
mod deletion;
mod documents;
#[path = "../engine/mod.rs"]
mod engine;
mod library;
#[path = "../page/mod.rs"]
mod page;
mod pages;
mod prelude;
mod shop;

mod annotated;
mod arithmetic;
mod combining;
mod databases;
mod dropped;
mod expressions;
mod guides;
mod hostile;
mod kinds;
mod locking;
mod long;
mod matching;
mod methods;
mod nullable;
#[cfg(feature = "everything-tested")]
mod oracle;
// Its models serve other tests too.
#[cfg(not(feature = "everything-tested"))]
mod oracle {
    pub mod models;
}
mod partial;
mod prefetching;
mod queries;
mod raw;
mod relations;
mod serializing;
mod signals;
mod sources;
mod tour;
mod ways_back;
mod writing;
mod zones;
