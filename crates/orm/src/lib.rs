//! The ORM: a typed face over a dynamic core.
//!
//! A [`query::Query`] is data; the compiler in `sql` turns it into a statement whose values are all parameters; a
//! [`Value`] goes in and comes out. Typed query sets and the dynamic objects of the admin and the shell both make
//! such queries.
#![deny(missing_docs)]

pub mod query;

mod model;
mod value;

pub use model::{Model, ModelEntry, ModelMeta, Models, ReverseRelation, join_table};
pub use value::{Value, ValueType};
