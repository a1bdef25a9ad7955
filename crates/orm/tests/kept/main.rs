//! What is written is kept whole or refused, and what is read is whole or an error with its field: values at the edge, unsaved
//! instances, arithmetic, choices and documents, on every engine.
#![allow(missing_docs)] // Models of tests explain themselves.
#![allow(clippy::unwrap_used)] // Test code.

extern crate rjango_orm as rjango;

mod database;
#[path = "../engine/mod.rs"]
mod engine;
#[path = "../page/mod.rs"]
mod page;
#[path = "../typed/prelude.rs"]
#[allow(unused_imports)] // These tests need a part of it.
mod prelude;
mod store;

mod arithmetic;
mod bounds;
mod choices;
mod documents;
mod guide;
mod reading;
mod unsaved;
